"""Lichtspiel: a sentence in, a film out, on your own machine.

    from lichtspiel import Studio
    Studio.load("himmel-mini").generate("a dog in the snow").save("dog.mp4")

Importing the package loads nothing heavy; torch comes with the first use of `Studio`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lichtspiel.studio import Studio as Studio

__version__ = "0.1.0"
__all__ = ["Studio", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Studio":
        from lichtspiel.studio import Studio

        return Studio
    raise AttributeError(f"module 'lichtspiel' has no attribute '{name}'")
