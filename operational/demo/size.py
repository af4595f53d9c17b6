"""How large a demonstration company is: three sizes by name, and the years of its history.

Only numbers; what they count is made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS = 5


@dataclass(frozen=True)
class Size:
    """How many of everything; `books_days` is how far shipments, stock and invoices reach back (None: all years).

    A company that moved in with its old orders, but only the latest year's books, is what the large one shows.
    """

    name: str
    number: int
    buyers: int
    prospects: int
    units: int
    requests: int
    complaints: int
    opportunities: int
    sellers: int
    engineers: int
    books_days: int | None = None


SIZES = {
    one.name: one
    for one in (
        Size("small", 1, 590, 40, 400, 1_500, 150, 480, 44, 30),
        Size("medium", 2, 14_700, 900, 8_000, 30_000, 2_600, 9_000, 150, 110),
        Size("large", 3, 183_000, 9_000, 60_000, 240_000, 20_000, 70_000, 420, 300, books_days=365),
    )
}
