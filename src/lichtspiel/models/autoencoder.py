"""The autoencoder: video to latents by a fixed line, latents to video by the line and a network.

Legend: B batch, T frames, H height, W width in pixels; N latent frames, h = H/16, w = W/16,
C = 32 latent channels; F frames at hand in a part of a clip, n latent frames in it; D = 6144 the
values of one block (3 colours x 8 frames x 16 rows x 16 columns); K channels of a network layer.

The encoder is closed form. Frames are filtered across the borders of 16-pixel blocks by an
orthogonal matrix, so the blocks overlap (time-domain lapped transform: Tran, Liang and Tu 2003),
then each block is projected onto its principal components. Because every step is orthogonal,
the best linear decoder is the transpose. The network adds what a line can't know.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn, unflatten

from lichtspiel.models.layers import fast_dtype
from lichtspiel.shapes import LATENT_CHANNELS, SPACE_STRIDE, TIME_STRIDE, ClipShape

BLOCK = 3 * TIME_STRIDE * SPACE_STRIDE * SPACE_STRIDE
#: Latents are coefficients over std ** WHITENING: 1 is full whitening, which makes a diffusion
#: model spend itself on noise; 0 leaves its loss to the first few components.
WHITENING = 0.6
REACH = 3  # frames on either side of a join that `even_joins` changes
EVENED = 0.9  # how much of a join's jump it spreads; all of it would slow true motion too
REACH_OF_FIRST = 4  # frames that it changes behind the first picture
FOLD = 8  # the network works on 8 x 8 pixels folded into channels
WEIGHTS = Path(__file__).parent.parent / "weights" / "autoencoder.safetensors"


def border_filter(size: int = SPACE_STRIDE) -> Tensor:
    """Orthogonal filter (size, size) for the `size` samples around a block border.

    P = 1/2 [I J; J -I] diag(I, V) [I J; J -I], V = J C2' C4 J with the orthonormal DCT-II and
    DCT-IV: the lapped orthogonal transform in its time-domain form (Tran, Liang and Tu 2003,
    IEEE Transactions on Signal Processing 51(6)). Constant signals pass unchanged.
    """
    half = size // 2
    k = torch.arange(half, dtype=torch.float64)
    dct2 = torch.cos(math.pi / half * (k + 0.5) * k[:, None]) * math.sqrt(2 / half)
    dct2[0] /= math.sqrt(2)
    dct4 = torch.cos(math.pi / half * (k + 0.5) * (k[:, None] + 0.5)) * math.sqrt(2 / half)
    eye = torch.eye(half, dtype=torch.float64)
    flip = eye.flip(0)
    v = flip @ dct2.T @ dct4 @ flip
    butterfly = torch.cat([torch.cat([eye, flip], 1), torch.cat([flip, -eye], 1)])
    middle = torch.eye(size, dtype=torch.float64)
    middle[half:, half:] = v
    return (0.5 * butterfly @ middle @ butterfly).float()


def filter_borders(x: Tensor, matrix: Tensor) -> Tensor:
    """Apply `matrix` (16, 16) across every inner block border of the last two axes of x.

    The 8 samples next to the picture's own edges stay as they are. The transpose of an
    orthogonal matrix undoes it.
    """
    half = SPACE_STRIDE // 2
    rows, columns = x.shape[-2:]
    x = x.clone()
    inner = x[..., half : rows - half, :]
    blocks = unflatten(inner, -2, (-1, SPACE_STRIDE))
    inner.copy_((matrix @ blocks).flatten(-3, -2))
    inner = x[..., half : columns - half]
    inner.copy_((unflatten(inner, -1, (-1, SPACE_STRIDE)) @ matrix.T).flatten(-2))
    return x


class Line(nn.Module):
    """The closed-form part: overlapping blocks onto their principal components and back."""

    components: Tensor  # (C, D), orthonormal rows
    mean: Tensor  # (D,)
    scale: Tensor  # (C,), coefficients are divided by it
    parity: Tensor  # (C,), +1 or -1: what mirroring a clip left to right does to a component
    border: Tensor

    def __init__(self, channels: int = LATENT_CHANNELS) -> None:
        super().__init__()
        self.register_buffer("components", torch.zeros(channels, BLOCK))
        self.register_buffer("mean", torch.zeros(BLOCK))
        self.register_buffer("scale", torch.ones(channels))
        self.register_buffer("parity", torch.ones(channels))
        self.register_buffer("border", border_filter(), persistent=False)

    def blocks(self, video: Tensor) -> Tensor:
        """(B, 3, T, H, W) in [-1, 1] -> overlapping blocks (B, N, h, w, D)."""
        ClipShape(*video.shape[2:])  # refuses what does not fit the grid
        x = filter_borders(video.float(), self.border)
        # The first frame is held still for a whole block, so that a picture is a clip.
        x = torch.cat([x[:, :, :1].expand(-1, -1, TIME_STRIDE - 1, -1, -1), x], dim=2)
        for axis, stride in ((4, SPACE_STRIDE), (3, SPACE_STRIDE), (2, TIME_STRIDE)):
            x = unflatten(x, axis, (-1, stride))
        return x.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4)

    def encode(self, video: Tensor) -> Tensor:
        """(B, 3, T, H, W) in [-1, 1], T = 1 + 8k -> latents (B, C, N, h, w)."""
        with torch.autocast(video.device.type, enabled=False):
            coefficients = (self.blocks(video) - self.mean) @ self.components.T
            latents: Tensor = (coefficients / self.scale).movedim(-1, 1).contiguous()
            return latents

    def decode(self, latents: Tensor) -> Tensor:
        """(B, C, n, h, w) -> (B, 3, 8n, H, W); each latent frame stands for itself."""
        with torch.autocast(latents.device.type, enabled=False):
            coefficients = latents.float().movedim(1, -1) * self.scale
            blocks = coefficients @ self.components + self.mean
            x = unflatten(blocks, 4, (3, TIME_STRIDE, SPACE_STRIDE, SPACE_STRIDE))
            x = x.permute(0, 4, 1, 5, 2, 6, 3, 7).flatten(6).flatten(4, 5).flatten(2, 3)
            return filter_borders(x, self.border.T)

    def held(self, latents: Tensor) -> Tensor:
        """Latents (B, C, n, h, w) -> those of each one's last frame, held still, in that shape.

        Decoding, holding and encoding are linear, so all three together are one small matrix.
        """
        frames = unflatten(self.components, 1, (3, TIME_STRIDE, -1))  # C 3 8 256
        last = frames[:, :, -1:].expand_as(frames)
        mean = unflatten(self.mean, 0, (3, TIME_STRIDE, -1))
        shift = (mean[:, -1:].expand_as(mean) - mean).flatten() @ self.components.T
        matrix = last.flatten(1) @ self.components.T  # C C
        # What is known of a film stays on the CPU, wherever the networks are.
        coefficients = latents.to(self.mean).movedim(1, -1) * self.scale
        still: Tensor = (coefficients @ matrix + shift) / self.scale
        return still.movedim(-1, 1).to(latents.device)

    def mirror(self, latents: Tensor) -> Tensor:
        """Latents of the clip mirrored left to right: exact, because components are even or odd."""
        return latents.flip(-1) * self.parity.to(latents)[:, None, None, None]


class Stream:
    """What temporal layers remember while a clip passes through them in parts.

    A layer that looks one frame ahead gives its last frame only when the next part arrives, so
    parts of any length yield the same frames as the whole clip in one pass. At its two ends the
    clip is continued by its first and its last frame.
    """

    def __init__(self, last: bool = False) -> None:
        self.last = last  # set before the clip's final part passes
        self.begun = False
        self._kept: dict[object, Tensor] = {}
        self._first = 0  # index in the clip of the oldest frame that waits

    def context(self, layer: object, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Frames x (B, F, ...) -> the frames before, at and after each frame that is ready."""
        x = torch.cat([self._kept.get(layer, x[:, :1]), x], dim=1)
        if self.last:
            x = torch.cat([x, x[:, -1:]], dim=1)
        if x.shape[1]:
            self._kept[layer] = x[:, -2:]
        return x[:, :-2], x[:, 1:-1], x[:, 2:]

    def align(self, key: object, x: Tensor, count: int) -> Tensor:
        """Queue frames x (B, F, ...) and take the oldest `count` of the queue."""
        x = torch.cat([self._kept.get(key, x[:, :0]), x], dim=1)
        self._kept[key] = x[:, count:]
        return x[:, :count]

    def waiting(self, x: Tensor) -> tuple[Tensor, int]:
        """Frames that wait to be final, then x (B, F, ...); and the index of the first of them."""
        return torch.cat([self._kept.get("waiting", x[:, :0]), x], dim=1), self._first

    def wait(self, x: Tensor, first: int) -> None:
        """Keep frames x (B, F, ...), the first of which has index `first` in the clip."""
        self._kept["waiting"], self._first = x, first


