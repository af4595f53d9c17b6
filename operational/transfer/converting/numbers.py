"""Numbers as people write them into scaled integers, exactly: no float on the way.

Signs of currency, thousands commas, brackets for negatives and exponents are understood; a comma that could be
a decimal sign or a thousands sign is refused unless the mapping says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.transfer.reading.cells import missing, truth

WHOLE = r"^[+-]?\d+$"
PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)$"
GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
CURRENCY = re.compile(r"^([+-]?)(?:[A-Z]{3}|[$€£¥￥₹])|(?:[A-Z]{3}|[$€£¥￥₹元])(-?)$")
EXPONENT = r"^[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d{1,3}$"
PARTS = r"^(?P<sign>[+-]?)0*(?P<whole>\d*)\.?(?P<rest>\d*)$"
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # １２．５ as Chinese keyboards write it
APOSTROPHES = str.maketrans("", "", "'’")
MAX_DIGITS = 18  # of the stored integer: what a signed 64-bit integer and a DECIMAL(18, d) surely hold


@dataclass(frozen=True)
class Numbers:
    """Scaled integers with the masks of cells that are no number, too large, or lost decimals in rounding."""

    values: pa.Array
    bad: np.ndarray
    large: np.ndarray
    rounded: np.ndarray


def convert_numbers(
    text: pa.Array,
    decimals: int,
    *,
    scale: Decimal | None = None,
    decimal_sign: str = ".",
    percent: bool = False,
    typed: bool = False,
) -> Numbers:
    """Text times `scale` as integers of 10^-decimals, rounded half up (away from zero).

    A `typed` cell may be a spreadsheet's own number, which has a point whatever the decimal sign of its texts is.
    """
    plain = _plain(text, decimal_sign, percent, typed)
    bad = ~truth(pc.match_substring_regex(plain, PLAIN)) & ~missing(text)
    plain = pc.if_else(pa.array(bad), pa.scalar(None, pa.string()), plain)
    if scale is not None:
        plain = pa.array([_times(one, scale) for one in plain.to_pylist()], pa.string())
    parts = pc.extract_regex(plain, PARTS)
    sign, whole, rest = (pc.struct_field(parts, name) for name in ("sign", "whole", "rest"))
    large = truth(pc.greater(pc.utf8_length(whole), MAX_DIGITS - decimals))
    kept = pc.utf8_rpad(pc.utf8_slice_codeunits(rest, 0, decimals), decimals, "0")
    digits = pc.binary_join_element_wise(pa.scalar("0"), whole, kept, pa.scalar(""))
    digits = pc.if_else(pa.array(large), pa.scalar(None, pa.string()), digits)
    lost = pc.utf8_slice_codeunits(rest, decimals)
    up = truth(pc.match_substring_regex(lost, "^[5-9]"))
    rounded = truth(pc.match_substring_regex(lost, "[1-9]"))
    values = pc.add(digits.cast(pa.int64()), pa.array(up.astype(np.int64)))
    values = pc.if_else(pc.equal(sign, "-"), pc.negate(values), values)
    return Numbers(values, bad, large, rounded)


def exact_numbers(
    text: pa.Array, *, decimal_sign: str = ".", percent: bool = False, typed: bool = False
) -> list[Decimal | None]:
    """The numbers themselves, neither scaled nor rounded; None where a cell is none."""
    plain = _plain(text, decimal_sign, percent, typed)
    readable = truth(pc.match_substring_regex(plain, PLAIN))
    return [Decimal(word) if good else None for word, good in zip(plain.to_pylist(), readable, strict=True)]


def _plain(text: pa.Array, decimal_sign: str, percent: bool, typed: bool) -> pa.Array:
    """Digits, point and sign; what cannot be told stays as it was and is refused."""
    as_it_is = PLAIN if decimal_sign == "." or typed else WHOLE
    odd = ~truth(pc.match_substring_regex(text, as_it_is)) & ~missing(text)
    if not odd.any():
        return text
    words = [_plain_word(word, decimal_sign, percent) for word in text.filter(pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(text, pa.array(odd), pa.array(words, pa.string()))


def _plain_word(word: str, decimal_sign: str, percent: bool) -> str:
    """One odd cell: `$1,234.50`, `EUR 5`, `(12.00)`, `7.00-`, `1'234.50`, `1.234,50` with decimal ",", `15 %`, `1.5E-05`."""
    bare = "".join(word.translate(FULL_WIDTH).split()).replace("−", "-").translate(APOSTROPHES)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    bare = CURRENCY.sub(r"\1\2", bare, count=1)
    if bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    if percent:
        bare = bare.removesuffix("%")
    if decimal_sign == ",":
        bare = bare.translate(str.maketrans(",.", ".,"))
    if re.match(GROUPED, bare):
        bare = bare.replace(",", "")
    if re.match(EXPONENT, bare):
        bare = format(Decimal(bare), "f")
    return bare


def _times(word: str | None, scale: Decimal) -> str | None:
    try:
        return None if word is None else format(Decimal(word) * scale, "f")
    except InvalidOperation:  # more digits than any of our fields holds
        return word
