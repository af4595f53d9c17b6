"""The parts of a document that its content does not touch: settings, fonts, theme, numbering.

Styles do not belong here (`styles`); a constant of Word that nobody decides may.
"""

from dashboards.word.look import Look
from dashboards.word.styles import BULLETS_LIST, HEADINGS_LIST, NAMESPACE
from dashboards.word.text import escape

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.microsoft.com/office/word"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def settings_xml(language_tag: str) -> bytes:
    """Word 2013 or later without compatibility mode.

    `w:updateFields` is left out on purpose: with it Word asks each reader whether fields that
    "may refer to other files" shall be updated before it shows the report.
    """
    return (
        f'{_DECLARATION}<w:settings xmlns:w="{NAMESPACE}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        "<w:doNotExpandShiftReturn/>"
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{_OFFICE}" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{language_tag}" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    ).encode()


def fonts_xml(look: Look) -> bytes:
    """The two fonts, with what a reader's machine may take instead."""
    latin, east_asian = escape(look.latin_font), escape(look.east_asian_font)
    return (
        f'{_DECLARATION}<w:fonts xmlns:w="{NAMESPACE}"><w:font w:name="{latin}"><w:family w:val="swiss"/>'
        f'<w:pitch w:val="variable"/></w:font><w:font w:name="{east_asian}">'
        '<w:altName w:val="微软雅黑"/><w:panose1 w:val="020B0503020204020204"/><w:charset w:val="86"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    ).encode()


def numbering_xml(look: Look, numbered: bool) -> bytes:
    """Numbers of headings (1, 1.1), empty where headings are not numbered, and bullets."""
    levels = "".join(
        _level(
            level,
            "decimal" if numbered else "none",
            "".join(f"%{part + 1}" + ("." if part < level else "") for part in range(level + 1))
            if numbered
            else "",
            f'<w:pStyle w:val="Heading{level + 1}"/>',
            f'<w:suff w:val="{"tab" if numbered else "nothing"}"/>',
            567 if numbered else 0,
            "",
        )
        for level in range(2)
    )
    bullet = _level(
        0, "bullet", "•", '<w:pStyle w:val="ListBullet"/>', '<w:suff w:val="tab"/>', 284,
        '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:hint="default"/>'
        f'<w:color w:val="{look.accent}"/></w:rPr>',
    )  # fmt: skip
    return (
        f'{_DECLARATION}<w:numbering xmlns:w="{NAMESPACE}">'
        + _list_kind(HEADINGS_LIST, "multilevel", levels)
        + _list_kind(BULLETS_LIST, "hybridMultilevel", bullet)
        + f"{_list(HEADINGS_LIST)}{_list(BULLETS_LIST)}</w:numbering>"
    ).encode()


def theme_xml(look: Look) -> bytes:
    """Our colours and fonts as the theme, so that what a reader adds in Word matches."""
    colors = {
        "dk1": look.ink, "lt1": "FFFFFF", "dk2": look.accent, "lt2": look.tint,
        **{f"accent{number}": look.series_color(number - 1) for number in range(1, 7)},
        "hlink": look.accent, "folHlink": look.muted,
    }  # fmt: skip
    scheme = "".join(f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>' for name, color in colors.items())
    fonts = (
        f'<a:latin typeface="{escape(look.latin_font)}"/><a:ea typeface="{escape(look.east_asian_font)}"/>'
        '<a:cs typeface=""/>'
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{fill}</a:ln>' for width in (6350, 12700, 19050))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{_DECLARATION}<a:theme xmlns:a="{_DRAWING}" name="Report"><a:themeElements>'
        f'<a:clrScheme name="Report">{scheme}</a:clrScheme><a:fontScheme name="Report">'
        f"<a:majorFont>{fonts}</a:majorFont><a:minorFont>{fonts}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Report"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    ).encode()


def _list_kind(number: int, kind: str, levels: str) -> str:
    kind_of_list = f'<w:multiLevelType w:val="{kind}"/>'
    return f'<w:abstractNum w:abstractNumId="{number}">{kind_of_list}{levels}</w:abstractNum>'


def _list(number: int) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'


def _level(level: int, form: str, text: str, style: str, suffix: str, indent: int, run: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{style}{suffix}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr>{run}</w:lvl>'
    )
