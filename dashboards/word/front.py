"""The front of a document: title block or cover page, contents, header, footer.

The body does not belong here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.word.grid import Place, shares, side_by_side
from dashboards.word.paragraph import Ink, Run, Text, bookmarked, paragraph, plain, simple_field
from dashboards.word.styles import NAMESPACE
from dashboards.word.text import one_line, width
from dashboards.word.words import Words

_TITLE_LIMIT = 200
_HEADER_LIMIT = 60
_GAP = 170
_NARROWEST = 14


@dataclass(frozen=True)
class Front:
    """Who says what, about when, from data how fresh and how well checked; empty texts are left out."""

    title: str
    subtitle: str = ""
    organisation: str = ""
    period: Text = ""
    as_of: Text = ""
    freshness: Text = ""
    quality: Text = ""


@dataclass(frozen=True)
class Heading:
    """A heading, as the contents list it."""

    text: str
    level: int
    number: str
    bookmark: str


def title_block(front: Front, words: Words, ink: Ink, text_width: int) -> str:
    """The top of the first page, for a report that begins at once."""
    parts = [_line("Organisation", front.organisation, ink), _line("Title", front.title, ink)]
    parts.append(_line("Subtitle", front.subtitle, ink))
    facts = _facts(front, words)
    if facts:
        places = [Place(_fact(label, text, ink), ink.look.rule) for label, text in facts]
        room = text_width - _GAP * (len(facts) - 1)
        weights = [max(width(label), width(plain(text)), _NARROWEST) for label, text in facts]
        parts.append(side_by_side([places], shares(weights, room), _GAP) + paragraph("Spacer", ""))
    return "".join(parts)


def cover_page(front: Front, words: Words, ink: Ink, text_width: int) -> str:
    """A page of its own."""
    label_width = text_width // 4
    rule = ink.look.rule
    rows = [
        (
            Place(paragraph("CoverFact", ink.runs(Run(label, tone="muted"))), rule),
            Place(paragraph("CoverFact", ink.runs(text, _TITLE_LIMIT)), rule),
        )
        for label, text in _facts(front, words)
    ]
    facts = side_by_side(rows, (label_width, text_width - label_width), 0) if rows else ""
    return (
        _line("Organisation", front.organisation, ink)
        + _line("CoverTitle", front.title, ink)
        + _line("CoverSubtitle", front.subtitle, ink)
        + facts
        + paragraph("Spacer", '<w:r><w:br w:type="page"/></w:r>')
    )


def contents(headings: Sequence[Heading], words: Words, ink: Ink) -> str:
    """The contents as Word's own field, filled in with today's headings as links.

    Page numbers are Word's to know: they appear when a reader updates the field. A number
    guessed here could be wrong, and a prompt to update fields would greet each reader.
    """
    listed = [heading for heading in headings if heading.level <= 2]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        ' TOC \\o "1-2" \\h \\z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    entries = [
        paragraph(f"TOC{heading.level}", (begin if at == 0 else "") + _entry(heading, ink))
        for at, heading in enumerate(listed)
    ]
    if not entries:
        entries = [paragraph("TOC1", begin)]
    end = paragraph("Spacer", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent>"
        + paragraph("TOCHeading", ink.run(words.contents))
        + "".join(entries)
        + end
        + "</w:sdtContent></w:sdt>"
    )


def heading_paragraph(heading: Heading, bookmark_number: int, ink: Ink, new_page: bool) -> str:
    """The heading itself, with the bookmark that the contents point to."""
    marked = bookmarked(ink.runs(heading.text), heading.bookmark, bookmark_number)
    return paragraph(f"Heading{heading.level}", marked, "<w:pageBreakBefore/>" if new_page else "")


def header_xml(front: Front, ink: Ink) -> bytes:
    """Title to the left, organisation to the right."""
    left, right = (ink.runs(one_line(text, _HEADER_LIMIT)) for text in (front.title, front.organisation))
    return _part("hdr", paragraph("Header", left + _TAB + right))


def footer_xml(front: Front, words: Words, ink: Ink) -> bytes:
    """What the data knows to the left, page X of Y to the right."""
    before, between, after = words.page
    known = ink.run(words.as_of + words.colon) + ink.runs(front.as_of, _HEADER_LIMIT) if front.as_of else ""
    pages = (
        ink.run(before)
        + simple_field("PAGE", "1")
        + ink.run(between)
        + simple_field("NUMPAGES", "1")
        + ink.run(after)
    )
    return _part("ftr", paragraph("Footer", known + _TAB + pages))


_TAB = "<w:r><w:tab/></w:r>"


def _part(tag: str, content: str) -> bytes:
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{declaration}\n<w:{tag} xmlns:w="{NAMESPACE}">{content}</w:{tag}>'.encode()


def _line(style: str, text: str, ink: Ink) -> str:
    return paragraph(style, ink.runs(text, _TITLE_LIMIT)) if text else ""


def _facts(front: Front, words: Words) -> list[tuple[str, Text]]:
    facts = (
        (words.period, front.period), (words.as_of, front.as_of),
        (words.freshness, front.freshness), (words.quality, front.quality),
    )  # fmt: skip
    return [(label, text) for label, text in facts if text]


def _fact(label: str, text: Text, ink: Ink) -> str:
    return paragraph("FactLabel", ink.runs(label)) + paragraph("FactValue", ink.runs(text, _TITLE_LIMIT))


def _entry(heading: Heading, ink: Ink) -> str:
    number = ink.run(heading.number) + _TAB if heading.number else ""
    shown = number + ink.runs(heading.text)
    return f'<w:hyperlink w:anchor="{heading.bookmark}" w:history="1">{shown}</w:hyperlink>'
