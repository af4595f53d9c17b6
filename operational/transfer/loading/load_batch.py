"""A batch into the store, inside one transaction: resolved, completed, checked, written, in this order.

Reading the file came before (import_file.py); each step has its own file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.transfer.loading import checks, existing
from operational.transfer.loading.after_rules import run_after_change
from operational.transfer.loading.amounts import fill_amounts
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.defaults import fill_header, fill_lines
from operational.transfer.loading.new_records import make_missing
from operational.transfer.loading.references import References
from operational.transfer.loading.rows import Fate
from operational.transfer.loading.states import settle_states
from operational.transfer.loading.stock import refuse_below_zero
from operational.transfer.loading.write_batch import (
    WrittenInVain,
    refuse_stored_circles,
    write_changes,
    write_inside_links,
    write_new,
)
from operational.transfer.mapping.importable import LINES
from operational.transfer.reading.cells import missing
from operational.transfer.telling import reasons


@dataclass(frozen=True)
class Options:
    """How a file is to be taken; see `import_file`."""

    on_conflict: str = "fail"
    history: bool = False
    create_missing: bool = False
    dry_run: bool = False


def load_batch(
    session: Session, actor: Actor, batch: Batch, options: Options, step: Callable[[str], None]
) -> dict[str, int]:
    """Load what is good and refuse the rest, in `batch.rows`; how many missing records were made, per entity."""
    step("resolve")
    references = References(session, actor, options.create_missing)
    references.resolve(batch)
    batch.drop_refused()
    existing.find_existing(session, batch)
    existing.skip_existing(session, actor, batch, options.on_conflict)
    batch.drop_refused()
    step("check")
    checks.check_bounds(batch)
    batch.drop_refused()
    _complete(session, actor, batch, options)
    _check(session, batch, references, options)
    if options.on_conflict == "fail":
        existing.fail_on_conflict(batch)
    step("write")
    return _write(session, actor, batch, references, options)


def _complete(session: Session, actor: Actor, batch: Batch, options: Options) -> None:
    """Everything that a record's empty fields become."""
    checks.empty_early_times(batch)
    if options.on_conflict == "update" and (batch.existing > 0).any():
        batch.stored = existing.stored_rows(session, batch)
        existing.keep_stored_defaults(actor, batch, batch.stored)
    settle_states(batch, history=options.history)
    fill_header(session, actor, batch)
    fill_lines(session, actor, batch)
    fill_amounts(batch, batch.stored.lines if batch.stored else None)


def _check(session: Session, batch: Batch, references: References, options: Options) -> None:
    checks.check_required(batch)
    checks.check_order_of_times(batch)
    batch.drop_refused()
    existing.settle_repeated(batch, options.on_conflict)
    refuse_below_zero(session, batch)
    batch.drop_refused()
    checks.check_inside_links(batch, references)
    batch.drop_refused()
    amounts = batch.lines.get("amount")
    if amounts is not None:
        batch.rows.remark(f"{LINES}amount", reasons.no_price(), int(missing(amounts).sum()))


def _write(
    session: Session, actor: Actor, batch: Batch, references: References, options: Options
) -> dict[str, int]:
    fields: dict[str, np.ndarray] = {}
    lines = np.zeros(len(batch), dtype=bool)
    if batch.stored is not None:
        fields = existing.differing_fields(batch, batch.stored)
        lines = existing.differing_lines(batch, batch.stored)
        existing.refuse_fixed(batch, batch.stored, fields, lines, history=options.history)
        if (batch.rows.fate[batch.first_row] == Fate.REFUSED).any():
            batch.drop_refused()
            return _write(session, actor, batch, references, options)
    before = (dict(batch.header), dict(batch.lines), batch.existing.copy(), batch.rows.fate.copy())
    try:
        with session.begin_nested():
            made = make_missing(session, actor, batch, references)
            new = write_new(session, actor, batch, history=options.history)
            changed = write_changes(session, batch, fields, lines)
            write_inside_links(session, batch, references)
            refuse_stored_circles(session, batch)
            run_after_change(session, actor, batch, new, "create", history=options.history)
            run_after_change(session, actor, batch, changed, "change", history=options.history)
    except WrittenInVain:
        batch.header, batch.lines, batch.existing, fate = before
        batch.rows.fate[:] = np.where(batch.rows.fate == Fate.REFUSED, Fate.REFUSED, fate)
        batch.drop_refused()
        return _write(session, actor, batch, references, options)
    return made
