"""By what is grouped or filtered: a dimension or an attribute of one, as a way from a fact's column.

The way has hops over tables (`customer.region`: fact > customer > region); their SQL is made in `fact`.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.catalog import Catalog
from warehouse.dimension import Dimension
from warehouse.question import AskRefused


@dataclass(frozen=True)
class Hop:
    """One step: in `table`, found by `id_column`, `column` holds what comes next."""

    table: str
    id_column: str
    column: str


@dataclass(frozen=True)
class Key:
    """A way to a value. Groups are formed by what stands at its end (`alias`); `shown` turns it into text.

    `code` is the column beside the shown one that holds the record's natural key. `members` is the dimension whose
    members it names: of `customer.region` the regions; None at a plain attribute, and at a parent, whose group
    leaves out what is its own.
    """

    text: str
    dimension: Dimension
    alias: str
    hops: tuple[Hop, ...] = ()
    shown: Hop | None = None
    code: str | None = None
    members: Dimension | None = None

    @property
    def is_record(self) -> bool:
        """Whether it names the dimension's own records, by title or by key."""
        return not self.hops and self.dimension.table is not None


def resolve_key(catalog: Catalog, text: str) -> Key:
    """The way that `customer`, `customer.code` or `customer.region.parent` names; AskRefused if there is none."""
    first, *attributes = text.split(".")
    base = catalog.dimension(first)
    if base.of is not None:
        _no_attributes(base, attributes, text)
        hop = Hop(base.name, f"{base.of}_id", base.name)
        return Key(text, base, f"{base.name}_of_{base.of}", (hop,), members=base)
    if base.table is None:
        _no_attributes(base, attributes, text)
        return Key(text, base, base.name, members=base)
    here, hops, shown_column = base, list[Hop](), base.title
    for position, attribute in enumerate(attributes):
        table = here.table or ""
        columns = catalog.tables[table].columns
        last = position == len(attributes) - 1
        if f"{attribute}_id" in columns:
            hops.append(Hop(table, here.id_column, f"{attribute}_id"))
            here = here if attribute == "parent" else catalog.dimension(attribute)
            shown_column = here.title
        elif attribute in columns and last and attribute in (here.title, here.key):
            shown_column = attribute
        elif attribute in columns and last and not attribute.endswith("_id"):
            return Key(text, base, text.replace(".", "_"), (*hops, Hop(table, here.id_column, attribute)))
        else:
            raise _no_attribute(here, attribute, columns, text)
    record = (
        text
        if shown_column == here.title and not text.endswith(f".{here.title}")
        else text.rpartition(".")[0]
    )
    shown = Hop(here.table or "", here.id_column, shown_column)
    members = None if "parent" in attributes else here
    return Key(text, base, f"{record.replace('.', '_')}_id", tuple(hops), shown, here.key, members)


def _no_attributes(base: Dimension, attributes: list[str], text: str) -> None:
    if attributes:
        raise AskRefused(
            zh=f"维度“{base.name}”没有属性，“{text}”请写成“{base.name}”。",
            en=f"The dimension '{base.name}' has no attributes; write '{base.name}' for '{text}'.",
        )


def _no_attribute(here: Dimension, attribute: str, columns: tuple[str, ...], text: str) -> AskRefused:
    known = [name.removesuffix("_id") for name in columns if name != here.id_column]
    return AskRefused(
        zh=f"“{text}”中，{here.label.zh}没有属性“{attribute}”，可用的有 {'、'.join(known)}。",
        en=f"In '{text}', {here.label.en.lower()} has no attribute '{attribute}'; known are {', '.join(known)}.",
    )
