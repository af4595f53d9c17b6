"""Real companies move in by the commands of docs/moving-in/README.md, and their published figures come out.

Every company goes the whole way in a data directory of its own: init, import, refresh, ask. What they are known to
say is declared in moving_in_figures.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.moving_in_compared import answers, wrong
from tests.journeys.moving_in_figures import COMPANIES, Figures
from tests.journeys.moving_in_fixtures import Moved, NewCompany, grouped, lines_of
from tests.journeys.moving_in_guide import guide
from tests.journeys.moving_in_shell import RealShell

# Blocks that bring the orders of a company again in another reading: company, figures then, orders changed.
OTHER_READINGS = {
    "classicmodels/orders_without_cancelled": (
        "classicmodels",
        {"gross_revenue": "9365336.43", "orders": "320"},
        6,
    ),
    "northwind/orders_before_discount": ("northwind", {"gross_revenue": "1354458.59", "orders": "830"}, 380),
}
# Between them these have every kind of fact; in one store they cost one refresh.
EVERY_KIND = (
    "adventureworks",
    "uci_incidents",
    "valve_seats",
    "oracle_co",
    "crm",
    "comcast",
    "ibm_receivables",
)
of_each = pytest.mark.parametrize("name", [pytest.param(name, marks=grouped(name)) for name in COMPANIES])


def taken(refreshed: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The tables of which a refresh took rows."""
    return {table: counts for table, counts in refreshed["rows"].items() if any(counts.values())}


def test_every_block_of_the_guide_moves_in_here() -> None:
    assert set(guide()) == {known.block for known in COMPANIES.values()} | OTHER_READINGS.keys()


@of_each
def test_every_row_is_in_or_refused(moved_in: Moved, name: str) -> None:
    company, refused = moved_in(name), COMPANIES[name].refused
    for one in company.imported:
        assert one.read == sum(one.counts.values()), one.line
        expected = refused.get(one.file, 0)
        assert one.counts["refused"] == len(one.rejects) == expected, f"{one.line}\n{one.ran.out}"
        assert all(row["row"] and row["reason"] for row in one.rejects), one.line
        assert one.ran.code == (1 if expected else 0), one.line
    assert company.refreshed["published"] is True
    assert company.refreshed["quarantined"] == company.refreshed["checks"]["failed"] == 0


@of_each
def test_the_published_figures_come_out(moved_in: Moved, name: str) -> None:
    assert wrong(moved_in(name), COMPANIES[name].says) == []


@of_each
def test_a_file_imported_twice_changes_nothing(moved_in: Moved, name: str) -> None:
    company = moved_in(name)
    before = company.contents()
    for policy in ("skip", "update"):
        for first in company.imported:
            if "--on-conflict" in first.line and f"--on-conflict {policy}" not in first.line:
                continue  # a log of events means something else under the other policy
            again = company.bring(f"{first.line} --on-conflict {policy}")
            kept = {count: again.counts[count] for count in ("loaded", "updated", "refused")}
            assert kept == {"loaded": 0, "updated": 0, "refused": first.counts["refused"]}, again.line
            assert again.ran.code == first.ran.code, again.line
    assert company.contents() == before


@grouped("every-kind")
def test_a_second_refresh_takes_nothing_and_a_full_one_changes_no_figure(new_company: NewCompany) -> None:
    company, says = new_company(*EVERY_KIND), [one for name in EVERY_KIND for one in COMPANIES[name].says]
    company.move_in(lines_of(*EVERY_KIND))
    assert {one.ran.code for one in company.imported} == {0}
    first, before = company.refreshed, answers(company, says)

    again = company.refresh()
    assert taken(again) == {}
    assert set(again["tables"].values()) == {"skipped"}
    assert (again["published"], again["snapshot"]) == (True, first["snapshot"])

    built = company.refresh("--full")
    assert taken(built) == taken(first)
    assert set(built["tables"].values()) == {"renewed"}
    assert built["snapshot"] != first["snapshot"]
    assert answers(company, says) == pytest.approx(before, rel=1e-9)  # sums of floats depend on their order


@grouped("adventureworks_soiled")
def test_a_soiled_order_of_several_customers_is_refused_whole(moved_in: Moved, shared_data: Path) -> None:
    company = moved_in("adventureworks_soiled")
    refused = company.of_file("dirty_AdventureWorks_Sales_2016.csv.gz").rejects
    assert [row["OrderNumber"] for row in refused] == ["SO56916"] * 3
    assert {row["field"] for row in refused} == {"", "customer"}

    with (shared_data / "adventureworks_sales/clean_AdventureWorks_Products.csv").open(newline="") as stream:
        prices = {row["ProductKey"]: Decimal(row["ProductPrice"]) for row in csv.DictReader(stream)}
    lost = sum(prices[row["ProductKey"]] * int(row["OrderQuantity"]) for row in refused)
    assert lost > 0
    (row,) = company.ask("gross_revenue")
    assert round(Decimal(str(row["gross_revenue"])) + lost, 2) == Decimal("24914620.46")


