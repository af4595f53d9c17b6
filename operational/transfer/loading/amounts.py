"""Amounts of lines and totals of documents, computed exactly on scaled integers.

The same for single records is in crud/defaults.py; both round half up to the amount's decimals.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.field import Field
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.stored import ids_array
from operational.transfer.reading.cells import missing, truth

Lines = dict[str, pa.Array]


def fill_amounts(batch: Batch, before: Lines | None = None) -> None:
    """Compute line amounts that the file does not give, and the header's total from the lines' amounts.

    `before` are the stored lines that these replace (null: none); an amount that was computed from them and
    came back as it was follows a changed quantity or price.
    """
    cls = batch.cls.__lines__
    if cls is None or "amount" not in cls.__fields__:
        return
    fields = cls.__fields__
    given = batch.lines["amount"]
    if before is not None:
        stale = truth(pc.equal(given, before["amount"])) & truth(
            pc.equal(given, line_amounts(before, fields))
        )
        given = pc.if_else(pa.array(stale), pa.scalar(None, given.type), given)
    batch.lines["amount"] = pc.coalesce(given, line_amounts(batch.lines, fields))
    total = batch.cls.__fields__.get("amount")
    if total is not None and total.derived:
        sums = np.zeros(len(batch), dtype=np.int64)
        np.add.at(sums, batch.line_record, ids_array(batch.lines["amount"]))
        batch.header["amount"] = pa.array(sums)


def line_amounts(lines: Lines, fields: dict[str, Field]) -> pa.Array:
    """Quantity × unit price × (1 − discount / 100) as integers of the amount's unit; null without both factors.

    Python's integers hold the product of three scaled factors, which 64 bits do not.
    """
    quantity, price = lines["quantity"], lines["unit_price"]
    nothing = missing(quantity) | missing(price)
    product = ids_array(quantity).astype(object) * ids_array(price).astype(object)
    power = (fields["quantity"].decimals or 0) + (fields["unit_price"].decimals or 0)
    if "discount_pct" in fields:
        hundred = 10 ** (2 + (fields["discount_pct"].decimals or 0))
        product = product * (hundred - ids_array(lines["discount_pct"]).astype(object))
        power += 2 + (fields["discount_pct"].decimals or 0)
    unit = 10 ** (power - (fields["amount"].decimals or 0))
    size = (2 * abs(product) + unit) // (2 * unit) if len(product) else product
    exact = np.where(product < 0, -size, size)
    too_large = np.array(size >= 10**18, dtype=bool)
    return pa.array(np.where(nothing | too_large, 0, exact).astype(np.int64), mask=nothing | too_large)
