"""Attack after attack on signed files. The table of what `verify` says is the one in the docs."""

from __future__ import annotations

import datetime
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tampering import again, boxes, flipped, lasting
from tsa import authority

from lichtspiel.provenance import credentials, identity
from lichtspiel.provenance.credentials import Captured, Made
from lichtspiel.provenance.verify import Evidence, judge, verify

PAGE = Path(__file__).parents[2] / "docs" / "provenance.md"
HEAD = "| what was done | verdict |\n|---|---|\n"


@dataclass(frozen=True)
class Table:
    """What the attacks begin with: a film of ours with all marks, and a recording without any."""

    film: Path
    recording: Path


def one_bit(box: str) -> Callable[[Table], Path]:
    def attack(on: Table) -> Path:
        data = on.film.read_bytes()
        _, start, end = next(one for one in boxes(data) if one[0] == box)
        on.film.write_bytes(flipped(data, (start + end) // 2))
        return on.film

    return attack


def nothing(on: Table) -> Path:
    return on.film


def encoded_again(on: Table) -> Path:
    return again(on.film, on.film.with_name("copy.mp4"))


def called_genuine(on: Table) -> Path:
    credentials.sign_capture(on.film, Captured("Eva"), ".mp4")
    return on.film


def encoded_again_and_called_genuine(on: Table) -> Path:
    copy = encoded_again(on)
    credentials.sign_capture(copy, Captured("Eva"), ".mp4")
    return copy


def made_hard_to_read_and_called_genuine(on: Table) -> Path:
    """In `ftyp`, which no hash guards, stands what is no text."""
    copy = encoded_again_and_called_genuine(on)
    data = copy.read_bytes()
    copy.write_bytes(data[:8] + b"\x95\xff" + data[10:])
    return copy


def cut_short(on: Table) -> Path:
    data = on.film.read_bytes()
    on.film.write_bytes(data[: int(len(data) * 0.8)])
    return on.film


def streams_swapped(on: Table) -> Path:
    """The stream of pictures is the recording's, everything else as it was."""
    mine, other = on.film.read_bytes(), on.recording.read_bytes()
    (theirs,) = (other[start:end] for name, start, end in boxes(other) if name == "mdat")
    parts = (theirs if name == "mdat" else mine[start:end] for name, start, end in boxes(mine))
    on.film.write_bytes(b"".join(parts))
    return on.film


def manifest_transplanted(on: Table) -> Path:
    """The film's credentials in the recording's file."""
    mine, other = on.film.read_bytes(), on.recording.read_bytes()
    (manifest,) = (mine[start:end] for name, start, end in boxes(mine) if name == "uuid")
    first, *rest = (other[start:end] for _, start, end in boxes(other))
    on.recording.write_bytes(b"".join([first, manifest, *rest]))
    return on.recording


def made_from(source: Path, target: Path) -> Path:
    credentials.sign_made(target, Made("ab" * 16, "himmel-mini", 1), [source])
    return target


def made_from_a_tampered_film(on: Table) -> Path:
    return made_from(one_bit("mdat")(on), on.recording)


def signed_recording(on: Table) -> Path:
    credentials.sign_capture(on.recording, Captured("Eva"), ".mp4")
    return on.recording


def recording_with_a_part_of_ai(on: Table) -> Path:
    source = on.recording.with_name("source.mp4")
    shutil.copy(on.recording, source)
    return made_from(signed_recording(Table(on.film, source)), on.recording)


ATTACKS: dict[str, Callable[[Table], Path]] = {
    "nothing": nothing,
    "re-encoded, so that the credentials are lost": encoded_again,
    "a genuine claim put on the film": called_genuine,
    "a genuine claim put on the re-encoded film": encoded_again_and_called_genuine,
    "the same, and its kind (`ftyp`) made unreadable": made_hard_to_read_and_called_genuine,
    "one bit changed in the pictures (`mdat`)": one_bit("mdat"),
    "one bit changed in the index (`moov`)": one_bit("moov"),
    "one bit changed in the credentials (`uuid`)": one_bit("uuid"),
    "one bit changed in the file's kind (`ftyp`), which C2PA leaves out": one_bit("ftyp"),
    "cut short": cut_short,
    "streams swapped: another film's pictures in its place": streams_swapped,
    "its credentials transplanted into another file": manifest_transplanted,
    "used in another film, after one of its bits was changed": made_from_a_tampered_film,
    "a recording, signed": signed_recording,
    "a signed recording, then a part of it made by AI": recording_with_a_part_of_ai,
    "a recording without marks": lambda on: on.recording,
}
ELSEWHERE = "looked at where nobody vouches for the signer"
STAMPED = "signed with a time stamp by a certificate that has ended since"
UNSTAMPED = "signed without a time stamp by a certificate that has ended since"


def test_the_table_in_the_docs(
    film: Path, recording: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = dict(attacked(film, recording, tmp_path / "attacked"))
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "elsewhere"))
    found[ELSEWHERE] = verify(film).verdict
    ended = dict(signed_for_seconds(recording, tmp_path / "elsewhere", tmp_path))
    found |= {name: verify(path).verdict for name, path in ended.items()}
    made = HEAD + "".join(f"| {name} | `{verdict}` |\n" for name, verdict in found.items())
    told = PAGE.read_text()
    assert HEAD in told
    assert HEAD + told.split(HEAD)[1].split("\n\n")[0] + "\n" == made, made


def attacked(film: Path, recording: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Every attack on a pair of copies, and its verdict."""
    folder.mkdir()
    for name, attack in ATTACKS.items():
        copies = (Path(shutil.copy(path, folder / path.name)) for path in (film, recording))
        yield name, verify(attack(Table(*copies))).verdict


def signed_for_seconds(film: Path, home: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Copies of a film, signed by a certificate that has ended when they are told."""
    identity.create()
    now = datetime.datetime.now(datetime.UTC)
    end = lasting(home, now - datetime.timedelta(hours=1), now + datetime.timedelta(seconds=8))
    copies = {name: folder / f"{number}.mp4" for number, name in enumerate((UNSTAMPED, STAMPED))}
    with authority(folder / "authority") as address:
        settings = f'time_stamp_server = "{address}"\ntrust = ["../authority/root.pem"]\n'
        for name, path in copies.items():
            shutil.copy(film, path)
            if name == STAMPED:
                (home / "provenance.toml").write_text(settings)
            credentials.sign_made(path, Made("ab" * 16, "himmel-mini", 1))
            signed = credentials.read(path)
            assert signed is not None and signed.state == "trusted"
    time.sleep(max(0.0, (end - datetime.datetime.now(datetime.UTC)).total_seconds() + 1.5))
    yield from copies.items()


def test_what_was_tampered_with_is_named(film: Path, recording: Path) -> None:
    answer = verify(made_from_a_tampered_film(Table(film, recording)))
    assert any("film.mp4" in reason for reason in answer.reasons)


def test_a_bit_anywhere_is_seen_or_changes_nothing(film: Path, tmp_path: Path) -> None:
    """Wherever the bit lies, what is still trusted says and shows what was signed."""
    data, copy = film.read_bytes(), tmp_path / "copy.mp4"
    signed = credentials.read(film)
    assert signed is not None
    for name, start, end in boxes(data):
        for at in range(start, end, max(1, (end - start) // 12)):
            copy.write_bytes(flipped(data, at))
            now = credentials.read(copy)
            verdict, _ = judge(Evidence(now, None, None, None))
            outside = name in ("ftyp", "free")  # of C2PA's hash
            assert verdict in ("tampered", "unknown") or outside or name == "uuid", (name, at)
            if now is not None and now.state == "trusted":
                assert now.claim == signed.claim, (name, at)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"fblocks\x81", b"fblocks\xc1"), (b"avc1", b"zvc1")],
    ids=["no list where one is expected", "pictures of an unknown kind"],
)
def test_what_is_not_as_expected_is_told(film: Path, before: bytes, after: bytes) -> None:
    data = film.read_bytes()
    assert before in data
    film.write_bytes(data.replace(before, after))
    assert verify(film).verdict == "tampered"
