"""The processes themselves, on the many customers and machines of the medium size: the laws come out within their errors."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.special import polygamma, psi

from operational.demo.buying import purchases
from operational.demo.calendar import Calendar
from operational.demo.failures import make_replacements
from operational.demo.laws import BUYING, FAILURES, SPENDING
from operational.demo.loading import Loader
from operational.demo.orders import Orders, make_orders
from operational.demo.shipping import make_shipments
from operational.demo.size import SIZES
from operational.demo.supply import allocate
from operational.demo.units import Units, make_units
from operational.demo.world import World, make_world
from tests.demo.conftest import UNTIL, fresh_store
from warehouse.science import bg_nbd, power_law, weibull

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def medium(
    tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path
) -> Iterator[tuple[World, Orders, Units]]:
    store = fresh_store(tmp_path_factory.mktemp("medium") / "data", empty_sqlite_file)
    with store.writing("test") as session:
        world = make_world(
            SIZES["medium"], 1, Calendar(UNTIL, store.settings.zone), Loader(session, lambda *_: None)
        )
        orders = make_orders(world, purchases(world))
        yield world, orders, make_units(world, orders, make_shipments(world, orders))
    store.close()


def test_buying_is_bg_nbd(medium: tuple[World, Orders, Units]) -> None:
    world, *_ = medium
    who, day = purchases(world)
    assert len(set(zip(who.tolist(), day.tolist(), strict=True))) == len(who)  # one order a day at most
    count = np.bincount(who)
    bought = count > 0
    last = np.cumsum(count) - 1
    first = day[last - count + 1]
    fit = bg_nbd.fit(
        count[bought] - 1, ((day[last] - first) / 7)[bought], ((world.calendar.days - 1 - first) / 7)[bought]
    )
    for name, value in BUYING.items():
        assert abs(fit.parameters[name] - value) < 3 * fit.standard_errors[name], name


def test_values_of_orders_are_gamma_gamma_whatever_was_planted_among_them(
    medium: tuple[World, Orders, Units],
) -> None:
    world, orders, _ = medium
    counted = orders.counted
    first = np.zeros(orders.count, dtype=bool)
    first[np.flatnonzero(counted)[np.unique(orders.customer[counted], return_index=True)[1]]] = True
    repeat = counted & ~first
    amount = np.bincount(orders.lines.order, weights=orders.lines.amount / 10_000)
    logarithm = np.log(amount / world.customers.mean_value[orders.customer])[repeat]
    shape = SPENDING["p"]
    error = np.sqrt(polygamma(1, shape) / len(logarithm))
    assert abs(logarithm.mean() - (psi(shape) - np.log(shape))) < 3 * error


@pytest.mark.parametrize("place", range(len(FAILURES)))
def test_failures_follow_their_laws(medium: tuple[World, Orders, Units], place: int) -> None:
    world, _, units = medium
    law = FAILURES[place]
    replacements = make_replacements(world, units)
    end = np.minimum(units.retired, world.calendar.days) - units.installed
    observed = (units.model == world.catalogue.place(law.model)) & ~units.in_bad_lot & (end > 0)
    rows = (
        (replacements.part == world.catalogue.place(law.part))
        & replacements.is_failure
        & observed[replacements.unit]
    )
    unit, age = replacements.unit[rows], (replacements.day - units.installed[replacements.unit])[rows]
    happened = age <= end[unit]
    unit, age = unit[happened], age[happened]
    if law.kind == "power_law":
        fit = power_law.fit(age, end[observed])
    else:
        order = np.lexsort((age, unit))
        unit, age = unit[order], age[order]
        life = np.diff(age, prepend=0)
        starts = np.append(True, unit[1:] != unit[:-1])
        life[starts] = age[starts]
        oldest = np.zeros(units.count)
        np.maximum.at(oldest, unit, age)
        censored = (end - oldest)[observed]
        fit = weibull.fit(np.append(life, censored), np.append(np.ones(len(life)), np.zeros(len(censored))))
    for name, value in (("shape", law.shape), ("scale", law.scale)):
        assert abs(fit.parameters[name] - value) < 3 * fit.standard_errors[name], name


def test_issues_take_the_oldest_lots_and_split_where_one_does_not_suffice() -> None:
    place = np.array([0, 0, 0, 1, 1])
    issue, lot, pieces = allocate(
        place, np.array([3, 0, 4, 2, 5]), np.array([0, 0, 1, 1, 1]), np.array([5, 9, 1, 4, 9])
    )
    assert list(zip(issue.tolist(), lot.tolist(), pieces.tolist(), strict=True)) == [
        (0, 0, 3), (2, 0, 2), (2, 1, 2), (3, 2, 1), (3, 3, 1), (4, 3, 3), (4, 4, 2),
    ]  # fmt: skip
