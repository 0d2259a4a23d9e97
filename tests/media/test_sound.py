"""The sound of a film goes with what is made of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lichtspiel.enlargement import Source, enlarge
from lichtspiel.media import mux

PICTURES = np.full((24, 64, 64, 3), 90, np.uint8)


def film(path: Path, seconds: float = 3.0, hertz: float = 440.0, codec: str = "aac") -> Path:
    """A grey film of 12 frames a second with a tone in it; no sound where hertz is 0."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=12)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        if hertz:
            tones = container.add_stream(codec, rate=44_100)
            tones.layout = "mono"
            time = np.arange(round(seconds * 44_100)) / 44_100
            wave = (0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[None]
            tone = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            tone.sample_rate, tone.pts, tone.time_base = 44_100, 0, Fraction(1, 44_100)
            container.mux(tones.encode(tone))
            container.mux(tones.encode(None))
        for _ in range(round(12 * seconds)):
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(PICTURES[0], format="rgb24")))
        container.mux(pictures.encode(None))
    return path


def heard(path: Path) -> tuple[float, float]:
    """Seconds of sound, and the pitch of its loudest tone in hertz; (0, 0) without sound."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return 0.0, 0.0
        rate = container.streams.audio[0].rate
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    wave = np.concatenate(parts, 1)[0]
    loudness = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return len(wave) / rate, float(np.argmax(loudness) * rate / len(wave))


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mkv", "flac")])
def test_sound_goes_with_the_frames_and_ends_with_them(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    source, target = film(tmp_path / f"source{suffix}", codec=codec), tmp_path / "film.mp4"
    mux.write_mp4(target, [PICTURES[:8], PICTURES[8:]], 12, sound=source)
    seconds, pitch = heard(target)
    assert seconds == pytest.approx(2, abs=0.12)  # of three; whole blocks of the codec
    assert pitch == pytest.approx(440, abs=3)
    again = tmp_path / "again.mp4"
    mux.write_mp4(again, [PICTURES[:8], PICTURES[8:]], 12, sound=source)
    assert again.read_bytes() == target.read_bytes()


def test_a_silent_film_stays_silent(tmp_path: Path) -> None:
    source, target = film(tmp_path / "source.mp4", hertz=0), tmp_path / "film.mp4"
    mux.write_mp4(target, [PICTURES], 12, sound=source)
    assert heard(target) == (0, 0)
    short = film(tmp_path / "short.mp4", seconds=1)
    mux.write_mp4(target, [PICTURES], 12, sound=short)
    assert heard(target)[0] == pytest.approx(1, abs=0.06)


def test_a_film_made_larger_is_heard_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "home"))
    source = film(tmp_path / "tone.mp4", seconds=0.5, hertz=1000)
    enlarge(Source.of(source, 2), tmp_path / "large.mp4")
    seconds, pitch = heard(tmp_path / "large.mp4")
    assert seconds == pytest.approx(0.5, abs=0.06) and pitch == pytest.approx(1000, abs=5)
