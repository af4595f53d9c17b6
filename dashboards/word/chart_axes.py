"""The axes of a chart: number lines, category labels that fit, light grid lines.

What is drawn between the axes does not belong here (`chart_series`).
"""

import math
import re

from dashboards.word.chart import Chart, number
from dashboards.word.chart_shape import NO_SHAPE, line, shape, text_properties, title
from dashboards.word.look import Look
from dashboards.word.text import escape, width

MAIN = (1001, 1002)
SECONDARY = (1003, 1004)
NAME_LIMIT = 30  # half-ems of a category's or series' name; the workbook keeps the whole
_SLANTED_LIMIT = 16
_SLANT = -45
_LABEL_POINTS = 8
_CM_PER_HALF_EM = _LABEL_POINTS / 2 / 72 * 2.54
_MOST_SLANTED = 24
_DECIMALS = re.compile(r"\.[0#]+")
_STEPS = 5  # of an axis whose ends are both known

Limits = tuple[float | None, float | None]


def axes(chart: Chart, look: Look, width_cm: float) -> str:
    """The axes that `chart` needs, in schema order; nothing for a pie or doughnut."""
    if chart.is_pie:
        return ""
    if chart.is_xy:
        return _across_axis(chart, look) + _value_axis(chart, look)
    main = _category_axis(chart, look, width_cm) + _value_axis(chart, look)
    if any(series.secondary for series in chart.series):
        return main + _hidden_category_axis() + _secondary_axis(chart, look)
    return main


def axis_ids(secondary: bool) -> str:
    """The references by which a plot names its two axes."""
    return "".join(f'<c:axId val="{axis}"/>' for axis in (SECONDARY if secondary else MAIN))


def shows_number_axis(chart: Chart) -> bool:
    """Whether numbers stand along the axis; columns that bear their own values need none."""
    return not (chart.show_labels and chart.kind in ("column", "bar") and not chart.stacked)


