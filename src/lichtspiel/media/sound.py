"""The sound of a film that is changed or enlarged goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import OutputContainer

#: Samples a second.
RATE = 48_000

#: Writes what is heard up to that second of the film.
Carry = Callable[[float], None]


@contextmanager
def carried(container: OutputContainer, source: Path | None) -> Iterator[Carry]:
    """A stream in `container` with the first sound of a film, as AAC in stereo.

    Nothing where there is no source, or no sound in it. Second 0 is the film's first picture. Ask
    with seconds that grow.
    """
    if source is None:
        yield lambda until: None
        return
    with av.open(str(source), metadata_errors="replace") as film:
        if not film.streams.audio:
            yield lambda until: None
            return
        stream = container.add_stream("aac", rate=RATE, options={"flags": "+bitexact"})
        stream.layout = "stereo"
        heard = _frames(film)
        waiting = next(heard, None)

        def carry(until: float) -> None:
            nonlocal waiting
            while waiting is not None and (waiting.time or 0.0) < until:
                container.mux(stream.encode(waiting))
                waiting = next(heard, None)

        yield carry
        container.mux(stream.encode(None))


def _frames(film: av.container.InputContainer) -> Iterator[av.AudioFrame]:
    """Sound from the film's first picture on, in one format; damaged parts are left out."""
    pictures, sound = film.streams.video[0], film.streams.audio[0]
    begin = float((pictures.start_time or 0) * (pictures.time_base or 0))
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    for packet in film.demux(sound):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in decoded:
            if frame.time is None or frame.time < begin:
                continue
            for even in resampler.resample(frame):
                assert even.pts is not None  # it counts samples
                even.pts -= round(begin * RATE)
                yield even
