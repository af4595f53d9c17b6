"""The one way back: what the published figures say is written into the store, by its verbs, where it differs.

What is proposed is reckoned in warehouse/science/supply.py; how proposals are kept, in the store's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from operational.crud.access import Actor
from operational.rules.propose_supply import Need, settle_proposals
from warehouse.ask import Question, ask
from warehouse.connect import Warehouse
from warehouse.science.supply import Supply, supply_needed

if TYPE_CHECKING:
    from operational.store.session import Store

ACTOR = Actor(
    "feed_back", "admin", None, None
)  # so that what people do, also as the system, is not taken for ours
RULE = "r,nQ 1"  # a changed rule gets another version
FIGURES = (
    "on_hand", "inventory_position", "reorder_point", "safety_stock", "order_quantity", "demand_forecast",
)  # fmt: skip
PLACE = ("item.code", "item.kind", "depot.code")
ACTIONS = {"product": "make"}  # of kinds; everything else is ordered


def feed_back(store: Store, snapshot: str) -> dict[str, int]:
    """Bring the supply proposals to what this published state says; how many were made, changed, dropped.

    The same state, or another with the same needs, changes nothing; so the refresh that a change brings
    about ends the matter.
    """
    needs = list(supply_needs(store, snapshot))
    with store.writing(ACTOR.login, snapshot, ACTOR.login) as session:
        return asdict(settle_proposals(session, ACTOR, needs))


def supply_needs(store: Store, snapshot: str) -> Iterator[Need]:
    """Every item and depot whose position has come down to its reorder point, by the metrics of the snapshot."""
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        answer = ask(warehouse.at(snapshot), Question(FIGURES, by=PLACE), None)
    finally:
        warehouse.close()
    today = datetime.now(store.settings.zone).date()
    for row in answer.rows:
        held, position, point, safety, quantity, demand = (float(row[name] or 0) for name in FIGURES)
        code, kind, depot = (row[name] for name in PLACE)
        if code is None or depot is None:
            continue
        supply = supply_needed(position, point, safety, quantity, demand)
        if supply is not None:
            zh, en = _reasons(row, supply)
            yield Need(
                item=code,
                depot=depot,
                action=ACTIONS.get(kind, "order"),
                quantity=Decimal(supply.quantity),
                needed_on=today + timedelta(days=supply.within_days),
                reason_zh=zh,
                reason_en=en,
                rule_version=RULE,
                on_hand=_rounded(held),
                position=_rounded(position),
                reorder_point=_rounded(point),
                safety_stock=_rounded(safety),
            )


def _reasons(row: dict[str, Any], supply: Supply) -> tuple[str, str]:
    held, position, point, safety, _, demand = (_shown(row[name]) for name in FIGURES)
    size = supply.quantity // supply.lots
    zh = (
        f"库存头寸 {position} 已降到再订货点 {point}（现存 {held}，安全库存 {safety}，预计下月需求 {demand}）；"
        f"补 {supply.quantity:,}（{supply.lots} × {size:,}）使头寸回到再订货点以上；约 {supply.within_days} 天后动用安全库存。"
    )
    en = (
        f"The inventory position of {position} has come down to the reorder point of {point} (on hand {held}, "
        f"safety stock {safety}, demand expected of a month {demand}); {supply.quantity:,} ({supply.lots} × {size:,}) lift "
        f"it above the point; safety stock is touched in about {supply.within_days} days."
    )
    return zh, en


def _shown(value: Any) -> str:
    return f"{float(value or 0):,.2f}".rstrip("0").rstrip(".")


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
