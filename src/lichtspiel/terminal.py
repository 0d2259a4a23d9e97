"""What the commands show: progress bars on standard error, and failures in one sentence."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from rich.progress import Progress as Bars


#: The signals that told this process to stop. Calls that lead through C may swallow what a handler
#: raises, so long work asks `stop_if_told` as well.
_stops: list[int] = []


def heed_signals() -> None:
    """End in the ordinary way on SIGTERM and Ctrl-C, so that temporary files are removed.

    Ctrl-C is left alone where whoever started this process ignores it.
    """
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    _stops.append(number)
    stop_if_told()


def stop_if_told() -> None:
    """Raise KeyboardInterrupt after Ctrl-C, SystemExit after SIGTERM; do nothing without either."""
    if not _stops:
        return
    if _stops[-1] == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + _stops[-1])


def bars() -> Bars:
    """Progress bars with the time left, on standard error."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
        console=Console(stderr=True),
    )


@contextmanager
def bad_input() -> Iterator[None]:
    """A ValueError inside is the user's: exit code 2."""
    try:
        yield
    except ValueError as error:
        fail(str(error), 2)


def fail(sentence: str, code: int) -> NoReturn:
    """End with one sentence on standard error."""
    sentence = sentence.partition("\n")[0]  # torch's own reports run over many lines
    typer.echo(f"lichtspiel: {sentence}", err=True)
    sys.exit(code)


def sentence_of(error: OSError) -> str:
    if error.errno is None:  # one of our own, which says all itself
        return str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full; no unfinished file was left behind."
    return f"The file could not be written or read: {error.strerror or error}."
