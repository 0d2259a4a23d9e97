"""The commands of the workshop, where models are made: world, train, evaluate."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from lichtspiel.terminal import bad_input, bars

world_app = typer.Typer(help="The rendered world that the embedded models learn from.")
train_app = typer.Typer(help="Train the networks on shards of clips.")
evaluate_app = typer.Typer(help="Ask a judge whether films show what their prompts say.")

Chosen = TypeVar("Chosen")
Folder = Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")]
Data = Annotated[Path, typer.Option(help="Folder of shards (*.tar).")]
Minutes = Annotated[float, typer.Option(help="Length of the whole run, over all restarts.")]
Threads = Annotated[int | None, typer.Option(help="Processor threads; all when not given.")]
Recipe = Annotated[str, typer.Option(help="A name from lichtspiel/train/recipes.py.")]


# --- world ----------------------------------------------------------------------------------------


@world_app.command("render")
def world_render(
    output: Folder,
    count: Annotated[int, typer.Option(help="How many clips.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of the first clip; they count up.")] = 0,
    frames: Annotated[
        int | None, typer.Option(help="Frames of every clip; a mix of lengths when not given.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one for each core.")] = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Also what training must never see.")
    ] = False,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Each clip beside the same with one thing changed.")
    ] = False,
) -> None:
    """Render clips with captions to webdataset shards; goes on where it was stopped."""
    from lichtspiel.world.shards import MIXED, Plan, render_shards

    lengths = tuple(MIXED.items()) if frames is None else ((frames, 1.0),)
    with bad_input(), bars() as shown:
        task = shown.add_task("rendering", total=count)
        plan = Plan(seed, count, lengths, held_out, pairs)
        shards = render_shards(plan, output, workers, lambda new: shown.update(task, advance=new))
    typer.echo(f"{output} ({count} seeds in {len(shards)} shards)")


@world_app.command("sheet")
def world_sheet(
    output: Annotated[Path, typer.Option("-o", "--output", help="The png file to write.")],
    count: Annotated[int, typer.Option(help="How many scenes.")] = 16,
    seed: Annotated[int, typer.Option(help="Seed of the first scene; they count up.")] = 0,
) -> None:
    """Draw a contact sheet of scenes."""
    from lichtspiel.media.mux import check_target
    from lichtspiel.world.scene import sample
    from lichtspiel.world.shards import draw_sheet

    with bad_input():
        if count < 1 or seed < 0:
            raise ValueError("Draw at least one scene, and start at a seed of zero or more.")
        check_target(output, ".png")
    draw_sheet([sample(number) for number in range(seed, seed + count)], output)
    typer.echo(str(output))


# --- train ----------------------------------------------------------------------------------------


@train_app.command("autoencoder")
def train_autoencoder(
    data: Data,
    output: Folder,
    minutes: Minutes = 25.0,
    recipe: Recipe = "mini",
    threads: Threads = None,
) -> None:
    """Fit the line in closed form, then train the network that refines it."""
    from lichtspiel.train.autoencoder import run_decoder
    from lichtspiel.train.recipes import AUTOENCODER

    with bad_input():
        settings = _choose(recipe, AUTOENCODER)
        weights = run_decoder(data, output, minutes, threads or 2, settings)
    typer.echo(str(weights))


@train_app.command("himmel")
@train_app.command("lumiere")
def train_network(
    context: typer.Context,
    data: Data,
    output: Folder,
    minutes: Minutes = 80.0,
    recipe: Recipe = "mini",
    autoencoder: Annotated[
        Path | None, typer.Option(help="Its weights; the embedded ones when not given.")
    ] = None,
    begin: Annotated[
        Path | None, typer.Option(help="Weights to go on from; lumiere can begin with himmel's.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu or cuda.")] = None,
    threads: Threads = None,
) -> None:
    """Train this diffusion network; goes on where it was stopped."""
    from lichtspiel.train.himmel import run
    from lichtspiel.train.recipes import NETWORKS

    with bad_input():
        settings = _choose(recipe, NETWORKS[str(context.info_name)])
        weights = run(data, output, settings, minutes, autoencoder, begin, device, threads)
    typer.echo(str(weights))


@train_app.command("style")
def train_style(
    pictures: Annotated[Path, typer.Argument(help="Folder of pictures, with texts beside them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .safetensors file to write.")],
    steps: Annotated[int, typer.Option(help="A dozen pictures each.")] = 300,
    rank: Annotated[int, typer.Option(help="How much the adapter can hold.")] = 8,
    model: Annotated[str, typer.Option(help="Which model it learns with.")] = "himmel-base",
) -> None:
    """Learn a look from pictures, for `--lora`: an adapter of a few hundred kilobytes."""
    from lichtspiel.media.mux import check_target
    from lichtspiel.sampling import Parts
    from lichtspiel.studio import Studio
    from lichtspiel.train.style import StyleTraining, run

    with bad_input(), bars() as shown:
        check_target(output, ".safetensors")
        if steps < 1 or rank < 1:
            raise ValueError("A look takes at least one step and a rank of one.")
        if not pictures.is_dir():
            raise ValueError(f"There is no folder '{pictures}'.")
        parts = Studio.load(model).parts
        if not isinstance(parts, Parts):
            raise ValueError(f"{model} is trained elsewhere; its adapters come in LoRA files.")
        task = shown.add_task("learning", total=steps)
        run(
            pictures,
            output,
            parts,
            StyleTraining(rank=rank, steps=steps),
            lambda done, total, loss: shown.update(task, completed=done),
        )
    typer.echo(str(output))


@train_app.command("words")
def train_words(
    output: Annotated[Path, typer.Option("-o", "--output", help="The .safetensors file to write.")],
    count: Annotated[int, typer.Option(min=60, help="Sentences to learn from.")] = 10000,
) -> None:
    """Learn which words of prompts come near to the vocabulary; says how well unseen ones do."""
    from lichtspiel.media.mux import check_target
    from lichtspiel.train.words import report, teach

    with bad_input(), bars() as shown:
        check_target(output, ".safetensors")
        task = shown.add_task("reading", total=count)
        counts = teach(
            output,
            count,
            count // 5,
            lambda done, total: shown.update(task, completed=done, total=total),
        )
    typer.echo("\n".join(report(counts)))


def _choose(name: str, recipes: dict[str, Callable[[], Chosen]]) -> Chosen:
    if name not in recipes:
        raise ValueError(f"There is no recipe '{name}'. Choose one of: {', '.join(recipes)}.")
    return recipes[name]()


# --- evaluate -------------------------------------------------------------------------------------


@evaluate_app.command("judge")
def evaluate_judge(
    data: Data,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file; the embedded one by default.")
    ] = None,
) -> None:
    """Train the judge on renders of its own (seeds 5,000,000 to 5,899,999)."""
    from lichtspiel.evaluate.judge import WEIGHTS, train_judge

    with bad_input(), bars() as shown:
        tasks = {}

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done)

        train_judge(data, output or WEIGHTS, watch=watch)
    typer.echo(str(output or WEIGHTS))


@evaluate_app.command("report")
def evaluate_report(
    output: Folder,
    renders: Annotated[
        Path | None, typer.Option(help="Renders (seeds 5,900,000 on) that give the ceiling.")
    ] = None,
    count: Annotated[int, typer.Option(help="Prompts in each group.")] = 100,
    model: Annotated[str, typer.Option(help="Which model.")] = "himmel-mini",
) -> None:
    """Make films of prompts never seen, and count what the judge sees in them."""
    from lichtspiel.evaluate.films import batches
    from lichtspiel.evaluate.report import markdown, run_report

    with bad_input(), _watched("judging") as watch:
        counts = run_report(batches(model), output, renders=renders, count=count, watch=watch)
    typer.echo(markdown(counts))


@evaluate_app.command("autoencoder")
def evaluate_autoencoder(
    renders: Annotated[Path, typer.Option(help="Folder of shards that no training has seen.")],
) -> None:
    """Measure what the autoencoder loses, on renders and on real clips."""
    from lichtspiel.evaluate.reconstruction import run_reconstruction

    with bad_input():
        rows = run_reconstruction(renders)
    for name, row in rows.items():
        typer.echo(f"{name}: " + ", ".join(f"{key} {value}" for key, value in row.items()))


@evaluate_app.command("watermark")
def evaluate_watermark(
    data: Data,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .md file for the table.")],
    count: Annotated[int, typer.Option(help="How many clips.")] = 200,
    films: Annotated[int, typer.Option(help="How many of them to make with himmel-mini.")] = 60,
    trials: Annotated[int, typer.Option(help="Foreign keys to try on each unmarked clip.")] = 50,
) -> None:
    """Attack marked clips in many ways, and count what the watermark survives.

    What came of each clip goes to a .jsonl file beside the table; where a run was stopped, the
    same command goes on.
    """
    from lichtspiel.evaluate.watermark import clips, run_watermark, table
    from lichtspiel.media.mux import check_target, placing

    with bad_input(), _watched("attacking clips") as watch:
        check_target(output, ".md")
        some = itertools.islice(clips(data, films), count)
        log = output.with_suffix(".jsonl")
        done = run_watermark(some, log, trials, lambda number: watch(number, count))
        with placing(output) as temporary:
            temporary.write_text(table(done) + "\n")
    typer.echo(table(done))


@evaluate_app.command("gallery")
def evaluate_gallery(
    output: Folder,
    model: Annotated[str, typer.Option(help="Which model.")] = "himmel-mini",
) -> None:
    """Draw the contact sheets of the twelve prompts of docs/gallery.md."""
    from lichtspiel.evaluate.films import one_by_one
    from lichtspiel.evaluate.gallery import run_gallery

    with bad_input(), _watched("making films") as watch:
        page = run_gallery(output, one_by_one(model), watch=watch)
    typer.echo(str(page))


@evaluate_app.command("blind")
def evaluate_blind(
    output: Folder,
    model: Annotated[str, typer.Option(help="Which model.")] = "himmel-mini",
    first: Annotated[int, typer.Option(help="Seed of the first scene; another, another test.")] = (
        7_600_000
    ),
) -> None:
    """Make sheets of 24 films and a list of their sentences, both shuffled, to be matched."""
    from lichtspiel.evaluate.blind import run_blind
    from lichtspiel.evaluate.films import one_by_one

    with bad_input(), _watched("making films") as watch:
        folder = run_blind(output, one_by_one(model), first, watch)
    typer.echo(str(folder))


@evaluate_app.command("card")
def evaluate_card(
    measured: Annotated[Path, typer.Argument(help="The folder of report and physics.")],
    page: Annotated[Path, typer.Option("-o", "--output", help="The page to fill.")] = Path(
        "docs/model-card.md"
    ),
) -> None:
    """Put measured tables into the model card."""
    from lichtspiel.evaluate.card import fill

    with bad_input():
        if not page.is_file():
            raise ValueError(f"There is no page '{page}'; say with -o which one to fill.")
        typer.echo("\n".join(fill(page, measured)))


@evaluate_app.command("physics")
def evaluate_physics(
    output: Folder,
    model: Annotated[str, typer.Option(help="Which model.")] = "himmel-mini",
    count: Annotated[int, typer.Option(help="Scenes for each check.")] = 24,
) -> None:
    """Check films beside renders: the course of snow, feet that stand, the rhythm of steps."""
    from lichtspiel.evaluate.films import batches
    from lichtspiel.evaluate.physics import run_physics

    with bad_input(), _watched("making films") as watch:
        table = run_physics(batches(model), output, count, watch=watch)
    typer.echo(table.read_text())


@evaluate_app.command("safety")
def evaluate_safety(
    train: Annotated[
        bool, typer.Option("--train", help="First fit the classifier, and embed it.")
    ] = False,
    part: Annotated[str, typer.Option(help="test, tune or train.")] = "test",
    policy: Annotated[
        Path | None, typer.Option(help="A policy file; LICHTSPIEL_POLICY names one as well.")
    ] = None,
) -> None:
    """Measure the screening of prompts on labelled sets, also under evasions."""
    from lichtspiel.evaluate.safety import PARTS, markdown, measure
    from lichtspiel.evaluate.teaching import teach
    from lichtspiel.safety.policy import load_policy
    from lichtspiel.text import TextEncoder

    with bad_input(), _watched("checking") as watch:
        if part not in PARTS:
            raise ValueError(f"There is no part '{part}'; choose one of: {', '.join(PARTS)}.")
        encoder = TextEncoder.load()
        if train:
            teach(encoder, watch=watch)
        report = measure(load_policy(policy), encoder, part, watch)
    typer.echo(markdown(report))


@contextmanager
def _watched(description: str) -> Iterator[Callable[[int, int], None]]:
    with bars() as shown:
        task = shown.add_task(description, total=1)
        yield lambda done, total: shown.update(task, completed=done, total=total)
