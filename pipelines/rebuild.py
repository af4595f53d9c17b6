"""Past states on demand: a published one whose file is gone, or what was known at a time, built anew from history.

The newest published file is copied, brought to the head of the store's feed and turned back to the position of
the state, so the cost follows what changed since; then it is modelled like any load. What was published is never
touched. A few rebuilt states are kept for whoever asks again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from operational.store.feed import Position, head
from operational.store.past import first_recorded, position_at
from operational.store.snapshots import PublishedSnapshot, published_snapshots, registered_snapshot
from pipelines.alone import alone
from pipelines.build_state import prepare_state
from pipelines.load import Loaded, load, position_of
from pipelines.model import build_models
from pipelines.progress import Progress, silent
from pipelines.published_state import declarations_digest, note_state
from pipelines.quality.judge import check_landing, check_tables
from pipelines.quality.quarantine import quarantine_rows
from pipelines.quality.results import prepare_results
from pipelines.refreshing import SCHEMAS
from pipelines.source import reading
from pipelines.turn_back import turn_back
from warehouse.answer import read_published
from warehouse.connect import (
    BUILD_FILE,
    Connection,
    NotPublishedError,
    Warehouse,
    WarehouseDamagedError,
    open_build,
    rebuilt_file,
    version_file,
)
from warehouse.publish import synced
from warehouse.question import AskRefused

if TYPE_CHECKING:
    from operational.store.session import Store

KEPT_REBUILT = 3
PATIENCE = 900.0  # seconds that one waits for another's rebuilding
NAMED = 5  # published states that a refusal names


def published_state(
    store: Store, snapshot: str, progress: Progress = silent, *, as_declared_today: bool = False
) -> str:
    """The id by which readers find a published state, rebuilt first where its file is gone.

    `as_declared_today`: rebuilt also where its file was made by other declarations than today's, and so cannot
    answer every question. Raises AskRefused where no such state was published from this store.
    """
    kept = False
    with contextlib.suppress(NotPublishedError):  # what can be no id is no state either
        kept = version_file(store.settings.warehouse_directory, snapshot).exists()
    with store.reading() as session:
        state = registered_snapshot(session, snapshot)
        newest = ", ".join(one.snapshot for one in published_snapshots(session, NAMED))
    if kept and (state is None or not as_declared_today or state.declarations == declarations_digest()):
        return snapshot
    if state is None:
        raise AskRefused(
            zh=f"没有编号为“{snapshot}”的已发布快照；最近的有：{newest or '无'}。",
            en=f"No state '{snapshot}' was published from this store; the newest are: {newest or 'none'}.",
        )
    return _kept(store, state, progress)


def known_state(store: Store, moment: datetime, progress: Progress = silent) -> str:
    """The id by which readers find the state of knowledge at an instant, built from the records of then.

    Raises AskRefused for an instant that has not come, or before anything was recorded.
    """
    zone = store.settings.zone
    if moment > datetime.now(UTC):
        raise AskRefused(
            zh=f"{moment.astimezone(zone):%Y-%m-%d %H:%M} 尚未到来：届时所知尚不可知。",
            en=f"{moment.astimezone(zone):%Y-%m-%d %H:%M} is still to come: what will be known then is not known yet.",
        )
    with store.reading() as session:
        connection = session.connection()
        first = first_recorded(connection)
        position = position_at(connection, moment)
    if first is None or moment < first:
        begun = f"{first.astimezone(zone):%Y-%m-%d %H:%M:%S}" if first else "–"
        raise AskRefused(
            zh=f"本系统自 {begun} 起才有记录，此前一无所知。",
            en=f"Nothing was recorded here before {begun}, so nothing was known.",
        )
    place = hashlib.sha256(position.value.encode()).hexdigest()[:8]
    state = PublishedSnapshot(
        snapshot=f"known-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{place}", position=position.value, loaded_at=moment,
        quality="pass", rows_loaded=0, timezone=store.settings.timezone, currency=store.settings.currency,
        declarations=declarations_digest(),
    )  # fmt: skip
    return _kept(store, state, progress)


def declared_otherwise(store: Store, snapshot: str) -> bool:
    """Whether a state was published with other declarations than today's."""
    with store.reading() as session:
        state = registered_snapshot(session, snapshot)
    return state is not None and state.declarations != declarations_digest()


def _kept(store: Store, state: PublishedSnapshot, progress: Progress) -> str:
    """Rebuild a state unless that was done with today's declarations; the least recently asked ones make room."""
    name = f"{state.snapshot}-{declarations_digest()[:8]}"
    target = rebuilt_file(store.settings.warehouse_directory, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target.parent / "rebuild.lock", PATIENCE, _another_at_work()):
        if target.exists():
            os.utime(target)
            return name
        for left in target.parent.glob("*.unfinished"):
            shutil.rmtree(left)
        kept = sorted(target.parent.glob("*.duckdb"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in kept[KEPT_REBUILT - 1 :]:
            old.unlink()
        scratch = target.with_suffix(".unfinished")
        scratch.mkdir()
        _rebuild(store, state, scratch, progress)
        (scratch / BUILD_FILE).rename(target)
        synced(target.parent)
        shutil.rmtree(scratch)
    return name


def _rebuild(store: Store, state: PublishedSnapshot, scratch: Path, progress: Progress) -> None:
    """Build the state in a folder of its own, durably."""
    to = Position(state.position)
    _check_store(store, to)
    progress(f"rebuild {state.snapshot}: copy")
    _copy_newest(store, state, scratch)
    build = open_build(scratch, state.timezone)
    try:
        build.execute("begin")
        prepare_state(build)
        prepare_results(build)
        with reading(store, position_of(build), back_to=to) as source:
            loaded = load(source, build, progress=progress)
            progress("turn back")
            turn_back(source, build, loaded, to)
        _model(build, loaded, progress)
        note_state(build, state)
        build.execute("commit")
        build.execute("checkpoint")
    finally:
        build.close()
    synced(scratch / BUILD_FILE)


def _model(build: Connection, loaded: Loaded, progress: Progress) -> None:
    """Quarantine, models and checks as of any load; a past state is shown whatever its checks say."""
    check_landing(build, loaded, quarantine_rows(build, loaded))
    for schema in SCHEMAS:
        check_tables(build, loaded, build_models(build, loaded, schema, [], progress=progress))


def _copy_newest(store: Store, state: PublishedSnapshot, scratch: Path) -> None:
    """Begin from the newest published file, where there is a sound one with the zone of the state."""
    directory = store.settings.warehouse_directory
    warehouse = Warehouse(directory)
    try:
        connection, snapshot = warehouse.cursor()
        usable = read_published(connection).timezone == state.timezone
    except (NotPublishedError, WarehouseDamagedError):
        return
    finally:
        warehouse.close()
    if usable:
        shutil.copyfile(version_file(directory, snapshot), scratch / BUILD_FILE)


def _check_store(store: Store, to: Position) -> None:
    """On PostgreSQL a position names transactions of one server: of another it says nothing."""
    with store.reading() as session:
        here = head(session.connection()).value.partition(":")[0]
    if store.is_postgres and to.value.partition(":")[0] != here:
        raise AskRefused(
            zh="该状态发布于恢复之前的数据库服务器，只能从其文件查询，而文件已不在。",
            en="This state was published by the server that the store was restored from; only its file could tell it, and that is gone.",
        )


def _another_at_work() -> AskRefused:
    return AskRefused(
        zh="另一过往状态正在重建，请稍后再试。", en="Another past state is being rebuilt; try again later."
    )
