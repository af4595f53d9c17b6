"""Names of companies and people, made of words without a repeat.

The words stand in words/; who carries a name is decided in customers.py and organisation.py.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import Ints
from operational.demo.dice import draw
from operational.demo.spelling import place, trade_name
from operational.demo.words.company_names import AVOIDED, FIRST, FORMS, INDUSTRIES, SECOND
from operational.demo.words.person_names import BACK, FORE, SINGLE, SURNAMES
from operational.demo.words.places import PROVINCES

CITIES = [city for *_, cities in PROVINCES for city in cities.split()]
TRADES = [trades.split() for _, _, trades, _ in INDUSTRIES]
TRADES_EN = [trades.split(", ") for *_, trades in INDUSTRIES]
_AVOIDED = set(AVOIDED.split())
BRANDS = [one + two for one in FIRST for two in SECOND if one != two and one + two not in _AVOIDED]


def company_names(rng: Generator, city: Ints, industry: Ints) -> tuple[list[str], list[str]]:
    """A name per company in Chinese and in English, all different in more than their legal form.

    Such as 苏州恒润精密机械有限公司, Suzhou Hengrun Precision Machinery Co., Ltd.
    """
    count = len(city)
    most = max(len(trades) for trades in TRADES)
    trade = (rng.random(count) * np.array([len(trades) for trades in TRADES])[industry]).astype(np.int64)
    brand = rng.integers(len(BRANDS), size=count)
    while True:
        whole = ((city * len(INDUSTRIES) + industry) * most + trade) * len(BRANDS) + brand
        _, first = np.unique(whole, return_index=True)
        again = np.setdiff1d(np.arange(count), first, assume_unique=True)
        if not len(again):
            break
        brand[again] = rng.integers(len(BRANDS), size=len(again))
    form = draw(rng, [share for _, share, _ in FORMS], count)
    parts = list(zip(*(part.tolist() for part in (city, brand, industry, trade, form)), strict=True))
    chinese = [
        f"{CITIES[where]}{BRANDS[what]}{TRADES[line][kind]}{FORMS[legal][0]}"
        for where, what, line, kind, legal in parts
    ]
    english = [
        f"{place(CITIES[where])} {trade_name(BRANDS[what])} {TRADES_EN[line][kind]} {FORMS[legal][2]}"
        for where, what, line, kind, legal in parts
    ]
    return chinese, english


def person_names(rng: Generator, count: int) -> list[str]:
    """So many different names of people, common surnames more often."""
    weights = 1 / (np.arange(len(SURNAMES)) + 6.0)
    names: dict[str, None] = {}
    while len(names) < count:
        for surname, kind, single, fore, back in zip(
            draw(rng, weights, count),
            rng.random(count),
            rng.integers(len(SINGLE), size=count),
            rng.integers(len(FORE), size=count),
            rng.integers(len(BACK), size=count),
            strict=True,
        ):
            given = SINGLE[single] if kind < 0.3 or FORE[fore] == BACK[back] else FORE[fore] + BACK[back]
            names.setdefault(SURNAMES[surname] + given)
    return list(names)[:count]
