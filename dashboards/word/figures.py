"""The strip of key figures: label, large value, change against another period, target.

Which figures are shown, and whether a change is good, does not belong here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards.word.grid import Place, shares, side_by_side
from dashboards.word.paragraph import Ink, Run, Tone, paragraph
from dashboards.word.text import cut, width

_MOST_IN_A_ROW = 4
_GAP = 227
_LIMIT = 120
_FIXED_SPACE = "\u00a0"
_TONES: dict[bool | None, Tone] = {None: "muted", True: "good", False: "bad"}
_ARROWS = {"up": "▲ ", "down": "▼ ", "flat": ""}
# Printed half-ems up to which a value has the size of its style, and the half-points beyond.
_VALUE_SIZES = ((10, 0), (13, 32), (1000, 24))
_UNIT_SIZE = '<w:sz w:val="20"/><w:szCs w:val="20"/>'


@dataclass(frozen=True)
class KeyFigure:
    """One figure; all texts come formatted. `good` colours the change and `target_met` the target, None leaves it grey."""

    label: str
    value: str
    unit: str = ""
    change: str = ""
    direction: Literal["up", "down", "flat"] = "flat"
    good: bool | None = None
    compared_with: str = ""
    target: str = ""
    target_met: bool | None = None


def figure_strip(figures: Sequence[KeyFigure], ink: Ink, text_width: int) -> str:
    """Up to four figures in a row, in rows of nearly equal length."""
    count = -(-len(figures) // _MOST_IN_A_ROW)
    per_row = -(-len(figures) // count)
    widths = shares([1] * per_row, text_width - _GAP * (per_row - 1))
    size = _value_size(figures)
    rows = []
    for start in range(0, len(figures), per_row):
        shown = figures[start : start + per_row]
        places = [Place(_content(figure, size, ink), ink.look.accent) for figure in shown]
        rows.append(places + [Place("")] * (per_row - len(places)))
    return side_by_side(rows, widths, _GAP)


def _value_size(figures: Sequence[KeyFigure]) -> str:
    """One size for all values of a strip: that of the longest; empty where the style's own fits."""
    longest = max(width(cut(f.value, _LIMIT)) + width(cut(f.unit, _LIMIT)) / 2 for f in figures)
    half_points = next(size for limit, size in _VALUE_SIZES if longest <= limit)
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else ""


def _content(figure: KeyFigure, size: str, ink: Ink) -> str:
    value, unit = cut(figure.value, _LIMIT), cut(figure.unit, _LIMIT).replace(" ", _FIXED_SPACE)
    small = f'<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{ink.look.muted}"/>{_UNIT_SIZE}'
    change = []
    if figure.change:
        said = _ARROWS[figure.direction] + figure.change
        change.append(Run(said, bold=True, tone=_TONES[figure.good]))
    if figure.compared_with:
        change.append(Run(("  " if change else "") + figure.compared_with))
    aim = Run(figure.target, tone=_TONES[figure.target_met])
    return (
        paragraph("FigureLabel", ink.runs(cut(figure.label, _LIMIT)))
        + paragraph(
            "FigureValue", ink.run(value, size) + (ink.run(_FIXED_SPACE + unit, small) if unit else "")
        )
        + paragraph("FigureChange", ink.runs(change, _LIMIT))
        + (paragraph("FigureChange", ink.runs(aim, _LIMIT)) if figure.target else "")
    )
