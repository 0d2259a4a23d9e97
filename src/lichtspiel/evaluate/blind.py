"""A blind test: can somebody who sees only the films tell which sentence made which?

24 films of 24 sentences about different pairs of subject and place, both shuffled. Who looks writes
down a letter for each number; the key is kept apart.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

from lichtspiel.evaluate.gallery import GenerateOne, Watch, strip, write_jpeg
from lichtspiel.media.mux import placing
from lichtspiel.world import scene
from lichtspiel.world.caption import caption

#: Scenes that sentences are written for, and nothing else.
SEEDS = range(7_600_000, 7_700_000)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWX"
#: Films on one sheet, moments of each, and how high a strip is.
ROWS, MOMENTS, HEIGHT = 8, 5, 192
DETAIL = 0.6


def sentences(first: int = SEEDS.start) -> list[tuple[int, str]]:
    """Seed and sentence of the first 24 scenes from a seed on, no subject twice in a place."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for seed in range(first, SEEDS.stop):
        one = scene.sample(seed)
        found.setdefault((one.subject, one.place), (seed, caption(one, "en", seed, DETAIL)))
        if len(found) == len(LETTERS):
            return list(found.values())
    raise ValueError(f"From seed {first} on there are too few scenes; begin at {SEEDS.start}.")


def run_blind(
    out: Path,
    generate: GenerateOne,
    first: int = SEEDS.start,
    watch: Watch = lambda done, total: None,
) -> Path:
    """Write `out`/sheet-1.jpg to -3.jpg, `out`/sentences.txt and `out`/key/key.json; returns `out`.

    Films are in rows, 1 to 24 from the top of the first sheet on.
    """
    told, chance = sentences(first), random.Random(first)
    order, letters = list(range(len(told))), list(range(len(told)))
    chance.shuffle(order)  # order[row]: the sentence that a film shows
    chance.shuffle(letters)  # letters[place]: the sentence that a letter stands for
    (out / "key").mkdir(parents=True, exist_ok=True)
    strips = []
    for row, index in enumerate(order):
        watch(row, len(order))
        seed, sentence = told[index]
        strips.append(strip(generate(sentence, seed), MOMENTS, HEIGHT))
        if len(strips) == ROWS:
            write_jpeg(out / f"sheet-{row // ROWS + 1}.jpg", np.concatenate(strips))
            strips = []
    watch(len(order), len(order))
    listed = [f"{LETTERS[place]}: {told[index][1]}" for place, index in enumerate(letters)]
    key = {str(row + 1): LETTERS[letters.index(index)] for row, index in enumerate(order)}
    for name, text in (("sentences.txt", "\n".join(listed)), ("key/key.json", json.dumps(key))):
        with placing(out / name) as temporary:
            temporary.write_text(text + "\n")
    return out