class SpaceConv(nn.Conv2d):
    """3 x 3 convolution of every frame of (B, F, H, W, K)."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__(channels_in, channels_out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        frames: Tensor = super().forward(x.flatten(0, 1).permute(0, 3, 1, 2))
        return unflatten(frames.permute(0, 2, 3, 1), 0, x.shape[:2])


class Block(nn.Module):
    """Residual: 3 x 3 in space, then three frames in time.

    The convolution in time is one matrix product: as conv3d it is slow in float32 and gave
    non-finite gradients in bf16.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.space = SpaceConv(channels, channels)
        self.time = nn.Linear(channels, 3 * channels, bias=False)
        nn.init.zeros_(self.time.weight)

    def forward(self, x: Tensor, stream: Stream) -> Tensor:
        """(B, F, H, W, K) -> (B, F', H, W, K), one frame late until the clip ends."""
        before, now, after = stream.context(self, self.time(F.silu(self.space(x))))
        size = x.shape[-1]
        change = before[..., :size] + now[..., size : 2 * size] + after[..., 2 * size :]
        return stream.align((self, "skip"), x, now.shape[1]) + change


class Refiner(nn.Module):
    """Residual network on top of the line, which sees neighbours in space and time.

    A trunk at the latents' own rate (cheap: 1/32 of the positions) gathers the context of two
    latent frames on either side; blocks at full frame rate and 1/8 of the size see the line's
    pixels and what the trunk says about each frame.
    """

    def __init__(
        self,
        latent_channels: int = LATENT_CHANNELS,
        trunk_channels: int = 192,
        trunk_blocks: int = 2,
        hint_channels: int = 32,
        channels: int = 96,
        blocks: int = 6,
    ) -> None:
        super().__init__()
        pixels = 3 * FOLD * FOLD
        self.enter_trunk = SpaceConv(latent_channels, trunk_channels)
        self.trunk = nn.ModuleList(Block(trunk_channels) for _ in range(trunk_blocks))
        self.hint = nn.Linear(trunk_channels, TIME_STRIDE * 4 * hint_channels)
        self.enter = SpaceConv(pixels + hint_channels, channels)
        self.blocks = nn.ModuleList(Block(channels) for _ in range(blocks))
        self.leave = SpaceConv(channels, pixels)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.zeros_(self.leave.bias)

    @property
    def dtype(self) -> torch.dtype:
        return self.leave.weight.dtype

    def hints(self, latents: Tensor, stream: Stream) -> Tensor:
        """(B, n, h, w, C) -> (B, 8n', 2h, 2w, K) for the latent frames whose context is known."""
        x = self.enter_trunk(latents.to(self.dtype))
        for block in self.trunk:
            x = block(x, stream)
        x = unflatten(self.hint(x), -1, (TIME_STRIDE, 2, 2, -1)).permute(0, 1, 4, 2, 5, 3, 6, 7)
        return x.flatten(5, 6).flatten(3, 4).flatten(1, 2)

    def forward(self, folded: Tensor, hints: Tensor, stream: Stream) -> Tensor:
        """The line's folded frames (B, F, H/8, W/8, 192) and hints -> what to add, (B, F', ...)."""
        x = self.enter(torch.cat([folded.to(hints), hints], dim=-1))
        for block in self.blocks:
            x = block(x, stream)
        added: Tensor = self.leave(x)
        return added


