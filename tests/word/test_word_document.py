import io
import posixpath
import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import docx
import pytest
from lxml import etree

from dashboards.word.chart import Chart, Series
from dashboards.word.document import Document
from dashboards.word.figures import KeyFigure
from dashboards.word.look import Look, is_dark
from dashboards.word.table import Cell, Column
from dashboards.word.words import Language
from tests.word.docx_reading import RELATIONSHIPS, W, chart_values, paragraphs, parts, tree
from tests.word.report_sample import CREATED, sample

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
LANGUAGES: list[Language] = ["zh", "en"]
HOSTILE = (
    '}{ TOC \\o "1-9" }{ INCLUDETEXT c:\\x } <w:fldSimple w:instr="DATE"/> {{7*7}} ${7*7} %(x)s'
    " \x00\x13\x15\u202e😀 مرحبا"
)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(scope="module")
def report(language: Language) -> bytes:
    return sample(language).save()


def test_the_same_input_gives_the_same_bytes(language: Language, report: bytes) -> None:
    assert sample(language).save() == report
    moved = CREATED.astimezone(timezone(timedelta(hours=8)))
    assert sample(language, created=moved).save() == report, "the same moment in another zone"
    assert sample(language, created=CREATED + timedelta(seconds=1)).save() != report


def test_saving_twice_changes_nothing_and_more_may_follow(language: Language) -> None:
    document = sample(language)
    first = document.save()
    assert document.save() == first
    document.text("more")
    assert paragraphs(document.save())[-1] == "more"


def test_every_part_has_a_type_and_every_relationship_a_target_inside(report: bytes) -> None:
    found = parts(report)
    types = etree.fromstring(found["[Content_Types].xml"])
    defaults = {entry.get("Extension") for entry in types if entry.get("Extension")}
    overrides = {entry.get("PartName") for entry in types if entry.get("PartName")}
    assert overrides <= {f"/{name}" for name in found}
    for name, blob in found.items():
        assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults
        if name.endswith((".xml", ".rels")):
            etree.fromstring(blob)
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in etree.fromstring(blob).iter(f"{RELATIONSHIPS}Relationship"):
                assert relation.get("TargetMode") is None
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/")
                assert target in found


def test_every_reference_in_the_document_is_a_relationship(report: bytes) -> None:
    declared = {relation.get("Id") for relation in tree(report, "word/_rels/document.xml.rels")}
    used = set(re.findall(r'r:id="([^"]+)"', parts(report)["word/document.xml"].decode()))
    assert used <= declared
    assert len([one for one in used if "Chart" in one]) == len(chart_values(report)) == 9


def test_every_style_that_is_used_is_there(report: bytes) -> None:
    styles = {style.get(f"{W}styleId") for style in tree(report, "word/styles.xml").iter(f"{W}style")}
    for part in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/numbering.xml"):
        for tag in ("pStyle", "tblStyle"):
            assert {element.get(f"{W}val") for element in tree(report, part).iter(W + tag)} <= styles


def test_ids_of_bookmarks_and_drawings_are_unique(report: bytes) -> None:
    document = tree(report)
    for element, attribute in (
        (f"{W}bookmarkStart", f"{W}id"),
        (f"{W}bookmarkStart", f"{W}name"),
        (f"{WP}docPr", "id"),
    ):
        values = [one.get(attribute) for one in document.iter(element)]
        assert values
        assert len(values) == len(set(values))


def test_python_docx_reads_headings_tables_and_properties(language: Language, report: bytes) -> None:
    read = docx.Document(io.BytesIO(report))
    headings = [(p.style.name, p.text) for p in read.paragraphs if p.style.name.startswith("Heading")]
    expected = {
        "zh": ["客户价值", "重点客户", "服务响应", "细节", "附录"],
        "en": ["Customer value", "Key customers", "Service response", "Detail", "Appendix"],
    }[language]
    assert headings == list(zip([f"Heading {level}" for level in (1, 2, 1, 3, 1)], expected, strict=True))
    (table,) = [table for table in read.tables if len(table.rows) == 62]
    assert [cell.text for cell in table.rows[4].cells][1:] == ["–", "3,000.00"]
    assert [cell.text for cell in table.rows[-1].cells][1:] == ["", "1,770,000.00"]
    core = read.core_properties
    assert (core.author, core.keywords, core.created) == ("Yingke", "revenue, 2026-11", CREATED)
    assert core.title == {"zh": "经营月报", "en": "Monthly review"}[language]
    assert core.language == {"zh": "zh-CN", "en": "en-US"}[language]


