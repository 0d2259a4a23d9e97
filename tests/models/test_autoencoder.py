from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from lichtspiel.models.autoencoder import (
    BLOCK,
    Autoencoder,
    Line,
    Refiner,
    Stream,
    border_filter,
    even_joins,
    filter_borders,
    fold,
    unfold,
)


def random_line(channels: int = 32) -> Line:
    generator = torch.Generator().manual_seed(1)
    line = Line(channels)
    line.components.copy_(torch.linalg.qr(torch.randn(BLOCK, channels, generator=generator)).Q.T)
    line.mean.copy_(torch.randn(BLOCK, generator=generator) * 0.1)
    line.scale.copy_(torch.rand(channels, generator=generator) + 0.5)
    return line


def small(seed: int = 0) -> Autoencoder:
    """An autoencoder whose network does something, although untrained."""
    torch.manual_seed(seed)
    refiner = Refiner(trunk_channels=16, hint_channels=8, channels=16, blocks=3)
    for parameter in refiner.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    return Autoencoder(random_line(), refiner).eval().requires_grad_(False)


def noise(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(7)) * 2 - 1


def test_border_filter_is_orthogonal_and_keeps_constants() -> None:
    matrix = border_filter().double()
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(16).double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(matrix.sum(1), torch.ones(16).double(), atol=1e-6, rtol=0)
    # It commutes with mirroring, or latents could not be mirrored.
    torch.testing.assert_close(matrix.flip(0, 1), matrix, atol=1e-6, rtol=0)


def test_border_filter_makes_the_lapped_orthogonal_transform() -> None:
    """Known answer: 9.22 dB coding gain on a first-order Markov source with rho 0.95."""
    n = torch.arange(8, dtype=torch.float64)
    dct = torch.cos(torch.pi / 8 * (n + 0.5) * n[:, None]) / 2
    dct[0] /= 2**0.5
    matrix = border_filter(8).double()
    # Rows of the lapped transform: the DCT of a block of 8 after both its borders were filtered.
    both = torch.block_diag(matrix, matrix)  # type: ignore[no-untyped-call]
    lapped = dct @ both[4:12]
    lag = (torch.arange(16)[:, None] - torch.arange(16)).abs()
    variances = (lapped @ (0.95 ** lag.double()) @ lapped.T).diagonal()
    gain = 10 * torch.log10(variances.mean() / variances.log().mean().exp())
    assert gain.item() == pytest.approx(9.22, abs=0.01)


def test_filtering_is_undone_by_its_transpose_and_leaves_a_plain_picture() -> None:
    picture = noise(2, 48, 64)
    there = filter_borders(picture, border_filter())
    assert not torch.allclose(there, picture)
    back = filter_borders(there, border_filter().T)
    torch.testing.assert_close(back, picture, atol=1e-5, rtol=0)
    plain = torch.full((1, 32, 64), 0.3)
    torch.testing.assert_close(filter_borders(plain, border_filter()), plain)


def test_all_components_give_the_video_back() -> None:
    line = Line(BLOCK)
    line.components.copy_(torch.eye(BLOCK))
    video = noise(1, 3, 9, 32, 32)
    frames = line.decode(line.encode(video))
    assert frames.shape == (1, 3, 16, 32, 32)
    torch.testing.assert_close(frames[:, :, 7:], video, atol=1e-5, rtol=0)
    still = video[:, :, :1].expand(-1, -1, 7, -1, -1)
    torch.testing.assert_close(frames[:, :, :7], still, atol=1e-5, rtol=0)


def test_shapes_and_grid() -> None:
    autoencoder = small()
    latents = autoencoder.encode(noise(2, 3, 17, 32, 64))
    assert latents.shape == (2, 32, 3, 2, 4)
    assert autoencoder.decode(latents).shape == (2, 3, 17, 32, 64)
    assert autoencoder.decode(latents[:, :, :1]).shape == (2, 3, 1, 32, 64)
    with pytest.raises(ValueError, match="frames"):
        autoencoder.encode(noise(1, 3, 8, 32, 32))


def test_latents_know_no_later_frame() -> None:
    line, video = random_line(), noise(1, 3, 17, 32, 32)
    latents = line.encode(video)
    torch.testing.assert_close(line.encode(video[:, :, :1]), latents[:, :, :1])
    torch.testing.assert_close(line.encode(video[:, :, :9]), latents[:, :, :2])


def test_line_undoes_itself_on_what_it_can_show() -> None:
    line, latents = random_line(), noise(1, 32, 3, 2, 2)
    frames = line.decode(latents)
    again = (line.blocks(frames[:, :, 7:]) - line.mean) @ line.components.T / line.scale
    torch.testing.assert_close(again.movedim(-1, 1)[:, :, 1:], latents[:, :, 1:], atol=1e-4, rtol=0)


