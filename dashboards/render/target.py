"""How near a figure is to its target, in the words that screen and paper share; what a target is, the warehouse says."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.frame import KeyFigure
from dashboards.numbers import HUNDREDFOLD, change, short
from dashboards.words import word


@dataclass(frozen=True)
class Attainment:
    """The target and how near the figure is, as people read them; `met` is None where neither way is better.

    `share` of the target that is reached, where more is better and a share of the figure says something.
    """

    target: str
    reached: str
    met: bool | None
    share: float | None

    @property
    def in_short(self) -> str:
        """Both in one short line, for paper."""
        return " · ".join(
            filter(None, (self.target, f"{self.share:.1%}" if self.share is not None else self.reached))
        )


def attainment(frame: KeyFigure, language: str, currency: str) -> Attainment | None:
    """What to say of the figure's target; None where it has none, or there is no figure."""
    if frame.target is None or frame.value is None:
        return None
    sign = {"up": "≥ ", "down": "≤ "}.get(frame.better, "")
    value, target = float(frame.value), float(frame.target)
    met = {"up": value >= target, "down": value <= target}.get(frame.better)
    distance = change(value, target)
    adds_up = frame.better != "down" and frame.unit not in HUNDREDFOLD and distance is not None and target > 0
    share = 1 + distance if adds_up and distance is not None else None
    if share is not None:
        sign, reached = "", word("target_reached", language, share=f"{share:.1%}")
    else:
        reached = "" if met is None else word("target_met" if met else "target_missed", language)
    aim = sign + short(frame.target, frame.unit, language, currency)
    return Attainment(word("target_is", language, target=aim), reached, met, share)
