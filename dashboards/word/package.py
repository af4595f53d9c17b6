"""A document's parts bound into one .docx file: content types, relationships, properties, the zip.

What stands in the parts does not belong here. All relationships are internal, and equal parts
give equal bytes, so that a report can be rebuilt and compared.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package

from dashboards.word.text import cut, escape

_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PROPERTY_LIMIT = 255  # python-docx refuses longer ones
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"


@dataclass(frozen=True)
class Properties:
    """What a file manager shows of the document; `created` (UTC, no zone) is also the last change."""

    title: str
    subject: str
    author: str
    keywords: str
    language: str
    organisation: str
    created: datetime


@dataclass(frozen=True)
class Parts:
    """The parts as bytes; each chart with its workbook, in order (see `chart_relationship`)."""

    document: bytes
    styles: bytes
    numbering: bytes
    settings: bytes
    fonts: bytes
    theme: bytes
    header: bytes
    footer: bytes
    charts: Sequence[tuple[bytes, bytes]]


HEADER_RELATIONSHIP = "rIdHeader"
FOOTER_RELATIONSHIP = "rIdFooter"
WORKBOOK_RELATIONSHIP = "rIdWorkbook"


def chart_relationship(number: int) -> str:
    """The relationship by which the document names its chart `number` (from 1)."""
    return f"rIdChart{number}"


def docx(parts: Parts, properties: Properties) -> bytes:
    """The .docx file."""
    package = Package()
    document = _part(package, "/word/document.xml", CT.WML_DOCUMENT_MAIN, parts.document)
    package.relate_to(document, RT.OFFICE_DOCUMENT)
    for rid, reltype, name, content_type, blob in (
        ("rIdStyles", RT.STYLES, "styles", CT.WML_STYLES, parts.styles),
        ("rIdNumbering", RT.NUMBERING, "numbering", CT.WML_NUMBERING, parts.numbering),
        ("rIdSettings", RT.SETTINGS, "settings", CT.WML_SETTINGS, parts.settings),
        ("rIdFonts", RT.FONT_TABLE, "fontTable", CT.WML_FONT_TABLE, parts.fonts),
        ("rIdTheme", RT.THEME, "theme/theme1", CT.OFC_THEME, parts.theme),
        (HEADER_RELATIONSHIP, RT.HEADER, "header1", CT.WML_HEADER, parts.header),
        (FOOTER_RELATIONSHIP, RT.FOOTER, "footer1", CT.WML_FOOTER, parts.footer),
    ):
        document.load_rel(reltype, _part(package, f"/word/{name}.xml", content_type, blob), rid)
    for number, (xml, workbook) in enumerate(parts.charts, start=1):
        chart = _part(package, f"/word/charts/chart{number}.xml", CT.DML_CHART, xml)
        sheet = f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"
        chart.load_rel(RT.PACKAGE, _part(package, sheet, CT.SML_SHEET, workbook), WORKBOOK_RELATIONSHIP)
        document.load_rel(RT.CHART, chart, chart_relationship(number))
    _describe(package, properties)
    return _zipped(package)


def _part(package: Package, name: str, content_type: str, blob: bytes) -> Part:
    return Part(PackURI(name), content_type, blob, package)


def _describe(package: Package, properties: Properties) -> None:
    core = package.core_properties
    core.title = cut(properties.title, _PROPERTY_LIMIT)
    core.subject = cut(properties.subject, _PROPERTY_LIMIT)
    core.author = core.last_modified_by = cut(properties.author, _PROPERTY_LIMIT)
    core.keywords = cut(properties.keywords, _PROPERTY_LIMIT)
    core.language = properties.language
    core.created = core.modified = properties.created
    extended = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_EXTENDED}"><Application>Microsoft Office Word</Application>'
        f"<Company>{escape(properties.organisation)}</Company><AppVersion>16.0000</AppVersion></Properties>"
    )
    part = _part(package, "/docProps/app.xml", CT.OFC_EXTENDED_PROPERTIES, extended.encode())
    package.relate_to(part, RT.EXTENDED_PROPERTIES)


def _zipped(package: Package) -> bytes:
    """The package with every entry dated alike: python-docx dates them by the clock."""
    written, bound = io.BytesIO(), io.BytesIO()
    package.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(bound, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".xlsx") else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return bound.getvalue()
