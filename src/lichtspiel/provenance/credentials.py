"""Signed credentials (C2PA) in files: written when a file is finished, read from any maker's file.

The library behind is c2pa-python. Three of its habits are dealt with here: "Valid" does not mean
trusted; what is wrong inside an ingredient does not show in the state of the whole; and without a
reachable time-stamp server it fails, when one was asked for.
"""

from __future__ import annotations

import datetime
import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import c2pa

from lichtspiel.media.mux import placing
from lichtspiel.provenance import identity

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
#: IPTC digital source types (their last part) that say: a trained model made this, or a part of it.
AI_WHOLE = frozenset({"trainedAlgorithmicMedia"})
AI_PART = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})
#: Those that say: a camera took this.
CAPTURE = frozenset(
    {"digitalCapture", "computationalCapture", "compositeCapture", "negativeFilm", "positiveFilm"}
)

#: What a signing certificate may be for: e-mail protection, document signing, time stamps, OCSP,
#: C2PA claim signing.
PURPOSES = "\n".join(
    (
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.5.5.7.3.8",
        "1.3.6.1.5.5.7.3.9",
        "1.3.6.1.4.1.62558.2.1",
    )
)
#: Findings that leave the content intact: nobody vouches for the signer, or no longer.
ABOUT_THE_SIGNER = (
    "signingCredential.untrusted",
    "signingCredential.expired",
    "signingCredential.ocsp",
    "claimSignature.outsideValidity",
    "timeStamp.",
    "timeOfSigning.",
)
#: The label of the assertion that says how one of our films came about.
GENERATION = "org.lichtspiel.generation"
WATERMARK = "org.lichtspiel.watermark.1"


@dataclass(frozen=True)
class Made:
    """What the credentials of a generated file say: California's SB 942 lists most of it.

    id: 32 hexadecimal digits; payload: the watermark's 32 bits. The prompt only on request.
    """

    id: str
    model: str
    payload: int
    prompt: str | None = None


@dataclass(frozen=True)
class Captured:
    """What the signer of a recording says of it: who took it, when (ISO 8601), with what."""

    who: str
    when: str | None = None
    device: str | None = None


def sign_made(path: Path, made: Made, sources: Sequence[Path] = (), kind: str = ".mp4") -> str:
    """Sign a generated film or picture in place; returns "" or what the user must be told.

    kind: the file's suffix, since it may still have a temporary name. sources: files that it was
    made from; they become ingredients and the source type says composite.
    """
    source_type = "compositeWithTrainedAlgorithmicMedia" if sources else "trainedAlgorithmicMedia"
    facts: dict[str, Any] = {
        "id": made.id,
        "system": "Lichtspiel",
        "system_version": version("lichtspiel"),
        "model": made.model,
        "time": _now(),
    }
    if made.prompt is not None:
        facts["prompt"] = made.prompt
    done = {"digitalSourceType": SOURCE_TYPES + source_type}
    if len(sources) == 1:
        actions = [_with("c2pa.opened", 0), {"action": "c2pa.edited"} | done]
    else:
        actions = [{"action": "c2pa.created"} | done]
        actions += [_with("c2pa.placed", number) for number in range(len(sources))]
    assertions = [
        _actions([*actions, {"action": "c2pa.watermarked.bound"}]),
        {
            "label": "c2pa.soft-binding",
            "data": {
                "alg": WATERMARK,
                "blocks": [{"scope": {}, "value": f"{made.payload:08x}"}],
            },
        },
        {"label": GENERATION, "data": facts},
    ]
    return _sign(path, kind, assertions, sources)


def sign_capture(path: Path, captured: Captured, kind: str) -> str:
    """Sign a recording in place as captured by a camera; returns "" or what must be told."""
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES + "digitalCapture"}
    facts = {"author": captured.who, "when": captured.when, "device": captured.device}
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "author": [{"@type": "Person", "name": captured.who}],
    }
    if captured.when:
        action["when"] = captured.when
        about["dateCreated"] = captured.when
    own = {name: value for name, value in facts.items() if value}
    assertions = [
        _actions([action]),
        {"label": "stds.schema-org.CreativeWork", "data": about},
        {"label": "org.lichtspiel.capture", "data": own},
    ]
    return _sign(path, kind, assertions, ())


def _with(action: str, number: int) -> dict[str, Any]:
    """An action on a source; only a single one is the parent, and is opened."""
    return {"action": action, "parameters": {"ingredientIds": [f"source-{number}"]}}


