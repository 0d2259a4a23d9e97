"""The mark is found where it is, with its payload, in real files, and nowhere else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lichtspiel.evaluate.metrics import psnr, vmaf
from lichtspiel.evaluate.watermark import ATTACKS, attacked_by, recordings
from lichtspiel.media import mux, read
from lichtspiel.provenance import watermark, watermark_code, watermark_search, watermark_waves
from lichtspiel.train.autoencoder import as_video

Clip = NDArray[np.uint8]
PAYLOAD = 0xC0FFEE42


@pytest.fixture(scope="module")
def clip() -> Clip:
    """24 frames (T, 192, 192, 3) of a real recording."""
    return next(recordings())[1]()[:24]


@pytest.fixture(scope="module")
def marked(clip: Clip) -> Clip:
    return mark(clip)


def mark(clip: Clip, payload: int = PAYLOAD) -> Clip:
    chunks = np.array_split(clip, range(8, len(clip), 8))
    return np.concatenate(list(watermark.embed(chunks, payload)))


def payload_in(clip: Clip, key: bytes = watermark.PUBLIC_KEY) -> int | None:
    found = watermark.detect([clip], key)
    return None if found is None else found.payload


def soft_picture(height: int, width: int) -> Clip:
    """One frame (1, H, W, 3) with a slope and some texture."""
    y, x = np.mgrid[:height, :width] / min(height, width)
    chance = np.random.default_rng(1)
    light = 90 + 60 * x + 30 * np.sin(9 * y) + chance.normal(0, 4, (height, width))
    return np.repeat(light[None, ..., None], 3, -1).clip(0, 255).astype(np.uint8)


# --- the code


def test_the_code_is_the_one_that_it_names() -> None:
    """A lone one, entering last in a circle of zeros, sends the generators bit by bit."""
    sent = (1 - watermark_code.encode(1).reshape(-1, 3)) / 2
    for column, generator in enumerate(watermark_code.GENERATORS):
        wanted = [generator >> (watermark_code.MEMORY - i) & 1 for i in range(9)]
        assert sent[:9, column].tolist() == wanted
        assert not sent[9:, column].any()


@pytest.mark.parametrize("payload", [0, 1, PAYLOAD, 2**31, 2**32 - 1])
def test_the_code_survives_noise_of_its_own_size(payload: int) -> None:
    noise = np.random.default_rng(payload).normal(0, 0.8, watermark_code.CODED_BITS)
    (found,) = watermark_code.decode((watermark_code.encode(payload) + noise)[None])
    assert found == payload


@pytest.mark.parametrize("payload", [-1, 2**32])
def test_a_payload_has_32_bits(payload: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 2\\^32 - 1"):
        next(watermark.embed([soft_picture(32, 32)], payload))


# --- what is seen


def test_the_mark_is_not_seen(clip: Clip, marked: Clip) -> None:
    before, after = (
        as_video(torch.from_numpy(frames).permute(3, 0, 1, 2))[None] for frames in (clip, marked)
    )
    assert psnr(after, before) > 38
    assert vmaf(after, before) > 95


def test_the_mark_is_not_seen_in_soft_still_films_and_survives() -> None:
    """A dim disc in haze, 17 frames: a mark as strong everywhere takes its edge, and VMAF, away."""
    y, x = np.mgrid[:192, :192] - 95.5
    haze = 190 + 10 * y / 96 - 20 / (1 + np.exp(np.hypot(x, y) - 40))
    still = np.repeat(haze.round().astype(np.uint8)[None, ..., None], 17, 0).repeat(3, -1)
    marked = mark(still)
    before, after = (
        as_video(torch.from_numpy(frames).permute(3, 0, 1, 2))[None] for frames in (still, marked)
    )
    assert vmaf(after, before) > 95
    assert payload_in(attacked_by(ATTACKS["H.264 crf 28"], marked)) == PAYLOAD


def test_the_mark_is_held_back_where_contrast_is_highest() -> None:
    contrast = np.array([[0, 0.5, 2, 8, 30]], np.float32)
    loudness = np.array([[1, 1, 2, 2, 2]], np.float32)
    held = watermark._held_back(loudness, contrast, loss=0.05)
    whole = float(np.sqrt((contrast**2).mean()))
    lost = watermark.STRENGTH * float((held * contrast).mean())
    assert lost == pytest.approx(0.05 * whole * (whole + watermark.FAINT), rel=0.1)
    assert (held[0, :2] == 1).all()  # nothing is lost where nothing is
    assert (np.diff(held[0, 2:]) <= 0).all()
    assert np.array_equal(watermark._held_back(loudness, contrast, loss=10), loudness)


def test_chunks_do_not_matter(clip: Clip, marked: Clip) -> None:
    (whole,) = watermark.embed([clip], PAYLOAD)
    assert np.array_equal(whole, marked)


def test_flat_grey_is_changed_least(clip: Clip) -> None:
    grey, white = (np.full((1, 192, 192, 3), level, np.uint8) for level in (128, 250))
    changes = [float((mark(c).astype(float) - c).std()) for c in (grey, white, clip)]
    assert changes[0] == pytest.approx(watermark.STRENGTH, rel=0.15)
    assert changes[0] < changes[1] < changes[2]


def test_all_colours_change_alike(clip: Clip, marked: Clip) -> None:
    change = marked.astype(int) - clip
    inside = (clip > 10).all(-1) & (clip < 245).all(-1)
    assert np.ptp(change[inside], axis=-1).max() <= 1


# --- what is found


def test_found_in_the_file_that_is_written(marked: Clip, tmp_path: Path) -> None:
    mux.write_mp4(tmp_path / "film.mp4", [marked], 12)
    found = watermark.detect(frame[None] for frame in read.frames(tmp_path / "film.mp4"))
    assert found is not None
    assert found.payload == PAYLOAD
    assert found.score > found.threshold
    assert found.false_alarm < watermark_search.FALSE_ALARM
    assert not found.mirrored
    assert (found.scale, found.aspect) == pytest.approx((1, 1), abs=0.02)


@pytest.mark.parametrize("name", ATTACKS)
def test_found_after(name: str, marked: Clip) -> None:
    assert payload_in(attacked_by(ATTACKS[name], marked)) == PAYLOAD


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("crop of 10 %", {"scale": 1 / 0.9}),
        ("10 % wider", {"aspect": 1.1}),
        ("10 % narrower", {"aspect": 0.9}),
        ("turned by 2 degrees", {"angle": 2.0}),
        ("mirrored", {"mirrored": True}),
    ],
)
def test_says_how_the_content_lies(name: str, lie: dict[str, float], marked: Clip) -> None:
    found = watermark.detect([attacked_by(ATTACKS[name], marked)])
    assert found is not None
    for quality, value in lie.items():
        # A strong mark is proven where proportions are met roughly, and then nothing is looked for.
        near = {"angle": 0.3, "aspect": 0.06}.get(quality, 0.02)
        assert getattr(found, quality) == pytest.approx(value, abs=near)


@pytest.mark.parametrize(
    "size", [(192, 192), (160, 256), (256, 160), (101, 173), (480, 854), (768, 1024)]
)
def test_found_in_one_frame_of_any_size(size: tuple[int, int]) -> None:
    assert payload_in(mark(soft_picture(*size))) == PAYLOAD


@pytest.mark.parametrize("level", [0, 16, 128, 235, 255])
def test_found_on_flat_frames(level: int) -> None:
    assert payload_in(mark(np.full((2, 192, 192, 3), level, np.uint8))) == PAYLOAD


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (16, 16), (8, 400)])
def test_tiny_pictures_are_taken_too(size: tuple[int, int]) -> None:
    picture = soft_picture(*size)
    assert mark(picture).shape == picture.shape
    assert payload_in(picture) is None


# --- what is not


def test_nothing_is_found_where_nothing_is(clip: Clip) -> None:
    assert watermark.detect([clip]) is None
    assert watermark.detect([np.zeros((3, 64, 64, 3), np.uint8)]) is None


def test_another_key_finds_nothing(marked: Clip) -> None:
    assert payload_in(marked, b"another key") is None
    assert payload_in(np.concatenate(list(watermark.embed([marked], 5, b"another key")))) == PAYLOAD


def test_foreign_keys_agree_no_more_than_the_bound_says(clip: Clip) -> None:
    """At one place and for one payload, exp(-s^2 / 2) is never passed by more than chance."""
    values, agreements = watermark_search.spectrum([clip]), []
    for number in range(2000):
        plan = watermark_waves.waves(number.to_bytes(2, "big"))
        agreements.append(
            float(watermark_search.pilot_scores(values, plan, np.eye(2)[None])[0, 0, 0])
        )
    scores = np.array(agreements)
    assert scores.std() == pytest.approx(1, abs=0.06)
    for score in (1.0, 2.0, 3.0):
        assert (scores >= score).mean() <= np.exp(-(score**2) / 2)


def test_a_film_without_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="no frame"):
        watermark.detect([])


def test_frames_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="same size"):
        watermark.detect([soft_picture(32, 32), soft_picture(32, 48)])


def test_a_long_film_streams_through(marked: Clip) -> None:
    """One chunk after the other is asked for; none is kept."""
    asked: list[int] = []

    def chunks() -> Iterator[Clip]:
        for number in itertools.count():
            asked.append(number)
            yield marked[:2]

    stream = watermark.embed(chunks(), PAYLOAD)
    assert len(list(itertools.islice(stream, 3))) == 3
    assert len(asked) == 3
