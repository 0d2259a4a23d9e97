"""Teach what guesses the nearest value of an attribute (`prompt.guess`).

Sentences are put together at random from the words of `words.toml`, more clumsily than people
write, and captions of scenes join them. A fifth of the words is held out at first, to count how
well unseen ones are placed; then all are learned.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from lichtspiel.media.mux import placing
from lichtspiel.prompt.guess import NONE, SURE, TOKENS, VALUES, Guesser
from lichtspiel.prompt.words import read
from lichtspiel.text import WIDTH, TextEncoder
from lichtspiel.world import scene
from lichtspiel.world.caption import caption

WORDS = Path(__file__).with_name("words.toml")
#: Captions are said of scenes of these seeds.
SEEDS = range(9_100_000, 9_200_000)
#: How often a sentence speaks of each attribute.
SPOKEN = {"subject": 0.85, "place": 0.75, "light": 0.4, "weather": 0.25, "style": 0.3}
#: One word in so many is held out; one sentence in so many is a caption.
HELD_OUT, CAPTIONED = 5, 6
ROUNDS, BATCH, RATE = 12, 128, 4e-3

VERBS = {
    "en": "walks, runs, stands, waits, plays, jumps, dances, sits quietly, looks around, rests, "
    "turns, hurries along, strolls, lies, goes by, is seen, appears, crosses, moves slowly",
    "de": "geht, rennt, steht, wartet, spielt, springt, tanzt, sitzt still, schaut sich um, ruht, "
    "dreht sich, eilt vorbei, schlendert, liegt, zieht vorüber, ist zu sehen, taucht auf",
}
ADJECTIVES = {
    "en": "lonely, tiny, huge, old, young, tired, happy, red, white, brown, shy, wet, three, my",
    "de": "einsam, klein, riesig, alt, jung, müde, froh, rot, weiß, braun, scheu, nass, drei, mein",
}
ASIDES = {
    "en": "slow motion, camera circles, drone shot, close-up, wide shot, peaceful, dramatic, "
    "the camera follows, a quiet moment, full of energy, nobody else around, seen from above",
    "de": "Zeitlupe, die Kamera kreist, Drohnenaufnahme, Nahaufnahme, Totale, friedlich, "
    "die Kamera folgt, ein stiller Moment, voller Schwung, sonst niemand, von oben gesehen",
}
PREPOSITIONS = {
    "en": "in, on, at, near, across, by, along, through, over",
    "de": "in, auf, an, bei, über, am, im, durch, vor",
}
ARTICLES = {
    "en": ("a ", "the ", "one ", "", ""),
    "de": ("ein ", "eine ", "der ", "die ", "das ", "", ""),
}

#: Language, attribute, value -> words.
Lists = dict[tuple[str, str, str], list[str]]


@dataclass(frozen=True)
class Lesson:
    """A sentence, and the value of each attribute that it comes near to. held_out: the attribute
    that it says in a word that is not learned from, or ""."""

    sentence: str
    values: dict[str, str]
    held_out: str = ""


def word_lists() -> tuple[Lists, Lists]:
    """The words to learn from, and those that are held out."""
    kept, held = Lists(), Lists()
    told = tomllib.loads(WORDS.read_text())
    for language, attributes in told.items():
        for attribute, values in attributes.items():
            for value, entry in values.items():
                words = entry.split(", ")
                random.Random(f"{language} {attribute} {value}").shuffle(words)
                count = len(words) // HELD_OUT
                kept[language, attribute, value] = words[count:]
                held[language, attribute, value] = words[:count] or words
    return kept, held


def lessons(
    count: int, rng: random.Random, lists: Lists, held: Lists | None = None
) -> list[Lesson]:
    """Sentences of the words in `lists`; where `held` is given, each has one word of it."""
    made = [_lesson(rng, lists, held) for _ in range(count)]
    if held is None:
        made[::CAPTIONED] = [_captioned(seed, rng) for seed in SEEDS[: len(made[::CAPTIONED])]]
    return made


def _lesson(rng: random.Random, lists: Lists, held: Lists | None) -> Lesson:
    language = rng.choice(("en", "de"))
    asked = rng.choice(list(SPOKEN)) if held is not None else ""
    said = {name for name, share in SPOKEN.items() if rng.random() < share} | {asked} - {""}
    values, words = dict.fromkeys(SPOKEN, NONE), dict[str, str]()
    for name in SPOKEN:  # in one order, so that the dice fall alike
        if name in said or not said:
            values[name] = _value(rng, lists, language, name)
            source = held if held is not None and name == asked else lists
            words[name] = rng.choice(source[language, name, values[name]])
    return Lesson(_sentence(rng, language, words), values, asked)


def _value(rng: random.Random, lists: Lists, language: str, name: str) -> str:
    """What is near nothing comes a little more often, a face less."""
    values = [value for spoken, about, value in lists if (spoken, about) == (language, name)]
    weights = [{NONE: 1.6, "face": 0.5}.get(value, 1.0) for value in values]
    return rng.choices(values, weights)[0]


def _sentence(rng: random.Random, language: str, words: dict[str, str]) -> str:
    def one(entries: dict[str, str]) -> str:
        return rng.choice(entries[language].split(", "))

    def article() -> str:
        return rng.choice(ARTICLES[language])

    core = []
    if "subject" in words:
        adjective = one(ADJECTIVES) + " " if rng.random() < 0.7 else ""
        verb = " " + one(VERBS) if rng.random() < 0.7 else ""
        core.append(article() + adjective + words["subject"] + verb)
    if "place" in words:
        before = f"{one(PREPOSITIONS)} {article()}" if rng.random() < 0.75 else ""
        core.append(before + words["place"])
    if rng.random() < 0.25:
        core.reverse()
    parts = [words[name] for name in ("light", "weather", "style") if name in words]
    if rng.random() < 0.3:
        parts.append(one(ASIDES))
    rng.shuffle(parts)
    if core:
        parts.insert(0, rng.choice((" ", " ", ", ")).join(core))
    if rng.random() < 0.3:
        rng.shuffle(parts)
    sentence = rng.choice((", ", ", ", ". ", " - ")).join(parts)
    style = rng.random()
    if style < 0.4:
        sentence = sentence[0].upper() + sentence[1:]
    elif style < 0.5:
        sentence = sentence.lower()
    return sentence + ("." if rng.random() < 0.4 else "")


def _captioned(seed: int, rng: random.Random) -> Lesson:
    language, detail = rng.choice(("en", "de")), rng.choice((0.0, 0.4, 0.8))
    sentence = caption(scene.sample(seed), language, seed=seed, detail=detail)
    said = read(sentence)
    return Lesson(sentence, {name: str(said.get(name, NONE)) for name in SPOKEN})


@dataclass(frozen=True)
class Seen:
    """Lessons as the text encoder sees them: states (L, D) float16 of each."""

    lessons: Sequence[Lesson]
    states: list[Tensor]

    def batches(self) -> list[list[int]]:
        """The numbers of lessons of like length."""
        order = sorted(range(len(self.states)), key=lambda index: len(self.states[index]))
        return [order[first : first + BATCH] for first in range(0, len(order), BATCH)]

    def padded(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """States (B, L, D) float32 and mask (B, L)."""
        longest = max(len(self.states[index]) for index in indices)
        states = torch.zeros(len(indices), longest, WIDTH)
        mask = torch.zeros(len(indices), longest, dtype=torch.bool)
        for row, index in enumerate(indices):
            known = self.states[index]
            states[row, : len(known)], mask[row, : len(known)] = known.float(), True
        return states, mask

    def targets(self, indices: Sequence[int]) -> Tensor:
        """Numbers of the values (B, attributes)."""
        told = [self.lessons[index].values for index in indices]
        return torch.tensor([[VALUES[n].index(one[n]) for n in VALUES] for one in told])


def seen(
    of: Sequence[Lesson], text: TextEncoder, watch: Callable[[int], None] = lambda done: None
) -> Seen:
    """Encode lessons; `watch` hears how many are done."""
    states: list[Tensor] = [torch.empty(0)] * len(of)
    order = sorted(range(len(of)), key=lambda index: len(of[index].sentence))
    for first in range(0, len(order), 32):
        some = order[first : first + 32]
        encoded = text.encode([of[index].sentence for index in some], TOKENS)
        for index, state, mask in zip(some, encoded.states, encoded.mask, strict=True):
            states[index] = state[mask].half().clone()
        watch(first + len(some))
    return Seen(of, states)


def learn(lessons: Seen, seed: int = 0) -> Guesser:
    """A guesser that was taught these lessons."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    guesser, batches = Guesser(), lessons.batches()
    optimizer = torch.optim.AdamW(guesser.parameters(), RATE, weight_decay=0.05)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=ROUNDS * len(batches))
    for _ in range(ROUNDS):
        rng.shuffle(batches)
        for batch in batches:
            told = guesser(*lessons.padded(batch))
            targets = lessons.targets(batch)
            loss = sum(
                functional.cross_entropy(logits, targets[:, row], label_smoothing=0.05)
                for row, logits in enumerate(told)
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[union-attr]
            optimizer.step()
            pace.step()
    return guesser.eval().requires_grad_(False)


@torch.inference_mode()
def count(guesser: Guesser, lessons: Seen) -> dict[str, dict[str, int]]:
    """Attribute -> how many held-out words were placed right, wrong, or not at all (silent), and
    how many that are near nothing were placed all the same (taken)."""
    counts = {name: dict.fromkeys(("right", "wrong", "silent", "taken"), 0) for name in VALUES}
    for batch in lessons.batches():
        likely = [logits.softmax(1).max(1) for logits in guesser(*lessons.padded(batch))]
        targets = lessons.targets(batch)
        for row, index in enumerate(batch):
            for column, name in enumerate(VALUES):
                if lessons.lessons[index].held_out == name:
                    sure, value = (float(part[row]) for part in likely[column])
                    verdict = _verdict(sure > SURE and value > 0, value, int(targets[row, column]))
                    if verdict:
                        counts[name][verdict] += 1
    return counts


def _verdict(placed: bool, value: float, target: int) -> str:
    if target == 0:
        return "taken" if placed else ""
    if not placed:
        return "silent"
    return "right" if value == target else "wrong"


def teach(
    target: Path,
    lesson_count: int = 10000,
    held_count: int = 1500,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, dict[str, int]]:
    """Learn from the kept words, count on the held-out ones, learn from both, and write that.

    watch: (done, total) hears how many sentences are encoded.
    """
    text, (kept, held) = TextEncoder.load(), word_lists()
    total = lesson_count + held_count
    told = seen(lessons(lesson_count, random.Random(3), kept), text, lambda n: watch(n, total))
    asked = lessons(held_count, random.Random(5), kept, held)
    unseen = seen(asked, text, lambda n: watch(lesson_count + n, total))
    counts = count(learn(told), unseen)
    guesser = learn(Seen([*told.lessons, *unseen.lessons], told.states + unseen.states))
    with placing(target) as temporary:
        save_file({name: t.half() for name, t in guesser.state_dict().items()}, temporary)
    return counts


def report(counts: dict[str, dict[str, int]]) -> Iterator[str]:
    """A line for each attribute."""
    for name, told in counts.items():
        placed = ", ".join(f"{verdict} {number}" for verdict, number in told.items())
        yield f"{name}: {placed}"
