"""The one policy: who may do what with which rows and fields, in forms, search, export, API and dashboards alike.

Roles and their verbs stand on the entities; who may walk a transition stands on the graph. That a field is
confidential stands on the field, who reads such fields stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select, true
from sqlalchemy.orm import Session

from operational.crud.path import along
from operational.crud.refusal import NotAllowed
from operational.entity import Entity, Line, entity, load_entities, tables_in_feed
from operational.field import Field, Label

VERBS = {
    "read": Label("查看", "read"),
    "create": Label("新建", "create"),
    "edit": Label("修改", "edit"),
    "delete": Label("删除", "delete"),
    "import": Label("导入", "import"),
    "export": Label("导出", "export"),
}
WRITING = ("create", "edit", "delete")

# What a role may do with any entity that does not say otherwise.
BUILT_IN = {
    "admin": "read create edit delete import export",
    "auditor": "read export",
    "analyst": "read export",
    "executive": "read",
    "branch_manager": "read create edit export",
}
# Which roles read the fields of a confidence; what it costs the company is no business of dealers, and of its own
# people that of those who buy, keep, sell, plan or account.
READ_EVERY_FIELD = ("admin", "auditor", "analyst", "executive", "branch_manager")
CONFIDENCES = {
    "cost": "sales sales_manager marketing_manager service_manager projects dispatcher warehouse warehouse_manager "
            "finance finance_manager",
    "credit": "sales sales_manager marketing_manager contracts finance finance_manager",
}  # fmt: skip
EVERYWHERE = ("admin", "auditor")  # not bound to an organisation unit
BOUND = ("branch_manager", "dealer")  # without a unit these see nothing; others see the whole tree


@dataclass(frozen=True)
class Actor:
    """Who acts: a login with its role, its place in the tree and the person behind it."""

    login: str
    role: str
    org_unit_id: int | None
    person_id: int | None
    language: str = "zh"


SYSTEM_ACTOR = Actor("system", "admin", None, None)


def actor_of(session: Session, login: str) -> Actor | None:
    """The actor that a login is; None where there is none or it is disabled."""
    from operational.store.users import find_login  # brings password hashing along

    found = find_login(session, login)
    if found is None or found.disabled:
        return None
    return Actor(found.login, found.role, found.org_unit_id, found.person_id, found.language)


@cache
def _grants(role: str, cls: type[Entity]) -> dict[str, bool]:
    """The verbs of a role on an entity; True where only own rows are meant."""
    spec = cls.__entity__
    if role in spec.may:
        words = spec.may[role].split()
    elif spec.hidden and role not in EVERYWHERE:
        words = []
    else:
        words = BUILT_IN.get(role, "").split()
        if role not in EVERYWHERE and not spec.scope:  # company-wide records belong to no branch
            words = [word for word in words if word not in WRITING]
    granted = {word.removeprefix("own:"): word.startswith("own:") for word in words}
    if spec.hidden or spec.history_only:  # imports and rules write these, people do not
        granted = {verb: own for verb, own in granted.items() if verb not in WRITING}
    return granted


def may(actor: Actor, verb: str, entity_cls: type[Entity]) -> bool:
    """Whether the actor has this verb of `VERBS` on at least some rows of the entity."""
    return verb in _grants(actor.role, entity_cls)


def require(actor: Actor, verb: str, entity_cls: type[Entity]) -> None:
    """Raise NotAllowed, in one sentence, unless the actor may."""
    if not may(actor, verb, entity_cls):
        what, name = VERBS[verb], entity_cls.__entity__.label
        raise NotAllowed(
            Label(
                f"您的角色（{actor.role}）不能{what.zh}“{name.zh}”；如有需要请联系管理员。",
                f"Your role ({actor.role}) may not {what.en} '{name.en}' records; ask an administrator.",
            )
        )


def may_see(actor: Actor, field: Field) -> bool:
    """Whether the actor's role reads the field where it reads the record, and so may also write it or ask by it."""
    confidence = field.confidential
    return not confidence or actor.role in READ_EVERY_FIELD or actor.role in CONFIDENCES[confidence].split()


def fields_seen(actor: Actor, cls: type[Entity | Line]) -> dict[str, Field]:
    """The fields of an entity or its lines that the actor's role reads, by name in the order of declaration."""
    return _fields_seen(actor.role, cls)


