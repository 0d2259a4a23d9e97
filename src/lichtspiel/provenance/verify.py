"""Is that real? All evidence in a file, and what follows from it, in plain sentences.

Nothing here ever says "real" of a file without proof: no evidence is no verdict.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import av
import numpy as np
from numpy.typing import NDArray

from lichtspiel.media import read
from lichtspiel.provenance import credentials, register, watermark
from lichtspiel.provenance.credentials import AI_PART, AI_WHOLE, CAPTURE, Claim, Credentials

Verdict = Literal[
    "ai",
    "ai-signer-unknown",
    "ai-unsigned",
    "genuine",
    "genuine-signer-unknown",
    "edited",
    "tampered",
    "unknown",
]
Language = Literal["en", "de"]

#: Exit codes of `lichtspiel verify`: a verdict is no failure, but scripts want to tell them apart.
EXIT_CODES: dict[Verdict, int] = {
    verdict: 0 if verdict == "genuine" else 10 + number
    for number, verdict in enumerate(get_args(Verdict))
}

#: The watermark is looked for in at most so many frames, evenly from the whole film.
LOOKED_AT = 480
#: Pictures with more pixels (8K is 33 million) are not opened: a broken file may claim any size.
MOST_PIXELS = 40_000_000


@dataclass(frozen=True)
class Evidence:
    """What was found of each mark; `unreadable` says why the pictures could not be looked at."""

    credentials: Credentials | None
    watermark: watermark.Found | None
    entry: register.Entry | None  # the film that the watermark or the likeness leads to
    likeness: float | None  # share of differing bits, where the pictures led to it
    unreadable: str | None = None

    @property
    def ai_marks(self) -> bool:
        """Is there a sign in the pictures themselves that they were generated here?"""
        return self.watermark is not None or self.likeness is not None

    def as_dict(self) -> dict[str, Any]:
        entry = vars(self.entry) | {"likeness": self.likeness} if self.entry else None
        return {
            "credentials": self.credentials.as_dict() if self.credentials else None,
            "watermark": vars(self.watermark) if self.watermark else None,
            "register": entry,
            "unreadable": self.unreadable,
        }


@dataclass(frozen=True)
class Answer:
    """The verdict on a file, the sentences that give its reasons, and the evidence."""

    verdict: Verdict
    sentence: str
    reasons: tuple[str, ...]
    evidence: Evidence

    def as_dict(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "sentence": self.sentence,
            "reasons": list(self.reasons),
            "evidence": self.evidence.as_dict(),
        }


def verify(path: Path, trust: Sequence[Path] = (), language: Language = "en") -> Answer:
    """Say what is known of the file at `path`, of whichever maker.

    trust: PEM files with roots to trust beside the usual ones. Raises ValueError where there is
    no such file.
    """
    if not path.is_file():
        raise ValueError(f"There is no file '{path}'.")
    evidence = gather(path, trust)
    verdict, reasons = judge(evidence)
    return Answer(
        verdict,
        VERDICTS[verdict][language],
        tuple(one.say(language) for one in reasons),
        evidence,
    )


def gather(path: Path, trust: Sequence[Path] = ()) -> Evidence:
    """All evidence in a file: credentials, watermark, likeness to a registered film."""
    signed = credentials.read(path, trust)
    try:
        seen = _look(path)
    except (ValueError, OSError, av.error.FFmpegError, MemoryError) as error:
        return Evidence(signed, None, None, None, str(error) or type(error).__name__)
    found, match = seen
    entry = None
    if found is not None and found.payload is not None:
        entry = register.by_payload(found.payload)
    if match is not None:
        entry = entry or match.entry
    return Evidence(signed, found, entry, match.distance if match else None)


def _look(path: Path) -> tuple[watermark.Found | None, register.Match | None]:
    """Two passes over the pictures: for the watermark, and for the register."""
    count = _check(path)
    step = max(1, -(-count // LOOKED_AT))
    chosen = itertools.islice(read.frames(path), 0, None, step)
    found = watermark.detect(frame[None] for frame in _whole(chosen))
    views = register.asked_prints(_whole(read.frames(path)), read.rate(path))
    return found, register.find(*views)


def _check(path: Path) -> int:
    """The number of frames; ValueError where the pictures are too large to be opened."""
    facts = read.facts(path)
    if facts.width * facts.height > MOST_PIXELS:
        raise ValueError(f"Its pictures of {facts.width} x {facts.height} are too large to open.")
    return facts.frames


def _whole(frames: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """The frames up to where the file is damaged or changes its size."""
    size = None
    try:
        for frame in frames:
            if size not in (None, frame.shape):
                return
            size = frame.shape
            yield frame
    except av.error.FFmpegError:
        if size is None:
            raise


# --- the verdict ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """One sentence in two languages, with its facts."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()

    def say(self, language: Language) -> str:
        return REASONS[self.key][language].format(**dict(self.facts))


