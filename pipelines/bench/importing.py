"""Import: a file of order lines with all checks, beside the promised speed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from operational.crud.access import SYSTEM_ACTOR
from operational.settings import Settings
from operational.store.schema import create_schema
from operational.store.session import Store
from operational.transfer.import_file import import_file
from pipelines.bench.paper import Line, against

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.bench.ground import Ground

MOST, PROMISED, PER_ORDER = 500_000, 10_000, 3
HEADER = "number,customer,ordered_on,state,lines.item,lines.quantity,lines.unit_price,lines.discount_pct"


def measure(ground: Ground) -> list[Line]:
    """Half a million order lines, or as many as the company has, into an empty SQLite store."""
    lines = min(ground.lines, MOST)
    path = _file(ground.directory / "orders.csv", lines)
    with closing(Store.open(Settings(data=ground.directory / "imported", store=""))) as store:
        create_schema(store.engine)
        result = import_file(store, SYSTEM_ACTOR, "order", path, history=True, create_missing=True)
    speed = result.loaded / result.seconds
    limit = against(
        f"{result.loaded:,} order lines", result.seconds, f"{PROMISED:,} lines/s:", lines / PROMISED, 1
    )
    return [limit, Line("speed", f"{speed:,.0f} lines/s"), Line("refused", f"{lines - result.loaded:,}")]


def _file(path: Path, lines: int) -> Path:
    """Orders of three lines each, a discount on some, as a till or another system would export them."""
    dice = np.random.default_rng(1)
    item, quantity = dice.integers(0, 2000, lines).tolist(), dice.integers(1, 50, lines).tolist()
    cents, discount = (
        dice.integers(100, 10_000_000, lines).tolist(),
        dice.choice(["", "5", "10"], lines).tolist(),
    )
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f"{HEADER}\n")
        for place in range(lines):
            order = place // PER_ORDER
            day = f"2024-{order % 12 + 1:02d}-{order % 28 + 1:02d}"
            stream.write(
                f"S{order:07d},C{order % 5000:05d},{day},closed,P{item[place]:04d},{quantity[place]},"
                f"{cents[place] / 100:.2f},{discount[place]}\n"
            )
    return path
