"""The tree of units, the depots, the market's regions and the people of the demonstration company.

Who logs in as whom is said in logins.py, which relies on the codes that people get here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from operational.demo import spelling
from operational.demo.calendar import Flags, Ints
from operational.demo.loading import Loader, link
from operational.demo.names import person_names
from operational.demo.size import Size
from operational.demo.words.places import AREAS, CENTRAL_DEPOT, COMPANY, PROVINCES, Area
from operational.demo.words.service_words import FAULTS

CENTRAL = len(AREAS)  # the place of the central depot behind those of the areas
HEAD_OFFICE = 7  # HQ-001 general manager, analyst, systems, finance, marketing, central depot, dispatcher
BRANCH = 5  # HD-001 manager, heads of sales and service, depot, finance; sellers from HD-1001, engineers from HD-2001
AREA_OF = np.array([[area.code for area in AREAS].index(area) for _, _, area, _, _ in PROVINCES])


@dataclass
class Person:
    """Somebody to be written: `manager` is the place of another person before."""

    code: str
    unit: int
    manager: int | None
    skills: Flags | None = None


@dataclass
class Organisation:
    """Ids by place. Units: the head office, then per area its branch, offices, agent and dealers."""

    unit_codes: list[str] = field(default_factory=list)
    unit_rows: list[tuple[str, tuple[str, str], str, int | None]] = field(default_factory=list)
    branch: list[int] = field(default_factory=list)
    office: dict[str, int] = field(default_factory=dict)  # by the code of the province that it serves
    partners: list[tuple[int, list[int]]] = field(default_factory=list)  # per area: agent, dealers
    people: list[Person] = field(default_factory=list)
    sellers: dict[int, list[int]] = field(default_factory=dict)  # places of people by unit
    engineers: list[list[int]] = field(default_factory=list)  # per area
    unit_ids: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    depot_ids: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    region_ids: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    person_ids: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    person_names: list[str] = field(default_factory=list)

    @property
    def clerk(self) -> int:
        """The place of the seller with the code HD-1001."""
        return self.sellers[self.branch[0]][0]


def keepers(organisation: Organisation) -> list[int]:
    """The places of the people who keep the depots, the central one's last."""
    codes = [person.code for person in organisation.people]
    return [codes.index(code) for code in (*(f"{area.code}-004" for area in AREAS), "HQ-006")]


def make_organisation(rng: Generator, size: Size, loader: Loader) -> Organisation:
    """Make and write all of it."""
    made = Organisation()
    _units(made)
    _people(rng, size, made)
    made.person_names = person_names(rng, len(made.people))
    _write_units(made, loader)
    _write_regions(made, loader)
    _write_people(made, loader)
    return made


def _units(made: Organisation) -> None:
    def add(code: str, name: tuple[str, str], kind: str, parent: int | None) -> int:
        made.unit_codes.append(code)
        made.unit_rows.append((code, name, kind, parent))
        return len(made.unit_rows) - 1

    head = add("HQ", COMPANY, "head_office", None)
    for area in AREAS:
        branch = add(area.code, _branch_name(area), "branch", head)
        made.branch.append(branch)
        for city, province in area.offices:
            made.office[province] = add(
                f"{area.code}-{province}",
                (f"{city}办事处", f"{spelling.place(city)} Office"),
                "office",
                branch,
            )
        agent = add(f"{area.code}-A1", area.agent, "agent", branch)
        dealers = [
            add(f"{area.code}-D{number}", name, "dealer", branch)
            for number, name in enumerate(area.dealers, 1)
        ]
        made.partners.append((agent, dealers))


def _branch_name(area: Area) -> tuple[str, str]:
    return f"{area.name}分公司（{area.seat}）", f"{area.name_en} Branch ({spelling.place(area.seat)})"


