"""Which items a document wants more of than is left, whatever it is left of: an order, a request, a shipment.

How much is left, and the sentence that refuses, are of the rule that asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from operational.crud.record import links_of
from operational.entities.distribution.item import Item
from operational.rules.order_quantities import Quantities


def by_item(lines: Iterable[Any]) -> Quantities:
    """What lines with `item_id` and `quantity` want together, by item."""
    wanted: Quantities = defaultdict(Decimal)
    for line in lines:
        wanted[line.item_id] += line.quantity
    return wanted


def beyond(session: Session, wanted: Mapping[int, Decimal], left: Mapping[int, Decimal]) -> dict[int, str]:
    """The items of which more is wanted than left, each with the code that people know it by."""
    items = [item for item, quantity in wanted.items() if quantity > left.get(item, Decimal(0))]
    return {item: link.key for item, link in links_of(session, Item, items).items()} if items else {}