def test_the_contents_list_the_headings_before_any_field_is_updated(
    language: Language, report: bytes
) -> None:
    contents = tree(report).find(f".//{W}sdtContent")
    entries = ["".join(text.text for text in link.iter(f"{W}t")) for link in contents.iter(f"{W}hyperlink")]
    names = {
        "zh": "客户价值 重点客户 服务响应 附录",
        "en": "Customer-value Key-customers Service-response Appendix",
    }
    numbered = zip(["1", "1.1", "2", "3"], names[language].split(" "), strict=True)
    assert entries == [number + name.replace("-", " ") for number, name in numbered]
    bookmarks = {mark.get(f"{W}name") for mark in tree(report).iter(f"{W}bookmarkStart")}
    assert {link.get(f"{W}anchor") for link in contents.iter(f"{W}hyperlink")} <= bookmarks
    assert b"updateFields" not in parts(report)["word/settings.xml"], "Word would ask each reader"


def test_captions_are_numbered_by_words_own_sequences(language: Language, report: bytes) -> None:
    label, table = {"zh": ("图", "表"), "en": ("Figure", "Table")}[language]
    sequences = [field.get(f"{W}instr").split()[1] for field in tree(report).iter(f"{W}fldSimple")]
    assert sequences == [label, table] + [label] * 8 + [table, label]
    captions = [text for text in paragraphs(report) if re.match(rf"({label}|{table}) \d", text)]
    assert [re.findall(r"\d+", text)[0] for text in captions] == [
        "1",
        "1",
        *map(str, range(2, 10)),
        "2",
        "10",
    ]


