"""Does a generated clip show what its prompt says? The judge answers, attribute by attribute.

Five groups of prompts, all from seeds that nothing else uses (`PROMPT_SEEDS`):
- "known": scenes whose pair of subject and place training has seen (the scene itself it has not);
- "held out": scenes whose pair it has never seen;
- "German": the held-out scenes again, said in German, with the same seeds;
- "reworded": scenes in other words, in English and German in turn, written by a language model that
  saw neither captions nor word lists (`wordings.jsonl`);
- "shuffled": the clips of "known" and "held out", each judged by the prompt of another: chance.

The rule of counting: an attribute counts for a clip only if the prompt states it, that is, if
`prompt.words.read` finds it in the sentence and reads it as the scene has it; of "reworded" ones
that is noted beside the prompt. A clip counts for
"subject and place" if both are stated, and is right there if the judge sees both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lichtspiel.evaluate import traits
from lichtspiel.evaluate.judge import ATTRIBUTES, Judge, measure
from lichtspiel.evaluate.renders import Value, see, through
from lichtspiel.evaluate.traits import Traits
from lichtspiel.media.mux import placing
from lichtspiel.prompt.words import read
from lichtspiel.world import scene
from lichtspiel.world.caption import caption

#: The scenes that prompts are written for are drawn from these seeds.
PROMPT_SEEDS = range(7_000_000, 8_000_000)

BOTH = "subject and place"
ROWS = (*ATTRIBUTES, BOTH)
GROUPS = ("known", "held out", "German", "reworded", "shuffled")
WORDINGS = Path(__file__).with_name("wordings.jsonl")

#: (prompts, seeds) -> for each a clip, uint8 (T, H, W, 3)
Generate = Callable[[Sequence[str], Sequence[int]], Sequence[NDArray[np.uint8]]]
#: (done, total) hears the progress.
Watch = Callable[[int, int], None]
#: Group -> row -> (right, all)
Counts = dict[str, dict[str, tuple[int, int]]]


@dataclass(frozen=True)
class Task:
    """One clip to make: its group, prompt and seed, and what the prompt states of its scene."""

    group: str
    prompt: str
    seed: int
    stated: dict[str, Value]


def tasks(count: int, first: int = PROMPT_SEEDS.start, detail: float = 0.6) -> list[Task]:
    """`count` tasks for each of the groups that need clips of their own; of "reworded" ones there
    are 120 at most.

    first: the seed to look for scenes from. detail: the chance in [0, 1] that a prompt says an
    attribute beyond subject and place.
    """
    if count < 1 or first not in PROMPT_SEEDS:
        raise ValueError(
            f"A report needs at least one prompt a group, not {count}, and a first seed from "
            f"{PROMPT_SEEDS.start} to {PROMPT_SEEDS.stop - 1}, not {first}."
        )
    known = _scenes(count, first, held_out=False)
    held_out = _scenes(count, first, held_out=True)
    return [
        *(_task("known", one, "en", detail) for one in known),
        *(_task("held out", one, "en", detail) for one in held_out),
        *(_task("German", one, "de", detail) for one in held_out),
        *_reworded(count, first),
    ]


def _reworded(count: int, first: int) -> list[Task]:
    lines = WORDINGS.read_text().splitlines()[:count]
    told = enumerate(map(json.loads, lines), first)
    return [Task("reworded", one["prompt"], seed, one["stated"]) for seed, one in told]


def _scenes(count: int, first: int, held_out: bool) -> list[scene.Scene]:
    drawn = (scene.sample(seed) for seed in range(first, PROMPT_SEEDS.stop))
    fitting = (one for one in drawn if scene.is_held_out(one) == held_out)
    return [next(fitting) for _ in range(count)]


def _task(group: str, one: scene.Scene, language: str, detail: float) -> Task:
    prompt = caption(one, language, seed=one.seed, detail=detail)
    facts = one.as_dict()
    stated = {name: value for name, value in read(prompt).items() if facts.get(name) == value}
    return Task(group, prompt, one.seed, stated)


def evaluate(
    generate: Generate,
    judge: Judge,
    work: Path,
    todo: Sequence[Task],
    batch: int = 4,
    watch: Watch = lambda done, total: None,
) -> Counts:
    """Make and judge the clips of `todo`; counts of right verdicts in all groups.

    Every batch's verdicts go to the file `work` at once; when it exists with the same tasks, what
    is in it is not made again. So a run that was stopped goes on, and a finished one is only read.
    """
    plan = [asdict(task) for task in todo]
    verdicts: list[dict[str, Value]] = []
    seen: list[dict[str, float | list[float]]] = []
    if work.is_file():
        before = json.loads(work.read_text())
        if before["tasks"] == plan:
            verdicts, seen = before["verdicts"], before["traits"]
    while len(verdicts) < len(todo):
        watch(len(verdicts), len(todo))
        some = todo[len(verdicts) : len(verdicts) + batch]
        clips = generate([task.prompt for task in some], [task.seed for task in some])
        for verdict in judge(clips):
            verdicts.append({name: value for name, (value, _) in verdict.items()})
        seen += [traits.traits(clip, judge.eye).as_dict() for clip in clips]
        found = {"tasks": plan, "verdicts": verdicts, "traits": seen}
        _write(work, json.dumps(found, ensure_ascii=False))
    watch(len(todo), len(todo))
    return count_right(todo, verdicts)


def traits_of(work: Path) -> list[Traits]:
    """What the clips of "known" and "held out" are like, from the file that `evaluate` wrote."""
    found = json.loads(work.read_text())
    groups = [task["group"] for task in found["tasks"]]
    both = zip(groups, found["traits"], strict=True)
    return [Traits(**one) for group, one in both if group in ("known", "held out")]


def count_right(todo: Sequence[Task], verdicts: Sequence[Mapping[str, Value]]) -> Counts:
    """Group -> row -> (right, all) for tasks and the verdicts on their clips, in one order."""
    counts: Counts = {group: dict.fromkeys(ROWS, (0, 0)) for group in GROUPS}
    for task, verdict in zip(todo, verdicts, strict=True):
        _count(counts[task.group], task.stated, verdict)
    for stated, verdict in _shuffled(todo, verdicts):
        _count(counts["shuffled"], stated, verdict)
    return counts


def _shuffled(
    todo: Sequence[Task], verdicts: Sequence[Mapping[str, Value]]
) -> Iterator[tuple[Mapping[str, Value], Mapping[str, Value]]]:
    """Each English prompt with the verdict on another's clip, around a ring in random order."""
    ring = [index for index, task in enumerate(todo) if task.group in ("known", "held out")]
    random.Random(0).shuffle(ring)
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        yield todo[here].stated, verdicts[there]


