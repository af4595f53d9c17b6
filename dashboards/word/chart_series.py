"""The series of a chart as DrawingML: references, cached values, points that differ, value labels.

Axes, legend and the order of plots do not belong here.
"""

from collections.abc import Sequence

from dashboards.word.chart import Chart
from dashboards.word.chart_axes import NAME_LIMIT
from dashboards.word.chart_shape import NO_LINE, NO_SHAPE, hatched, line, shape, solid, text_properties
from dashboards.word.chart_sheet import Column, Drawn
from dashboards.word.look import Look, hex_color, is_dark, lighter
from dashboards.word.text import cut_to_width, escape

_LABEL_POINTS = 8
_MOST_MARKED_POINTS = 13  # more points than this, and markers hide the line
_MOST_LABELLED_POINTS = 12
_SMALLEST_LABELLED_SHARE = 0.04


def category_labels(column: Column, limit: int) -> str:
    """The categories that all series of a chart share, each cut to `limit` half-ems."""
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(cut_to_width(cell, limit))}</c:v></c:pt>'
        for at, cell in enumerate(column.cells)
    )
    return (
        f'<c:cat><c:strRef><c:f>{column.cells_ref}</c:f><c:strCache><c:ptCount val="{len(column.cells)}"/>'
        f"{points}</c:strCache></c:strRef></c:cat>"
    )


def line_series(chart: Chart, drawn: Drawn, order: int, look: Look, categories: str) -> str:
    """A line over categories, of a line or combo chart."""
    color = _color(drawn, look)
    return (
        _opening(drawn, order)
        + shape(outline=_stroke(drawn, color, look))
        + _marker(drawn, color, len(drawn.values.cells) <= _MOST_MARKED_POINTS)
        + _line_points(chart, drawn, color)
        + (_line_labels(chart, drawn, look, color) if _is_labelled(chart, drawn) else "")
        + _category_values(drawn, categories)
        + f'<c:smooth val="{int(chart.smooth)}"/></c:ser>'
    )


def bar_series(chart: Chart, drawn: Drawn, order: int, look: Look, categories: str) -> str:
    """Columns or bars."""
    color = _color(drawn, look)
    upcoming = _partial(chart, drawn)
    points = "".join(
        f'<c:dPt><c:idx val="{at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"{shape(hatched(color), line(color, 0.75))}</c:dPt>"
        for at in upcoming
    )
    return (
        _opening(drawn, order)
        + shape(solid(color))
        + '<c:invertIfNegative val="0"/>'
        + points
        + (_bar_labels(chart, look, color) if chart.show_labels else "")
        + _category_values(drawn, categories)
        + "</c:ser>"
    )


def area_series(chart: Chart, drawn: Drawn, order: int, look: Look, categories: str) -> str:
    """A filled area: solid where areas are stacked, light under a line where they lie over each other."""
    color = _color(drawn, look)
    look_of_area = (
        shape(solid(color)) if chart.stacked else shape(solid(lighter(color, 0.65)), line(color, 1.5))
    )
    return _opening(drawn, order) + look_of_area + _category_values(drawn, categories) + "</c:ser>"


def pie_series(chart: Chart, drawn: Drawn, order: int, look: Look, categories: str) -> str:
    """The parts of a whole; parts too small for a label bear none, the legend names them."""
    values = [cell if isinstance(cell, float) else 0.0 for cell in drawn.values.cells]
    whole = sum(values) or 1.0
    points, labels = [], []
    place = '<c:dLblPos val="inEnd"/>' if chart.kind == "pie" else ""  # a ring takes no position
    for at, value in enumerate(values):
        color = look.series_color(at)
        points.append(
            f'<c:dPt><c:idx val="{at}"/><c:bubble3D val="0"/>{shape(solid(color), line("FFFFFF", 1))}</c:dPt>'
        )
        if value / whole < _SMALLEST_LABELLED_SHARE:
            labels.append(f'<c:dLbl><c:idx val="{at}"/><c:delete val="1"/></c:dLbl>')
        else:
            readable = text_properties(
                look, _LABEL_POINTS, "FFFFFF" if is_dark(color) else look.ink, bold=True
            )
            labels.append(
                f'<c:dLbl><c:idx val="{at}"/><c:numFmt formatCode="0%" sourceLinked="0"/>{NO_SHAPE}{readable}'
                f"{place}{_shown(percent=True)}</c:dLbl>"
            )
    return (
        _opening(drawn, order)
        + "".join(points)
        + f'<c:dLbls>{"".join(labels)}<c:numFmt formatCode="0%" sourceLinked="0"/>{NO_SHAPE}'
        + text_properties(look, _LABEL_POINTS, look.ink)
        + place
        + _shown(percent=True)
        + '<c:showLeaderLines val="0"/></c:dLbls>'
        + _category_values(drawn, categories)
        + "</c:ser>"
    )


def xy_series(chart: Chart, drawn: Drawn, order: int, look: Look) -> str:
    """A curve through numbers on both axes, or a cloud of points."""
    color = _color(drawn, look)
    cloud = chart.kind == "scatter"
    return (
        _opening(drawn, order)
        + shape(outline=NO_LINE if cloud else _stroke(drawn, color, look))
        + _marker(drawn, color, cloud)
        + f"<c:xVal>{_numbers(drawn.across)}</c:xVal><c:yVal>{_numbers(drawn.values)}</c:yVal>"
        + '<c:smooth val="0"/></c:ser>'
    )