def because(key: str, **facts: object) -> Reason:
    return Reason(key, tuple((name, str(value)) for name, value in facts.items()))


def judge(evidence: Evidence) -> tuple[Verdict, list[Reason]]:
    """The verdict that follows from the evidence, and why."""
    signed = evidence.credentials
    marks = list(_marks(evidence))
    if signed is None:
        if evidence.ai_marks:
            return "ai-unsigned", [because("no credentials"), *marks]
        return "unknown", [because("no credentials"), *marks]
    told = _told(signed)
    if signed.state == "broken":
        return "tampered", [*told, *marks]
    assert signed.claim is not None
    trusted = signed.state == "trusted"
    kinds = frozenset().union(*(claim.source_types for claim in signed.claim.chain()))
    if kinds & AI_WHOLE and not kinds & CAPTURE:
        return ("ai" if trusted else "ai-signer-unknown"), [*told, *marks]
    if kinds & AI_PART and not _has_genuine_origin(signed.claim):
        return ("ai" if trusted else "ai-signer-unknown"), [*told, *marks]
    if evidence.ai_marks and not kinds & (AI_WHOLE | AI_PART):
        return "ai-unsigned", [*told, because("marks contradict"), *marks]
    if signed.claim.ingredients or _edits(signed.claim):
        return "edited", [*told, *marks]
    if kinds & CAPTURE:
        return ("genuine" if trusted else "genuine-signer-unknown"), [*told, *marks]
    return "unknown", [*told, because("no origin"), *marks]


def _has_genuine_origin(claim: Claim) -> bool:
    """Does the chain go back to something that was not generated, or whose origin is open?"""
    if claim.source_types & CAPTURE:
        return True
    if claim.source_types & AI_WHOLE:
        return False
    below = claim.ingredients
    return any(map(_has_genuine_origin, below)) if below else not claim.source_types


def _edits(claim: Claim) -> bool:
    """Does the claim itself tell of changes, beside how the file began and was marked?"""
    begun = {"c2pa.created", "c2pa.watermarked", "c2pa.watermarked.bound", "c2pa.drawing"}
    return any(action not in begun for action in claim.actions)


def _marks(evidence: Evidence) -> Iterator[Reason]:
    found, entry = evidence.watermark, evidence.entry
    if found is not None:
        yield because("watermark", chance=f"{found.false_alarm:.0e}")
    if entry is not None:
        yield because("register", id=entry.id, model=entry.model, made=entry.made)
    if evidence.unreadable:
        yield because("unreadable", why=evidence.unreadable)
    elif not evidence.ai_marks:
        yield because("no marks")


