"""Shards to latents and token states, and batches of one shape drawn from them."""

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.text import TextEncoder
from lichtspiel.train.autoencoder import as_video, read_video
from lichtspiel.train.data import (
    CAPTIONS,
    Clips,
    Item,
    covered,
    joined,
    load,
    prepare,
    read_shard,
)

autoencoder, text = cache(Autoencoder.load), cache(TextEncoder.load)


def sight(picture: Tensor) -> Tensor:
    """What is seen in a picture (3, H, W): the red of each token."""
    return picture[:1, ::32, ::32].permute(1, 2, 0)


@pytest.fixture
def prepared(shard: Path, tmp_path: Path) -> Path:
    return prepare(shard, tmp_path / "latents", autoencoder(), text(), sight)


def test_latents_are_the_encoder_s_and_captions_the_text_encoder_s(
    shard: Path, prepared: Path
) -> None:
    items = load(prepared)
    _, film, about = next(iter(read_shard(shard)))
    latents = autoencoder().encode(as_video(read_video(film))[None])[0]
    torch.testing.assert_close(items[0].latents.float(), latents, atol=2e-3, rtol=2e-3)
    assert len(items[0].captions) == CAPTIONS
    states = text().encode([about["captions"][0]["text"]])
    torch.testing.assert_close(
        items[0].captions[0].float(), states.states[0][states.mask[0]], atol=1e-2, rtol=1e-2
    )


def test_the_first_picture_is_looked_at(shard: Path, prepared: Path) -> None:
    _, film, _ = next(iter(read_shard(shard)))
    red = as_video(read_video(film))[0, 0, ::32, ::32]
    torch.testing.assert_close(load(prepared)[0].look[..., 0].float(), red, atol=1e-3, rtol=1e-3)


def test_pictures_are_taken_from_the_middle_of_clips(prepared: Path) -> None:
    lengths = sorted(item.latents.shape[1] for item in load(prepared))
    # Two pictures, the clips of 25 and 9 frames, and frames 12 and 24 of the longer one.
    assert lengths == [1, 1, 1, 1, 2, 4]


def test_what_says_left_or_right_is_never_mirrored(prepared: Path) -> None:
    sided = {item.latents.shape[1]: item.mirrors for item in load(prepared)}
    assert not sided[2]  # the eye that looks to the right
    assert sided[4]


def test_a_prepared_shard_is_not_prepared_again(shard: Path, prepared: Path) -> None:
    before = prepared.stat().st_mtime_ns
    assert prepare(shard, prepared.parent, autoencoder(), text(), sight) == prepared
    assert prepared.stat().st_mtime_ns == before


def test_batches_have_one_shape_and_about_the_asked_tokens(prepared: Path) -> None:
    clips = Clips(prepared.parent, autoencoder())
    assert clips.refresh() == 6
    chance = random.Random(0)
    for length, size in ((1, 16), (4, 4)):
        batch = clips.draw({length: 1.0}, 64, chance)  # 4 tokens a latent frame
        assert batch.latents.shape == (size, 32, length, 4, 4)
        assert batch.text.shape[:2] == batch.mask.shape
        assert batch.mask.any(1).all()
        assert not batch.text[~batch.mask].any()


def test_lengths_are_drawn_as_often_as_asked(prepared: Path) -> None:
    clips = Clips(prepared.parent, autoencoder())
    clips.refresh()
    chance = random.Random(1)
    drawn = [clips.draw({1: 3.0, 4: 1.0}, 4, chance).latents.shape[2] for _ in range(400)]
    assert 0.68 < drawn.count(1) / 400 < 0.82


def test_new_shards_join(prepared: Path, make_shard: Callable[..., Path], tmp_path: Path) -> None:
    from lichtspiel.world.scene import sample

    clips = Clips(prepared.parent, autoencoder())
    clips.refresh()
    other = make_shard(tmp_path / "b.tar", [sample(0)], [1])
    prepare(other, prepared.parent, autoencoder(), text(), sight)
    assert clips.refresh() == 7


def test_no_clips_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no clips"):
        Clips(tmp_path, autoencoder()).draw({1: 1.0}, 64, random.Random(0))


def test_boxes_of_frames_become_those_of_latent_frames() -> None:
    first, later = (0.1, 0.2, 0.3, 0.4), (0.2, 0.1, 0.5, 0.4)
    boxes = joined([first, *[None] * 7, later, *[None] * 8])
    expected = [first, later, (0.0, 0.0, 0.0, 0.0)]
    torch.testing.assert_close(boxes, torch.tensor(expected))
    torch.testing.assert_close(joined([first, *[first] * 7, later])[1], torch.tensor(
        (0.1, 0.1, 0.5, 0.4)))  # fmt: skip


def test_cells_are_covered_as_far_as_the_box_reaches() -> None:
    box = torch.tensor([[0.25, 0.0, 1.0, 0.75]])
    torch.testing.assert_close(covered(box, 2, 2), torch.tensor([[[0.5, 1.0], [0.25, 0.5]]]))
    assert covered(torch.zeros(1, 4), 3, 5).shape == (1, 3, 5)
    assert not covered(torch.zeros(1, 4), 3, 5).any()


def test_subject_and_look_are_mirrored_with_the_clip(tmp_path: Path) -> None:
    latents = torch.zeros(32, 1, 2, 2).half()
    left = torch.tensor([[0.0, 0.0, 0.5, 1.0]])
    clips = Clips(tmp_path, autoencoder())
    look = torch.tensor([[[1.0], [2.0]], [[1.0], [2.0]]])
    clips._add(Item(latents, (torch.zeros(1, 384),), True, left, look))
    batch = clips.draw({1: 1.0}, 200, random.Random(0))
    drawn = torch.cat([batch.subject[:, 0, 0], batch.look[:, 0, :, 0]], 1)
    assert set(map(tuple, drawn.tolist())) == {(1.0, 0.0, 1.0, 2.0), (0.0, 1.0, 2.0, 1.0)}