def _category_axis(chart: Chart, look: Look, width_cm: float) -> str:
    horizontal = chart.kind == "bar"
    skip, rotation = (1, None) if horizontal else _label_fit(chart, width_cm)
    return (
        f'<c:catAx><c:axId val="{MAIN[0]}"/>'
        f'<c:scaling><c:orientation val="{"maxMin" if horizontal else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if horizontal else "b"}"/>'
        + _axis_title(chart, look, 0, upright=horizontal)
        + '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        + shape(outline=line(look.rule, 1))
        + text_properties(look, _LABEL_POINTS, look.muted, rotation=rotation)
        + f'<c:crossAx val="{MAIN[1]}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        f'<c:lblOffset val="100"/><c:tickLblSkip val="{skip}"/><c:tickMarkSkip val="{skip}"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _hidden_category_axis() -> str:
    return (
        f'<c:catAx><c:axId val="{SECONDARY[0]}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="b"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="none"/><c:crossAx val="{SECONDARY[1]}"/><c:crosses val="autoZero"/></c:catAx>'
    )


def _across_axis(chart: Chart, look: Look) -> str:
    return _number_axis(
        look,
        MAIN,
        place="b",
        number_format=chart.x_format,
        title_xml=_axis_title(chart, look, 0, upright=False),
        labels="low",
        crosses="min",
        outline=shape(outline=line(look.rule, 1)),
    )


def _value_axis(chart: Chart, look: Look) -> str:
    horizontal = chart.kind == "bar"
    grid = f"<c:majorGridlines>{shape(outline=line(look.rule, 0.5))}</c:majorGridlines>"
    return _number_axis(
        look,
        MAIN[::-1],
        place="b" if horizontal else "l",
        number_format=_scale_format(chart),
        limits=_limits(chart),
        title_xml=_axis_title(chart, look, 1, upright=not horizontal),
        grid=grid if shows_number_axis(chart) else "",
        deleted=not shows_number_axis(chart),
        crosses=_crossing(chart),
        between="midCat" if chart.is_xy or chart.kind == "area" else "between",
    )


def _scale_format(chart: Chart) -> str:
    """The numbers' format without decimals where Word's steps are whole: from ten, or ten per cent, on."""
    highest = max((abs(value) for value in _values(chart, secondary=False)), default=0.0)
    percent = "%" in chart.number_format
    return (
        _DECIMALS.sub("", chart.number_format) if highest >= (0.1 if percent else 10) else chart.number_format
    )


def _crossing(chart: Chart) -> str:
    """Where the numbers stand: at the left edge, or below (the upper end, as bars are in reversed order)."""
    if chart.is_xy:
        return "min"
    return "max" if chart.kind == "bar" else "autoZero"


def _secondary_axis(chart: Chart, look: Look) -> str:
    return _number_axis(
        look,
        SECONDARY[::-1],
        place="r",
        number_format=chart.secondary_format,
        limits=_secondary_limits(chart),
        crosses="max",
        between="between",
    )


def _number_axis(
    look: Look,
    ids: tuple[int, int],
    *,
    place: str,
    number_format: str,
    limits: Limits = (None, None),
    title_xml: str = "",
    grid: str = "",
    deleted: bool = False,
    labels: str = "nextTo",
    outline: str = NO_SHAPE,
    crosses: str = "autoZero",
    between: str = "midCat",
) -> str:
    low, high = limits
    known = [(tag, end) for tag, end in (("max", high), ("min", low)) if end is not None]
    ends = "".join(f'<c:{tag} val="{end:.15G}"/>' for tag, end in known)
    step = ""
    if low is not None and high is not None and high > low:
        step = f'<c:majorUnit val="{(high - low) / _STEPS:.15G}"/>'
    return (
        f'<c:valAx><c:axId val="{ids[0]}"/><c:scaling><c:orientation val="minMax"/>{ends}</c:scaling>'
        f'<c:delete val="{int(deleted)}"/><c:axPos val="{place}"/>{grid}{title_xml}'
        f'<c:numFmt formatCode="{escape(number_format)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{labels}"/>{outline}'
        f"{text_properties(look, _LABEL_POINTS, look.muted)}"
        f'<c:crossAx val="{ids[1]}"/><c:crosses val="{crosses}"/><c:crossBetween val="{between}"/>'
        f"{step}</c:valAx>"
    )


def _limits(chart: Chart) -> Limits:
    """All but lines and clouds stand on zero (Word would cut a column's foot off); the rest Word chooses."""
    low, high = (number(limit) for limit in chart.value_range)
    if chart.kind in ("line", "scatter"):
        return low, high
    values = _values(chart, secondary=False)
    if low is None and min(values, default=0.0) >= 0:
        low = 0.0
    elif high is None and max(values, default=0.0) <= 0:
        high = 0.0
    return low, high


def _secondary_limits(chart: Chart) -> Limits:
    """A share that comes near the whole ends at the whole: above it is no room for anything."""
    values = _values(chart, secondary=True)
    low = 0.0 if min(values, default=0.0) >= 0 else None
    nearly_whole = "%" in chart.secondary_format and 0.75 < max(values, default=0.0) <= 1
    return low, 1.0 if nearly_whole else None


def _values(chart: Chart, secondary: bool) -> list[float]:
    drawn = (number(value) for s in chart.series if s.secondary is secondary for value in s.values)
    return [value for value in drawn if value is not None]


def _axis_title(chart: Chart, look: Look, position: int, upright: bool) -> str:
    text = chart.axis_titles[position]
    return title(look, text, _LABEL_POINTS, look.muted, -90 if upright else None) if text else ""


def label_limit(chart: Chart, width_cm: float) -> int:
    """Half-ems that a category's name may take in a chart so wide; slanted names take from the plot."""
    if chart.is_pie or chart.kind == "bar" or _label_fit(chart, width_cm)[1] != _SLANT:
        return NAME_LIMIT
    return _SLANTED_LIMIT


def _label_fit(chart: Chart, width_cm: float) -> tuple[int, int | None]:
    """Every how many labels one is shown, and their rotation: two lines flat, else fewer, else slanted.

    A rotation of 0 also lets LibreOffice break a label in two, which periods must not be.
    """
    count = len(chart.categories)
    if not count:
        return 1, None
    longest = min(max(width(label) for label in chart.categories), NAME_LIMIT) + 1
    slot_cm = (width_cm - 2.2) / count
    lines = 1 if chart.kind in ("line", "area") else 2
    if longest * _CM_PER_HALF_EM <= slot_cm * lines:
        return 1, 0 if lines > 1 else None
    if lines == 1 or count > _MOST_SLANTED:
        return math.ceil(longest * _CM_PER_HALF_EM / slot_cm), None
    return 1, _SLANT
