"""Text that a spreadsheet would take for a formula, made harmless in CSV by an apostrophe in front.

cells.py takes the apostrophe off again, so that what was exported is imported as it was.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = r"^[=+\-@\t\r＝＋－＠]"
ESCAPED = r"^'+[=+\-@\t\r＝＋－＠]"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)$"


def harmless(text: pa.Array) -> pa.Array:
    """Our own text for CSV: also what begins with apostrophes before such a sign gets one more."""
    return _quoted(
        text, pc.or_(pc.match_substring_regex(text, FORMULA), pc.match_substring_regex(text, ESCAPED))
    )


def harmless_text(text: str) -> str:
    """One cell of ours, as `harmless` makes whole columns."""
    live = re.match(f"{FORMULA}|{ESCAPED}", text) and not re.match(NUMBER, text)
    return f"'{text}" if live else text


def harmless_copy(text: pa.Array) -> pa.Array:
    """A foreign file's cells as they were, but for formulas: what has an apostrophe already keeps its one."""
    return _quoted(text, pc.match_substring_regex(text, FORMULA))


def _quoted(text: pa.Array, live: pa.Array) -> pa.Array:
    live = pc.and_not(live, pc.match_substring_regex(text, NUMBER))
    if not pc.any(live).as_py():
        return text
    return pc.if_else(live, pc.binary_join_element_wise("'", text, ""), text)
