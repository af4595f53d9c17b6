"""What a program sees after a declaration was widened: started on a copy of the code, it prints what it observed as JSON.

Started by test_added_field.py, which says what must be seen; the code that it imports is the widened copy's.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from operational.settings import Settings
from operational.store import feed
from operational.store.session import Store
from pipelines.cli import run
from warehouse.connect import Warehouse


def command(*arguments: str) -> dict[str, Any]:
    """One command of `yingke` as a person gives it: exit code and what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def file(folder: Path, name: str, content: str) -> str:
    (folder / name).write_text(content, encoding="utf-8")
    return str(folder / name)


def started(store: Store) -> dict[str, Any]:
    """The columns before and after the application is made ready, as `yingke up` does."""
    from operational.store.schema import create_schema

    tables = {"item": "carton_pieces", "order_line": "packing"}
    before = {name: column in columns(store, name) for name, column in tables.items()}
    create_schema(store.engine)
    return {
        "before": before,
        "after": {name: column in columns(store, name) for name, column in tables.items()},
    }


def columns(store: Store, table: str) -> set[str]:
    return {column["name"] for column in inspect(store.engine).get_columns(table)}


def imported(folder: Path) -> dict[str, Any]:
    """Files in: by the field's name, by its Chinese label, and lines of a document by both."""
    by_name = file(folder, "by_name.csv", "code,name,carton_pieces\nW1,水泵一,12\nW2,水泵二,\nW3,水泵三,-1\n")
    by_label = file(folder, "by_label.csv", "料号,每箱件数\nW2,36\n")
    orders = file(
        folder, "orders.csv", "number,customer,ordered_on,lines.item,lines.quantity,lines.packing\n"
        "SO-W1,C1,2026-03-01,W1,2,木箱\n",
    )  # fmt: skip
    labelled = file(
        folder, "labelled.csv", "订单号,客户,订单日期,物料,数量,包装要求\nSO-W2,C1,2026-03-02,W1,1,纸箱\n"
    )
    return {
        "by_name": command("import", "item", by_name),
        "by_label": command("import", "item", by_label, "--on-conflict", "update"),
        "orders": command("import", "order", orders),
        "labelled": command("import", "order", labelled),
    }


def on_the_web(store: Store) -> dict[str, Any]:
    """Form, list, record, history and REST, through the whole application."""
    from dashboards.app import create_app
    from tests.crud.company import Company
    from tests.forms.conftest import Site, signed_in

    site = Site(create_app(store.settings, store), store, Company(store))
    root = signed_in(site, "root", "zh")
    seen: dict[str, Any] = {
        "form": root.get("/o/item/new").text,
        "order_form": root.get("/o/order/new").text,
        "list": root.get("/o/item?carton_pieces=36").text,
        "filtered": root.get("/api/v1/item?carton_pieces=36").json,
        "sorted": root.get("/api/v1/item?sort=-carton_pieces&limit=2").json,
        "read": root.get("/api/v1/item/W1").json,
        "order": root.get("/api/v1/order/SO-W1").json,
        "openapi": json.dumps(root.get("/api/v1/openapi.json").json, ensure_ascii=False),
    }
    saved = root.post("/o/item/W1", {"version": str(seen["read"]["version"]), "carton_pieces": "18"})
    seen["saved"] = {
        "status": saved.status_code,
        "where": saved.headers.get("Location", ""),
        "page": saved.text[:2000],
    }
    seen["changed"] = root.get("/api/v1/item/W1").json
    seen["history"] = root.get("/o/item/W1?tab=history").text
    return seen


def in_the_log(store: Store, since: feed.Position) -> dict[str, Any]:
    """What the change feed keeps of the change, and which columns may leave the store."""
    from operational.entity import tables_in_feed

    with store.reading() as session:
        last = session.execute(
            text(
                "SELECT before FROM change_log WHERE entity = 'item' AND op = 'update' ORDER BY seq DESC LIMIT 1"
            )
        ).scalar_one()
        touched = feed.changes(session.connection(), since, feed.head(session.connection()))
    classes = dict(tables_in_feed())
    return {
        "before": json.loads(last) if isinstance(last, str) else last,
        "touched": [one.table for one in touched],
        "leaves": [column.name for column in feed.feed_columns(classes["item"])],
    }


def in_the_warehouse(store: Store) -> dict[str, Any]:
    """A refresh on top of what was published before the field was there, and what it landed."""
    refreshed = command("refresh", "--json")
    warehouse = Warehouse(store.settings.warehouse_directory)
    connection, _ = warehouse.cursor()
    found = {
        schema: {
            "item": connection.execute(
                f"select code, carton_pieces from {schema}.item order by code"
            ).fetchall(),
            "order_line": connection.execute(
                f"select packing from {schema}.order_line order by id"
            ).fetchall(),
        }
        for schema in ("raw", "staging")
    }
    found["type"] = connection.execute(
        "select data_type from duckdb_columns() where schema_name = 'raw' and table_name = 'item' "
        "and column_name = 'carton_pieces'"
    ).fetchone()
    warehouse.close()
    return {"refresh": refreshed, **found}


def exported(folder: Path) -> dict[str, Any]:
    items, orders = folder / "items.csv", folder / "orders_out.csv"
    ended = [command("export", "item", "-o", str(items)), command("export", "order", "-o", str(orders))]
    return {"ended": ended, "items": items.read_text("utf-8"), "orders": orders.read_text("utf-8")}


def main(folder: Path) -> None:
    """Observe everything once, in the order in which it happens to a company."""
    import operational.entity

    settings = Settings()
    store = Store.open(settings)
    with store.reading() as session:
        since = feed.head(session.connection())
    seen: dict[str, Any] = {"code": operational.entity.__file__, "start": started(store)}
    seen["import"] = imported(folder)
    seen["web"] = on_the_web(store)
    seen["log"] = in_the_log(store, since)
    seen["warehouse"] = in_the_warehouse(store)
    seen["export"] = exported(folder)
    store.close()
    (folder / "seen.json").write_text(json.dumps(seen, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