def _actions(actions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    agent = {"name": "Lichtspiel", "version": version("lichtspiel")}
    dated = [{"when": _now(), "softwareAgent": agent} | dict(action) for action in actions]
    return {"label": "c2pa.actions.v2", "data": {"actions": dated}}


def _sign(path: Path, kind: str, assertions: list[dict[str, Any]], sources: Sequence[Path]) -> str:
    settings = identity.Settings.load()
    signer = identity.current(settings)
    manifest = json.dumps(
        {
            "claim_generator_info": [{"name": "Lichtspiel", "version": version("lichtspiel")}],
            "title": "film" if kind == ".mp4" else "picture",
            "assertions": assertions,
        }
    )
    try:
        _write(path, kind, manifest, sources, signer, settings.time_stamp_server)
    except c2pa.C2paError as error:
        if settings.time_stamp_server is None or not _is_about_time(error):
            raise RuntimeError(f"The file could not be signed: {error}") from error
        if settings.without_time_stamp == "fail":
            raise RuntimeError(
                f"The time-stamp server {settings.time_stamp_server} gave no time stamp, so "
                "nothing was signed. Try again, or set without_time_stamp = 'sign' in "
                "provenance.toml."
            ) from error
        _write(path, kind, manifest, sources, signer, None)
        return (
            f"Signed without a time stamp: {settings.time_stamp_server} gave none. The credentials "
            f"end with the certificate, on {signer.describe()['valid_until']}."
        )
    return ""


def _is_about_time(error: c2pa.C2paError) -> bool:
    words = str(error).lower()
    return any(word in words for word in ("time", "tsa", "http", "connect", "network"))


def _write(
    path: Path,
    kind: str,
    manifest: str,
    sources: Sequence[Path],
    signer: identity.Identity,
    time_stamp_server: str | None,
) -> None:
    """Sign to a file beside and put it in the place of the unsigned one."""
    media = media_type(kind)
    info = c2pa.C2paSignerInfo(signer.algorithm, signer.chain, signer.key, time_stamp_server)
    relation = "parentOf" if len(sources) == 1 else "componentOf"
    with (
        placing(path) as signed,
        c2pa.Signer.from_info(info) as sign,
        c2pa.Builder(manifest, context=context()) as made,
    ):
        for number, source in enumerate(sources):
            about = {
                "title": source.name,
                "relationship": relation,
                "label": f"source-{number}",
            }
            with source.open("rb") as data:
                made.add_ingredient(json.dumps(about), media_type(source.suffix), data)
        with path.open("rb") as plain, signed.open("w+b") as result:
            made.sign(sign, media, plain, result)


def media_type(suffix: str) -> str:
    """The media type of a file name's suffix; ValueError where C2PA knows none."""
    found = mimetypes.guess_type(f"file{suffix.lower()}")[0]
    if found is None or found not in c2pa.Reader.get_supported_mime_types():
        raise ValueError(f"Files of the kind '{suffix}' can't carry credentials.")
    return found


def can_name(path: Path) -> bool:
    """Whether credentials can name a file as source: C2PA must know its kind."""
    return mimetypes.guess_type(path.name.lower())[0] in c2pa.Reader.get_supported_mime_types()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """Something that does not fit: the C2PA code, and what it is about."""

    code: str
    about: str


@dataclass(frozen=True)
class Claim:
    """One manifest: who signed what about a file, and about the files it was made from.

    source_types are the last parts of IPTC's addresses. origin: file name, or "this file".
    """

    origin: str
    signer: str | None
    generator: str | None
    time: str | None
    actions: tuple[str, ...]
    source_types: frozenset[str]
    generation: Mapping[str, Any] | None
    soft_bindings: tuple[str, ...]
    ingredients: tuple[Claim, ...]

    def chain(self) -> Iterator[Claim]:
        """This claim and all below it."""
        yield self
        for ingredient in self.ingredients:
            yield from ingredient.chain()

    def as_dict(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "signer": self.signer,
            "generator": self.generator,
            "time": self.time,
            "actions": list(self.actions),
            "source_types": sorted(self.source_types),
            "generation": dict(self.generation) if self.generation else None,
            "ingredients": [one.as_dict() for one in self.ingredients],
        }


@dataclass(frozen=True)
class Credentials:
    """What a file's credentials say.

    state: "trusted" (intact, and the signer is on the list of trust), "intact" (but nobody vouches
    for the signer), or "broken". failures: what broke them. signer_notes: why the signer is not
    trusted.
    """

    state: Literal["trusted", "intact", "broken"]
    claim: Claim | None
    failures: tuple[Failure, ...]
    signer_notes: tuple[Failure, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "claim": self.claim.as_dict() if self.claim else None,
            "failures": [vars(one) for one in self.failures],
            "signer_notes": [vars(one) for one in self.signer_notes],
        }


@cache
def default_trust() -> str:
    """The PEM certificates that are shipped: those of C2PA's trust lists."""
    folder = Path(__file__).parent / "trust"
    return "\n".join(file.read_text() for file in sorted(folder.glob("*.pem")))


def context(trust: Sequence[Path] = ()) -> c2pa.Context:
    """How to validate: roots of C2PA's lists, of this installation, of the settings, and `trust`.

    Nothing is ever fetched from the network.
    """
    own = identity.own_roots().decode()
    try:
        given = [path.read_text() for path in (*identity.Settings.load().trust, *trust)]
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"A list of trust can't be read: {error}") from error
    return c2pa.Context.from_dict(
        {
            "trust": {
                "trust_anchors": "\n".join((default_trust(), own, *given)),
                "trust_config": PURPOSES,
            },
            "verify": {
                "verify_trust": True,
                "verify_timestamp_trust": True,
                "remote_manifest_fetch": False,
                "ocsp_fetch": False,
            },
            "builder": {"thumbnail": {"enabled": False}},
        }
    )