def test_the_footer_counts_pages(language: Language, report: bytes) -> None:
    footer = tree(report, "word/footer1.xml")
    assert [field.get(f"{W}instr").strip() for field in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    shown = "".join(text.text for text in footer.iter(f"{W}t"))
    assert shown.endswith({"zh": "第 1 页，共 1 页", "en": "Page 1 of 1"}[language])
    assert "2026-11-23 00:00" in shown


def test_tables_repeat_their_header_and_keep_rows_whole(report: bytes) -> None:
    table = max(tree(report).iter(f"{W}tbl"), key=len)
    rows = table.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 61
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
    page = tree(report).find(f".//{W}sectPr")
    size, margins = page.find(f"{W}pgSz"), page.find(f"{W}pgMar")
    assert sum(widths) == sum(int(size.get(f"{W}w")) for _ in "1") - 2 * int(margins.get(f"{W}left"))
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838"), "A4"


def test_every_row_of_every_table_fills_its_grid(report: bytes) -> None:
    for table in tree(report).iter(f"{W}tbl"):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(f"{W}tr"):
            spans = [int(span.get(f"{W}val")) - 1 for span in row.iter(f"{W}gridSpan")]
            assert len(row.findall(f"{W}tc")) + sum(spans) == columns


def test_fonts_and_languages_stand_in_the_styles(language: Language, report: bytes) -> None:
    styles = tree(report, "word/styles.xml")
    for place in (f"{W}docDefaults//{W}rPr", f"{W}style[@{W}styleId='Normal']/{W}rPr"):
        properties = styles.find(place)
        assert properties.find(f"{W}rFonts").get(f"{W}eastAsia") == "Microsoft YaHei"
        assert properties.find(f"{W}lang").get(f"{W}eastAsia") == "zh-CN"
        assert properties.find(f"{W}lang").get(f"{W}val") == {"zh": "zh-CN", "en": "en-US"}[language]
    for chart in chart_values(report):
        assert {font.get("typeface") for font in chart.xml.iter("{*}ea")} == {"Microsoft YaHei"}


def test_every_chart_has_an_alternative_text(language: Language, report: bytes) -> None:
    told = [drawing.get("descr") for drawing in tree(report).iter(f"{WP}docPr")]
    assert (
        told[0]
        == {
            "zh": "月度销售额 (万元); 华东, 预计, 西南; 2026-01 – 2026-11",
            "en": "Monthly revenue (万元); East, Expected, Southwest; 2026-01 – 2026-11",
        }[language]
    )
    assert all(told)


def test_notes_explain_what_is_drawn_and_nothing_else(language: Language, report: bytes) -> None:
    mark = {"zh": "期间尚未结束", "en": "the period is not over"}[language]
    limits = {"zh": "细虚线为95%。", "en": "Thin dashes: 95%."}[language]
    notes = [text for text in paragraphs(report) if text.startswith(("注：", "Note: "))]
    assert [(mark in note, limits in note) for note in notes] == [(True, False), (True, True)]


def test_nothing_to_show_is_said(language: Language, report: bytes) -> None:
    assert paragraphs(report).count({"zh": "本期没有数据。", "en": "No data in this period."}[language]) == 2


def test_a_cover_takes_the_first_page(language: Language) -> None:
    document = tree(sample(language, cover=True).save())
    styles = [style.get(f"{W}val") for style in document.iter(f"{W}pStyle")]
    assert styles.index("CoverTitle") < styles.index("TOCHeading")
    assert "Title" not in styles
    assert [e.get(f"{W}type") for e in document.iter(f"{W}footerReference")] == ["default"]


def test_unnumbered_headings_have_no_numbers() -> None:
    document = Document("en", "t", CREATED, numbered=False)
    document.contents()
    document.heading("One")
    saved = document.save()
    assert "".join(text.text for text in tree(saved).find(f".//{W}hyperlink").iter(f"{W}t")) == "One"
    assert {form.get(f"{W}val") for form in tree(saved, "word/numbering.xml").iter(f"{W}numFmt")} == {
        "none",
        "bullet",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_from_data_is_only_text(language: Language) -> None:
    def written(text: str) -> bytes:
        names = ("subtitle", "organisation", "period", "as_of", "freshness", "quality", "author", "subject")
        document = Document(language, text, CREATED, keywords=[text], **dict.fromkeys(names, text))
        document.contents()
        for level in (1, 2, 3):
            document.heading(text, level)  # type: ignore[arg-type]
        document.text(text)
        document.bullets([text])
        document.note(text)
        document.callout(text, title=text)
        document.figures([KeyFigure(text, text, text, text, "up", True, text)])
        document.table([Column(text)], [[text]], caption=text, total=[text], note=text)
        document.chart(
            Chart("column", text, [Series(text, [1])], [text], unit=text, axis_titles=(text, text)), note=text
        )
        return document.save()

    def fields(saved: bytes) -> list[str]:
        found = []
        for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
            found += [field.get(f"{W}instr") for field in tree(saved, name).iter(f"{W}fldSimple")]
            found += [code.text or "" for code in tree(saved, name).iter(f"{W}instrText")]
            found += [mark.get(f"{W}fldCharType") for mark in tree(saved, name).iter(f"{W}fldChar")]
        return found

    hostile, harmless = written(HOSTILE), written("text")
    assert fields(hostile) == fields(harmless)
    tags = [{element.tag for element in tree(saved).iter()} for saved in (hostile, harmless)]
    assert tags[0] == tags[1]
    assert b"TargetMode" not in b"".join(
        blob for name, blob in parts(hostile).items() if name.endswith(".rels")
    )
    read = "\n".join(paragraphs(hostile))
    for literal in ("{{7*7}}", "${7*7}", "%(x)s", 'w:instr="DATE"', "😀", "مرحبا"):
        assert literal in read
    assert not set(read) & {"\x00", "\x13", "\x15", "\u202e"}
    docx.Document(io.BytesIO(hostile))


def test_a_cell_of_a_hundred_thousand_characters_is_cut() -> None:
    document = Document("zh", "长" * 100_000, CREATED, subject="长" * 100_000)
    document.table(
        [Column("a"), Column("b", "right")], [["长" * 100_000, "x" * 100_000]], caption="长" * 100_000
    )
    document.text("长" * 100_000)
    saved = document.save()
    texts = paragraphs(saved)
    assert max(len(text) for text in texts) == 10_000
    assert [len(text) for text in texts if text.endswith("x…")] == [400]
    assert len(saved) < 30_000


def test_columns_of_numbers_never_break_however_long_the_text_beside_them() -> None:
    document = Document("en", "t", CREATED)
    name = "Suzhou Industrial Park Precision Machinery Manufacturing, East China Sales Branch"
    titles = [Column("Customer"), Column("Parent"), Column("Revenue", "right"), Column("Share", "right")]
    document.table(titles, [[name, name, "12,345,678.90", "+18.2%"]])
    widths = [int(column.get(f"{W}w")) for column in tree(document.save()).iter(f"{W}gridCol")]
    # Arial at 9 points: figures are 0.556 em wide, comma and point 0.278, the percent sign 0.889.
    padding = 170
    assert widths[2] > (10 * 0.556 + 3 * 0.278) * 180 + padding
    assert widths[3] > (4 * 0.556 + 0.278 + 0.889) * 180 + padding
    assert min(widths[:2]) > len("Manufacturing") * 0.5 * 180 + padding


def test_wide_tables_are_set_smaller() -> None:
    document = Document("zh", "t", CREATED)
    document.table([Column(str(at), "right") for at in range(13)], [["1,234.5"] * 13])
    styles = {style.get(f"{W}val") for style in tree(document.save()).iter(f"{W}pStyle")}
    assert {"TableNumberDense", "TableHeaderDense"} <= styles


def test_a_table_that_is_too_wide_is_set_smaller_and_breaks_no_word_of_its_names_and_headers() -> None:
    """Ten columns of long headers: none takes the room that another one's shortest word or number needs."""
    document = Document("en", "t", CREATED)
    numbers = ["Revenue", "Frequency", "Recency, days", "Probability of being alive", "Customer lifetime value",
               "Customer lifetime value (95% from)", "Customer lifetime value (95% to)"]  # fmt: skip
    titles = [
        Column("Customer code"),
        Column("Customer"),
        Column("Region"),
        *(Column(one, "right") for one in numbers),
    ]
    cells = [
        "C-2025-000074",
        "合肥金昌服饰有限公司",
        "安徽",
        "¥1.9M",
        "23",
        "83",
        "63.7%",
        "¥307.8K",
        "¥265.9K",
        "¥356.2K",
    ]
    document.table(titles, [cells])
    widths = [int(column.get(f"{W}w")) for column in tree(document.save()).iter(f"{W}gridCol")]
    longest = [
        max(map(len, f"{title.title} {cell}".split())) for title, cell in zip(titles, cells, strict=True)
    ]
    for width, letters, title in zip(widths, longest, titles, strict=True):
        assert width > letters * 0.5 * 150 + 100, title.title


def test_nothing_but_the_heading_stands_before_a_new_page() -> None:
    """An empty line after a table that fills its page would be a page of its own."""
    document = Document("zh", "t", CREATED)
    document.table([Column("甲")], [["乙"]])
    document.heading("附录", new_page=True)
    styles = [style.get(f"{W}val") for style in tree(document.save()).iter(f"{W}pStyle")]
    assert styles[styles.index("Heading1") - 1] == "TableText"


def test_a_shaded_cell_has_its_ground_and_others_none() -> None:
    """From white at nought to a tint on which dark text can be read; the order in the cell is the schema's."""
    document = Document("en", "Heat", CREATED)
    document.table(
        [Column("A"), Column("B")], [["plain", Cell("0", shade=0.0)], ["plain", Cell("1\n2", shade=1.0)]]
    )
    body = parts(document.save())["word/document.xml"].decode()
    grounds = re.findall(r'<w:tcW [^>]*/><w:shd w:val="clear" w:color="auto" w:fill="(\w{6})"/>', body)
    assert grounds[0] == "FFFFFF"
    assert len(grounds) == 2
    assert not is_dark(grounds[1])
    assert "<w:br/>" in body


def test_a_look_reaches_paper() -> None:
    document = Document("en", "t", CREATED, look=Look(series=("#123456",), accent="#654321"))
    document.chart(Chart("column", "c", [Series("a", [1])], ["1"]))
    saved = document.save()
    assert b"123456" in parts(saved)["word/charts/chart1.xml"]
    assert b"654321" in parts(saved)["word/styles.xml"]
    assert b"123456" in parts(saved)["word/theme/theme1.xml"]


def test_what_cannot_be_written_is_named() -> None:
    with pytest.raises(ValueError, match="Language 'fr' is not known; use zh or en"):
        Document("fr", "t", CREATED)  # type: ignore[arg-type]
    document = Document("zh", "t", CREATED)
    with pytest.raises(ValueError, match="row 2: 1 cells for 2 columns"):
        document.table([Column("a"), Column("b")], [["1", "2"], ["1"]], caption="t")
    with pytest.raises(ValueError, match="total: 3 cells for 2 columns"):
        document.table([Column("a"), Column("b")], [], total=["1", "2", "3"])
    with pytest.raises(ValueError, match="has no columns"):
        document.table([], [])
    with pytest.raises(ValueError, match="Callout 'loud' is not known"):
        document.callout("x", "loud")  # type: ignore[arg-type]
    document.contents()
    with pytest.raises(ValueError, match="one table of contents"):
        document.contents()


def test_an_empty_document_and_empty_blocks_open(language: Language) -> None:
    document = Document(language, "", datetime(2026, 1, 1, tzinfo=UTC))
    document.contents()
    document.figures([])
    document.charts([])
    document.bullets([])
    document.definitions([])
    saved = document.save()
    docx.Document(io.BytesIO(saved))
    with zipfile.ZipFile(io.BytesIO(saved)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
