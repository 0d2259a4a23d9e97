"""Measure the whole screening on labelled prompts, plain and under evasions."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lichtspiel.evaluate.evasions import EVASIONS, split
from lichtspiel.evaluate.lessons import HARMLESS, Example, examples
from lichtspiel.safety.policy import Policy
from lichtspiel.safety.prompts import Verdict, check, check_story
from lichtspiel.text import TextEncoder

PARTS = ("test", "tune", "train")
#: Sets that are measured along with the test part, harmful against harmless.
VEILED = (
    "test_euphemisms",
    "test_stories",
    "test_sequences",
    "test_third",
    "test_fourth",
    "test_fifth",
    "test_fifth_sequences",
)


@dataclass(frozen=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    def __str__(self) -> str:
        share = 100 * self.hits / self.total if self.total else 0.0
        return f"{share:.1f} % ({self.hits} of {self.total})"


@dataclass(frozen=True)
class Report:
    """What the screening did with a set. blocked: (language, label) -> share; evaded: evasion ->
    share of the harmful and of the harmless prompts that it touches, each with the share of the
    same prompts unchanged; veiled: set -> share of the harmful and of the harmless; missed and
    mistaken: the texts; layers: what found the harmful ones."""

    blocked: dict[tuple[str, str], Share]
    evaded: dict[str, tuple[Share, Share, Share, Share]]
    veiled: dict[str, tuple[Share, Share]]
    layers: dict[str, int]
    milliseconds: float
    missed: list[Example]
    mistaken: list[Example]


def measure(
    policy: Policy,
    encoder: TextEncoder,
    part: str = "test",
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check all prompts of a part as they are, under each evasion, and split into stories."""
    rows = examples(part)
    begun = time.perf_counter()
    verdicts = []
    for number, row in enumerate(rows, start=1):
        verdicts.append(check(row.text, policy, encoder))
        watch(number, len(rows) * (len(EVASIONS) + 2))
    elapsed = time.perf_counter() - begun
    plainly = {row: verdict.blocked for row, verdict in zip(rows, verdicts, strict=True)}
    return Report(
        blocked=_by_label(rows, verdicts),
        evaded=dict(_evaded(rows, plainly, policy, encoder, watch)),
        veiled={name: _veiled(name, policy, encoder) for name in VEILED} if part == "test" else {},
        layers=Counter(v.layer for v in verdicts if v.blocked and v.layer),
        milliseconds=1000 * elapsed / len(rows),
        missed=[row for row in rows if row.label != HARMLESS and not plainly[row]],
        mistaken=[row for row in rows if row.label == HARMLESS and plainly[row]],
    )


def _by_label(rows: list[Example], verdicts: list[Verdict]) -> dict[tuple[str, str], Share]:
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        hits[row.language, row.label].append(verdict.blocked)
    return {key: Share(sum(values), len(values)) for key, values in hits.items()}


def _evaded(
    rows: list[Example],
    plainly: dict[Example, bool],
    policy: Policy,
    encoder: TextEncoder,
    watch: Callable[[int, int], None],
) -> Iterator[tuple[str, tuple[Share, Share, Share, Share]]]:
    done = len(rows)
    for name in [*EVASIONS, "split"]:
        outcome: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
        for row in rows:
            rng = random.Random(f"{name} {row.text}")
            if name == "split":
                blocked = check_story(split(row.text, rng), policy, encoder).blocked
            elif (text := EVASIONS[name](row.text, row.language, rng)) != row.text:
                blocked = check(text, policy, encoder).blocked
            else:
                continue  # the evasion does not touch it
            outcome[row.label != HARMLESS].append((blocked, plainly[row]))
        done += len(rows)
        watch(done, len(rows) * (len(EVASIONS) + 2))
        yield name, (*_pair(outcome[True]), *_pair(outcome[False]))


def _pair(outcome: list[tuple[bool, bool]]) -> tuple[Share, Share]:
    total = len(outcome)
    return Share(sum(a for a, _ in outcome), total), Share(sum(b for _, b in outcome), total)


def _veiled(name: str, policy: Policy, encoder: TextEncoder) -> tuple[Share, Share]:
    """Blocked of the harmful and of the harmless texts or stories of a set."""
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for row in examples(name):
        parts = row.text.split(" | ")
        one = len(parts) == 1
        verdict = check(row.text, policy, encoder) if one else check_story(parts, policy, encoder)
        hits[row.label != HARMLESS].append(verdict.blocked)
    return Share(sum(hits[True]), len(hits[True])), Share(sum(hits[False]), len(hits[False]))


def markdown(report: Report) -> str:
    """The report as tables."""
    labels = dict.fromkeys(label for _, label in report.blocked)
    lines = ["| blocked | English | German |", "|---|---|---|"]
    for label in labels:
        english, german = (report.blocked.get((lang, label), Share(0, 0)) for lang in ("en", "de"))
        lines.append(f"| {label} | {english} | {german} |")
    lines += [
        "",
        "| evasion | harmful | unchanged | harmless | unchanged |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {' | '.join(map(str, shares))} |" for name, shares in report.evaded.items()
    ]
    lines += ["", "| set | harmful | harmless |", "|---|---|---|"] if report.veiled else []
    lines += [
        f"| {name} | {' | '.join(map(str, shares))} |" for name, shares in report.veiled.items()
    ]
    lines += ["", "Layers: " + ", ".join(f"{name} {n}" for name, n in report.layers.items())]
    lines += [f"{report.milliseconds:.1f} ms a prompt.", ""]
    lines += [f"- missed ({row.label}): {row.text}" for row in report.missed]
    lines += [f"- mistaken: {row.text}" for row in report.mistaken]
    return "\n".join(lines)
