"""The peer of the full build: the same tables copied and the same facts of sales made, as a specialist would by hand.

No change feed, no checks, no versions, no history, no other facts than those of sales: as little as will do.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from pipelines.source import raw_tables
from warehouse.connect import open_build

if TYPE_CHECKING:
    from pathlib import Path

    from operational.store.session import Store
    from warehouse.landing import RawColumn

FACTS = (
    """create table fct_order as
    select o.id as order_id, o.number, o.kind, o.customer_id, o.ordered_on, o.state,
           o.state in ('approved', 'partly_shipped', 'shipped', 'closed') as counted,
           c.region_id, c.level, c.industry, coalesce(o.org_unit_id, c.org_unit_id) as org_unit_id, c.owner_id, t.amount
    from "order" o join customer c on c.id = o.customer_id
    left join (select order_id, sum(amount) as amount from order_line group by order_id) t on t.order_id = o.id""",
    """create table fct_order_line as
    select l.id as order_line_id, l.order_id, o.customer_id, o.ordered_on, o.counted, o.region_id, o.level, o.industry,
           o.org_unit_id, o.owner_id, l.item_id, i.category, i.brand, l.quantity, l.amount,
           coalesce(l.cost, l.quantity * coalesce(l.unit_cost, i.standard_cost) // 1000000) as cost
    from order_line l join fct_order o using (order_id) join item i on i.id = l.item_id""",
    """create table customer_day as
    select *, first_value(ordered_on) over w as first_on, lag(ordered_on) over w as previous_on,
           lead(ordered_on) over w as next_on
    from (select customer_id, ordered_on, min(region_id) as region_id, count(*) as orders, sum(amount) as amount
          from fct_order where counted group by customer_id, ordered_on)
    window w as (partition by customer_id order by ordered_on)""",
)


def build_by_hand(store: Store, directory: Path) -> dict[str, float]:
    """Seconds of the copy and of the aggregation into a new file, checkpoint included."""
    from adbc_driver_sqlite import dbapi

    path = make_url(store.settings.store_url).database
    store.engine.dispose()  # the driver brings its own SQLite: two in one process do not see each other's locks
    build = open_build(directory, store.settings.timezone)
    began = time.perf_counter()
    with contextlib.closing(dbapi.connect(path)) as adbc, adbc.cursor() as cursor:
        for table in raw_tables():
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            types = ", ".join(_typed(column) for column in table.columns)
            sample = ", ".join(f"{_sample(column)} as {column.name}" for column in table.columns)
            cursor.execute(f'select {sample} union all select {names} from "{table.name}"')
            build.register("arriving", cursor.fetch_record_batch())
            build.execute(f'create table "{table.name}" as select {types} from arriving where id >= 0')
            build.unregister("arriving")
    copied = time.perf_counter()
    for statement in FACTS:
        build.execute(statement)
    build.execute("checkpoint")
    done = time.perf_counter()
    build.close()
    return {"copy": copied - began, "aggregate": done - copied}


def _typed(column: RawColumn) -> str:
    """Money and quantities stay whole numbers, which is the quickest; days and instants become such."""
    kind = column.sql_type
    return (
        f'cast("{column.name}" as {kind}) as "{column.name}"'
        if kind in ("DATE", "TIMESTAMP", "BOOLEAN")
        else f'"{column.name}"'
    )


def _sample(column: RawColumn) -> str:
    """A value that tells the driver a column's type."""
    if column.sql_type == "BIGINT" or column.decimals is not None:
        return "-1"
    return {"BOOLEAN": "0", "VARCHAR": "''"}.get(column.sql_type, "'2000-01-01'")
