"""Damaged files through `verify`: none may crash it, hold it up, or be called trusted wrongly.

    python scripts/fuzz_verify.py --count 20000 [FILE ...]

Each file (by default a film and a picture of AI and a genuine recording, made and signed for this,
and those that are given) is damaged at random. Its credentials are judged in a worker process with
at most 1 GB of memory beyond what loading takes; one file in `--look-every` is verified whole, with
watermark and register, which takes longer. Prints one JSON object: how often each verdict came, the
slowest seconds, and what must not be: crashes, and verdicts of a trusted signer although the
pictures are no longer those that were signed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

import av
import numpy as np

TRUSTED = ("ai", "genuine", "edited")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one kind of damage, at one or several places."""
    kind = chance.choice(("flip", "flip", "overwrite", "cut", "repeat", "remove", "swap", "zero"))
    at = chance.randrange(len(data))
    size = min(1 + int(chance.expovariate(1 / 40)), len(data) - at)
    if kind == "flip":
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8, 64))):
            changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if kind == "overwrite":
        return data[:at] + chance.randbytes(size) + data[at + size :]
    if kind == "cut":
        return data[: max(at, 1)]
    if kind == "repeat":
        return data[: at + size] + data[at:]
    if kind == "remove":
        return data[:at] + data[at + size :]
    if kind == "swap":
        middle = chance.randrange(at + 1)
        return data[:middle] + data[at : at + size] + data[middle:at] + data[at + size :]
    return data[:at] + bytes(size) + data[at + size :]


def pictures(path: Path) -> str:
    """A digest of all that is shown, as far as it can be decoded."""
    digest = hashlib.sha256()
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            for frame in container.decode(video=0):
                digest.update(frame.to_ndarray(format="rgb24").tobytes())
    except (av.error.FFmpegError, IndexError, ValueError):
        pass
    return digest.hexdigest()


def work(files: list[Path], numbers: range, look_every: int, pipe: Connection) -> None:
    """Verify damaged files of these numbers; tell each before and after."""
    from lichtspiel.provenance import credentials
    from lichtspiel.provenance.verify import Evidence, gather, judge, verify

    av.logging.set_level(av.logging.PANIC)
    sources = [(path, path.read_bytes(), pictures(path)) for path in files]
    verify(files[0])  # loads all that it needs
    spent = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (spent + 2**30, spent + 2**30))
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            chance = random.Random(number)
            source, data, shown = chance.choice(sources)
            path = Path(folder) / f"file{source.suffix}"
            path.write_bytes(damaged(data, chance))
            pipe.send(("begun", number))
            begun = time.monotonic(), time.process_time()
            if number % look_every:
                evidence = Evidence(credentials.read(path), None, None, None)
            else:
                evidence = gather(path)
            verdict, _ = judge(evidence)
            took = (time.monotonic() - begun[0], time.process_time() - begun[1])
            signed = evidence.credentials
            trusted = verdict in TRUSTED and signed is not None and signed.state == "trusted"
            false = trusted and pictures(path) != shown
            pipe.send(("done", (number, verdict, took, false)))
    pipe.send(("end", None))


def fuzz(files: list[Path], numbers: range, look_every: int, patience: float) -> dict[str, object]:
    """Verify the damaged files of these numbers; what came out."""
    verdicts: Counter[str] = Counter()
    crashes: list[int] = []
    false: list[int] = []
    slowest, at, end = (0.0, 0.0), numbers.start, numbers.stop
    spawn = multiprocessing.get_context("spawn")
    while at < end:
        here, there = spawn.Pipe(duplex=False)
        worker = spawn.Process(target=work, args=(files, range(at, end), look_every, there))
        worker.start()
        there.close()
        current = at
        try:
            while here.poll(patience):
                kind, told = here.recv()
                if kind == "end":
                    at = end
                    break
                if kind == "begun":
                    current = told
                    continue
                number, verdict, took, is_false = told
                verdicts[verdict] += 1
                slowest = (max(slowest[0], took[0]), max(slowest[1], took[1]))
                at = number + 1
                if is_false:
                    false.append(number)
            else:
                crashes.append(current)  # hangs
                at = current + 1
        except EOFError:
            crashes.append(current)
            at = current + 1
        worker.kill()
        worker.join()
    return {
        "files": len(numbers),
        "looked_at": sum(number % look_every == 0 for number in numbers),
        "verdicts": dict(verdicts),
        "slowest_s": round(slowest[0], 2),
        "slowest_processor_s": round(slowest[1], 2),
        "crashes_and_hangs": crashes,
        "falsely_trusted": false,
    }


def examples(folder: Path) -> list[Path]:
    """A film and a picture with all marks, and a genuine recording."""
    from lichtspiel import provenance
    from lichtspiel.media.mux import write_mp4, write_png
    from lichtspiel.provenance import credentials

    waves = np.sin(np.add.outer(np.arange(96) / 5, np.arange(96) / 9)) * 90 + 128
    frames = np.stack([np.roll(waves, 2 * t, axis=1) for t in range(12)]).astype(np.uint8)
    clip = np.repeat(frames[..., None], 3, axis=-1)
    film, picture, recording = (folder / n for n in ("film.mp4", "picture.png", "recording.mp4"))
    write_mp4(film, provenance.mark(iter([clip]), "ab" * 16), 12)
    write_png(picture, provenance.mark(iter([clip[:1]]), "ab" * 16))
    for path in (film, picture):
        provenance.sign(path, "ab" * 16, "himmel-mini")
    write_mp4(recording, [clip[:, ::-1]], 12)
    credentials.sign_capture(recording, credentials.Captured("Eva"), ".mp4")
    return [film, picture, recording]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first damage")
    parser.add_argument("--look-every", type=int, default=20)
    parser.add_argument("--patience", type=float, default=60, help="seconds until a file hangs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LICHTSPIEL_HOME"] = folder
        files = given.files + examples(Path(folder))
        numbers = range(given.first, given.first + given.count)
        print(json.dumps(fuzz(files, numbers, given.look_every, given.patience)))


if __name__ == "__main__":
    main()
