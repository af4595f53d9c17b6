"""A style as WordprocessingML, in the order of the schema.

Which styles there are, and their values, does not belong here (`styles`).
"""

from dataclasses import dataclass

from dashboards.word.look import Look

# Word knows these by name, in every language of its menus; any other style is the document's own.
_BUILT_IN = frozenset(
    (
        *("Title", "Subtitle", "Body Text", "List Bullet", "caption", "TOC Heading", "header", "footer"),
        *(f"{name} {level}" for name in ("heading", "toc") for level in range(1, 4)),
    )
)


@dataclass(frozen=True)
class ParagraphStyle:
    """One paragraph style: sizes in points, indents in twentieths; `line` is a line's least height.

    `numbering` is the list in the numbering part whose level is the outline's; `borders` and
    `tabs` are XML, `fill` a colour.
    """

    id: str
    name: str
    size: float
    color: str = ""
    before: float = 0
    after: float = 0
    line: float = 0
    bold: bool = False
    keep_next: bool = False
    keep_lines: bool = False
    outline: int | None = None
    numbering: int | None = None
    align: str = "left"
    borders: str = ""
    fill: str = ""
    tabs: str = ""
    left: int = 0
    hanging: int = 0
    right: int = 0


def border(side: str, eighths: int, color: str, space: int = 0) -> str:
    """One border line, `eighths` of a point thick, `space` points from the text."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'


def paragraph_style(style: ParagraphStyle) -> str:
    """The style's element."""
    own = "" if style.name in _BUILT_IN else ' w:customStyle="1"'
    half_points = round(style.size * 2)
    color = f'<w:color w:val="{style.color}"/>' if style.color else ""
    return (
        f'<w:style w:type="paragraph"{own} w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="BodyText"/><w:qFormat/>'
        f"<w:pPr>{_paragraph_properties(style)}</w:pPr>"
        f"<w:rPr>{'<w:b/><w:bCs/>' if style.bold else ''}{color}"
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )


def table_style(style_id: str, look: Look) -> str:
    """Light rules between rows, stronger ones around header and total, a tint on every other row.

    With it Word's defaults for characters, lists and tables, which other styles stand on.
    """
    top, bottom = (border(side, 8, look.accent) for side in ("top", "bottom"))
    under_header, over_total = (border(side, 4, look.accent) for side in ("bottom", "top"))
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{look.tint}"/>'
    return (
        _default("character", "DefaultParagraphFont", "Default Paragraph Font")
        + _default("numbering", "NoList", "No List")
        + _default("table", "TableNormal", "Normal Table", f"<w:tblPr>{_margins(0, 0)}</w:tblPr>")
        + f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id}"><w:name w:val="Report Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblStyleRowBandSize w:val="1"/>'
        f"<w:tblBorders>{bottom}{border('insideH', 4, look.rule)}</w:tblBorders>{_margins(45, 85)}</w:tblPr>"
        + _part("firstRow", f"<w:tcBorders>{top}{under_header}</w:tcBorders>")
        + _part("lastRow", f"<w:tcBorders>{over_total}</w:tcBorders>")
        + _part("band2Horz", shade)
        + "</w:style>"
    )


def _paragraph_properties(style: ParagraphStyle) -> str:
    spacing = f'w:before="{_twips(style.before)}" w:after="{_twips(style.after)}"'
    if style.line:
        spacing += f' w:line="{_twips(style.line)}" w:lineRule="atLeast"'
    listed = f'<w:ilvl w:val="{style.outline or 0}"/><w:numId w:val="{style.numbering}"/>'
    written = (
        (style.keep_next, "<w:keepNext/>"),
        (style.keep_lines, "<w:keepLines/>"),
        (style.numbering is not None, f"<w:numPr>{listed}</w:numPr>"),
        (style.borders, f"<w:pBdr>{style.borders}</w:pBdr>"),
        (style.fill, f'<w:shd w:val="clear" w:color="auto" w:fill="{style.fill}"/>'),
        (style.tabs, f"<w:tabs>{style.tabs}</w:tabs>"),
        (True, f"<w:spacing {spacing}/>"),
        (style.left, f'<w:ind w:left="{style.left}" w:right="{style.right}" w:hanging="{style.hanging}"/>'),
        (True, f'<w:jc w:val="{style.align}"/>'),
        (style.outline is not None, f'<w:outlineLvl w:val="{style.outline}"/>'),
    )
    return "".join(element for wanted, element in written if wanted)


def _default(kind: str, style_id: str, name: str, properties: str = "") -> str:
    return (
        f'<w:style w:type="{kind}" w:default="1" w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f'<w:uiPriority w:val="99"/><w:semiHidden/>{properties}</w:style>'
    )


def _margins(upright: int, sideways: int) -> str:
    widths = (("top", upright), ("left", sideways), ("bottom", upright), ("right", sideways))
    sides = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in widths)
    return f"<w:tblCellMar>{sides}</w:tblCellMar>"


def _part(kind: str, properties: str) -> str:
    return f'<w:tblStylePr w:type="{kind}"><w:tcPr>{properties}</w:tcPr></w:tblStylePr>'


def _twips(points: float) -> int:
    return round(points * 20)