@cache
def _fields_seen(role: str, cls: type[Entity | Line]) -> dict[str, Field]:
    actor = Actor("", role, None, None)
    return {name: field for name, field in cls.__fields__.items() if may_see(actor, field)}


def fields_withheld(actor: Actor, cls: type[Entity | Line]) -> frozenset[str]:
    """Names of the other fields."""
    return frozenset(cls.__fields__) - fields_seen(actor, cls).keys()


def withheld(actor: Actor, field: Field) -> Label:
    """Why a field is not there for the actor, as a sentence with the remedy."""
    return Label(
        f"您的角色（{actor.role}）不能查看“{field.label.zh}”，请去掉此项。",
        f"Your role ({actor.role}) may not see '{field.label.en}'; leave it out.",
    )


def root_unit(session: Session) -> int | None:
    """The id of the root: the first head office without a parent, else the first unit without one."""
    units = entity("org_unit").__table__
    return session.scalar(
        select(units.c.id)
        .where(units.c.parent_id.is_(None))
        .order_by((units.c.kind != "head_office"), units.c.id)
        .limit(1)
    )


def visible_units(session: Session, actor: Actor) -> tuple[int, ...] | None:
    """The organisation units of the actor's subtree in ascending order; None is the whole tree."""
    if actor.role in EVERYWHERE:
        return None
    if actor.org_unit_id is None:
        return () if actor.role in BOUND else None
    if actor.org_unit_id == root_unit(session):
        return None
    units = entity("org_unit").__table__
    subtree = (
        select(units.c.id)
        .where(units.c.id == actor.org_unit_id)
        .cte("subtree", recursive=True, nesting=False)
    )
    subtree = subtree.union(select(units.c.id).where(units.c.parent_id == subtree.c.id))
    return tuple(session.scalars(select(subtree.c.id).order_by(subtree.c.id)))


def row_filter(
    session: Session,
    actor: Actor,
    verb: str,
    entity_cls: type[Entity],
    table: FromClause | None = None,
) -> ColumnElement[bool]:
    """The rows of the entity (or of the given alias of its table) that the actor may touch with the verb.

    A row is inside when any of its scope paths leads into the actor's subtree; a row that belongs to no
    unit belongs to the root. With an `own:` grant the row must be the actor's own as well.
    """
    if table is None:
        table = entity_cls.__table__
    granted = _grants(actor.role, entity_cls)
    if verb not in granted:
        return false()
    spec = entity_cls.__entity__
    conditions: list[ColumnElement[bool]] = []
    units = visible_units(session, actor) if spec.scope else None
    if units is not None:
        conditions.append(
            or_(*(along(entity_cls, table, path, lambda column, _: column.in_(units)) for path in spec.scope))
        )
    if granted[verb]:
        person = actor.person_id
        conditions.append(
            along(entity_cls, table, spec.owner, lambda column, _: column == person)
            if spec.owner is not None and person is not None
            else false()
        )
    return and_(*conditions) if conditions else true()


Scope = dict[str, dict[str, tuple[int, ...] | None]]


def warehouse_scope(session: Session, actor: Actor) -> Scope | None:
    """The same policy as plain values for the warehouse: entity -> column of its facts -> allowed ids.

    None is everything; an entity that is missing may not be read; an empty inner dict is every row. A column with
    None instead of ids (also of a table of lines) is withheld, whatever the row.
    """
    units = visible_units(session, actor)
    hidden = {
        table: {cls.__fields__[name].column: None for name in sorted(names)}
        for table, cls in tables_in_feed()
        if (names := fields_withheld(actor, cls))
    }
    whole = units is None and actor.role in BUILT_IN and actor.role != "branch_manager"
    if whole and not hidden:
        return None
    scope: Scope = {table: dict(columns) for table, columns in hidden.items() if table not in load_entities()}
    for name, cls in load_entities().items():
        granted = _grants(actor.role, cls)
        if whole:
            granted = {"read": False}
        if "read" not in granted:
            continue
        scope[name] = dict(hidden.get(name, {}))
        if units is not None and cls.__entity__.scope:
            scope[name]["org_unit_id"] = units
        if granted["read"] and cls.__entity__.owner is not None:
            scope[name]["owner_id"] = (actor.person_id,) if actor.person_id is not None else ()
    return scope
