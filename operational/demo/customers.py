"""The customers of the demonstration company: who they are, to whom they belong, and how each of them will buy.

The buying itself is done in buying.py, the paying in payments.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import Calendar, Floats, Ints
from operational.demo.dice import draw, lognormal
from operational.demo.laws import BUYING, SEASON, SPENDING
from operational.demo.loading import MONEY, Loader, choose, link
from operational.demo.names import CITIES, company_names
from operational.demo.organisation import AREA_OF, Organisation
from operational.demo.size import Size
from operational.demo.words.company_names import INDUSTRIES
from operational.demo.words.places import AREAS, PROVINCES
from operational.demo.words.sales_words import LEVELS

EARLY_SHARE, EARLY_DAYS = 0.20, 120  # whoever bought before shows up within the first months of the records
GROWTH = 0.8  # how many more new customers a day come at the end than at the beginning
THROUGH_AGENT, THROUGH_DEALER = 0.12, 0.10
OTHER_KINDS = (("prospect", 0.80), ("partner", 0.10), ("dealer", 0.05), ("competitor", 0.05))
WITHOUT_LIMIT = 0.30
PAIRS = 4, 1_500  # names that were entered twice: at least so many, and one in so many customers


@dataclass
class Customers:
    """By place, those who buy first, in the order in which they came; the others never buy."""

    ids: Ints
    codes: list[str]
    names: list[str]
    short_names: list[str]  # the city and the two characters
    province: Ints
    area: Ints
    unit: Ints  # place of the organisation unit
    owner: Ints  # place of the person
    level: Ints
    acquired: Floats  # days, only of buyers
    rate: Floats  # orders a day while alive
    dropout: Floats  # after each repeat order
    mean_value: Floats  # yuan an order
    twins: list[tuple[int, int]]  # places of the same company, entered twice


def make_customers(
    rng: Generator, size: Size, calendar: Calendar, organisation: Organisation, loader: Loader
) -> Customers:
    """Make and write them."""
    buyers, count = size.buyers, size.buyers + size.prospects
    acquired = np.sort(_acquisition(rng, calendar, buyers))
    created = np.concatenate([acquired, calendar.days * (1 - 0.3 * rng.random(size.prospects))]).astype(
        np.int64
    )
    city = draw(rng, _city_weights(), count)
    industry = draw(rng, [share for _, share, *_ in INDUSTRIES], count)
    twins = _twins(rng, size)
    for one, other in twins:
        city[other], industry[other] = city[one], industry[one]
    names, english = company_names(rng, city, industry)
    for one, other in twins:
        names[other], english[other] = names[one], english[one]
    short_names = [name[: len(CITIES[place]) + 2] for name, place in zip(names, city.tolist(), strict=True)]
    province = _PROVINCE_OF_CITY[city]
    rate = rng.gamma(BUYING["r"], 1 / BUYING["alpha"], count) / 7
    mean_value = SPENDING["p"] / rng.gamma(SPENDING["q"], 1 / SPENDING["gamma"], count)
    level = _levels(mean_value, rate, buyers)
    unit, owner = _places(rng, province, organisation)
    chronological = np.argsort(created, kind="stable")
    codes = np.empty(count, dtype="S20")
    codes[chronological] = loader.numbers("C", calendar.years(created[chronological]))
    kind = np.where(
        np.arange(count) < buyers,
        "customer",
        choose([one for one, _ in OTHER_KINDS], draw(rng, [part for _, part in OTHER_KINDS], count)).astype(
            str
        ),
    )
    columns = {
        "code": codes,
        "name": names,
        "name_en": english,
        "kind": kind,
        "industry": choose([name for name, *_ in INDUSTRIES], industry),
        "region_id": organisation.region_ids[province],
        "level": link(choose([name for name, *_ in LEVELS], level), np.arange(count) < buyers),
        "org_unit_id": organisation.unit_ids[unit],
        "owner_id": organisation.person_ids[owner],
        "turnover": _round(mean_value * lognormal(rng, 1_500, 0.8, count), 100_000) * MONEY,
        "credit_limit": link(_credit_limit(mean_value, rate) * MONEY, rng.random(count) >= WITHOUT_LIMIT),
        "email": [f"{code.decode().lower()}@customer.example" for code in codes],
        "blocked": np.zeros(count, dtype=bool),
        "created_at": calendar.moments(created * 86_400 + 36_000),
    }
    ids = np.zeros(count, dtype=np.int64)
    ids[chronological] = loader.load(
        "customer", {name: _in_order(values, chronological) for name, values in columns.items()}
    )
    dropout = rng.beta(BUYING["a"], BUYING["b"], count)
    area = AREA_OF[province]
    return Customers(
        ids, [code.decode() for code in codes], names, short_names, province, area, unit, owner, level, acquired, rate[:buyers],
        dropout[:buyers], mean_value, twins,
    )  # fmt: skip


def _in_order(values: object, order: Ints) -> object:
    return [values[place] for place in order] if isinstance(values, list) else values[order]  # type: ignore[index]


def _acquisition(rng: Generator, calendar: Calendar, count: int) -> Floats:
    """The day of each first order: many early on, then more and more, by the rhythm of the year."""
    day = np.arange(calendar.days)
    weight = (1 + GROWTH * day / calendar.days) * np.array(SEASON)[calendar.months(day)]
    early = weight[:EARLY_DAYS]
    early *= EARLY_SHARE / (1 - EARLY_SHARE) * weight[EARLY_DAYS:].sum() / early.sum()
    return draw(rng, weight, count) + rng.random(count)


_PROVINCE_OF_CITY = np.repeat(np.arange(len(PROVINCES)), [len(cities.split()) for *_, cities in PROVINCES])


def _city_weights() -> Floats:
    """A city's part of the customers: the first of a province's list has the most."""
    weights = []
    for _, _, area, share, cities in PROVINCES:
        part = 1 / (np.arange(len(cities.split())) + 1.5)
        weights.append(part / part.sum() * share * next(one.share for one in AREAS if one.code == area))
    return np.concatenate(weights)


def _twins(rng: Generator, size: Size) -> list[tuple[int, int]]:
    pairs = max(PAIRS[0], size.buyers // PAIRS[1])
    chosen = rng.choice(size.buyers, size=2 * pairs, replace=False)
    return [(int(min(pair)), int(max(pair))) for pair in chosen.reshape(pairs, 2)]


def _levels(mean_value: Floats, rate: Floats, buyers: int) -> Ints:
    """The best part of the buyers is level 0, and so on down the list; whoever does not buy is at its end."""
    worth = np.log(mean_value) + 0.7 * np.log(rate)
    worth[buyers:] = -np.inf
    place = np.empty(len(worth))
    place[np.argsort(-worth)] = np.arange(len(worth)) / buyers
    return np.minimum(
        np.searchsorted(np.cumsum([share for _, share, _ in LEVELS]), place, side="right"), len(LEVELS) - 1
    )


def _places(rng: Generator, province: Ints, organisation: Organisation) -> tuple[Ints, Ints]:
    """The unit of each customer and the seller who owns it."""
    chance, which, seller = rng.random((3, len(province)))
    unit = np.zeros(len(province), dtype=np.int64)
    owner = np.zeros(len(province), dtype=np.int64)
    for place, (code, *_) in enumerate(PROVINCES):
        area = AREA_OF[place]
        branch = organisation.branch[area]
        agent, dealers = organisation.partners[area]
        home = organisation.office.get(code, branch)
        rows = np.flatnonzero(province == place)
        dealer = np.array(dealers)[(which[rows] * len(dealers)).astype(int)]
        indirect = [chance[rows] < THROUGH_AGENT, chance[rows] < THROUGH_AGENT + THROUGH_DEALER]
        unit[rows] = np.select(indirect, [np.full(len(rows), agent), dealer], home)
        for staffed in {home, branch}:
            inside = rows[np.where(np.isin(unit[rows], [home]), home, branch) == staffed]
            sellers = np.array(organisation.sellers[staffed])
            owner[inside] = sellers[(seller[inside] * len(sellers)).astype(int)]
    return unit, owner


def _credit_limit(mean_value: Floats, rate: Floats) -> Ints:
    """In yuan: what is ordered in five months and six orders more, but 50,000 at least."""
    return np.maximum(_round(mean_value * (rate * 150 + 6), 10_000), 50_000)


def _round(value: Floats, step: int) -> Ints:
    return (np.round(value / step) * step).astype(np.int64)
