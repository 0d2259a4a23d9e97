"""What the commands show: progress bars on standard error, and failures in one sentence."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from rich.progress import Progress as Bars


#: Whether Ctrl-C was pressed. Calls that lead through C may swallow the KeyboardInterrupt that it
#: raises, so long work asks here as well.
interrupted = Event()


def heed_interrupts() -> None:
    """Let `interrupted` know of Ctrl-C, unless whoever started this process ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    interrupted.set()
    raise KeyboardInterrupt


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