def _opening(drawn: Drawn, order: int) -> str:
    name = escape(cut_to_width(drawn.values.header, NAME_LIMIT))
    return (
        f'<c:ser><c:idx val="{order}"/><c:order val="{order}"/><c:tx><c:strRef>'
        f'<c:f>{drawn.values.header_ref}</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v>'
        "</c:pt></c:strCache></c:strRef></c:tx>"
    )


def _color(drawn: Drawn, look: Look) -> str:
    if drawn.series.color is not None:
        return hex_color(drawn.series.color)
    return look.series_color(drawn.color_index)


def _stroke(drawn: Drawn, color: str, look: Look) -> str:
    if drawn.limit:
        return line(lighter(color, 0.35), 0.75, "sysDash")
    if drawn.series.dashed:
        return line(color, 1.5, "dash")
    # After the last colour the colours begin again: a dash tells the second round from the first.
    return line(color, 1.75, "dash" if drawn.color_index >= len(look.series) else "")


def _marker(drawn: Drawn, color: str, marked: bool) -> str:
    if not marked or drawn.limit or drawn.series.dashed:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    return _circle(color, color)


def _circle(fill: str, outline: str) -> str:
    disc = shape(solid(fill), line(outline, 1))
    return f'<c:marker><c:symbol val="circle"/><c:size val="5"/>{disc}</c:marker>'


def _line_points(chart: Chart, drawn: Drawn, color: str) -> str:
    """Unfinished periods dashed with a hollow marker; a value between two gaps marked, or nobody sees it."""
    if drawn.limit:
        return ""
    cells = drawn.values.cells
    upcoming = _partial(chart, drawn)
    points = []
    for at, cell in enumerate(cells):
        if at in upcoming:
            style = shape(outline=line(color, 1.75, "sysDash"))
            points.append(
                f'<c:dPt><c:idx val="{at}"/>{_circle("FFFFFF", color)}<c:bubble3D val="0"/>{style}</c:dPt>'
            )
        elif cell is not None and _alone(cells, at):
            points.append(f'<c:dPt><c:idx val="{at}"/>{_circle(color, color)}<c:bubble3D val="0"/></c:dPt>')
    return "".join(points)


def _alone(cells: Sequence[object], at: int) -> bool:
    return all(cells[near] is None for near in (at - 1, at + 1) if 0 <= near < len(cells))


def _partial(chart: Chart, drawn: Drawn) -> range:
    count = len(drawn.values.cells)
    return range(count if chart.partial_from is None else max(chart.partial_from, 0), count)


def _bar_labels(chart: Chart, look: Look, color: str) -> str:
    inside = chart.stacked
    text_color = ("FFFFFF" if is_dark(color) else look.ink) if inside else look.ink
    return (
        f'<c:dLbls><c:numFmt formatCode="{escape(chart.number_format)}" sourceLinked="0"/>{NO_SHAPE}'
        + text_properties(look, _LABEL_POINTS, text_color)
        + f'<c:dLblPos val="{"ctr" if inside else "outEnd"}"/>{_shown(value=True)}</c:dLbls>'
    )


def _is_labelled(chart: Chart, drawn: Drawn) -> bool:
    """Over columns a line's labels would stand in those of the columns."""
    return chart.show_labels and chart.kind == "line" and not drawn.limit


def _line_labels(chart: Chart, drawn: Drawn, look: Look, color: str) -> str:
    """All values of one short line; of others the last, which is the one that is asked for."""
    number_format = chart.secondary_format if drawn.series.secondary else chart.number_format
    text = f'<c:numFmt formatCode="{escape(number_format)}" sourceLinked="0"/>{NO_SHAPE}' + text_properties(
        look, _LABEL_POINTS, color if is_dark(color) else look.ink
    )
    cells = drawn.values.cells
    if len(chart.series) == 1 and len(cells) <= _MOST_LABELLED_POINTS:
        return f'<c:dLbls>{text}<c:dLblPos val="t"/>{_shown(value=True)}</c:dLbls>'
    last = max((at for at, cell in enumerate(cells) if cell is not None), default=None)
    if last is None:
        return ""
    label = f'<c:dLbl><c:idx val="{last}"/>{text}<c:dLblPos val="t"/>{_shown(value=True)}</c:dLbl>'
    return f"<c:dLbls>{label}{_shown()}</c:dLbls>"


def _shown(value: bool = False, percent: bool = False) -> str:
    return (
        f'<c:showLegendKey val="0"/><c:showVal val="{int(value)}"/><c:showCatName val="0"/>'
        f'<c:showSerName val="0"/><c:showPercent val="{int(percent)}"/><c:showBubbleSize val="0"/>'
    )


def _category_values(drawn: Drawn, categories: str) -> str:
    return f"{categories}<c:val>{_numbers(drawn.values)}</c:val>"


def _numbers(column: Column) -> str:
    """Sixteen digits, as the workbook writes them, so that both say the same; a gap has no point."""
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{cell:.16G}</c:v></c:pt>'
        for at, cell in enumerate(column.cells)
        if cell is not None
    )
    return (
        f"<c:numRef><c:f>{column.cells_ref}</c:f><c:numCache><c:formatCode>{escape(column.number_format)}"
        f'</c:formatCode><c:ptCount val="{len(column.cells)}"/>{points}</c:numCache></c:numRef>'
    )
