"""The small DrawingML pieces that every part of a chart is made of: fills, lines, text properties.

Series, axes and their order in the chart do not belong here.
"""

from dashboards.word.look import Look
from dashboards.word.text import escape

_EMU_PER_POINT = 12_700

NO_LINE = "<a:ln><a:noFill/></a:ln>"
NO_SHAPE = f"<c:spPr><a:noFill/>{NO_LINE}</c:spPr>"


def solid(color: str) -> str:
    """A plain fill."""
    return f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'


def hatched(color: str) -> str:
    """A fill of diagonal strokes on white, for what is not final yet."""
    return (
        f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{color}"/></a:fgClr>'
        '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
    )


def line(color: str, points: float, dash: str = "") -> str:
    """A line `points` wide; `dash` is a DrawingML preset such as sysDash."""
    pattern = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * _EMU_PER_POINT)}" cap="rnd">{solid(color)}{pattern}<a:round/></a:ln>'


def shape(fill: str = "", outline: str = NO_LINE) -> str:
    """Shape properties of a filled or outlined part of the chart."""
    return f"<c:spPr>{fill}{outline}</c:spPr>"


def text_properties(
    look: Look, points: float, color: str, bold: bool = False, rotation: int | None = None
) -> str:
    """Text properties: size, colour, both fonts; `rotation` in degrees, None lets Word choose."""
    text = _characters("defRPr", look, points, color, bold)
    return f'<c:txPr>{_body(rotation)}<a:p><a:pPr>{text}</a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'


def title(look: Look, text: str, points: float, color: str, rotation: int | None = None) -> str:
    """A title of an axis that keeps clear of the plot."""
    default, own = (_characters(tag, look, points, color, bold=False) for tag in ("defRPr", "rPr"))
    return (
        f"<c:title><c:tx><c:rich>{_body(rotation)}<a:p><a:pPr>{default}</a:pPr>"
        f'<a:r>{own}<a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _body(rotation: int | None) -> str:
    return "<a:bodyPr/>" if rotation is None else f'<a:bodyPr rot="{rotation * 60_000}" vert="horz"/>'


def _characters(tag: str, look: Look, points: float, color: str, bold: bool) -> str:
    latin, east_asian = escape(look.latin_font), escape(look.east_asian_font)
    return (
        f'<a:{tag} sz="{round(points * 100)}" b="{int(bold)}">{solid(color)}<a:latin typeface="{latin}"/>'
        f'<a:ea typeface="{east_asian}"/><a:cs typeface="{latin}"/></a:{tag}>'
    )