def test_fold_and_unfold() -> None:
    video = noise(2, 3, 5, 16, 32)
    assert fold(video).shape == (2, 5, 2, 4, 192)
    assert torch.equal(unfold(fold(video)), video)


@pytest.mark.parametrize("latent_frames", [1, 2, 3, 6])
def test_chunks_are_the_whole(latent_frames: int) -> None:
    autoencoder, latents = small(), noise(1, 32, latent_frames, 2, 2)
    whole = autoencoder.decode(latents)
    assert not torch.allclose(whole, autoencoder.decode(latents, refine=False), atol=1e-3)
    torch.testing.assert_close(autoencoder(latents), whole, atol=1e-5, rtol=0)
    for size in (1, 2, 3, 8):
        chunks = list(autoencoder.decode_chunks(latents, size))
        assert torch.equal(torch.cat(chunks, dim=2), whole)
        assert max(chunk.shape[2] for chunk in chunks) <= 8 * size
    parts = autoencoder.decode_chunks(part for part in latents.split(2, dim=2))
    assert torch.equal(torch.cat(list(parts), dim=2), whole)


def test_decoding_starts_before_the_latents_end() -> None:
    """Constant memory: a fourth latent frame is asked for only after a chunk was yielded."""
    autoencoder, asked = small(), []

    def latents() -> object:
        for index in range(12):
            asked.append(index)
            yield noise(1, 32, 1, 2, 2)

    chunks = autoencoder.decode_chunks(latents(), size=1)  # type: ignore[arg-type]
    next(chunks)
    assert len(asked) <= 6
    assert sum(chunk.shape[2] for chunk in chunks) == 8 * 11


def test_nothing_to_decode() -> None:
    with pytest.raises(ValueError, match="at least one latent frame"):
        list(small().decode_chunks([]))


def test_mirror_is_the_mirrored_clip() -> None:
    """With an even and an odd component."""
    line = Line(2)
    rows = noise(2, BLOCK // 16, 16)
    even, odd = rows[0] + rows[0].flip(-1), rows[1] - rows[1].flip(-1)
    line.components.copy_(torch.stack([even.flatten(), odd.flatten()]) / 100)
    line.parity.copy_(torch.tensor([1.0, -1.0]))
    video = noise(1, 3, 9, 32, 64)
    mirrored = line.mirror(line.encode(video))
    torch.testing.assert_close(line.encode(video.flip(-1)), mirrored, atol=1e-4, rtol=0)


def test_untrained_network_adds_nothing() -> None:
    autoencoder, latents = Autoencoder(random_line()), noise(1, 32, 2, 2, 2)
    assert torch.equal(autoencoder.decode(latents), autoencoder.decode(latents, refine=False))


def test_save_and_load(tmp_path: Path) -> None:
    saved = Autoencoder(random_line())
    saved.save(tmp_path / "a.safetensors")
    loaded = Autoencoder.load(tmp_path / "a.safetensors")
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]
    video = noise(1, 3, 9, 32, 32)
    torch.testing.assert_close(loaded.encode(video), saved.encode(video), atol=2e-2, rtol=0)
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    with pytest.raises(ValueError, match="no autoencoder at"):
        Autoencoder.load(tmp_path / "b.safetensors")


def joins(values: Tensor) -> Tensor:
    """The frames of a clip of single numbers after their joins were evened."""
    return even_joins(values.view(1, -1, 1), Stream(last=True)).flatten()


def test_steady_motion_passes_unchanged() -> None:
    steady = torch.arange(25.0)
    torch.testing.assert_close(joins(steady), steady)


def test_a_jump_between_latent_frames_is_spread_evenly() -> None:
    step = torch.cat([torch.zeros(9), torch.ones(8)])
    evened = joins(step)
    torch.testing.assert_close(evened.sum(), step.sum())  # what one side gains the other loses
    assert step.diff().max() == 1
    assert evened.diff().abs().max() <= 0.3
    torch.testing.assert_close(evened[:5], step[:5])
    torch.testing.assert_close(evened[13:], step[13:])


def test_held_latents_are_those_of_the_last_picture() -> None:
    autoencoder = Autoencoder.load()
    latents = torch.randn(1, 32, 3, 4, 6, generator=torch.Generator().manual_seed(0))
    frames = autoencoder.line.decode(latents)  # 8 of each latent frame
    held = autoencoder.held(latents)
    for index in range(3):
        last = frames[:, :, 8 * index + 7 : 8 * index + 8]
        torch.testing.assert_close(held[:, :, index : index + 1], autoencoder.encode(last))


def test_the_first_picture_stays_as_it_is() -> None:
    step = torch.cat([torch.zeros(1), torch.ones(8)])
    evened = joins(step)
    assert evened[0] == 0
    assert evened.diff().abs().max() <= 0.25 + 1e-6
    torch.testing.assert_close(evened[5:], step[5:])
