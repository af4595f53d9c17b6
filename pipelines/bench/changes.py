"""A thousand changes to the large company, as a day at the desks would bring them, in plain SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import text

from operational.store.engine import for_writing

if TYPE_CHECKING:
    from operational.store.session import Store

CHANGES: tuple[tuple[int, str, str], ...] = (  # how many, in which table ids are drawn, the statement
    (400, "order_line", "update order_line set quantity = quantity + 1000000, amount = amount + unit_price where id = :id"),
    (150, "order", "update \"order\" set state = 'void' where id = :id"),
    (100, "order", """insert into "order" (number, customer_id, org_unit_id, kind, ordered_on, state)
        select :number, customer_id, org_unit_id, kind, ordered_on, 'approved' from "order" where id = :id"""),
    (250, "order_line", """insert into order_line (order_id, line_no, item_id, quantity, unit_price, amount)
        select order_id, 100 + :place, item_id, quantity, unit_price, amount from order_line where id = :id"""),
    (30, "order_line", "delete from order_line where id = :id"),
    (40, "service_request", "update service_request set closed_at = '2026-10-31 09:00:00.000000' where id = :id"),
    (20, "customer", "update customer set region_id = 1 + (region_id % 30) where id = :id"),
    (10, "item", "update item set standard_cost = standard_cost + 10000 where id = :id"),
)  # fmt: skip


def change_thousand(store: Store, round_number: int, times: float = 1) -> int:
    """Make the changes, or a multiple of them, in one transaction, other ones for each round; how many were asked for."""
    dice = np.random.default_rng(100 + round_number)
    with for_writing(store.engine).begin() as connection:
        for thousandths, table, statement in CHANGES:
            count = round(thousandths * times)
            highest = int(connection.execute(text(f'select max(id) from "{table}"')).scalar_one())
            ids = dice.integers(1, highest + 1, count).tolist()
            rows: list[dict[str, Any]] = [
                {"id": one, "place": place, "number": f"N{round_number}-{place}"}
                for place, one in enumerate(ids)
            ]
            connection.execute(text(statement), rows)
    return sum(round(count * times) for count, _, _ in CHANGES)
