"""A file into the store: read, converted and loaded in one transaction, with the rejects and the result.

Each step has its own file; nothing is decided here but what comes after what.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlalchemy.exc import IntegrityError

from operational.crud.access import Actor, may_see, require, withheld
from operational.crud.refusal import NotAllowed
from operational.entity import Entity, entity
from operational.store.session import Store
from operational.transfer.converting.convert import convert
from operational.transfer.converting.sums import total
from operational.transfer.failure import MappingError, TransferFailed
from operational.transfer.loading import existing
from operational.transfer.loading.batch import Batch, gather
from operational.transfer.loading.checks import unfillable
from operational.transfer.loading.load_batch import Options, load_batch
from operational.transfer.loading.rows import Fate, Rows
from operational.transfer.mapping.field_text import field_text, term_cells
from operational.transfer.mapping.header import mapping_of_header
from operational.transfer.mapping.importable import importable_fields
from operational.transfer.mapping.mapping_file import read_mapping
from operational.transfer.mapping.plan import Mapping
from operational.transfer.mapping.shape import duplicates, shape, skipped
from operational.transfer.reading.cells import first_of_each, row_codes
from operational.transfer.reading.source import Layout, Source, read_source
from operational.transfer.result import ImportResult, result_of
from operational.transfer.telling import reasons
from operational.transfer.telling.rejects import write_rejects
from operational.transfer.telling.remarks import about_file

STEPS = ("read", "convert", "resolve", "check", "write", "commit")
Progress = Callable[[str, int, int], None]  # the step that begins, its place from 1, how many there are


class _Undo(Exception):
    """Everything went well and nothing is to stay."""


def import_file(
    store: Store,
    actor: Actor,
    entity_name: str,
    path: Path,
    *,
    mapping: Path | Mapping | None = None,
    on_conflict: str = "fail",
    history: bool = False,
    create_missing: bool = False,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Bring a CSV or spreadsheet into the store in one transaction; bad rows go to the rejects file.

    `on_conflict` ('fail', 'skip', 'update') says what a key that exists means; `history` takes finished
    records with their states as they were; `create_missing` makes records that are only referred to;
    `dry_run` does everything but keep it. `rejects` is by default a file in the data directory.
    `progress` is called at the beginning of each of STEPS.

    Raises TransferFailed (MappingError for the mapping) in one sentence when nothing can be taken, and
    crud's NotAllowed where the actor's role may not import; either way nothing was changed.
    """
    began = time.perf_counter()
    cls = entity(entity_name)
    options = Options(on_conflict, history, create_missing, dry_run)
    _refuse_usage(actor, cls, options)

    def step(name: str) -> None:
        if progress is not None:
            progress(name, STEPS.index(name) + 1, len(STEPS))

    step("read")
    path = Path(path)
    source, plan = _read(cls, path, mapping)
    _refuse_unseen(actor, cls, plan)
    _refuse_missing_columns(cls, plan, options)
    rows = _rows(cls, source, plan)
    step("convert")
    batch = _batch(cls, rows, plan, store, options)
    target = rejects or store.settings.data / "rejects" / f"{path.name.split('.')[0]}.{entity_name}.csv"
    made: dict[str, int] = {}
    written = None
    try:
        with store.writing(actor.login, f"import {path.name}", "import") as session:
            made = load_batch(session, actor, batch, options, step)
            if rejects is not None or rows.count(Fate.REFUSED):
                write_rejects(target, rows, actor.language)
                written = target
            step("commit")
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    except IntegrityError as error:
        raise TransferFailed(
            "导入期间他人写入了同样的记录，未作任何更改；请重新导入。",
            "Somebody else wrote the same records meanwhile; nothing was changed: import the file again.",
        ) from error
    return result_of(
        entity_name,
        rows,
        created_missing=made,
        warnings=about_file(source, plan),
        rejects=written,
        seconds=time.perf_counter() - began,
        dry_run=dry_run,
    )


def _refuse_usage(actor: Actor, cls: type[Entity], options: Options) -> None:
    require(actor, "import", cls)
    spec = cls.__entity__
    if options.on_conflict not in existing.POLICIES:
        raise MappingError(
            f"--on-conflict 不能为“{options.on_conflict}”；请写 fail、skip 或 update。",
            f"--on-conflict cannot be '{options.on_conflict}'; write fail, skip or update.",
        )
    if spec.hidden:
        raise TransferFailed(
            f"“{spec.label.zh}”由系统记录，不能导入。",
            f"{cls.__tablename__} records are kept by the machine and cannot be imported.",
        )
    if spec.history_only and not options.history:
        raise TransferFailed(
            f"“{spec.label.zh}”由单据产生，只能作为历史导入；请加 --history。",
            f"{cls.__tablename__} records are made by documents and are imported as history only; add --history.",
        )
    if options.history and spec.graph is not None and actor.role != "admin":
        raise TransferFailed(
            "只有管理员可以用 --history 导入，因为它不经过审批。",
            "Only an administrator may import with --history, for it passes over approvals; ask one to do it.",
        )