def fold(pixels: Tensor) -> Tensor:
    """(B, 3, F, H, W) -> (B, F, H/8, W/8, 192)."""
    x = unflatten(unflatten(pixels, 4, (-1, FOLD)), 3, (-1, FOLD))
    return x.permute(0, 2, 3, 5, 1, 4, 6).flatten(4)


def unfold(folded: Tensor) -> Tensor:
    """(B, F, H/8, W/8, 192) -> (B, 3, F, H, W)."""
    x = unflatten(folded, 4, (3, FOLD, FOLD)).permute(0, 4, 1, 2, 5, 3, 6)
    return x.flatten(5).flatten(3, 4)


def join_still(frames: Tensor) -> Tensor:
    """(B, 8n, ...) -> (B, 1 + 8(n - 1), ...): the first 8 frames show one picture, their mean."""
    return torch.cat([frames[:, :TIME_STRIDE].mean(1, keepdim=True), frames[:, TIME_STRIDE:]], 1)


def even_joins(x: Tensor, stream: Stream) -> Tensor:
    """Spread the jump where two latent frames meet over the frames beside it.

    Every latent frame has its own small faults, so the picture jumps where one gives way to the
    next: by what the change there exceeds the changes just before and after it. Half of it is
    added to the three frames before and taken from the three after, less with the distance; the
    first frame, a picture of its own, stays, and the four after it take all.
    x (B, F, ...) are the next frames of a clip; returns those that are final.
    """
    x, first = stream.waiting(x)
    made = x.clone()
    border = first + (1 - first) % TIME_STRIDE
    while border + REACH_OF_FIRST <= first + x.shape[1]:
        at = border - first  # index of the first frame of a latent frame
        change = x[:, at - 2 + (border == 1) : at + 2].diff(dim=1)
        if border == 1:
            jump = change[:, :1] - change[:, 1:]
            made[:, at : at + REACH_OF_FIRST] -= jump * _fading(REACH_OF_FIRST, x)
        else:
            jump = EVENED * (change[:, 1:2] - (change[:, :1] + change[:, 2:]) / 2)
            made[:, at : at + REACH] -= jump * _fading(REACH, x) / 2
            made[:, at - REACH : at] += jump * _fading(REACH, x).flip(1) / 2
        border += TIME_STRIDE
    done = x.shape[1] if stream.last else min(max(border - REACH - first, 0), x.shape[1])
    stream.wait(made[:, done:], first + done)
    return made[:, :done]


