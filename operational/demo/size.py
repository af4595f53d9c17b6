"""How large a demonstration company is: three sizes by name, and the years of its history.

Only numbers; what they count is made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS = 5


@dataclass(frozen=True)
class Size:
    """How many of everything.

    `books_days` is how far shipments, stock and invoices reach back (None: all years): the large company moved in
    with its old orders, but only the latest year's books. `steps_days` is how far the steps of documents do.
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
    steps_days: int = 120


SIZES = {
    one.name: one
    for one in (
        Size("small", 17, 590, 40, 400, 1_500, 150, 480, 44, 30),
        Size("medium", 2, 14_700, 900, 8_000, 30_000, 2_600, 9_000, 150, 110),
        Size(
            "large",
            3,
            183_000,
            9_000,
            50_000,
            160_000,
            12_000,
            40_000,
            420,
            300,
            books_days=365,
            steps_days=30,
        ),
    )
}