def _read(cls: type[Entity], path: Path, mapping: Path | Mapping | None) -> tuple[Source, Mapping]:
    plan = mapping if isinstance(mapping, Mapping) or mapping is None else read_mapping(Path(mapping), cls)
    source = read_source(path, plan.layout if plan else Layout())
    return source, plan or mapping_of_header(cls, source.table.column_names)


def _refuse_unseen(actor: Actor, cls: type[Entity], plan: Mapping) -> None:
    """What the actor may not read is not written either; a file that brings it is refused, not half taken."""
    for name, field in importable_fields(cls).items():
        if name in plan.rules and not may_see(actor, field):
            raise NotAllowed(withheld(actor, field))


def _refuse_missing_columns(cls: type[Entity], plan: Mapping, options: Options) -> None:
    """A key or a required field that no column can fill is a fault of the file, not of its rows."""
    lacking = unfillable(cls, frozenset(plan.rules), new=options.on_conflict != "update")
    if lacking:
        label = cls.__entity__.label
        raise TransferFailed(
            f"缺少“{label.zh}”的必填列：{', '.join(lacking)}；请补上或在映射中写明。",
            f"Required columns of {cls.__tablename__} are missing: {', '.join(lacking)}; add them or map them.",
        )


def _rows(cls: type[Entity], source: Source, plan: Mapping) -> Rows:
    """The shaped rows: those that the mapping leaves out have their fate, those that cannot be told are refused."""
    shaped = shape(source, plan)
    rows = Rows(shaped)
    width = len(source.table.column_names)
    for place, odd in source.odd.items():
        at = np.flatnonzero(shaped.origin == place)
        rows.refuse(at, "", reasons.misshapen(odd.cells, width), pa.array([odd.text] * len(at)))
    for miscounted, reason in shaped.miscounted:
        at = np.flatnonzero(miscounted)
        rows.refuse(
            at, plan.repeat or "", reason, shaped.cells(plan.repeat or "", "rows.repeat").take(pa.array(at))
        )
    out = skipped(shaped, plan)
    rows.settle(np.flatnonzero(out), Fate.SKIPPED)
    again = duplicates(shaped, plan)
    if plan.distinct is True and cls.__lines__ is None:
        # Of records without lines those that would be the same in every field cannot all be meant.
        again |= ~first_of_each(
            row_codes(
                [
                    column
                    for name, rule in plan.rules.items()
                    for column in (field_text(shaped, name, rule), *term_cells(shaped, name, rule).values())
                ]
            )
        )
    rows.settle(np.flatnonzero(again & ~out), Fate.DUPLICATE)
    for file, twice in shaped.ambiguous.items():
        rows.refuse(np.flatnonzero(twice & (rows.fate == Fate.PENDING)), "", reasons.joined_twice(file))
    return rows


def _batch(cls: type[Entity], rows: Rows, plan: Mapping, store: Store, options: Options) -> Batch:
    """The fields of every row that is left, converted and gathered into records; unreadable cells refuse their rows."""
    live = np.flatnonzero((rows.fate == Fate.PENDING) | (rows.fate == Fate.REFUSED))
    fields = importable_fields(cls)
    columns: dict[str, pa.Array] = {}
    for name, rule in plan.rules.items():
        at = pa.array(live)
        text = field_text(rows.shaped, name, rule).take(at)
        field = fields[name]
        if field.derived and (not options.history or field.kind == "money"):
            rows.remark(name, reasons.not_computed_here(), len(text) - text.null_count)
            continue
        added = None
        if rule.terms:
            cells = {column: one.take(at) for column, one in term_cells(rows.shaped, name, rule).items()}
            added = total(
                rule, cells, len(at), percent=field.kind == "percent", typed=rows.shaped.source.typed
            )
            for mask, reason, column in added.refused:
                rows.refuse(live[mask], name, reason, column.filter(pa.array(mask)))
        done = convert(
            text, field, cls, rule, store.settings.zone, typed=rows.shaped.source.typed, added=added
        )
        for mask, reason in done.refused:
            rows.refuse(live[mask], name, reason, text.filter(pa.array(mask)))
        for mask, reason in done.remarks:
            rows.remark(name, reason, int(mask.sum()))
        columns[name] = done.values
    per_row = frozenset(
        name for name, rule in plan.rules.items() if rule.constant is None and rule.default is None
    )
    batch = gather(rows, cls, columns, live, per_row)
    batch.drop_refused()
    return batch
