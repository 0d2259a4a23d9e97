"""What the terminal's helpers do when a process is told to stop."""

from __future__ import annotations

import subprocess
import sys

import pytest

SWALLOWED = """
import os, signal
from lichtspiel.terminal import heed_signals, stop_if_told

class Swallower:
    def __del__(self):  # what is raised here is reported and lost
        os.kill(os.getpid(), signal.{name})

signal.signal(signal.SIGINT, signal.default_int_handler)
heed_signals()
stop_if_told()
Swallower()
print("went on", flush=True)
stop_if_told()
print("and on")
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", -2)])
def test_a_stop_that_was_swallowed_is_heard_at_the_next_step(name: str, code: int) -> None:
    """Python ends a KeyboardInterrupt that nobody catches by the signal itself."""
    told = [sys.executable, "-c", SWALLOWED.format(name=name)]
    done = subprocess.run(told, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (code, "went on\n")


def test_ctrl_c_stays_ignored_where_the_starter_ignores_it() -> None:
    code = (
        "import os, signal; from lichtspiel.terminal import heed_signals, stop_if_told;"
        "signal.signal(signal.SIGINT, signal.SIG_IGN); heed_signals();"
        "os.kill(os.getpid(), signal.SIGINT); stop_if_told(); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "goes on\n")
