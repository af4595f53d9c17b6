"""The builder of a Word document: blocks are added in reading order, `save` gives the .docx bytes.

What is reported does not belong here, nor how a block is written: each kind has its own module.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from dashboards.word.chart import Chart
from dashboards.word.chart_sheet import sheet_of, workbook
from dashboards.word.chart_xml import chart_xml
from dashboards.word.definitions import Definition, definition_list
from dashboards.word.drawing import height_cm, inline_chart
from dashboards.word.figures import KeyFigure, figure_strip
from dashboards.word.fixed_parts import fonts_xml, numbering_xml, settings_xml, theme_xml
from dashboards.word.front import (
    Front,
    Heading,
    contents,
    cover_page,
    footer_xml,
    header_xml,
    heading_paragraph,
    title_block,
)
from dashboards.word.grid import Place, shares, side_by_side
from dashboards.word.look import Look
from dashboards.word.package import WORKBOOK_RELATIONSHIP, Parts, Properties, chart_relationship, docx
from dashboards.word.page import TEXT_WIDTH, document_xml
from dashboards.word.paragraph import Ink, Run, Text, paragraph, simple_field
from dashboards.word.styles import callout_style, styles_xml
from dashboards.word.table import Column, Row, TableData, data_table
from dashboards.word.text import one_line
from dashboards.word.words import Language, words_of

_TWIPS_PER_CM = 567
_CHARTS_GAP = 284
_HEADING_LIMIT = 200
_KEEP_NEXT = "<w:keepNext/>"
_SPACER = paragraph("Spacer", "")


class Document:
    """A report in one language; `created` is its only clock, so equal input gives equal bytes.

    Text from data is only ever text: it makes no field, link or formula, and control characters
    are dropped. `cover` gives the title a page of its own instead of the top of the first page;
    `numbered` numbers headings of level 1 and 2; period, as-of, freshness and quality stand under
    the title, empty ones are left out. A time without a zone counts as UTC. Raises ValueError for
    a language other than zh and en.
    """

    def __init__(
        self,
        language: Language,
        title: str,
        created: datetime,
        *,
        subtitle: str = "",
        organisation: str = "",
        period: Text = "",
        as_of: Text = "",
        freshness: Text = "",
        quality: Text = "",
        author: str = "",
        subject: str = "",
        keywords: Sequence[str] = (),
        cover: bool = False,
        numbered: bool = True,
        look: Look | None = None,
    ) -> None:
        self._words = words_of(language)
        self._look = look or Look()
        self._ink = Ink(_for(language, self._look), chinese=language == "zh")
        self._light = f'<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="{self._ink.look.muted}"/>'
        self._front = Front(title, subtitle, organisation, period, as_of, freshness, quality)
        self._cover = cover
        self._numbered = numbered
        # python-docx and the workbook take the time without a zone, in UTC.
        zoned = created.astimezone(UTC) if created.tzinfo else created
        self._created = zoned.replace(tzinfo=None, microsecond=0)
        self._properties = Properties(
            title, subject, author, ", ".join(keywords), self._words.tag, organisation, self._created
        )
        self._body: list[str] = []
        self._contents_at: int | None = None
        self._headings: list[Heading] = []
        self._numbers = [0, 0]
        self._captions: Counter[str] = Counter()
        self._charts: list[tuple[bytes, bytes]] = []

    def contents(self) -> None:
        """The contents, here, of all headings of level 1 and 2; a second call is refused with ValueError."""
        if self._contents_at is not None:
            raise ValueError("A document has one table of contents.")
        self._contents_at = len(self._body)

    def heading(self, text: str, level: Literal[1, 2, 3] = 1, *, new_page: bool = False) -> None:
        """A heading of `level`; `new_page` begins a page with it."""
        if new_page and self._body and self._body[-1] == _SPACER:
            self._body.pop()  # below a full page it would stand alone on one
        number = self._next_number(level) if self._numbered and level <= 2 else ""
        heading = Heading(one_line(text, _HEADING_LIMIT), level, number, f"_Toc{len(self._headings) + 1:08}")
        self._headings.append(heading)
        self._body.append(heading_paragraph(heading, len(self._headings), self._ink, new_page))

    def text(self, text: Text) -> None:
        """A paragraph."""
        self._body.append(paragraph("BodyText", self._ink.runs(text)))

    def bullets(self, items: Sequence[Text]) -> None:
        """A list of short points."""
        self._body.extend(paragraph("ListBullet", self._ink.runs(item)) for item in items)

    def note(self, text: Text) -> None:
        """Small print: a source, a remark."""
        self._body.append(paragraph("Note", self._ink.runs(text)))

    def callout(
        self, text: Text, kind: Literal["info", "good", "warning", "danger"] = "warning", title: str = ""
    ) -> None:
        """A coloured box, as for data that is late or failed a check."""
        head = self._ink.runs(Run(title + self._words.colon, bold=True)) if title else ""
        self._body.append(paragraph(callout_style(kind), head + self._ink.runs(text)))

    def figures(self, figures: Sequence[KeyFigure]) -> None:
        """A strip of key figures; nothing for none."""
        if figures:
            self._body += [figure_strip(figures, self._ink, TEXT_WIDTH), _SPACER]

    def chart(self, chart: Chart, *, caption: str = "", note: str = "") -> None:
        """A chart over the width of the text under its numbered caption (by default its title)."""
        self._body.append(self._captioned_chart(chart, caption, TEXT_WIDTH, height_cm(chart)))
        self._body.append(self._small_print([chart], note))

    def charts(self, charts: Sequence[Chart], *, note: str = "") -> None:
        """Charts two in a row, each under its numbered caption."""
        widths = shares([1, 1], TEXT_WIDTH - _CHARTS_GAP)
        rows = []
        for start in range(0, len(charts), 2):
            pair = charts[start : start + 2]
            high = max(height_cm(chart) for chart in pair)
            places = [
                Place(self._captioned_chart(c, "", w, high)) for c, w in zip(pair, widths, strict=False)
            ]
            rows.append(places + [Place("")] * (2 - len(places)))
        if rows:
            self._body += [side_by_side(rows, widths, _CHARTS_GAP), self._small_print(charts, note)]

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        caption: str = "",
        total: Row | None = None,
        note: str = "",
    ) -> None:
        """A table under its numbered caption, with its header on each page; None is a dash."""
        if caption:
            self._body.append(self._caption(self._words.table, caption, ""))
        data = TableData(columns, rows, total, caption)
        self._body.append(data_table(data, self._ink, TEXT_WIDTH, self._words.no_data))
        self._body.append(self._small_print([], note))

    def definitions(self, entries: Sequence[Definition]) -> None:
        """What the numbers mean, each with formula, unit, owner and version."""
        if entries:
            self._body.append(definition_list(entries, self._words, self._ink, TEXT_WIDTH))
            self._body.append(_SPACER)

    def save(self) -> bytes:
        """The .docx file as it stands; more may be added and saved again."""
        make_front = cover_page if self._cover else title_block
        body = [make_front(self._front, self._words, self._ink, TEXT_WIDTH), *self._body]
        if self._contents_at is not None:
            body.insert(self._contents_at + 1, contents(self._headings, self._words, self._ink))
        look = self._ink.look
        parts = Parts(
            document=document_xml("".join(body), self._cover),
            styles=styles_xml(look, self._words.tag, TEXT_WIDTH),
            numbering=numbering_xml(look, self._numbered),
            settings=settings_xml(self._words.tag),
            fonts=fonts_xml(look),
            theme=theme_xml(look),
            header=header_xml(self._front, self._ink),
            footer=footer_xml(self._front, self._words, self._ink),
            charts=self._charts,
        )
        return docx(parts, self._properties)

    def _next_number(self, level: int) -> str:
        self._numbers = [self._numbers[0] + 1, 0] if level == 1 else [self._numbers[0], self._numbers[1] + 1]
        return ".".join(str(number) for number in self._numbers[:level])

    def _caption(self, label: str, text: str, unit: str) -> str:
        """The label is also the sequence's name, as Word's own captions have it in each language."""
        self._captions[label] += 1
        number = simple_field(f"SEQ {label} \\* ARABIC", str(self._captions[label]))
        said = self._ink.run(f"  {one_line(text, _HEADING_LIMIT)}")
        if unit:
            said += self._ink.run(f"  {one_line(unit, _HEADING_LIMIT)}", self._light)
        return paragraph("Caption", self._ink.run(f"{label} ") + number + said)

    def _captioned_chart(self, chart: Chart, caption: str, width: int, high_cm: float) -> str:
        head = self._caption(self._words.figure, caption or chart.title, chart.unit)
        if not chart.has_values():
            return head + paragraph("Note", self._ink.run(self._words.no_data))
        sheet = sheet_of(chart)
        number = len(self._charts) + 1
        xml = chart_xml(
            chart, sheet, self._look, width / _TWIPS_PER_CM, self._words.tag, WORKBOOK_RELATIONSHIP
        )
        self._charts.append((xml, workbook(sheet, self._created)))
        return head + paragraph(
            "Chart", inline_chart(chart, number, chart_relationship(number), width, high_cm), _KEEP_NEXT
        )

    def _small_print(self, charts: Sequence[Chart], note: str) -> str:
        """The note under a chart or table, with what the drawing itself does not explain."""
        words = self._words
        bands = dict.fromkeys(chart.band for chart in charts if chart.band)
        texts = [
            note,
            *(words.limits + band + words.stop for band in bands),
            words.partial if any(chart.shows_partial() for chart in charts) else "",
        ]
        said = words.gap.join(text for text in texts if text)
        return paragraph("Note", self._ink.runs(words.note + words.colon + said)) if said else _SPACER


def _for(language: Language, look: Look) -> Look:
    """In Chinese one font for all scripts: two would put figures and characters on different lines."""
    return replace(look, latin_font=look.east_asian_font) if language == "zh" else look