def read(path: Path, trust: Sequence[Path] = ()) -> Credentials | None:
    """The credentials in a file of any maker, or None where there are none.

    trust: PEM files of roots beside the usual ones. A file whose credentials can't even be parsed
    counts as broken.
    """
    try:
        media = media_type(path.suffix)
    except ValueError:
        return None
    try:
        with path.open("rb") as data:
            reader = c2pa.Reader.try_create(media, data, context=context(trust))
            if reader is None:
                return None
            with reader:
                told = json.loads(reader.json())
                state = reader.get_validation_state()
    except c2pa.C2paError as error:
        if isinstance(error, c2pa.C2paError.ManifestNotFound) or not _mentions(path):
            return None
        return Credentials("broken", None, (Failure("unreadable", str(error)),), ())
    return _judged(told, str(state))


def _mentions(path: Path, block: int = 1 << 20) -> bool:
    """Does a file that can't be parsed hold the word "c2pa", without which there is no manifest?"""
    with path.open("rb") as data:
        before = b""
        while part := data.read(block):
            if b"c2pa" in before + part:
                return True
            before = part[-3:]
    return False


def _judged(told: Mapping[str, Any], state: str) -> Credentials:
    manifests = told.get("manifests", {})
    label = str(told.get("active_manifest"))
    found = list(_failures(told))
    notes = tuple(one for one in found if one.code.startswith(ABOUT_THE_SIGNER))
    failures = tuple(one for one in found if not one.code.startswith(ABOUT_THE_SIGNER))
    claim = _claim(manifests, label, "this file") if label in manifests else None
    if failures or claim is None:
        return Credentials("broken", claim, failures, notes)
    return Credentials("trusted" if state == "Trusted" else "intact", claim, (), notes)


def _failures(told: Mapping[str, Any]) -> Iterator[Failure]:
    """Every failure of the file itself, then of each ingredient as it was when it was added."""
    results = told.get("validation_results", {})
    yield from _listed(results.get("activeManifest"), "this file")
    for delta in results.get("ingredientDeltas") or ():
        yield from _listed(delta.get("validationDeltas"), "an ingredient")
    for manifest in told.get("manifests", {}).values():
        for ingredient in manifest.get("ingredients", ()):
            name = ingredient.get("title") or "an ingredient"
            own = (ingredient.get("validation_results") or {}).get("activeManifest")
            yield from _listed(own, name)
            for status in ingredient.get("validation_status") or ():
                yield Failure(status["code"], name)


def _listed(results: Mapping[str, Any] | None, about: str) -> Iterator[Failure]:
    for one in (results or {}).get("failure") or ():
        yield Failure(one["code"], about)


def _claim(
    manifests: Mapping[str, Any], label: str, origin: str, seen: frozenset[str] = frozenset()
) -> Claim:
    manifest = manifests[label]
    found: dict[str, list[Any]] = {}
    for assertion in _listed_in(manifest, "assertions"):
        found.setdefault(str(assertion["label"]).split("__")[0], []).append(assertion.get("data"))
    actions = [
        action
        for name in ("c2pa.actions", "c2pa.actions.v2")
        for data in found.get(name, ())
        for action in _listed_in(data, "actions")
    ]
    signature = manifest.get("signature_info") or {}
    generators = manifest.get("claim_generator_info") or [{}]
    ingredients = tuple(
        _ingredient(manifests, one, seen | {label}) for one in manifest.get("ingredients", ())
    )
    types = {str(a["digitalSourceType"]).rsplit("/", 1)[-1] for a in actions if
             a.get("digitalSourceType")}  # fmt: skip
    generation = next((g for g in found.get(GENERATION, ()) if isinstance(g, dict)), None)
    bindings = [b for b in found.get("c2pa.soft-binding", ()) if isinstance(b, dict)]
    dates = (str(action["when"]) for action in actions if action.get("when"))
    return Claim(
        origin=origin,
        signer=signature.get("common_name") or signature.get("issuer"),
        generator=generators[0].get("name") or manifest.get("claim_generator"),
        time=signature.get("time") or next(dates, None),
        actions=tuple(str(a.get("action")) for a in actions),
        source_types=frozenset(types),
        generation=generation,
        soft_bindings=tuple(
            str(block.get("value"))
            for binding in bindings
            if binding.get("alg") == WATERMARK
            for block in _listed_in(binding, "blocks")
        ),
        ingredients=ingredients,
    )


def _listed_in(data: object, name: str) -> list[dict[str, Any]]:
    """The objects in the list `name` of what a file says, which may be damaged or say anything."""
    listed = data.get(name) if isinstance(data, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _ingredient(
    manifests: Mapping[str, Any], told: Mapping[str, Any], seen: frozenset[str]
) -> Claim:
    name, label = told.get("title") or "a file", str(told.get("active_manifest"))
    if label in manifests and label not in seen:
        return _claim(manifests, label, name, seen)
    return Claim(name, None, None, None, (), frozenset(), None, (), ())
