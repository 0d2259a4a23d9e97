"""Credentials of our own files, and of the files of another maker whose names say what is wrong."""

from __future__ import annotations

import datetime
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from numpy.typing import NDArray
from tampering import lasting

from lichtspiel.media import read
from lichtspiel.media.mux import write_mp4
from lichtspiel.provenance import credentials, identity
from lichtspiel.provenance.credentials import Captured, Made

SHARED = Path(__file__).parents[3] / "shared" / "data" / "c2pa"
MADE = Made("ab" * 16, "himmel-mini", 0x01020304)


@pytest.fixture
def plain(tmp_path: Path, home: Path, clip: NDArray[np.uint8]) -> Path:
    path = tmp_path / "plain.mp4"
    write_mp4(path, [clip[:12]], 12)
    return path


def test_a_generated_film_says_what_made_it(plain: Path) -> None:
    before = list(read.frames(plain))
    assert credentials.sign_made(plain, MADE) == ""
    found = credentials.read(plain)
    assert found is not None and found.state == "trusted" and found.claim is not None
    assert found.claim.source_types == {"trainedAlgorithmicMedia"}
    assert found.claim.actions == ("c2pa.created", "c2pa.watermarked.bound")
    assert found.claim.soft_bindings == ("01020304",)
    assert found.claim.generation is not None
    facts = dict(found.claim.generation)
    made = datetime.datetime.fromisoformat(facts.pop("time"))
    assert abs((datetime.datetime.now(datetime.UTC) - made).total_seconds()) < 300
    assert facts.pop("system_version")
    assert facts == {"id": "ab" * 16, "system": "Lichtspiel", "model": "himmel-mini"}
    np.testing.assert_array_equal(before, list(read.frames(plain)))
    assert [path.name for path in plain.parent.iterdir() if path.name.startswith(".")] == []


def test_the_prompt_is_said_on_request_only(plain: Path) -> None:
    credentials.sign_made(plain, Made("ab" * 16, "himmel-mini", 1, "a secret bear"))
    assert b"a secret bear" in plain.read_bytes()
    found = credentials.read(plain)
    assert found is not None and found.claim is not None and found.claim.generation is not None
    assert found.claim.generation["prompt"] == "a secret bear"


def test_what_a_film_was_made_from_is_named(plain: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    shutil.copy(plain, source)
    credentials.sign_capture(source, Captured("Eva"), ".mp4")
    credentials.sign_made(plain, MADE, [source])
    found = credentials.read(plain)
    assert found is not None and found.claim is not None
    assert found.claim.source_types == {"compositeWithTrainedAlgorithmicMedia"}
    (ingredient,) = found.claim.ingredients
    assert (ingredient.origin, ingredient.source_types) == ("source.mp4", {"digitalCapture"})


def test_two_sources_are_both_named(plain: Path, tmp_path: Path) -> None:
    sources = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for source in sources:
        shutil.copy(plain, source)
    credentials.sign_made(plain, MADE, sources)
    found = credentials.read(plain)
    assert found is not None and found.claim is not None
    assert [one.origin for one in found.claim.ingredients] == ["a.mp4", "b.mp4"]


def test_another_installation_does_not_know_the_signer(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.sign_made(plain, MADE)
    root = tmp_path / "root.pem"
    root.write_bytes(identity.own_roots())
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "elsewhere"))
    found = credentials.read(plain)
    assert found is not None and found.state == "intact"
    trusting = credentials.read(plain, [root])
    assert trusting is not None and trusting.state == "trusted"


def test_a_rotated_key_leaves_old_films_trusted(plain: Path) -> None:
    credentials.sign_made(plain, MADE)
    identity.rotate()
    identity.create()
    found = credentials.read(plain)
    assert found is not None and found.state == "trusted"


def test_a_certificate_that_has_ended_vouches_for_nothing(plain: Path, home: Path) -> None:
    begin = identity.current(identity.Settings()).leaf.not_valid_before_utc
    year = datetime.timedelta(days=365)
    lasting(home, begin - 2 * year, begin - year)
    with pytest.raises(RuntimeError, match="could not be signed"):
        credentials.sign_made(plain, MADE)


@pytest.mark.parametrize("choice", ["fail", "sign"])
def test_a_time_stamp_server_that_does_not_answer(plain: Path, home: Path, choice: str) -> None:
    with socket.socket() as reserved:  # bound and not listening: nothing answers here
        reserved.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        home.mkdir(exist_ok=True)
        (home / "provenance.toml").write_text(
            f'time_stamp_server = "{address}"\nwithout_time_stamp = "{choice}"\n'
        )
        before = plain.read_bytes()
        if choice == "fail":
            with pytest.raises(RuntimeError, match="gave no time stamp"):
                credentials.sign_made(plain, MADE)
            assert plain.read_bytes() == before
        else:
            assert "without a time stamp" in credentials.sign_made(plain, MADE)
            found = credentials.read(plain)
            assert found is not None and found.state == "trusted"


def test_files_without_credentials_have_none(plain: Path, tmp_path: Path) -> None:
    assert credentials.read(plain) is None
    (tmp_path / "a.txt").write_text("hello")
    assert credentials.read(tmp_path / "a.txt") is None


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("A.jpg", None),
        ("I.jpg", None),
        ("C.jpg", "intact"),
        ("CA.jpg", "intact"),
        ("CICA.jpg", "intact"),
        ("CAICA.jpg", "intact"),
        ("CIE-sig-CA.jpg", "broken"),
        ("E-clm-CAICAI.jpg", "broken"),
        ("E-dat-CA.jpg", "broken"),
        ("E-sig-CA.jpg", "broken"),
        ("E-uri-CA.jpg", "broken"),
        ("XCA.jpg", "broken"),
    ],
)
def test_files_of_another_maker(home: Path, name: str, state: str | None) -> None:
    path = SHARED / f"adobe-20220124-{name}"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    found = credentials.read(path)
    assert (found.state if found else None) == state


def test_the_trust_that_is_shipped_holds_today() -> None:
    known = x509.load_pem_x509_certificates(credentials.default_trust().encode())
    assert len(known) > 20
    assert all(one.not_valid_after_utc > one.not_valid_before_utc for one in known)
