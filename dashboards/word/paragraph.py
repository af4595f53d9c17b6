"""Runs, paragraphs and fields as WordprocessingML.

Which paragraph stands where in a document does not belong here, nor how a style looks (`styles`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards.word.look import Look
from dashboards.word.text import clean, cut, escape

Tone = Literal["plain", "muted", "good", "bad", "warning", "accent"]

PARAGRAPH_LIMIT = 10_000
# Punctuation and signs that both scripts have: without the hint Word takes them from the Latin
# font, and Chinese quotation marks come out narrow.
_SHARED_SIGNS = re.compile("[“”‘’…—·×÷±°℃①-⑳▲▼→←↑↓≥≤≈]")


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph with its own look."""

    text: str
    bold: bool = False
    emphasis: bool = False
    tone: Tone = "plain"


Text = str | Run | Sequence[str | Run]


@dataclass(frozen=True)
class Ink:
    """What turns text into runs: the colours, and whether the document is Chinese."""

    look: Look
    chinese: bool

    def runs(self, text: Text, limit: int = PARAGRAPH_LIMIT) -> str:
        """The runs of `text`, each cut to `limit` characters."""
        pieces = [text] if isinstance(text, str | Run) else text
        return "".join(self._run(Run(piece) if isinstance(piece, str) else piece, limit) for piece in pieces)

    def run(self, text: str, properties: str = "") -> str:
        """One run with its properties written out (in schema order, after the fonts); none for no text."""
        if not text:
            return ""
        hint = self.chinese and _SHARED_SIGNS.search(text)
        look = ('<w:rFonts w:hint="eastAsia"/>' if hint else "") + properties
        return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{_text(text)}</w:r>"

    def _run(self, run: Run, limit: int) -> str:
        # Chinese type has no italics: emphasis there is weight, not a slanted outline.
        bold = run.bold or (run.emphasis and self.chinese)
        color = self.color(run.tone)
        properties = (
            ("<w:b/><w:bCs/>" if bold else "")
            + ("<w:i/><w:iCs/>" if run.emphasis and not self.chinese else "")
            + (f'<w:color w:val="{color}"/>' if color else "")
        )
        return self.run(cut(run.text, limit), properties)

    def color(self, tone: Tone) -> str:
        """The colour of `tone`, empty for plain."""
        return "" if tone == "plain" else str(getattr(self.look, tone))


def plain(text: Text) -> str:
    """The characters of `text`, without their look."""
    pieces = [text] if isinstance(text, str | Run) else text
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def paragraph(style: str, content: str, properties: str = "") -> str:
    """A paragraph of `style`; `properties` stand after the style, in schema order."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def simple_field(instruction: str, shown: str) -> str:
    """A field that Word fills in by itself, with what is shown until then; never made from data."""
    return f'<w:fldSimple w:instr=" {instruction} "><w:r><w:t>{shown}</w:t></w:r></w:fldSimple>'


def bookmarked(content: str, name: str, number: int) -> str:
    """`content` inside a bookmark; `number` is unique in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def _text(text: str) -> str:
    lines = clean(text).replace("\t", "    ").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
