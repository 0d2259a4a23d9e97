from __future__ import annotations

import io
import json
import random
import tarfile
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from torch import Tensor

from lichtspiel.evaluate.metrics import psnr
from lichtspiel.models.autoencoder import BLOCK, Autoencoder, Line
from lichtspiel.train.autoencoder import (
    DecoderTraining,
    as_video,
    clips,
    crop,
    fit_line,
    halves,
    principal,
    run_decoder,
    run_fit,
    shards_in,
    whole,
)


def smooth(seed: int, frames: int = 17, size: int = 64) -> Tensor:
    """A drifting sum of slow waves, uint8 (3, T, size, size)."""
    chance = np.random.default_rng(seed)
    t, y, x = np.mgrid[0:frames, 0:size, 0:size]
    waves = np.zeros((3, frames, size, size))
    for _ in range(4):
        ky, kx, speed = chance.uniform((-0.1, -0.1, -0.2), (0.1, 0.1, 0.2))
        wave = np.sin(ky * y + kx * x + speed * t + chance.uniform(0, 6))
        waves += chance.uniform(-25, 25, (3, 1, 1, 1)) * wave
    return torch.from_numpy((128 + waves).clip(0, 255).astype(np.uint8))


def mp4(pixels: Tensor) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=12, options={"crf": "10"})
        stream.height, stream.width = pixels.shape[2:]
        stream.pix_fmt = "yuv420p"
        for picture in pixels.permute(1, 2, 3, 0).contiguous().numpy():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


def write_shard(path: Path, videos: list[Tensor]) -> None:
    with tarfile.open(path, "w") as tar:
        for index, video in enumerate(videos):
            for ending, data in (("json", b"{}"), ("mp4", mp4(video))):
                member = tarfile.TarInfo(f"{index:04d}.{ending}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    for shard, count in enumerate((4, 1)):
        write_shard(folder / f"{shard}.tar", [smooth(10 * shard + i) for i in range(count)])
    (folder / ".being-written.tar").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def line() -> Line:
    return fit_line([smooth(seed) for seed in range(12)])


def test_halves_and_whole() -> None:
    blocks = torch.randn(5, BLOCK)
    even, odd = halves(blocks)
    torch.testing.assert_close(whole(even, 1) + whole(odd, -1), blocks)
    mirrored = blocks.unflatten(1, (-1, 16)).flip(-1).flatten(1)
    torch.testing.assert_close(whole(even, 1) - whole(odd, -1), mirrored)


def test_principal_finds_known_values() -> None:
    basis = torch.linalg.qr(torch.randn(60, 60)).Q
    values = 0.7 ** torch.arange(60)
    found, vectors = principal(basis @ torch.diag(values) @ basis.T, 5)
    torch.testing.assert_close(found, values[:5], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close((vectors @ basis[:, :5]).abs(), torch.eye(5), atol=1e-3, rtol=0)


def test_fitted_line_shows_unseen_smooth_video(line: Line) -> None:
    video = as_video(smooth(99))[None]
    autoencoder = Autoencoder(line)
    latents = autoencoder.encode(video)
    assert psnr(autoencoder.decode(latents), video) > 38
    assert 0.3 < latents.var().item() < 3
    products = line.components @ line.components.T
    torch.testing.assert_close(products, torch.eye(32), atol=1e-4, rtol=0)
    mirrored = autoencoder.encode(video.flip(-1))
    torch.testing.assert_close(autoencoder.mirror(latents), mirrored, atol=1e-3, rtol=0)


def test_fit_needs_clips() -> None:
    with pytest.raises(ValueError, match="no clips"):
        fit_line([])


def test_shards(data: Path, tmp_path: Path) -> None:
    shards = shards_in(data)
    assert [shard.name for shard in shards] == ["0.tar", "1.tar"]
    found = list(clips(shards))
    assert len(found) == 5 and found[0].shape == (3, 17, 64, 64) and found[0].dtype == torch.uint8
    assert psnr(as_video(found[0]), as_video(smooth(0))) > 30
    assert next(clips(shards, limit=12)).shape[1] == 9
    with pytest.raises(ValueError, match="no shards"):
        shards_in(tmp_path)


def test_crop_comes_from_the_clip() -> None:
    """The channels of this clip say where a pixel is."""
    place = torch.stack(torch.meshgrid(*[torch.arange(40)] * 3, indexing="ij")).to(torch.uint8)
    for seed in range(4):
        piece = ((crop(place, 9, 32, random.Random(seed)) + 1) * 127.5).round()
        assert piece.shape == (3, 9, 32, 32)
        for axis, step in ((1, {1}), (2, {1}), (3, {1, -1})):
            assert set(piece[axis - 1].diff(dim=axis - 1).unique().int().tolist()) <= step


def test_fit_and_train_and_go_on(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = DecoderTraining(batch=1, frames=9, crop=32, warm_up=1, pool=2)
    run_fit(data, tmp_path, clips_to_fit=4, clips_to_test=1)
    latents = Autoencoder.load(tmp_path / "autoencoder.safetensors").encode(
        as_video(smooth(5))[None]
    )
    weights = run_decoder(data, tmp_path, 0.01, threads=1, settings=settings)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    more = lines[-1]["minutes"] + 0.02
    run_decoder(data, tmp_path, more, threads=1, settings=settings)
    lines += [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["psnr"] > 25
    steps = [line["step"] for line in lines[1:]]
    assert steps[0] == 0 and 0 < steps[1] == steps[2] < steps[3]
    trained = Autoencoder.load(weights)
    assert trained.refiner.leave.weight.abs().sum() > 0
    # Training never touches the latents.
    assert torch.equal(trained.encode(as_video(smooth(5))[None]), latents)
    assert (tmp_path / "decoder.png").read_bytes()[:4] == b"\x89PNG"
    assert not list(tmp_path.glob("*.part"))
