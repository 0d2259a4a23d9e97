"""The colours of the whole picture: flicker, sudden recolouring, drift."""

from __future__ import annotations

import numpy as np

from lichtspiel.inspection.fault import Fault, severity
from lichtspiel.inspection.matching import match
from lichtspiel.inspection.steps import Step, Window

#: Logarithms of ratios, so 0.03 is 3 %. A flash goes up and comes back within so many seconds.
_FLICKER, _BACK = 0.04, 0.35
_AT_ONCE = 0.045
#: What colours may wander within so many seconds, by less than so much at once.
_DRIFT, _WHILE, _LITTLE = 0.16, 1.5, 0.03


def flicker(window: Window) -> Fault | None:
    """Brightness that changes and changes back."""
    step, change = window.step, _brightness(window.step)
    if abs(change) < _FLICKER or match(step).cut:
        return None
    back = [
        min(abs(change), abs(_brightness(other)))
        for other in window.steps
        if abs(other.second - step.second) <= _BACK and change * _brightness(other) < 0
    ]
    if max(back, default=0.0) < _FLICKER:
        return None
    return Fault("flicker", step.second, step.second, severity(max(back), _FLICKER, 0.4))


def recoloured(window: Window) -> Fault | None:
    """All colours, or their brightness, change at once and stay so."""
    step = window.step
    change = float(np.abs(step.tint).max())
    if change < _AT_ONCE or flicker(window) is not None or match(step).cut:
        return None
    return Fault("recoloured", step.second, step.second, severity(change, _AT_ONCE, 0.5))


def drift(window: Window) -> Fault | None:
    """Colours that wander off, a little with each frame."""
    step = window.step
    steps = [s for s in window.steps if abs(s.second - step.second) <= _WHILE / 2]
    tints = np.stack([s.tint for s in steps])
    tints[np.abs(tints) >= _LITTLE] = 0  # what happens at once counts elsewhere
    wandered = float(np.abs(tints.sum(axis=0)).max())
    if wandered < _DRIFT:
        return None
    return Fault("drift", steps[0].second, steps[-1].second, severity(wandered, _DRIFT, 0.8))


def _brightness(step: Step) -> float:
    return float(step.tint.mean())