def _fading(count: int, x: Tensor) -> Tensor:
    """Weights that fall in a line with the distance from a border: (1, count, 1, ...)."""
    weights = 1 - (torch.arange(count, device=x.device, dtype=x.dtype) + 0.5) / count
    return weights.view(1, -1, *[1] * (x.ndim - 2))


class Autoencoder(nn.Module):
    """Video to latents and back: blocks of 8 x 16 x 16 pixels to 32 numbers each.

    The encoder is fixed and in float32, so latents stay valid while the network trains. The
    network works in its own precision and adds to what the line decodes.
    """

    def __init__(self, line: Line | None = None, refiner: Refiner | None = None) -> None:
        super().__init__()
        self.line = line or Line()
        self.refiner = refiner or Refiner()

    @classmethod
    def load(cls, path: Path | None = None) -> Autoencoder:
        """Read weights (default: the embedded ones), ready for inference.

        The network decodes in bf16 where this processor computes in it, else in float32.
        Raises ValueError where the file is missing or is no autoencoder.
        """
        path = path or WEIGHTS
        if not path.is_file():
            raise ValueError(f"There is no autoencoder at {path}: fit one, or give its path.")
        autoencoder = cls()
        try:
            autoencoder.load_state_dict(load_file(path))
        except RuntimeError as error:
            raise ValueError(f"{path} does not hold an autoencoder of this version.") from error
        autoencoder.refiner.to(fast_dtype("cpu"))
        return autoencoder.eval().requires_grad_(False)

    def save(self, path: Path) -> None:
        """Write safetensors: the network in bf16, the line in float16 (scales in float32)."""
        half = {"line.components": torch.float16, "line.mean": torch.float16}
        tensors = {
            name: value.to(torch.bfloat16 if name.startswith("refiner.") else half.get(name))
            for name, value in self.state_dict().items()
        }
        part = path.with_suffix(".part")
        save_file({name: value.contiguous().cpu() for name, value in tensors.items()}, part)
        part.replace(path)

    def encode(self, video: Tensor) -> Tensor:
        """Video (B, 3, T, H, W) in [-1, 1], T = 1 + 8k -> latents (B, 32, 1 + k, H/16, W/16).

        Latent frame 0 depends on frame 0 only, latent frame n on frames 8n - 7 to 8n. Raises
        ValueError where the clip does not fit the grid (see shapes.ClipShape).
        """
        return self.line.encode(video)

    def held(self, latents: Tensor) -> Tensor:
        """The picture at the end of each latent frame, as the latent frame that starts a clip.

        (B, 32, n, h, w) to the same shape: a later part of a film begins with it as any clip
        begins with its first picture, and nothing is decoded for that.
        """
        return self.line.held(latents)

    def mirror(self, latents: Tensor) -> Tensor:
        """Latents of the clip mirrored left to right, exact and without a look at pixels."""
        return self.line.mirror(latents)

    def decode(self, latents: Tensor, refine: bool = True) -> Tensor:
        """Latents (B, 32, N, h, w) -> video (B, 3, 1 + 8(N - 1), 16h, 16w), about [-1, 1].

        Without `refine` by the line alone.
        """
        return torch.cat(list(self.decode_chunks(latents, refine=refine)), dim=2)

    @torch.no_grad()
    def decode_chunks(
        self, latents: Tensor | Iterable[Tensor], size: int = 2, refine: bool = True
    ) -> Iterator[Tensor]:
        """The very frames of `decode`, `size` latent frames at a time, in constant memory.

        `latents` is a tensor (B, 32, N, h, w), or one clip in parts of any length. Yields
        (B, 3, F, H, W): first 1 + 8(size - 1) frames, then 8 size each, then what is left.
        Raises ValueError without a latent frame.
        """
        stream = Stream()
        want = 1 + TIME_STRIDE * (size - 1)
        ready: Tensor | None = None
        # Always one latent frame at a time, whatever the size: so the arithmetic is the same.
        for latent, stream.last in mark_last(single_frames(latents)):
            frames = self.step(latent, stream, refine)
            ready = frames if ready is None else torch.cat([ready, frames], dim=2)
            while ready.shape[2] >= want:
                yield ready[:, :, :want]
                ready, want = ready[:, :, want:], TIME_STRIDE * size
        if ready is None:
            raise ValueError("There are no latents to decode: give at least one latent frame.")
        if ready.shape[2]:
            yield ready

    def forward(self, latents: Tensor) -> Tensor:
        """Decode a whole clip in one pass and with gradients, for training."""
        return self.step(latents, Stream(last=True))

    def step(self, latents: Tensor, stream: Stream, refine: bool = True) -> Tensor:
        """The next latent frames (B, 32, n, h, w) -> the frames (B, 3, F, H, W) now ready."""
        x = latents.movedim(1, -1)
        hints = self.refiner.hints(x, stream) if refine else None
        known = x.shape[1] if hints is None else hints.shape[1] // TIME_STRIDE
        known_latents = stream.align("latents", x, known).movedim(-1, 1)
        folded = fold(self.line.decode(known_latents))
        if known and not stream.begun:
            stream.begun = True
            folded, hints = join_still(folded), None if hints is None else join_still(hints)
        if hints is None:
            return unfold(even_joins(folded, stream))
        added = self.refiner(folded, hints, stream)
        return unfold(even_joins(stream.align("line", folded, added.shape[1]) + added, stream))


def single_frames(latents: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
    """A clip's latents, whole or in parts, as single latent frames (B, C, 1, h, w)."""
    for part in [latents] if isinstance(latents, Tensor) else latents:
        yield from part.split(1, dim=2)


def mark_last(items: Iterator[Tensor]) -> Iterator[tuple[Tensor, bool]]:
    """Each item with whether it is the last."""
    previous: Tensor | None = None
    for item in items:
        if previous is not None:
            yield previous, False
        previous = item
    if previous is not None:
        yield previous, True
