"""One text encoder and one policy for all tests of the room."""

from __future__ import annotations

import pytest

from lichtspiel.safety.policy import Policy, load_policy
from lichtspiel.text import TextEncoder


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    return TextEncoder.load()


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()
