"""Real companies move in by the commands of docs/moving-in/README.md, and their published figures come out.

Every company goes the whole way in a data directory of its own: init, import, refresh, ask. What they are known to
say is declared in moving_in_figures.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.moving_in_company import Company, to_the_digits
from tests.journeys.moving_in_figures import COMPANIES, Figures, Fit, Groups, Known
from tests.journeys.moving_in_guide import guide
from tests.journeys.moving_in_shell import RealShell, WarmShell

ONCE_CANCELLED_IS_VOID = "classicmodels/orders_without_cancelled"
# One group per company: whichever process has moved it in also asks it.
EVERY = [pytest.param(name, marks=pytest.mark.xdist_group(f"moving-in-{name}")) for name in COMPANIES]
Moved = Callable[[str], Company]


def grouped(name: str) -> pytest.MarkDecorator:
    """The mark of a test that asks one company."""
    return pytest.mark.xdist_group(f"moving-in-{name}")


@pytest.fixture(scope="module")
def shell() -> Iterator[WarmShell]:
    warm = WarmShell()
    yield warm
    warm.close()


@pytest.fixture(scope="module")
def new_company(
    shell: WarmShell, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Company]]:
    """Makes companies that have nothing yet; their directories go when the module is done."""
    homes: list[Path] = []

    def made(name: str, **settings: Any) -> Company:
        homes.append(tmp_path_factory.mktemp(name))
        return Company(settings.pop("shell", shell), homes[-1] / "data", shared_data, **settings)

    yield made
    for home in homes:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def moved_in(new_company: Callable[..., Company], shared_data: Path) -> Moved:
    """A company by its name, moved in when it is first asked for."""
    there: dict[str, Company] = {}

    def moved(name: str) -> Company:
        if name not in there:
            known = COMPANIES[name]
            _skip_without_files(known, shared_data)
            there[name] = new_company(name, timezone=known.timezone)
            there[name].move_in(guide()[known.block])
        return there[name]

    return moved


def test_every_block_of_the_guide_is_moved_in_here() -> None:
    assert set(guide()) == {known.block for known in COMPANIES.values()} | {ONCE_CANCELLED_IS_VOID}


@pytest.mark.parametrize("name", EVERY)
def test_every_row_is_in_or_refused(moved_in: Moved, name: str) -> None:
    company, refused = moved_in(name), COMPANIES[name].refused
    for one in company.imported:
        assert one.read == sum(one.counts.values()), one.line
        expected = refused.get(one.file, 0)
        assert (one.ran.code, one.counts["refused"]) == (1 if expected else 0, expected), f"{one.line}\n{one.ran.out}"
    assert company.refreshed["published"] is True
    assert company.refreshed["quarantined"] == company.refreshed["checks"]["failed"] == 0


@pytest.mark.parametrize("name", EVERY)
def test_the_published_figures_come_out(moved_in: Moved, name: str) -> None:
    assert wrong(moved_in(name), COMPANIES[name]) == []


@pytest.mark.parametrize("policy", ["skip", "update"])
@pytest.mark.parametrize("name", EVERY)
def test_a_file_imported_twice_changes_nothing(moved_in: Moved, name: str, policy: str) -> None:
    company = moved_in(name)
    before = company.contents()
    for first in company.imported:
        if "--on-conflict" in first.line and f"--on-conflict {policy}" not in first.line:
            continue  # a log of events means something else under the other policy
        again = company.bring(f"{first.line} --on-conflict {policy}")
        kept = {count: again.counts[count] for count in ("loaded", "updated", "refused")}
        assert kept == {"loaded": 0, "updated": 0, "refused": first.counts["refused"]}, again.line
        assert again.ran.code == first.ran.code, again.line
    assert company.contents() == before


@pytest.mark.parametrize("name", EVERY)
def test_a_second_refresh_takes_nothing(moved_in: Moved, name: str) -> None:
    company = moved_in(name)
    again = company.refresh()
    assert {table: counts for table, counts in again["rows"].items() if any(counts.values())} == {}
    assert set(again["tables"].values()) == {"skipped"}
    assert (again["published"], again["snapshot"]) == (True, company.refreshed["snapshot"])


@grouped("adventureworks_soiled")
def test_soiled_order_of_several_customers_is_refused_whole(moved_in: Moved, shared_data: Path) -> None:
    company = moved_in("adventureworks_soiled")
    refused = rejects(company, "dirty_AdventureWorks_Sales_2016.order.csv")
    assert {row["OrderNumber"] for row in refused} == {"SO56916"}
    assert len(refused) == 3
    assert all(row["reason"] for row in refused)

    with (shared_data / "adventureworks_sales/clean_AdventureWorks_Products.csv").open(newline="") as stream:
        prices = {row["ProductKey"]: Decimal(row["ProductPrice"]) for row in csv.DictReader(stream)}
    lost = sum(prices[row["ProductKey"]] * int(row["OrderQuantity"]) for row in refused)
    assert lost > 0
    gross = Decimal(str(company.figure("gross_revenue")))
    assert (gross + lost).quantize(Decimal("0.01")) == Decimal("24914620.46")


@grouped("adventureworks_soiled")
def test_soiled_returns_of_unknown_products_are_refused_one_by_one(moved_in: Moved) -> None:
    refused = rejects(moved_in("adventureworks_soiled"), "dirty_AdventureWorks_Returns.return_note.csv")
    assert [row["ProductKey"] for row in refused] == ["AA311", "AA311", "CC223", "CC223", "CC223", "CC223"]
    assert [row["row"] for row in refused] == ["5", "20", "437", "511", "1184", "1719"]
    assert {row["field"] for row in refused} == {"lines.item"}
    assert all(row["ProductKey"] in row["reason"] for row in refused)


@grouped("valve_seats")
def test_the_curve_of_replacements_is_the_reference_at_every_age(moved_in: Moved, shared_data: Path) -> None:
    entries = json.loads((shared_data / "reference_numbers.json").read_text(encoding="utf-8"))["entries"]
    (reference,) = (entry["reproduced"] for entry in entries if entry["id"] == "valveseat.mcf")
    names = {"mcf": "", "se_lawless_nadeau": ":se", "lo95_log_LN": ":lo95", "hi95_log_LN": ":hi95"}
    metric = "mean_cumulative_replacements"
    curve = moved_in("valve_seats").ask(",".join(metric + limit for limit in names.values()), "--by age")
    assert [row["age"] for row in curve] == [entry["time"] for entry in reference]
    for row, entry in zip(curve, reference, strict=True):
        assert row[f"{metric}:n"] == entry["n_at_risk"]
        for name, limit in names.items():
            assert row[metric + limit] == pytest.approx(entry[name], abs=5.1e-6), f"{name} at {row['age']}"


@grouped("classicmodels")
def test_a_full_refresh_gives_the_same_and_an_update_moves_the_figures(moved_in: Moved) -> None:
    company, known = moved_in("classicmodels"), COMPANIES["classicmodels"]
    built = company.refresh("--full")
    assert set(built["tables"].values()) == {"renewed"}
    assert built["snapshot"] != company.refreshed["snapshot"]
    assert wrong(company, known) == []
    company.refreshed = built


@grouped("classicmodels-void")
def test_cancelled_orders_become_void(new_company: Callable[..., Company], shared_data: Path) -> None:
    _skip_without_files(COMPANIES["classicmodels"], shared_data)
    company = new_company("classicmodels_void")
    company.move_in(guide()["classicmodels/org_units"])
    (line,) = guide()[ONCE_CANCELLED_IS_VOID]
    updated = company.bring(line)
    assert (updated.ran.code, updated.counts["loaded"], updated.counts["refused"]) == (0, 0, 0)
    taken = company.refresh()["rows"]
    assert taken["order"] == {"new": 0, "changed": 6, "deleted": 0}
    assert wrong_figures(company, Figures({"gross_revenue": "9365336.43", "orders": "320"})) == []
    company.refresh("--full")
    assert wrong_figures(company, Figures({"gross_revenue": "9365336.43", "collected": "8853839.23"})) == []