def _count(
    counts: dict[str, tuple[int, int]], stated: Mapping[str, Value], verdict: Mapping[str, Value]
) -> None:
    right = {name: verdict[name] == value for name, value in stated.items() if name in ATTRIBUTES}
    if "subject" in right and "place" in right:
        right[BOTH] = right["subject"] and right["place"]
    for name, is_right in right.items():
        counts[name] = (counts[name][0] + is_right, counts[name][1] + 1)


def wilson(right: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a rate, by default of 95 % (E. B. Wilson 1927): honest for small numbers.

    (0, 1) when there is nothing to count.
    """
    if not 0 <= right <= total:
        raise ValueError(f"{right} of {total} is no rate.")
    if total == 0:
        return 0.0, 1.0
    rate, spread = right / total, z * z / total
    middle = (rate + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(rate * (1 - rate) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def markdown(counts: Counts) -> str:
    """The table of `counts`: a row for each attribute, a column for each group."""
    lines = [f"| | {' | '.join(counts)} |", "|---" * (len(counts) + 1) + "|"]
    for row in ROWS:
        cells = [_cell(*group.get(row, (0, 0))) for group in counts.values()]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(right: int, total: int) -> str:
    if not total:
        return "-"
    low, high = wilson(right, total)
    return f"{right / total:.0%} ({low:.0%} to {high:.0%}, of {total})"


def run_report(
    generate: Generate,
    out: Path,
    judge: Judge | None = None,
    renders: Path | None = None,
    count: int = 100,
    first: int = PROMPT_SEEDS.start,
    batch: int = 4,
    watch: Watch = lambda done, total: None,
) -> Counts:
    """Write `out`/report.json and `out`/report.md (and `out`/verdicts.json, to go on from).

    renders: folder of shards of `JUDGE_TEST_SEEDS`, on which the judge's own ceiling is measured,
    as they are and as they come back from the embedded autoencoder's latents, which is what a
    perfect generator would show; without it the table has no ceiling. Costs 4 x count clips.
    """
    judge = judge or Judge.load()
    out.mkdir(parents=True, exist_ok=True)
    counts: Counts = {}
    alike: dict[str, list[Traits]] = {}
    if renders is not None:
        counts |= measure(judge, see(renders, judge.eye))
        counts |= measure(judge, see(renders, judge.eye, through()), "reconstructions")
        alike["renders"] = list(traits.of_renders(renders, judge.eye))
        alike["reconstructions"] = list(traits.of_renders(renders, judge.eye, through()))
    counts |= evaluate(generate, judge, out / "verdicts.json", tasks(count, first), batch, watch)
    alike["films"] = traits_of(out / "verdicts.json")
    _write(out / "report.json", json.dumps(_facts(counts), indent=1))
    _write(out / "report.md", f"{markdown(counts)}\n{traits.markdown(alike)}")
    return counts


def _facts(counts: Counts) -> dict[str, dict[str, dict[str, float | list[float]]]]:
    return {
        group: {
            row: {
                "right": right,
                "of": total,
                "rate": round(right / total, 4),
                "interval": [round(bound, 4) for bound in wilson(right, total)],
            }
            for row, (right, total) in rows.items()
            if total
        }
        for group, rows in counts.items()
    }


def _write(path: Path, text: str) -> None:
    with placing(path) as temporary:
        temporary.write_text(text)
