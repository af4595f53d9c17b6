"""The page: A4, its margins, and the main document part around the body.

What stands on the page does not belong here.
"""

from dashboards.word.package import FOOTER_RELATIONSHIP, HEADER_RELATIONSHIP
from dashboards.word.styles import NAMESPACE

# Twentieths of a point.
_WIDTH, _HEIGHT = 11_906, 16_838
_SIDE, _TOP, _BOTTOM = 1_247, 1_361, 1_304
TEXT_WIDTH = _WIDTH - 2 * _SIDE
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def document_xml(body: str, cover: bool) -> bytes:
    """The main part. The first page has no header; after a cover the footer begins on the second page."""
    first = "" if cover else f'<w:footerReference w:type="first" r:id="{FOOTER_RELATIONSHIP}"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:document xmlns:w="{NAMESPACE}" xmlns:r="{_RELATIONSHIPS}"><w:body>{body}<w:sectPr>'
        f'<w:headerReference w:type="default" r:id="{HEADER_RELATIONSHIP}"/>'
        f'<w:footerReference w:type="default" r:id="{FOOTER_RELATIONSHIP}"/>{first}'
        f'<w:pgSz w:w="{_WIDTH}" w:h="{_HEIGHT}"/><w:pgMar w:top="{_TOP}" w:right="{_SIDE}"'
        f' w:bottom="{_BOTTOM}" w:left="{_SIDE}" w:header="624" w:footer="567" w:gutter="0"/><w:titlePg/>'
        "</w:sectPr></w:body></w:document>"
    ).encode()
