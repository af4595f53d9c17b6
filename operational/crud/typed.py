"""From what people type to values of a field's kind: numbers, dates, choices, each refusal with its remedy.

Links need the store and are resolved in validate.py; how values are shown is the forms' business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from operational.field import Field, Label

DECIMAL_KINDS = ("money", "quantity", "percent", "number")
DIGITS = 18  # of a decimal, here and in the warehouse

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_YES = ("true", "yes", "y", "1", "on", "是", "真")
_NO = ("false", "no", "n", "0", "off", "否", "假")


class Untyped(ValueError):
    """The text is no value of the field's kind; the message says what to write."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh, en)


@dataclass(frozen=True)
class Typed:
    """A value of the field's kind, with a warning where it is not exactly what was typed."""

    value: Any
    warning: Label | None = None


def typed(field: Field, raw: Any, zone: ZoneInfo) -> Typed:
    """The value of a field from text, or from a value that already has a Python type.

    Empty text is None. A moment without an offset is in `zone`. Raises Untyped.
    """
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        return Typed(None)
    if field.kind in DECIMAL_KINDS:
        return _decimal(field, raw)
    if field.kind == "integer":
        return _integer(raw)
    if field.kind == "date":
        return Typed(_date(raw))
    if field.kind == "moment":
        return Typed(_moment(raw, zone))
    if field.kind == "flag":
        return Typed(_flag(raw))
    if field.kind == "choice":
        return Typed(_choice(field, raw))
    return Typed(_text(field, raw))


def _text(field: Field, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Untyped("应为文字。", "should be text.")
    value = str(raw).replace("\r\n", "\n")
    if field.kind != "longtext" and any(unicodedata.category(one) == "Cc" for one in value):
        raise Untyped(
            "含有换行或控制字符，请写成一行。", "holds a line break or control character; write one line."
        )
    if "\x00" in value:
        raise Untyped("含有不可存储的字符，请删去。", "holds a character that cannot be stored; delete it.")
    if field.length is not None and len(value) > field.length:
        raise Untyped(
            f"有 {len(value)} 个字符，最多 {field.length} 个，请缩短。",
            f"has {len(value)} characters, at most {field.length} fit; shorten it.",
        )
    if field.pattern is not None and not re.fullmatch(field.pattern, value):
        raise Untyped(
            f"“{value}”的写法不对，应类似 {field.example}。",
            f"'{value}' is not written as it should be; write it like {field.example}.",
        )
    if field.kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise Untyped(
            "不是邮箱地址，应类似 name@example.com。",
            "is no e-mail address; write one such as name@example.com.",
        )
    return value


def _choice(field: Field, raw: Any) -> str:
    for one in field.choices:
        if raw in (one.value, one.label.zh, one.label.en):
            return one.value
    zh = "、".join(one.label.zh for one in field.choices)
    en = ", ".join(one.label.en for one in field.choices)
    raise Untyped(
        f"“{raw}”不在可选值中，请选择：{zh}。", f"'{raw}' is not among the choices; take one of: {en}."
    )


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).casefold()
    if text in _YES or text in _NO:
        return text in _YES
    raise Untyped(f"“{raw}”应为 是 或 否。", f"'{raw}' should be yes or no.")


def _number(raw: Any) -> Decimal:
    """A decimal from a number or text; a comma only as a separator of thousands."""
    if isinstance(raw, bool):
        raise Untyped("应为数字。", "should be a number.")
    if isinstance(raw, Decimal | int | float):
        value = Decimal(str(raw))
        if not value.is_finite():
            raise Untyped("应为有限的数字。", "should be a finite number.")
        return value
    text = unicodedata.normalize("NFKC", str(raw)).replace("−", "-").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _PLAIN.fullmatch(text):
        raise Untyped(
            f"“{raw}”不是数字；小数点用“.”，千位分隔符“,”只能三位一组，例如 1,234.50。",
            f"'{raw}' is no number; write '.' before decimals, ',' only between three digits, as 1,234.50.",
        )
    return Decimal(text)


def _decimal(field: Field, raw: Any) -> Typed:
    if field.kind == "percent" and isinstance(raw, str):
        raw = raw.removesuffix("%").removesuffix("％").strip()
    value = _number(raw)
    decimals = field.decimals or 0
    if value.adjusted() >= DIGITS - decimals:
        raise Untyped(
            f"“{raw}”过大，整数部分最多 {DIGITS - decimals} 位。",
            f"'{raw}' is too large; at most {DIGITS - decimals} digits fit before the point.",
        )
    kept = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if kept == value:
        return Typed(kept)
    return Typed(
        kept,
        Label(
            f"最多 {decimals} 位小数，{raw} 已四舍五入为 {kept}。",
            f"has at most {decimals} decimals; {raw} was rounded to {kept}.",
        ),
    )


def _integer(raw: Any) -> Typed:
    value = _number(raw)
    if value != value.to_integral_value() or abs(value) >= 2**63:
        raise Untyped(f"“{raw}”应为整数。", f"'{raw}' should be a whole number.")
    return Typed(int(value))


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        raise Untyped("应为日期，不带时间。", "should be a day without a time.")
    if isinstance(raw, date):
        return raw
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    found = _DAY.fullmatch(text)
    if not found:
        raise Untyped(f"“{raw}”不是日期，请写成 2026-01-31。", f"'{raw}' is no date; write 2026-01-31.")
    return _calendar_day(raw, found)


def _calendar_day(raw: Any, found: re.Match[str]) -> date:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Untyped(
            f"日历上没有“{raw}”这一天，请更正。", f"'{raw}' is no day of the calendar; correct it."
        ) from None
    if not 1900 <= day.year <= 2200:
        raise Untyped(f"“{raw}”的年份不合理，请更正。", f"'{raw}' has an impossible year; correct it.")
    return day


def _moment(raw: Any, zone: ZoneInfo) -> datetime:
    if isinstance(raw, datetime):
        return (raw if raw.tzinfo else raw.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(raw, date):
        return datetime.combine(raw, time.min, zone).astimezone(UTC)
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    day = _DAY.match(text)
    clock = _CLOCK.fullmatch(text[day.end() :].lstrip("T ")) if day else None
    if day is None or (clock is None and text[day.end() :].strip()):
        raise Untyped(
            f"“{raw}”不是时间，请写成 2026-01-31 14:05。", f"'{raw}' is no time; write 2026-01-31 14:05."
        )
    on = _calendar_day(raw, day)
    if clock is None:
        return datetime.combine(on, time.min, zone).astimezone(UTC)
    try:
        at = time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    except ValueError:
        raise Untyped(
            f"“{raw}”的钟点不存在，请更正。", f"'{raw}' has no such time of day; correct it."
        ) from None
    if clock[4]:
        return datetime.fromisoformat(f"{on}T{at}{clock[4].replace('Z', '+00:00')}").astimezone(UTC)
    return datetime.combine(on, at, zone).astimezone(UTC)


def only_a_day(raw: str) -> bool:
    """Whether a text names a day without a time, so that a filter on a moment means the whole day."""
    return _DAY.fullmatch(unicodedata.normalize("NFKC", raw).strip()) is not None