def _people(rng: Generator, size: Size, made: Organisation) -> None:
    def add(code: str, unit: int, manager: int | None, skills: Flags | None = None) -> int:
        made.people.append(Person(code, unit, manager, skills))
        return len(made.people) - 1

    head = add("HQ-001", 0, None)
    for number in range(2, HEAD_OFFICE + 1):
        add(f"HQ-{number:03}", 0, head)
    for area, branch in zip(AREAS, made.branch, strict=True):
        manager = add(f"{area.code}-001", branch, head)
        leads = [add(f"{area.code}-{number:03}", branch, manager) for number in range(2, BRANCH + 1)]
        offices = [made.office[province] for _, province in area.offices]
        for number in range(max(round(size.sellers * area.share), len(offices) + 1)):
            # one in four sits in the branch, the first one too
            unit = branch if number % 4 == 0 else offices[(number - number // 4 - 1) % len(offices)]
            made.sellers.setdefault(unit, []).append(add(f"{area.code}-{1001 + number}", unit, leads[0]))
        team = max(round(size.engineers * area.share), 3)
        skills = _skills(rng, team)
        made.engineers.append(
            [add(f"{area.code}-{2001 + number}", branch, leads[1], skills[number]) for number in range(team)]
        )


def _skills(rng: Generator, team: int) -> Flags:
    """Who of a team can mend what: the first everything, so that nothing is left, the others three to five kinds."""
    skills = rng.random((team, len(FAULTS))).argsort(axis=1) < rng.integers(3, 6, size=(team, 1))
    skills[0] = True
    return skills


def _write_units(made: Organisation, loader: Loader) -> None:
    ids = np.zeros(len(made.unit_rows), dtype=np.int64)
    for level in (["head_office"], ["branch"], ["office", "agent", "dealer"]):
        places = [place for place, row in enumerate(made.unit_rows) if row[2] in level]
        rows = [made.unit_rows[place] for place in places]
        columns = {
            "code": [row[0] for row in rows],
            "name": [row[1][0] for row in rows],
            "name_en": [row[1][1] for row in rows],
            "kind": [row[2] for row in rows],
            "parent_id": [None if row[3] is None else int(ids[row[3]]) for row in rows],
        }
        ids[places] = loader.load("org_unit", columns)
    made.unit_ids = ids
    depots = {
        "code": [f"CK-{area.code}" for area in AREAS] + [CENTRAL_DEPOT[0]],
        "name": [f"{area.seat}仓" for area in AREAS] + [CENTRAL_DEPOT[1]],
        "name_en": [f"{spelling.place(area.seat)} Depot" for area in AREAS] + [CENTRAL_DEPOT[2]],
        "org_unit_id": ids[[*made.branch, 0]],
    }
    made.depot_ids = loader.load("depot", depots)


def _write_regions(made: Organisation, loader: Loader) -> None:
    areas = loader.load(
        "region",
        {
            "code": [one.code for one in AREAS],
            "name": [f"{one.name}区" for one in AREAS],
            "name_en": [one.name_en for one in AREAS],
        },
    )
    columns = {
        "code": [f"{AREAS[place].code}-{code}" for (code, *_), place in zip(PROVINCES, AREA_OF, strict=True)],
        "name": [name for _, name, *_ in PROVINCES],
        "name_en": [spelling.place(name) for _, name, *_ in PROVINCES],
        "parent_id": areas[AREA_OF],
    }
    made.region_ids = loader.load("region", columns)


def _write_people(made: Organisation, loader: Loader) -> None:
    ids = np.zeros(len(made.people), dtype=np.int64)
    depth = [0] * len(made.people)
    for place, person in enumerate(made.people):
        depth[place] = 0 if person.manager is None else depth[person.manager] + 1
    for level in range(max(depth) + 1):
        places = [place for place in range(len(depth)) if depth[place] == level]
        people = [made.people[place] for place in places]
        columns = {
            "code": [one.code for one in people],
            "name": [made.person_names[place] for place in places],
            "name_en": [spelling.person(made.person_names[place]) for place in places],
            "org_unit_id": made.unit_ids[[one.unit for one in people]],
            "manager_id": link(
                [ids[one.manager or 0] for one in people], [one.manager is not None for one in people]
            ),
            "email": [f"{one.code.lower()}@ruiying.example" for one in people],
            "skills": [_skill_text(one.skills) for one in people],
        }
        ids[places] = loader.load("person", columns)
    made.person_ids = ids


def _skill_text(skills: Flags | None) -> str | None:
    return (
        None
        if skills is None
        else "，".join(fault.name for fault, has in zip(FAULTS, skills, strict=True) if has)
    )
