"""The box of one field on a form: which input it has, what stands in it, what is wrong with it.

It draws what typed_form.py holds; the markup is controls.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from zoneinfo import ZoneInfo

from operational.crud.access import Actor, fields_seen
from operational.crud.numbers import number_field
from operational.crud.record import Record, RecordLink
from operational.entity import Entity, Line
from operational.field import Field
from operational.forms.address import record_address
from operational.forms.shown import NUMERIC, named_record, shown
from operational.forms.terms import called, vocabulary_of
from operational.forms.typed_form import TypedForm
from operational.forms.words import word
from operational.vocabulary import is_open, name_of

WIDGETS = {
    "link": "suggest", "code": "suggest", "choice": "select", "flag": "check", "longtext": "area",
    "date": "day", "moment": "moment", "email": "email",
}  # fmt: skip

Errors = Mapping[tuple[str, int | None], str]


@dataclass
class Box:
    """One input, or one value that cannot be changed here.

    Beside the key in an input stands the record's `title`, beside a title that is shown its `code`.
    """

    field: Field
    name: str
    data_field: str
    label: str
    widget: str
    value: str
    line: int | None = None
    id: str = ""
    aria_label: str = ""
    title: str = ""
    shown: str = ""
    code: str = ""
    address: str = ""
    error: str = ""
    help: str = ""
    placeholder: str = ""
    required: bool = False
    readonly: bool = False
    wide: bool = False
    source: str = ""
    options: list[tuple[str, str]] = made(default_factory=list)

    @property
    def number(self) -> bool:
        """Whether it holds a figure, set to the right."""
        return self.field.kind in NUMERIC

    @property
    def free(self) -> bool:
        """Whether any text may be written, suggestions being only offers."""
        return self.field.kind == "code" and is_open(self.field.vocabulary)

    @property
    def length(self) -> int | None:
        """How many characters fit."""
        return self.field.length

    @property
    def described_by(self) -> str:
        """The ids of what explains the input: its error first, then its help."""
        parts = [f"{self.id}-error"] if self.error else []
        parts += [f"{self.id}-help"] if self.help else []
        return " ".join(parts) if self.id else ""


def _beside(said: str, other: str) -> str:
    """What is said beside a key or a title, where it says something else."""
    return "" if said == other else other


def total_field(cls: type[Entity]) -> str | None:
    """The header's field that the lines add up to, None where there is none."""
    one = cls.__fields__.get("amount")
    return one.name if one is not None and one.derived and cls.__lines__ is not None else None


@dataclass(frozen=True)
class Drawing:
    """What all boxes of one form share."""

    actor: Actor
    cls: type[Entity]
    form: TypedForm
    record: Record | None
    errors: Errors
    free: frozenset[str]
    language: str
    zone: ZoneInfo

    def boxes(self) -> list[Box]:
        """The header's boxes in the order of declaration; the state is drawn elsewhere."""
        graph = self.cls.__entity__.graph
        found = []
        for name, one in fields_seen(self.actor, self.cls).items():
            if graph is not None and name == graph.field:
                continue
            if one.derived and (self.record is None or self.record.values.get(name) is None):
                continue
            if name == total_field(self.cls):
                continue  # it stands below the lines
            found.append(self._box(one))
        return found

    def _box(self, one: Field) -> Box:
        text = self.form.values.get(one.name, "")
        readonly = one.derived or one.name not in self.free
        box = self._common(self.cls, one, one.name, one.name, text, f"field-{one.name}")
        box.readonly = readonly
        box.wide = one.kind == "longtext" or (one.length or 0) >= 400
        if self.record is None and one.name == number_field(self.cls):
            box.placeholder = word("automatic", self.language)
            box.required = False
        if readonly and self.record is not None:
            self._show(box, self.cls, self.record.values.get(one.name))
        return box

    def _common(
        self, cls: type[Entity | Line], one: Field, name: str, data_field: str, text: str, box_id: str
    ) -> Box:
        options = [(choice.value, choice.label(self.language)) for choice in one.choices]
        return Box(
            one,
            name,
            data_field,
            one.label(self.language),
            WIDGETS.get(one.kind, "text"),
            text,
            id=box_id,
            title=_beside(text, self._title(one, data_field, text)),
            error=self.errors.get((one.name, None), "") if cls is self.cls else "",
            help=one.help(self.language) if one.help else "",
            required=one.required and one.default is None,
            source=f"/lookup/{self.cls.__tablename__}/{data_field}" if one.kind in ("link", "code") else "",
            options=options,
        )

    def _title(self, one: Field, data_field: str, text: str) -> str:
        """What the key or code in an input is called."""
        if one.vocabulary:
            return name_of(one.vocabulary, text, self.language)
        if vocabulary_of(one):
            return called(one, text, self.language)
        return self.form.titles.get((data_field, text), "")

    def _show(self, box: Box, cls: type[Entity | Line], value: object) -> None:
        box.shown = shown(cls, box.field, value, self.language, self.zone)
        if isinstance(value, RecordLink):
            box.address = record_address(value.entity, value.key)
            box.code = _beside(box.shown, value.key)
        elif box.field.names_a_record and (named := named_record(str(value or ""))):
            box.address = record_address(*named)

    def line_fields(self) -> list[Field]:
        """The columns of the line table."""
        return (
            list(fields_seen(self.actor, self.cls.__lines__).values())
            if self.cls.__lines__ is not None
            else []
        )

    def line_boxes(self, number: int) -> list[Box]:
        """The boxes of the line at this place (from 0); beyond the last one an empty line's."""
        lines = self.form.lines or []
        texts = lines[number] if number < len(lines) else {}
        readonly = "lines" not in self.free
        found = []
        for one in self.line_fields():
            assert self.cls.__lines__ is not None  # noqa: S101 - it has fields, so it is there
            path = f"lines.{one.name}"
            box = self._common(
                self.cls.__lines__,
                one,
                f"lines.{number}.{one.name}",
                path,
                texts.get(one.name, ""),
                f"line-{number}-{one.name}",
            )
            box.line = number
            box.aria_label = f"{box.label}, {word('js_line', self.language, line=number + 1)}"
            box.help = ""  # the heads of the columns are enough in a table
            box.readonly = readonly
            box.error = self.errors.get((one.name, number + 1), "")
            if readonly and self.record is not None and number < len(self.record.lines):
                self._show(box, self.cls.__lines__, self.record.lines[number].values.get(one.name))
            found.append(box)
        return found

    def line_ids(self, number: int) -> str:
        """The stored id of the line at this place, '' for a new one."""
        lines = self.form.lines or []
        return lines[number].get("id", "") if number < len(lines) else ""

    def line_error(self, number: int) -> str:
        """What is wrong with the line as a whole."""
        return self.errors.get(("", number + 1), "")