def _told(signed: Credentials) -> Iterator[Reason]:
    claim = signed.claim
    for failure in dict.fromkeys(signed.failures):
        key = next((k for k in FAILURES if failure.code.startswith(k)), None)
        about = failure.about
        yield because(FAILURES[key] if key else "broken", about=about, code=failure.code)
    if claim is None:
        return
    who, when = claim.signer or "?", claim.time or "?"
    if signed.state == "trusted":
        yield because("signed and trusted", signer=who, time=when)
    elif signed.state == "intact":
        expired = any("expired" in n.code or "Validity" in n.code for n in signed.signer_notes)
        yield because("signer expired" if expired else "signer unknown", signer=who, time=when)
    for one in claim.chain():
        generator = one.generator or "?"
        if one.source_types & AI_WHOLE:
            yield because("says ai", about=one.origin, generator=generator)
        if one.source_types & AI_PART:
            yield because("says ai in part", about=one.origin, generator=generator)
        if one.source_types & CAPTURE:
            yield because("says capture", about=one.origin, generator=generator)


def tree(claim: Claim, depth: int = 0) -> Iterator[str]:
    """The chain of what a file was made from, a line for each, deeper ones further in."""
    kinds = ", ".join(sorted(claim.source_types)) or ", ".join(claim.actions) or "no credentials"
    signer = f" ({claim.signer})" if claim.signer else ""
    yield "   " * depth + ("`- " if depth else "") + f"{claim.origin}: {kinds}{signer}"
    for ingredient in claim.ingredients:
        yield from tree(ingredient, depth + 1)


VERDICTS: dict[Verdict, dict[Language, str]] = {
    "ai": {
        "en": "Made by AI. Its credentials are intact and the signer is trusted.",
        "de": "Von KI gemacht. Die Herkunftsangaben sind unversehrt, ihr Unterzeichner gilt als "
        "vertrauenswürdig.",
    },
    "ai-signer-unknown": {
        "en": "Made by AI, as its intact credentials say; nobody vouches for their signer.",
        "de": "Von KI gemacht, sagen die unversehrten Herkunftsangaben; für ihren Unterzeichner "
        "bürgt niemand.",
    },
    "ai-unsigned": {
        "en": "Made by AI: it carries an AI mark, though no credentials that say so.",
        "de": "Von KI gemacht: Sie trägt ein KI-Zeichen, aber keine Herkunftsangaben, die das "
        "sagen.",
    },
    "genuine": {
        "en": "A genuine recording. Its credentials are intact and the signer is trusted.",
        "de": "Eine echte Aufnahme. Die Herkunftsangaben sind unversehrt, ihr Unterzeichner gilt "
        "als vertrauenswürdig.",
    },
    "genuine-signer-unknown": {
        "en": "Signed as a genuine recording and intact; nobody vouches for the signer.",
        "de": "Als echte Aufnahme unterzeichnet und unversehrt; für den Unterzeichner bürgt "
        "niemand.",
    },
    "edited": {
        "en": "Edited. The credentials are intact and say what it was made from.",
        "de": "Bearbeitet. Die Herkunftsangaben sind unversehrt und sagen, woraus sie entstand.",
    },
    "tampered": {
        "en": "Tampered with: the file does not fit its credentials.",
        "de": "Verfälscht: Die Datei passt nicht zu ihren Herkunftsangaben.",
    },
    "unknown": {
        "en": "No proof either way: it may be genuine, it may not.",
        "de": "Kein Beweis, weder dafür noch dagegen: Sie kann echt sein oder nicht.",
    },
}

#: Codes of C2PA, by their beginnings -> the reason that says what was changed.
FAILURES = {
    "assertion.dataHash": "content changed",
    "assertion.bmffHash": "content changed",
    "assertion.boxesHash": "content changed",
    "assertion.collectionHash": "content changed",
    "assertion.hashedURI": "statement changed",
    "assertion.missing": "statement missing",
    "assertion.action": "statement changed",
    "claimSignature": "signature wrong",
    "ingredient": "ingredient missing",
    "unreadable": "credentials unreadable",
}

