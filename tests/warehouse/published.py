"""Real companies' files landed straight into raw tables, for tests of published numbers.

The way from a file through import and store is tested elsewhere; here only what is made of the rows.
"""

from __future__ import annotations

from pathlib import Path

from tests.landed import Landed

FIRST_DAY = "date '2000-01-01'"


def land_northwind(landed: Landed, data: Path) -> None:
    """830 orders, each taken as closed."""
    folder = data / "northwind"
    con = landed.connection
    con.execute(f"create temp table heads as select * from read_csv('{folder}/orders.csv', quote='\"')")
    con.execute(f"create temp table details as select * from read_csv('{folder}/order_details.csv')")
    con.execute(f"create temp table products as select * from read_csv('{folder}/products.csv', quote='\"')")
    landed.land_select(
        "customer",
        "select row_number() over (order by customer_id) as id, customer_id as code, customer_id as name "
        "from (select distinct customer_id from heads)",
    )
    landed.land_select(
        "item",
        "select product_id as id, product_id as code, product_name as name, 'product' as kind from products",
    )
    landed.land_select(
        "order",
        "select o.order_id as id, o.order_id as number, c.id as customer_id, o.order_date as ordered_on, "
        "'closed' as state from heads o join raw.customer c on c.code = o.customer_id",
    )
    landed.land_select(
        "order_line",
        "select row_number() over () as id, order_id, product_id as item_id, quantity, unit_price, "
        "round(discount::decimal(9, 6) * 100, 6) as discount_pct from details",
    )


def land_purchases(landed: Landed, select: str) -> None:
    """Purchases as orders of one line; `select` gives customer (a number), day, units and amount."""
    con = landed.connection
    con.execute(f"create temp table purchase as select row_number() over () as id, * from ({select})")
    landed.land("item", [{"code": "CD", "name": "CD", "kind": "product"}])
    landed.land_select(
        "customer",
        "select distinct customer as id, lpad(customer::varchar, 6, '0') as code, customer as name from purchase",
    )
    landed.land_select(
        "order",
        "select id, id as number, customer as customer_id, day as ordered_on, 'closed' as state from purchase",
    )
    landed.land_select(
        "order_line", "select id, id as order_id, 1 as item_id, units as quantity, amount from purchase"
    )


def land_cdnow(landed: Landed, data: Path, *, sample: bool) -> None:
    """The full cohort of 23,570 customers, or the 1/10 sample of the papers."""
    if sample:
        source = f"read_csv('{data}/cdnow/cdnowElog_BTYD.csv.gz')"
        names = "sampleid as customer, cds as units, sales as amount"
    else:
        source = f"read_csv('{data}/cdnow/CDNOW_master.csv.gz')"
        names = "ID as customer, Volume as units, Amount as amount"
    land_purchases(landed, f"select {names}, strptime(date::varchar, '%Y%m%d')::date as day from {source}")


def land_incidents(landed: Landed, data: Path) -> None:
    """24,918 incidents in local time, one row each."""
    landed.land("customer", [{"code": "ALL", "name": "All"}])
    landed.connection.execute("create macro to_utc(t) as timezone('UTC', timezone('Asia/Shanghai', t))")
    landed.land_select(
        "service_request",
        "select row_number() over () as id, number, 1 as customer_id, 'incident' as subject, "
        "priority::varchar as priority, to_utc(opened_at) as opened_at, to_utc(first_update_at) as first_response_at, "
        "to_utc(resolved_at) as resolved_at, to_utc(closed_at) as closed_at, reopen_max as reopened_count, "
        f"'closed' as state from read_csv('{data}/uci_incident_log/uci_servicenow_incidents.csv.gz')",
    )


def land_valve_seats(landed: Landed, data: Path) -> None:
    """41 engines, 48 replacements; ages in days from an installation that is the same for all."""
    landed.land(
        "item", [{"code": "ENGINE", "name": "Engine"}, {"code": "SEAT", "name": "Valve seat", "kind": "part"}]
    )
    landed.connection.execute(
        f"create temp table ages as select * from read_csv('{data}/valve_seat/valveSeat.csv')"
    )
    landed.land_select(
        "unit",
        "select row_number() over (order by id) as id, id::int as serial, 1 as item_id, "
        f"{FIRST_DAY} as installed_on, {FIRST_DAY} + time::int as retired_on from ages where status = 0",
    )
    landed.land_select(
        "part_replacement",
        "select row_number() over () as id, row_number() over () as number, u.id as unit_id, 2 as part_id, "
        f"'failure' as reason, ({FIRST_DAY} + time::int)::timestamp + interval 4 hours as replaced_at "
        "from ages a join raw.unit u on u.serial = a.id::int::varchar where status = 1",
    )
