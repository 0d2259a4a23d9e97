"""One file after another: what `verify` must say of it, whatever was done to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tampering import again

from lichtspiel import provenance
from lichtspiel.media.mux import write_mp4
from lichtspiel.provenance import credentials, identity, register
from lichtspiel.provenance.credentials import Captured, Made
from lichtspiel.provenance.verify import EXIT_CODES, REASONS, VERDICTS, tree, verify

SHARED = Path(__file__).parents[3] / "shared" / "data" / "c2pa"


def verdict(path: Path) -> str:
    return verify(path).verdict


def test_a_finished_film_and_picture_are_ai(film: Path, picture: Path) -> None:
    for path in (film, picture):
        answer = verify(path)
        assert answer.verdict == "ai"
        assert answer.evidence.watermark is not None
        assert answer.evidence.watermark.payload == 0xC0FFEE01
        assert answer.evidence.entry is not None
        assert answer.evidence.entry.id.startswith("c0ffee01")


def test_elsewhere_the_signer_is_unknown_and_so_is_the_film(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "elsewhere"))
    answer = verify(film)
    assert answer.verdict == "ai-signer-unknown"
    assert answer.evidence.entry is None


def test_without_credentials_the_watermark_tells(film: Path, tmp_path: Path) -> None:
    copy = again(film, tmp_path / "copy.mp4")
    register.register_file().unlink()
    answer = verify(copy)
    assert answer.verdict == "ai-unsigned"
    assert answer.evidence.watermark is not None and answer.evidence.likeness is None


def test_without_a_watermark_the_register_tells(
    tmp_path: Path, home: Path, clip: NDArray[np.uint8]
) -> None:
    unmarked = tmp_path / "unmarked.mp4"
    write_mp4(unmarked, [clip], 12)
    provenance.enter(unmarked, "ab" * 16, "himmel-mini")
    answer = verify(again(unmarked, tmp_path / "copy.mp4"))
    assert answer.verdict == "ai-unsigned"
    assert answer.evidence.watermark is None and answer.evidence.likeness is not None


def test_nothing_known_is_no_proof_of_anything(recording: Path, home: Path) -> None:
    answer = verify(recording)
    assert answer.verdict == "unknown"
    assert "No proof" in answer.sentence


def test_a_signed_recording_is_genuine(recording: Path, home: Path) -> None:
    credentials.sign_capture(recording, Captured("Eva", "2026-11-22T12:00:00Z", "camera"), ".mp4")
    assert verdict(recording) == "genuine"
    identity.folder_of_keys().rename(home / "lost")
    assert verdict(recording) == "genuine-signer-unknown"


def test_a_genuine_claim_on_an_ai_film_is_seen_through(film: Path, tmp_path: Path) -> None:
    copy = again(film, tmp_path / "copy.mp4")
    credentials.sign_capture(copy, Captured("Eva"), ".mp4")
    answer = verify(copy)
    assert answer.verdict == "ai-unsigned"
    assert any("carry its mark" in reason for reason in answer.reasons)


def test_a_recording_with_an_ai_part_is_edited(recording: Path, tmp_path: Path, home: Path) -> None:
    source = tmp_path / "source.mp4"
    shutil.copy(recording, source)
    credentials.sign_capture(source, Captured("Eva"), ".mp4")
    credentials.sign_made(recording, Made("ab" * 16, "himmel-mini", 1), [source])
    answer = verify(recording)
    assert answer.verdict == "edited"
    assert answer.evidence.credentials is not None and answer.evidence.credentials.claim is not None
    lines = list(tree(answer.evidence.credentials.claim))
    assert len(lines) == 2
    assert lines[1].startswith("   `- source.mp4: digitalCapture")


def test_an_ai_film_made_from_an_ai_film_stays_ai(film: Path, recording: Path) -> None:
    credentials.sign_made(recording, Made("ab" * 16, "himmel-mini", 1), [film])
    assert verdict(recording) == "ai"


# --- other makers, languages, limits --------------------------------------------------------------

PROMISED = {
    "adobe-20220124-A.jpg": "unknown",
    "adobe-20220124-I.jpg": "unknown",
    "adobe-20220124-C.jpg": "unknown",  # created, but not by what
    "adobe-20220124-CA.jpg": "edited",
    "adobe-20220124-CICA.jpg": "edited",
    "adobe-20220124-CAICA.jpg": "edited",
    "adobe-20220124-CIE-sig-CA.jpg": "tampered",
    "adobe-20220124-E-clm-CAICAI.jpg": "tampered",
    "adobe-20220124-E-dat-CA.jpg": "tampered",
    "adobe-20220124-E-sig-CA.jpg": "tampered",
    "adobe-20220124-E-uri-CA.jpg": "tampered",
    "adobe-20220124-XCA.jpg": "tampered",
    "video1.mp4": "edited",
}


@pytest.mark.parametrize("name", PROMISED)
def test_files_of_other_makers(home: Path, name: str) -> None:
    if not (SHARED / name).is_file():
        pytest.skip(f"{SHARED / name} is not there")
    assert verdict(SHARED / name) == PROMISED[name]


def test_what_can_not_be_read_is_unknown_and_says_why(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "noise.mp4"
    path.write_bytes(np.random.default_rng(0).bytes(5000))
    answer = verify(path)
    assert answer.verdict == "unknown"
    assert answer.evidence.unreadable


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="There is no file"):
        verify(tmp_path / "nothing.mp4")


def test_every_sentence_is_said_in_both_languages() -> None:
    for table in (VERDICTS, REASONS):
        for said in table.values():
            assert set(said) == {"en", "de"}
            assert said["en"] != said["de"]
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES) == len(VERDICTS)


def test_german_answers(film: Path) -> None:
    assert verify(film, language="de").sentence.startswith("Von KI gemacht")