@grouped("adventureworks_soiled")
def test_soiled_returns_of_unknown_products_are_refused_one_by_one(moved_in: Moved) -> None:
    refused = moved_in("adventureworks_soiled").of_file("dirty_AdventureWorks_Returns.csv").rejects
    assert [row["ProductKey"] for row in refused] == ["AA311"] * 2 + ["CC223"] * 4
    assert [row["row"] for row in refused] == ["5", "20", "437", "511", "1184", "1719"]
    assert {row["field"] for row in refused} == {"lines.item"}
    assert all(row["ProductKey"] in row["reason"] for row in refused)


@grouped("valve_seats")
def test_the_curve_of_replacements_is_the_reference_at_every_age(moved_in: Moved, shared_data: Path) -> None:
    entries = json.loads((shared_data / "reference_numbers.json").read_text(encoding="utf-8"))["entries"]
    (reference,) = (entry["reproduced"] for entry in entries if entry["id"] == "valveseat.mcf")
    limits = {
        "mcf": "",
        "se_lawless_nadeau": ":se",
        "lo95_log_LN": ":lo95",
        "hi95_log_LN": ":hi95",
        "n_at_risk": ":n",
    }
    asked = {name: f"mean_cumulative_replacements{limit}" for name, limit in limits.items()}
    curve = moved_in("valve_seats").ask(",".join(asked.values()), "--by age --as-of 2002-02-01")
    assert [row["age"] for row in curve] == [entry["time"] for entry in reference]
    for row, entry in zip(curve, reference, strict=True):
        assert {name: row[metric] for name, metric in asked.items()} == pytest.approx(
            {name: entry[name] for name in asked}, abs=5.1e-6
        )


@pytest.mark.parametrize("block", [pytest.param(one, marks=grouped(one)) for one in OTHER_READINGS])
def test_orders_are_read_otherwise_the_second_time(new_company: NewCompany, block: str) -> None:
    name, figures, changed = OTHER_READINGS[block]
    company = new_company(name)
    company.move_in(lines_of(name))
    (line,) = guide()[block]
    updated = company.bring(line)
    assert (updated.ran.code, updated.counts["loaded"], updated.counts["refused"]) == (0, 0, 0)
    assert updated.counts["updated"] > 0
    assert taken(company.refresh())["order"]["changed"] == changed
    assert wrong(company, [Figures(figures)]) == []


@grouped("adventureworks_plant")
def test_purchases_add_up_to_the_published_sum(moved_in: Moved) -> None:
    lines = moved_in("adventureworks_plant").records("inbound")
    bought = sum(Decimal(line["lines.quantity"]) * Decimal(line["lines.unit_cost"]) for line in lines)
    assert bought == Decimal("63791994.838")


@grouped("dry-run")
def test_a_dry_run_changes_nothing_and_mended_rejects_complete_the_figures(new_company: NewCompany) -> None:
    company = new_company("adventureworks_soiled")
    company.done("yingke init --empty")
    before = company.contents()
    for line in lines_of("adventureworks_soiled"):
        tried = company.bring(f"{line} --dry-run")
        assert company.contents() == before, line
        done = company.bring(line)
        assert (tried.ran.code, tried.read, tried.counts) == (done.ran.code, done.read, done.counts), line
        before, earlier = company.contents(), before
        assert before != earlier, line
        company.imported.append(done)

    soiled = company.of_file("dirty_AdventureWorks_Sales_2016.csv.gz")
    mended = company.home.parent / "mended.csv"
    with mended.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(soiled.rejects[0]))
        writer.writeheader()
        writer.writerows(row | {"CustomerKey": soiled.rejects[0]["CustomerKey"]} for row in soiled.rejects)
    again = company.bring(soiled.line.replace("$DATA/adventureworks_sales/" + soiled.file, str(mended)))
    assert (again.ran.code, again.counts["loaded"]) == (0, 3), again.ran.out
    company.refresh()
    assert wrong(company, [Figures({"gross_revenue": "24914620.46", "orders": "25164"})]) == []


@grouped("northwind")
def test_a_file_imported_twice_without_a_policy_fails_and_changes_nothing(moved_in: Moved) -> None:
    company = moved_in("northwind")
    before = company.contents()
    for first in company.imported:
        again = company.run(first.line)
        assert again.code == 3, f"{first.line}\n{again.out}{again.err}"
        assert "--on-conflict" in again.err
        assert "Traceback" not in again.err
    assert company.contents() == before


@grouped("real-shell")
def test_by_hand_in_a_shell(new_company: NewCompany) -> None:
    company = new_company("northwind", shell=RealShell())
    company.move_in(lines_of("northwind"))
    assert {one.ran.code for one in company.imported} == {0}
    assert wrong(company, COMPANIES["northwind"].says) == []


@grouped("postgres")
def test_into_postgresql(new_company: NewCompany, new_postgres_database: str) -> None:
    company = new_company("northwind", store=new_postgres_database)
    company.move_in(lines_of("northwind"))
    assert {one.ran.code for one in company.imported} == {0}
    assert wrong(company, COMPANIES["northwind"].says) == []
