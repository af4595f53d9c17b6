"""Two published states of a store, found or rebuilt, and what the later one tells otherwise than the earlier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.restating import Teller, Told
from operational.crud.access import warehouse_scope
from operational.store.snapshots import PublishedSnapshot, published_snapshots, registered_snapshot
from pipelines.progress import Progress, silent
from pipelines.rebuild import published_state
from warehouse.connect import Warehouse
from warehouse.question import AskRefused
from warehouse.restated import Restatement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from operational.crud.access import Actor
    from operational.store.session import Store

LOOKED_BACK = 10_000  # published states among which the one before another is sought


@dataclass(frozen=True)
class Restated:
    """The two states, how many numbers were restated between them, and those that were to be told, from `skipped` on."""

    before: PublishedSnapshot
    after: PublishedSnapshot
    total: int
    skipped: int
    told: list[Told]

    @property
    def more(self) -> int:
        """How many numbers come after those that are told."""
        return max(0, self.total - self.skipped - len(self.told))


def restatement_of(
    store: Store,
    actor: Actor,
    figures: Iterable[str] = (),
    *,
    earlier: str | None = None,
    later: str | None = None,
    language: str = "zh",
    skip: int = 0,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Restated:
    """The two states, by default the newest and the one before it, and the numbers restated between them.

    Told are `limit` numbers after the first `skip`, None: all. AskRefused where a state is not known, or there is none before it.
    """
    before, after = _states(store, earlier, later)
    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    earlier_at, later_at = (
        published_state(store, one.snapshot, progress or silent, as_declared_today=True)
        for one in (before, after)
    )
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        restatement = Restatement(warehouse.at(earlier_at), warehouse.at(later_at), scope)
        numbers = restatement.numbers(figures)
        chosen = numbers[skip:] if limit is None else numbers[skip : skip + limit]
        told = Teller(store, actor, language, before, after).told(restatement, chosen)
        return Restated(before, after, len(numbers), skip, told)
    finally:
        warehouse.close()


def _states(
    store: Store, earlier: str | None, later: str | None
) -> tuple[PublishedSnapshot, PublishedSnapshot]:
    with store.reading() as session:
        states = published_snapshots(session, LOOKED_BACK)
        named = {one: registered_snapshot(session, one) for one in (earlier, later) if one}
    unknown = [name for name, state in named.items() if state is None]
    if unknown:
        raise AskRefused(
            zh=f"没有编号为“{unknown[0]}”的已发布快照。",
            en=f"No state '{unknown[0]}' was published from this store.",
        )
    after = named[later] if later else next(iter(states), None)
    before = (
        named[earlier]
        if earlier
        else next((one for one in states if after and one.snapshot < after.snapshot), None)
    )
    if before is None or after is None:
        raise AskRefused(
            zh="没有更早的已发布快照可供比较。", en="There is no earlier published state to compare with."
        )
    return before, after
