"""Text on its way into XML: cleaning, cutting, measuring, escaping.

Markup does not belong here: runs and paragraphs are made in `paragraph`.
"""

import re
import unicodedata
from xml.sax.saxutils import escape as _escape

# Not allowed in XML 1.0, or invisible and able to reorder what stands beside them
# (bidirectional overrides); a tab and a line feed stay.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_LINE_END = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")

ELLIPSIS = "…"


def clean(text: object) -> str:
    """`text` as a string without control characters and with line feeds as its only line ends."""
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", str(text)))


def escape(text: str) -> str:
    """Cleaned `text`, safe inside an XML element and inside a double-quoted attribute."""
    return _escape(clean(text), {'"': "&quot;"})


def cut(text: object, limit: int) -> str:
    """Cleaned `text` of at most `limit` characters, the last of them an ellipsis where some were lost."""
    whole = clean(text)
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + ELLIPSIS


def one_line(text: object, limit: int) -> str:
    """Cleaned `text` of at most `limit` characters, its line ends and runs of blanks one blank each."""
    return cut(" ".join(clean(text).split()), limit)


def width(text: str) -> int:
    """Printed width in halves of an em: 2 for an East Asian wide character, 0 for a combining one, else 1."""
    return sum(_character_width(character) for character in text)


def cut_to_width(text: object, limit: int) -> str:
    """Cleaned `text` on one line of at most `limit` half-ems, ending with an ellipsis where some was lost."""
    whole = one_line(text, 4 * limit)
    if width(whole) <= limit:
        return whole
    room = limit - 1
    kept = []
    for character in whole:
        room -= _character_width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip(" " + ELLIPSIS) + ELLIPSIS


def _character_width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
