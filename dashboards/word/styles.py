"""The document's styles: sizes, spacing, fonts, languages.

Direct formatting does not belong in a document: what looks alike bears one of these names.
"""

from functools import partial

from dashboards.word.look import Look, lighter
from dashboards.word.style_xml import ParagraphStyle, border, paragraph_style, table_style
from dashboards.word.text import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TABLE_STYLE = "ReportTable"
HEADINGS_LIST, BULLETS_LIST = 1, 2
CALLOUTS = ("info", "good", "warning", "danger")


def styles_xml(look: Look, language_tag: str, text_width: int) -> bytes:
    """The styles part; `text_width` in twentieths of a point."""
    fonts = _fonts(look, language_tag)
    styles = (
        *_text_styles(look, language_tag),
        *_table_text_styles(look),
        *_figure_styles(look),
        *_front_styles(look, text_width),
        *(_callout(kind, look) for kind in CALLOUTS),
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:styles xmlns:w="{NAMESPACE}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts[0]}'
        f'<w:color w:val="{look.ink}"/><w:sz w:val="20"/><w:szCs w:val="20"/>{fonts[1]}'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:widowControl/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0"/></w:pPr>'
        f"<w:rPr>{''.join(fonts)}</w:rPr></w:style>"
        + "".join(paragraph_style(style) for style in styles)
        + table_style(TABLE_STYLE, look)
        + "</w:styles>"
    ).encode()


def callout_style(kind: str) -> str:
    """The id of the style of a kind of callout. Raises ValueError for a kind that is not there."""
    if kind not in CALLOUTS:
        raise ValueError(f"Callout {kind!r} is not known; use one of {', '.join(CALLOUTS)}.")
    return f"Callout{kind.capitalize()}"


def _fonts(look: Look, language_tag: str) -> tuple[str, str]:
    latin, east_asian = escape(look.latin_font), escape(look.east_asian_font)
    return (
        f'<w:rFonts w:ascii="{latin}" w:eastAsia="{east_asian}" w:hAnsi="{latin}" w:cs="{latin}"/>',
        f'<w:lang w:val="{language_tag}" w:eastAsia="zh-CN" w:bidi="ar-SA"/>',
    )


def _text_styles(look: Look, language_tag: str) -> tuple[ParagraphStyle, ...]:
    style = ParagraphStyle
    # Chinese sets flush on both sides; Latin words without hyphenation would tear holes.
    align = "both" if language_tag == "zh-CN" else "left"
    heading = partial(ParagraphStyle, bold=True, keep_next=True, keep_lines=True)
    numbered = partial(heading, numbering=HEADINGS_LIST)
    return (
        numbered("Heading1", "heading 1", 16, look.accent, 22, 8, 22, outline=0),
        numbered("Heading2", "heading 2", 12.5, look.ink, 14, 5, 18, outline=1),
        heading("Heading3", "heading 3", 10.5, look.ink, 10, 3, 16, outline=2),
        style("BodyText", "Body Text", 10, after=7, line=17, align=align),
        style("ListBullet", "List Bullet", 10, after=4, line=17, numbering=BULLETS_LIST),
        heading("Caption", "caption", 9.5, look.ink, 12, 4, 15),
        style("Note", "Note", 8, look.muted, 3, 10, 12),
        style("Chart", "Chart", 10),
        style("Spacer", "Spacer", 4, after=6),
        style("TermName", "Term Name", 9.5, look.ink, 5, 2, 14, bold=True),
        style("TermDetail", "Term Detail", 8, look.muted, line=12),
        style("TermMeaning", "Term Meaning", 9.5, before=5, after=3, line=15),
        style("TermFormula", "Term Formula", 8.5, look.accent, after=3, line=13),
    )


def _table_text_styles(look: Look) -> tuple[ParagraphStyle, ...]:
    style = ParagraphStyle
    sizes = (("", "", 9.0, 8.5, 13.0), ("Dense", " Dense", 7.5, 7.5, 11.5))
    return tuple(
        made
        for id_end, name_end, size, header_size, line in sizes
        for made in (
            style(f"TableText{id_end}", f"Table Text{name_end}", size, line=line),
            style(f"TableNumber{id_end}", f"Table Number{name_end}", size, line=line, align="right"),
            style(
                f"TableHeader{id_end}",
                f"Table Header{name_end}",
                header_size,
                look.accent,
                line=line,
                bold=True,
                keep_next=True,
            ),
        )
    )


def _figure_styles(look: Look) -> tuple[ParagraphStyle, ...]:
    style = ParagraphStyle
    return (
        style("FigureLabel", "Figure Label", 8.5, look.muted, 5, 2, 13, keep_next=True),
        style("FigureValue", "Figure Value", 20, look.ink, after=1, line=27, bold=True, keep_next=True),
        style("FigureChange", "Figure Change", 8.5, look.muted, line=13),
        style("FactLabel", "Fact Label", 8, look.muted, 4, line=12, keep_next=True),
        style("FactValue", "Fact Value", 9, look.ink, after=4, line=13),
    )


def _front_styles(look: Look, text_width: int) -> tuple[ParagraphStyle, ...]:
    style = ParagraphStyle
    right_tab = f'<w:tab w:val="right" w:pos="{text_width}"/>'
    dotted_tab = f'<w:tab w:val="right" w:leader="dot" w:pos="{text_width}"/>'
    tabs_1, tabs_2 = (f'<w:tab w:val="left" w:pos="{at}"/>{dotted_tab}' for at in (567, 1134))
    over, under = (border(side, 4, look.rule, 4) for side in ("top", "bottom"))
    cover_rule = border("top", 24, look.accent, 18)
    return (
        style("Organisation", "Organisation", 9.5, look.muted, after=10, line=14, keep_next=True),
        style("Title", "Title", 24, look.accent, after=4, line=32, bold=True, keep_next=True),
        style("Subtitle", "Subtitle", 12, look.muted, after=10, line=18, keep_next=True),
        style("CoverTitle", "Cover Title", 34, look.accent, 150, 10, 44, bold=True, borders=cover_rule),
        style("CoverSubtitle", "Cover Subtitle", 15, look.muted, after=48, line=22),
        style("CoverFact", "Cover Fact", 9.5, look.ink, 6, 6, 15),
        style("TOCHeading", "TOC Heading", 12.5, look.accent, 16, 6, 18, bold=True, keep_next=True),
        style("TOC1", "toc 1", 10, before=4, line=16, bold=True, left=567, hanging=567, tabs=tabs_1),
        style("TOC2", "toc 2", 9.5, look.muted, line=15, left=1134, hanging=567, tabs=tabs_2),
        style("Header", "header", 8, look.muted, line=12, borders=under, tabs=right_tab),
        style("Footer", "footer", 8, look.muted, line=12, borders=over, tabs=right_tab),
    )


def _callout(kind: str, look: Look) -> ParagraphStyle:
    color = {"info": look.accent, "good": look.good, "warning": look.warning, "danger": look.bad}[kind]
    fill = lighter(color, 0.92)
    # Borders in the fill's own colour are the padding that a paragraph's shading lacks.
    edges = (("top", 4, fill, 5), ("left", 24, color, 8), ("bottom", 4, fill, 5), ("right", 4, fill, 8))
    return ParagraphStyle(
        callout_style(kind),
        f"Callout {kind.capitalize()}",
        9.5,
        before=10,
        after=12,
        line=15,
        keep_lines=True,
        borders="".join(border(*edge) for edge in edges),
        fill=fill,
        left=227,
        right=170,
    )
