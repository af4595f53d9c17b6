"""The items: products, their successors and parts as one numbered list, with prices by year and demand.

The price list itself stands in words/products.py and words/parts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from operational.demo.calendar import Calendar, Flags, Floats, Ints
from operational.demo.laws import FAILURES, PRICES, SCHEDULED
from operational.demo.loading import MONEY, QUANTITY, Loader
from operational.demo.words.parts import PARTS
from operational.demo.words.products import PRODUCTS, SUCCESSORS
from operational.demo.words.service_words import ELECTRICAL_CATEGORIES

PRODUCT_WARRANTY, PART_WARRANTY = 18, 6  # months
PARTS_PER_PRODUCT = 1.5  # how much more often a part is asked for than a product of the same popularity


@dataclass
class Catalogue:
    """The items by place: products in the order of their list, then successors, then parts; `ids` in the store."""

    codes: list[str]
    brands: list[str]
    price: Ints  # today's, in yuan
    cost: Ints  # standard cost in cents
    lead_days: Ints
    shelf_days: Ints  # 0 for none
    popularity: Floats
    is_part: Flags
    is_electrical: Flags  # nothing in it moves or leaks
    ids: Ints

    def place(self, code: str) -> int:
        """The place of an item."""
        return self.codes.index(code)

    @cached_property
    def prices(self) -> Ints:
        """List prices in cents by years back and item: money under 1,000 yuan to the jiao, above to the yuan."""
        exact = np.outer(PRICES, self.price * 100.0)
        step = np.where(self.price < 1_000, 10, 100)
        return (np.round(exact / step) * step).astype(np.int64)

    def sold_as(self, item: Ints, day: Ints, calendar: Calendar) -> Ints:
        """What is sold in an item's place on a day: from some day on its successor."""
        sold = item.copy()
        for old, new, years in SUCCESSORS:
            sold[(item == self.place(old)) & (day >= calendar.days - years * 365)] = self.place(new.code)
        return sold


def make_catalogue(loader: Loader) -> Catalogue:
    """Make and write the items."""
    products = [*PRODUCTS, *(new for _, new, _ in SUCCESSORS)]
    rows: list[Any] = [*products, *PARTS]
    price = np.array([row.price for row in rows])
    cost = np.round(price * np.array([row.cost for row in rows]) * 100).astype(np.int64)
    is_part = np.arange(len(rows)) >= len(products)
    popularity = np.array([float(row.popularity) for row in rows]) * np.where(is_part, PARTS_PER_PRODUCT, 1)
    shelf = [None] * len(products) + [part.shelf_days for part in PARTS]
    units = {"阀门": "只", "传感器": "只", "伺服系统": "套", "控制柜": "套"}
    columns: dict[str, Any] = {
        "code": [row.code for row in rows],
        "name": [row.name for row in products] + [part.name for part in PARTS],
        "name_en": [row.name_en for row in rows],
        "kind": ["part" if flag else "product" for flag in is_part],
        "category": [row.category for row in rows],
        "brand": ["瑞盈"] * len(products) + [part.brand for part in PARTS],
        "unit": [units.get(row.category, "台") for row in products] + [part.unit for part in PARTS],
        "list_price": price * MONEY,
        "standard_cost": cost * (MONEY // 100),
        "lead_time_days": np.array([row.lead_days for row in rows]) * QUANTITY,
        "shelf_life_days": shelf,
        "warranty_months": np.where(is_part, PART_WARRANTY, PRODUCT_WARRANTY),
    }
    return Catalogue(
        codes=columns["code"],
        brands=columns["brand"],
        price=price,
        cost=cost,
        lead_days=np.array([row.lead_days for row in rows]),
        shelf_days=np.array([days or 0 for days in shelf]),
        popularity=popularity,
        is_part=is_part,
        is_electrical=np.isin([row.category for row in rows], ELECTRICAL_CATEGORIES),
        ids=loader.load("item", columns),
    )


def serviced_models() -> list[str]:
    """The products whose units are known one by one, in the order of their laws."""
    return list(dict.fromkeys([law.model for law in FAILURES] + list(SCHEDULED)))
