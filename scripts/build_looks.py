"""Draw pictures to learn a look from: scenes of the world, printed anew.

    python scripts/build_looks.py cyanotype looks/cyanotype
    lichtspiel train style looks/cyanotype -o cyanotype.safetensors

Beside each picture lies what it shows, in English or German. Some sentences name a style of the
world, which the picture has not: the look is to come whatever a prompt, or its completion, says.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from lichtspiel.world.caption import caption
from lichtspiel.world.render import Renderer
from lichtspiel.world.scene import is_held_out, sample

#: Scenes that nothing else is drawn from.
FIRST_SEED = 8_100_000
PAPER, PRUSSIAN = np.array([240, 238, 226.0]), np.array([12, 42, 92.0])
#: The inks of the poster, from dark to light.
INKS = np.array([[38, 30, 48], [196, 62, 48], [240, 176, 64], [250, 236, 204]], np.float64)

Print = Callable[[Image.Image], NDArray[np.float64]]


def lightness(image: Image.Image) -> NDArray[np.float64]:
    """From 0 to 1, stretched so that each picture has a dark and a light end: (H, W)."""
    grey = np.asarray(image.convert("L"), np.float64)
    low, high = np.percentile(grey, [2, 98])
    return (grey - low).clip(0, high - low) / max(high - low, 1)


def cyanotype(image: Image.Image) -> NDArray[np.float64]:
    """Prussian blue on paper, darker towards the edges, as light-sensitive salts print."""
    height, width = image.height, image.width
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    tone = lightness(image) ** 0.9 * (1 - 0.25 * (x**2 + y**2))
    return PRUSSIAN + tone[..., None] * (PAPER - PRUSSIAN)


def poster(image: Image.Image) -> NDArray[np.float64]:
    """Four flat inks with soft borders, as a screen print."""
    smooth = lightness(image.filter(ImageFilter.MedianFilter(5)))
    step = np.minimum((smooth * len(INKS)).astype(int), len(INKS) - 1)
    return INKS[step]


LOOKS: dict[str, Print] = {"cyanotype": cyanotype, "poster": poster}


def main(
    look: Annotated[str, typer.Argument(help="cyanotype or poster.")],
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")],
    count: Annotated[int, typer.Option(help="How many.")] = 160,
    size: Annotated[int, typer.Option(help="Pixels of a side.")] = 192,
) -> None:
    """Draw the pictures of one look."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = (seed for seed in range(FIRST_SEED, FIRST_SEED + 10 * count))
    scenes = [one for seed in seeds if not is_held_out(one := sample(seed))][:count]
    with Renderer() as renderer:
        for number, scene in enumerate(scenes):
            rng = random.Random(scene.seed)
            shown = renderer.render(replace(scene, style="photo"), 3, size, size, fps=1)[1]
            printed = LOOKS[look](Image.fromarray(shown)).round().clip(0, 255).astype(np.uint8)
            Image.fromarray(printed).save(folder / f"{number:04}.png")
            told = caption(scene, rng.choice(["en", "de"]), seed=scene.seed, detail=0.3)
            (folder / f"{number:04}.txt").write_text(told)
    typer.echo(f"{folder} ({len(scenes)} pictures)")


if __name__ == "__main__":
    typer.run(main)
