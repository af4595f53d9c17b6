"""What is in an order: a value by Gamma-Gamma (Fader & Hardie 2013), spread over lines of popular items.

Quantities are whole: pieces of the cheapest item fill up what is missing to the drawn value, and the discount takes
off what is too much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import DROP_FACTOR
from operational.demo.calendar import Calendar, Flags, Floats, Ints
from operational.demo.catalogue import Catalogue
from operational.demo.dice import draw
from operational.demo.laws import LINES, SPENDING

CANDIDATES = 5  # items looked at for a line; the first one whose whole pieces fit is taken, else the best
FITS = 0.10
PIECES = 1.5, 60.0  # by how much, at least and at most, the cheapest item of a line may go into its value
WANTED_EXCESS = 1.05  # list value over drawn value: room for a discount
LARGEST_DISCOUNT = 20  # percent
LEAST_PER_LINE = 150.0  # yuan
SMALLEST = 1e-3  # ranks a customer's orders of some days below all of its others
UNEVEN = 0.5  # shape of the lines' shares: one line mostly has the better part of an order


@dataclass
class Lines:
    """Lines of orders, the lines of one order together, the dearest first; `order` is the place of the order."""

    order: Ints
    item: Ints
    quantity: Ints
    price: Ints  # cents
    discount: Ints  # percent

    @property
    def amount(self) -> Ints:
        """Quantity × price × (1 − discount), exactly, in hundredths of a cent (four decimals of a yuan)."""
        return self.quantity * self.price * (100 - self.discount)

    def of(self, chosen: Ints) -> Lines:
        """Some of the lines."""
        return Lines(
            *(column[chosen] for column in (self.order, self.item, self.quantity, self.price, self.discount))
        )


def order_values(
    rng: Generator, customer: Ints, repeats: Flags, mean_value: Floats, season: Floats, dropped: Flags
) -> Floats:
    """The value of each order in yuan: Gamma around the customer's mean, more in some months than in others.

    `repeats`: counted orders after the customer's first. Their values are draws of the law as it stands, and the
    season only says which of a customer's own draws comes when, so that what each spends on the mean follows the law
    exactly; in the days of the planted drop (`dropped`) customers keep to their smallest. Of all other orders both
    are factors.
    """
    shape = SPENDING["p"]
    values = rng.gamma(shape, 1 / shape, len(season))
    rank = rng.gamma(shape, 1 / shape, len(season)) * _stretched(season, customer, repeats)
    rank[dropped] *= SMALLEST
    own = np.flatnonzero(repeats)
    by_value, by_rank = (own[np.lexsort((one[own], customer[own]))] for one in (values, rank))
    values[by_rank] = values[by_value]
    return mean_value * values * np.where(repeats, 1.0, season * np.where(dropped, DROP_FACTOR, 1.0))


def _stretched(season: Floats, customer: Ints, repeats: Flags) -> Floats:
    """The season's factors, stretched so that they come out whole though only their spread within customers can."""
    own, whose = season[repeats], customer[repeats]
    mean = np.bincount(whose, weights=own) / np.maximum(np.bincount(whose), 1)
    within = ((own - mean[whose]) ** 2).mean()
    return np.asarray(season ** (own.var() / within))


def fill(rng: Generator, value: Floats, day: Ints, catalogue: Catalogue, calendar: Calendar) -> Lines:
    """Lines whose amounts come to about the value of each order."""
    count = np.minimum(1 + draw(rng, LINES, len(value)), 1 + (value / LEAST_PER_LINE).astype(np.int64))
    order = np.repeat(np.arange(len(value)), count)
    share = rng.standard_gamma(UNEVEN, len(order)) + 0.01
    share /= np.repeat(np.add.reduceat(share, np.cumsum(count) - count), count)
    wanted = share * value[order]
    item = catalogue.sold_as(_fitting_items(rng, wanted, catalogue), day[order], calendar)
    quantity = np.maximum(np.round(wanted * WANTED_EXCESS / catalogue.price[item]), 1).astype(np.int64)
    order, item, quantity = _merged(order, item, quantity, len(catalogue.codes))
    years_back = np.minimum((calendar.days - 1 - day) // 365, len(catalogue.prices) - 1)
    price = catalogue.prices[years_back[order], item]
    quantity += _missing_pieces(value, order, quantity, price)
    listed = quantity * price / 100
    sums = np.bincount(order, weights=listed, minlength=len(value))
    discount = np.clip(np.round(100 * (1 - value / sums)), 0, LARGEST_DISCOUNT).astype(np.int64)
    dearest_first = np.lexsort((item, -listed, order))
    return Lines(order, item, quantity, price, discount[order]).of(dearest_first)


def _missing_pieces(value: Floats, order: Ints, quantity: Ints, price: Ints) -> Ints:
    """Pieces by which the cheapest line of an order grows to reach its value, where the discount can take off the rest."""
    missing = value - np.bincount(order, weights=quantity * price / 100, minlength=len(value))
    cheapest_first = np.lexsort((price, order))
    cheapest = cheapest_first[np.searchsorted(order[cheapest_first], np.arange(len(value)))]
    pieces = np.maximum(np.ceil(100 * missing / price[cheapest]), 0)
    exceeding = pieces * price[cheapest] / 100 - missing
    pieces[exceeding > value * LARGEST_DISCOUNT / (100 - LARGEST_DISCOUNT)] = 0
    added = np.zeros(len(order), dtype=np.int64)
    added[cheapest] = pieces
    return added


def _fitting_items(rng: Generator, wanted: Floats, catalogue: Catalogue) -> Ints:
    """By popularity among the items that cost as much as the wanted value or some part of it."""
    sorted_items = np.argsort(catalogue.price, kind="stable")
    prices = catalogue.price[sorted_items].astype(float)
    steps = np.concatenate([[0.0], np.cumsum(catalogue.popularity[sorted_items])])
    pieces = np.exp(rng.uniform(np.log(PIECES[0]), np.log(PIECES[1]), len(wanted)))
    low = steps[np.searchsorted(prices, wanted / pieces, side="left")]
    below = np.searchsorted(prices, wanted, side="right")
    high = steps[below]
    dearest = np.maximum(below - 1, 0)  # where no item lies between
    best = dearest
    misfit = np.full(len(wanted), np.inf)
    for _ in range(CANDIDATES):
        found = np.searchsorted(steps, low + rng.random(len(wanted)) * (high - low), side="right") - 1
        found = np.where(high > low, np.minimum(found, dearest), dearest)
        whole = np.maximum(np.round(wanted * WANTED_EXCESS / prices[found]), 1)
        miss = np.abs(whole * prices[found] / wanted - WANTED_EXCESS)
        better = (miss < misfit) & (misfit > FITS)
        best, misfit = np.where(better, found, best), np.where(better, miss, misfit)
    return sorted_items[best]


def _merged(order: Ints, item: Ints, quantity: Ints, items: int) -> tuple[Ints, Ints, Ints]:
    """One line for each item of an order."""
    key, line = np.unique(order * items + item, return_inverse=True)
    total = np.bincount(line, weights=quantity).astype(np.int64)
    return key // items, key % items, total
