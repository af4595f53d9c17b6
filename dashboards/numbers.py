"""How figures are written for people in both languages: units, compact forms, changes, periods.

Values stay exact elsewhere; only what is read is rounded here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

LOCALES = {"zh": "zh_CN", "en": "en_US"}
HUNDREDFOLD = ("share", "probability")  # units shown as per cent
WHOLE = ("count",)
LABELLED_UNITS = ("hours", "days", "minutes", "per_unit_year")  # units that numbers in a table do not show
SUFFIXES = {
    "hours": (" 小时", " h"), "days": (" 天", " d"), "minutes": (" 分钟", " min"),
    "per_unit_year": (" 次/台年", " per unit-year"),
}  # fmt: skip
NOTHING = "–"
UNIT_NAMES = {
    "money": ("金额", "money"), "count": ("个", "count"), "quantity": ("数量", "quantity"), "share": ("比例", "share"),
    "hours": ("小时", "hours"), "days": ("天", "days"), "minutes": ("分钟", "minutes"), "orders": ("单", "orders"),
    "probability": ("概率", "probability"), "ratio": ("比率", "ratio"), "text": ("文本", "text"),
    "per_unit_year": ("次/台年", "per unit-year"),
}  # fmt: skip


def unit_name(unit: str, language: str) -> str:
    """What people call a unit of the catalogue."""
    return UNIT_NAMES.get(unit, (unit, unit))[0 if language == "zh" else 1]


def unit_suffix(unit: str, language: str) -> str:
    """What stands after a figure of this unit: ' 小时', ' h'; '' where nothing does."""
    return SUFFIXES.get(unit, ("", ""))[0 if language == "zh" else 1]


def scale_unit(unit: str, language: str, currency: str) -> str:
    """The unit of a scale or column whose numbers do not show it: 元, CNY, 小时; '' where it goes without saying."""
    if unit == "money":
        return "元" if language == "zh" and currency == "CNY" else currency
    return unit_name(unit, language) if unit in LABELLED_UNITS else ""


@lru_cache(maxsize=8)
def _symbol(currency: str, language: str) -> str:
    from babel.numbers import get_currency_symbol

    symbol = get_currency_symbol(currency, LOCALES[language])
    return "¥" if currency == "CNY" else symbol


def _money(number: str, currency: str, language: str) -> str:
    """The number with its currency, a minus before both."""
    sign = "-" if number.startswith("-") else ""
    return f"{sign}{_symbol(currency, language)}{number.removeprefix(sign)}"


def short(value: Any, unit: str, language: str, currency: str = "CNY", *, bare: bool = False) -> str:
    """A figure in few characters: ¥8,642.3万, 86.4M, 12.5 %, 3.2 小时; a dash where there is none.

    `bare` leaves out hours, days and the like, where the unit stands beside.
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    number = float(value)
    if unit in HUNDREDFOLD:
        return f"{number * 100:.1f}%"
    if unit == "money":
        return _money(compact(number, language), currency, language)
    if suffix := unit_suffix(unit, language):
        return f"{_few_digits(number)}{'' if bare else suffix}"
    return compact(number, language, whole=unit in WHOLE)


def full(value: Any, unit: str, language: str, currency: str = "CNY", *, whole: bool | None = None) -> str:
    """A figure with the digits that a table shows: ¥12,850,000.50, 1,284, 12.50 %.

    `whole` says whether all numbers beside which it stands are whole; where that is not known, each is its own measure.
    """
    if value is None:
        return NOTHING
    if isinstance(value, (str, date)):
        return str(value)
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if unit in HUNDREDFOLD:
        return f"{float(value) * 100:,.2f}%"
    if unit == "money":
        return _money(f"{Decimal(str(value)):,.2f}", currency, language)
    if whole is None:
        whole = isinstance(value, (int, Decimal)) and value == int(value)
    if unit in WHOLE or whole:
        return f"{value:,.0f}"
    return f"{float(value):,.2f}"


def all_whole(values: Iterable[Any]) -> bool:
    """Whether numbers that stand together need no decimals."""
    return all(float(value).is_integer() for value in values if isinstance(value, (int, float, Decimal)))


def compact(number: float, language: str, *, whole: bool = False, tick: bool = False) -> str:
    """A number in units of its language: 万 and 亿, or K, M and B; a `tick` of an axis has no needless .0."""
    steps = ((1e8, "亿"), (1e4, "万")) if language == "zh" else ((1e9, "B"), (1e6, "M"), (1e3, "K"))
    for size, name in steps:
        if abs(number) >= size * (1 if language == "zh" else 10 if size == 1e3 else 1):
            scaled = number / size
            digits = 0 if tick and scaled == int(scaled) else 1
            return f"{scaled:,.{digits}f}{name}" if abs(scaled) < 10_000 else f"{scaled:,.0f}{name}"
    return f"{number:,.0f}" if whole or number == int(number) else _few_digits(number)


def change(now: Any, before: Any) -> float | None:
    """The relative change, None where there is nothing to compare with."""
    if now is None or not before or isinstance(now, str):
        return None
    return (float(now) - float(before)) / abs(float(before))


def change_text(now: Any, before: Any, unit: str, language: str) -> str:
    """The size of a change without its sign: 12.5%, of shares in points, for a share of a share misleads; '' without one."""
    relative = change(now, before)
    if relative is None:
        return ""
    if unit in HUNDREDFOLD:
        points = abs(float(now) - float(before)) * 100
        return f"{points:.1f} 个百分点" if language == "zh" else f"{points:.1f} pp"
    return f"{abs(relative):.1%}" if abs(relative) < 10 else f"{abs(relative) + 1:,.0f}×"


def direction(now: Any, before: Any, unit: str) -> int | None:
    """Whether a change goes up (1), down (-1) or, as it is written, nowhere (0); None without one."""
    relative = change(now, before)
    if relative is None:
        return None
    shown = round((float(now) - float(before)) * 100 if unit in HUNDREDFOLD else relative * 100, 1)
    return (shown > 0) - (shown < 0)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least` (which is above nought)."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= least * (1 - 1e-9))


def period_name(first_day: str | date, grain: str, language: str) -> str:
    """A period as people call it: 2026-10, 2026-W47, 2026 Q3, 2026, 2026-11-23."""
    day = date.fromisoformat(first_day) if isinstance(first_day, str) else first_day
    if grain == "month":
        return f"{day:%Y-%m}"
    if grain == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if grain == "quarter":
        quarter = (day.month - 1) // 3 + 1
        return f"{day.year}年{quarter}季度" if language == "zh" else f"{day.year} Q{quarter}"
    return f"{day:%Y}" if grain == "year" else day.isoformat()


def _few_digits(number: float) -> str:
    size = abs(number)
    return f"{number:,.0f}" if size >= 1000 else f"{number:,.1f}" if size >= 1 else f"{number:,.2f}"
