from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtspiel.media import region


def test_a_box_in_shares_and_in_pixels_means_the_same() -> None:
    shares = region.read("box=0.25,0.5,0.5,0.25", (200, 400), (100, 200))
    pixels = region.read("box=100,100,200,50", (200, 400), (100, 200))
    assert shares.shape == (100, 200) and shares.dtype == np.float32
    np.testing.assert_allclose(shares, pixels)
    assert shares[60, 100] == 1 and shares[40, 100] == 0 and shares[60, 20] == 0
    assert shares.mean() == pytest.approx(0.125, abs=0.01)


def test_a_mask_is_cut_as_its_source_is() -> None:
    shape = (100, 300)  # of which only the middle third is seen in a square
    assert region.read("box=100,0,100,100", shape, (64, 64)).min() > 0.95
    half = region.read("box=0,0,150,100", shape, (64, 64))
    assert half[:, :28].min() > 0.95 and half[:, 36:].max() < 0.05
    with pytest.raises(ValueError, match="nowhere white"):
        region.read("box=0,0,90,100", shape, (64, 64))


def test_a_painted_mask_is_white_where_it_is_meant(tmp_path: Path) -> None:
    paint = np.zeros((80, 40, 4), np.uint8)
    paint[:40] = 255
    paint[40:, :, :3] = 255  # white too, but not to be seen
    Image.fromarray(paint).save(tmp_path / "mask.png")
    mask = region.read(str(tmp_path / "mask.png"), (80, 40), (160, 80))
    assert mask[20:60].min() == 1 and mask[100:].max() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("box=1,2,3", "four numbers"),
        ("box=a,b,c,d", "four numbers"),
        ("box=0,0,0,1", "no size"),
        ("box=nan,0,1,1", "no size"),
        ("box=5,5,0.1,0.1", "nowhere white|no size"),
        ("nothing.png", "no file"),
    ],
)
def test_other_texts_are_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        region.read(text, (2, 2), (64, 64))