REASONS: dict[str, dict[Language, str]] = {
    "no credentials": {
        "en": "It carries no credentials.",
        "de": "Sie trägt keine Herkunftsangaben.",
    },
    "no marks": {
        "en": "No watermark of this software and no likeness to a registered film was found.",
        "de": "Weder ein Wasserzeichen dieser Software noch Ähnlichkeit mit einem verzeichneten "
        "Film wurde gefunden.",
    },
    "no origin": {
        "en": "The credentials say neither that a camera took it nor that AI made it.",
        "de": "Die Herkunftsangaben sagen weder, dass eine Kamera sie aufnahm, noch dass KI sie "
        "machte.",
    },
    "marks contradict": {
        "en": "The credentials say nothing of AI, but the pictures themselves carry its mark.",
        "de": "Die Herkunftsangaben sagen nichts von KI, doch die Bilder selbst tragen ihr "
        "Zeichen.",
    },
    "watermark": {
        "en": "The pictures carry this software's watermark (by chance: at most {chance}).",
        "de": "Die Bilder tragen das Wasserzeichen dieser Software (durch Zufall: höchstens "
        "{chance}).",
    },
    "register": {
        "en": "It is in the register: {id}, made by {model} at {made}.",
        "de": "Sie steht im Verzeichnis: {id}, gemacht von {model} um {made}.",
    },
    "unreadable": {
        "en": "Its pictures could not be looked at: {why}",
        "de": "Ihre Bilder konnten nicht betrachtet werden: {why}",
    },
    "signed and trusted": {
        "en": "Signed by {signer}, who is on the list of trust, at {time}.",
        "de": "Unterzeichnet von {signer}, auf der Vertrauensliste, um {time}.",
    },
    "signer unknown": {
        "en": "Signed by {signer} at {time}; the signer is on no list of trust.",
        "de": "Unterzeichnet von {signer} um {time}; der Unterzeichner steht auf keiner "
        "Vertrauensliste.",
    },
    "signer expired": {
        "en": "Signed by {signer}, whose certificate was not valid at that time or has ended, "
        "without a trusted time stamp.",
        "de": "Unterzeichnet von {signer}, dessen Zertifikat da nicht galt oder abgelaufen ist, "
        "ohne vertrauenswürdigen Zeitstempel.",
    },
    "says ai": {
        "en": "The credentials of {about} say: generated by AI ({generator}).",
        "de": "Die Herkunftsangaben von {about} sagen: von KI erzeugt ({generator}).",
    },
    "says ai in part": {
        "en": "The credentials of {about} say: composed with parts generated by AI ({generator}).",
        "de": "Die Herkunftsangaben von {about} sagen: mit Teilen von KI ({generator}).",
    },
    "says capture": {
        "en": "The credentials of {about} say: captured by a camera ({generator}).",
        "de": "Die Herkunftsangaben von {about} sagen: von einer Kamera aufgenommen ({generator}).",
    },
    "content changed": {
        "en": "Pictures or sound of {about} were changed after signing ({code}).",
        "de": "Bild oder Ton wurde nach dem Unterzeichnen verändert: {about} ({code}).",
    },
    "statement changed": {
        "en": "A statement in the credentials of {about} was changed ({code}).",
        "de": "Eine Angabe in den Herkunftsangaben wurde verändert: {about} ({code}).",
    },
    "statement missing": {
        "en": "A statement is missing from the credentials of {about} ({code}).",
        "de": "Eine Angabe fehlt in den Herkunftsangaben: {about} ({code}).",
    },
    "signature wrong": {
        "en": "The signature of {about} does not fit what it signs ({code}).",
        "de": "Die Unterschrift passt nicht zum Unterzeichneten: {about} ({code}).",
    },
    "ingredient missing": {
        "en": "What {about} was made from is missing or was changed ({code}).",
        "de": "Woraus sie entstand, fehlt oder wurde verändert: {about} ({code}).",
    },
    "credentials unreadable": {
        "en": "The credentials are damaged and can't be read.",
        "de": "Die Herkunftsangaben sind beschädigt und unlesbar.",
    },
    "broken": {
        "en": "The credentials of {about} are not valid ({code}).",
        "de": "Die Herkunftsangaben sind ungültig: {about} ({code}).",
    },
}
