"""A small company for a fresh store: a tree of units, people, items, customers, a depot, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from operational.crud.access import SYSTEM_ACTOR, Actor
from operational.crud.record import Record, ids_of
from operational.crud.walk import walk
from operational.crud.write import create
from operational.entity import Entity, entity, load_entities
from operational.rules.stock import Move, move_stock
from operational.store.session import Store

load_entities()


@dataclass
class Company:
    """The store with its people; each method is one transaction of one of them."""

    store: Store
    actors: dict[str, Actor] = field(default_factory=dict)

    def create(
        self, who: str | Actor, name: str, lines: Any = None, /, *, token: str | None = None, **values: Any
    ) -> Record:
        actor = self.actor(who)
        with self.store.writing(actor.login) as session:
            return create(session, actor, entity(name), values, lines, token=token)

    def walk(self, who: str | Actor, name: str, key: str, verb: str, **says: Any) -> Record:
        actor = self.actor(who)
        with self.store.writing(actor.login) as session:
            return walk(session, actor, entity(name), key, verb, **says)

    def actor(self, who: str | Actor) -> Actor:
        return self.actors[who] if isinstance(who, str) else who

    def put_in_stock(self, item: str, quantity: str, at: datetime, lot: str | None = None) -> None:
        """A receipt of goods in the depot D1."""
        with self.store.writing("system") as session:
            one = Move(id_of(session, "item", item), id_of(session, "depot", "D1"), Decimal(quantity), lot)
            move_stock(session, SYSTEM_ACTOR, "receipt", "test", at, [one])

    def approved_order(self, quantity: str = "10", item: str = "P1", **values: Any) -> Record:
        """An order of one line that was submitted by a clerk and approved by the manager."""
        lines = [{"item": item, "quantity": quantity}]
        order = self.create("clerk", "order", lines, **({"customer": "C1"} | values))
        self.walk("clerk", "order", order.key, "submit")
        return self.walk("manager", "order", order.key, "approve")

    def shipment(self, order: str | None, quantity: str, item: str = "P1", **values: Any) -> Record:
        """A draft shipment of one line."""
        lines = [{"item": item, "quantity": quantity, "lot": values.pop("lot", None)}]
        return self.create("keeper", "shipment", lines, order=order, depot="D1", **values)


def id_of(session: Session, name: str, key: str) -> int:
    return ids_of(session, entity(name), [key])[key]


def row_of(session: Session, name: str, key: str) -> Entity:
    return session.get_one(entity(name), id_of(session, name, key))


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

UNITS = [("HQ", "总部", "head_office", None), ("EAST", "华东分公司", "branch", "HQ"),
         ("SH", "上海办事处", "office", "EAST"), ("SOUTH", "华南分公司", "branch", "HQ"),
         ("DEAL", "经销商甲", "dealer", "SOUTH")]  # fmt: skip
PEOPLE = [
    ("E1", "张三", "EAST"),
    ("E2", "李四", "EAST"),
    ("S1", "王五", "SOUTH"),
    ("T1", "赵六", "EAST"),
    ("T2", "孙七", "EAST"),
]
LOGINS = [("boss", "branch_manager", "EAST", None),
          ("clerk", "sales", "EAST", "E1"), ("clerk2", "sales", "EAST", "E2"),
          ("manager", "sales_manager", "EAST", None), ("keeper", "warehouse", "HQ", None),
          ("keeper_boss", "warehouse_manager", "HQ", None), ("agent", "service", "EAST", "T1"),
          ("agent2", "service", "EAST", "T2"), ("service_boss", "service_manager", "EAST", None),
          ("payer", "finance", "HQ", None), ("payer_boss", "finance_manager", "HQ", None),
          ("southern", "sales_manager", "SOUTH", "S1"), ("dealer", "dealer", "DEAL", None),
          ("auditor", "auditor", None, None), ("executive", "executive", "HQ", None),
          ("analyst", "analyst", "SOUTH", None)]  # fmt: skip


def found_company(store: Store) -> Company:
    made = Company(store, {"system": SYSTEM_ACTOR})
    with store.writing("system") as session:

        def new(kind_of: str, /, **values: Any) -> None:
            create(session, SYSTEM_ACTOR, entity(kind_of), values)

        for code, name, kind, parent in UNITS:
            new("org_unit", code=code, name=name, kind=kind, parent=parent)
        for code, name, unit in PEOPLE:
            new("person", code=code, name=name, org_unit=unit)
        new("region", code="R1", name="长三角")
        new("item", code="P1", name="离心泵", list_price="100", standard_cost="60")
        new("item", code="P2", name="阀门", list_price="19.9999", standard_cost="10")
        new("depot", code="D1", name="上海仓", org_unit="SH")
        new("customer", code="C1", name="上海机械厂", org_unit="SH", owner="E1", region="R1")
        new("customer", code="C2", name="杭州水务", org_unit="EAST", owner="E2")
        new("customer", code="C3", name="广州船厂", org_unit="SOUTH", owner="S1")
        new("customer", code="C4", name="深圳经销", org_unit="DEAL")
        for login, role, unit, person in LOGINS:
            made.actors[login] = Actor(
                login,
                role,
                id_of(session, "org_unit", unit) if unit else None,
                id_of(session, "person", person) if person else None,
            )
    return made
