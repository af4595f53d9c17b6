"""Real companies' files, brought in by the very commands of docs/moving-in/README.md, against published totals."""

import re
import shlex
from pathlib import Path

import pytest

from operational.crud.access import SYSTEM_ACTOR
from operational.transfer.import_file import import_file
from operational.transfer.result import ImportResult
from tests.transfer.desk import Desk, accounted, rejected

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "moving-in" / "README.md"
SECTIONS = {
    part.splitlines()[0]: re.findall(r"^yingke import .+$", part, re.M)
    for part in MANUAL.read_text(encoding="utf-8").split("\n## ")[1:]
}


def section(word: str) -> list[str]:
    (found,) = [commands for title, commands in SECTIONS.items() if title.startswith(word)]
    return found


def carry_out(desk: Desk, command: str, data: Path) -> ImportResult:
    """One command of the manual, as the command line would carry it out."""
    words = shlex.split(command.replace("$DATA", str(data)))
    options = {
        "mapping": ROOT / words[words.index("--map") + 1],
        "history": "--history" in words,
        "create_missing": "--create-missing" in words,
        "on_conflict": words[words.index("--on-conflict") + 1] if "--on-conflict" in words else "fail",
    }
    known = {
        "yingke",
        "import",
        words[2],
        words[3],
        "--map",
        "--history",
        "--create-missing",
        "--on-conflict",
    }
    assert set(words) - known <= {str(options["mapping"].relative_to(ROOT)), options["on_conflict"]}
    return accounted(import_file(desk.store, SYSTEM_ACTOR, words[2], Path(words[3]), **options))


@pytest.fixture
def move(quick_desk: Desk, shared_data: Path):
    def moved(word: str) -> list[ImportResult]:
        return [carry_out(quick_desk, command, shared_data) for command in section(word)]

    quick_desk.move = moved
    return quick_desk


def gross(desk: Desk, counted: str = "('approved', 'partly_shipped', 'shipped', 'closed')") -> float:
    return round(desk.one(f'select sum(amount) from "order" where state in {counted}') / 1e4, 2)


def test_adventureworks(move):
    results = move.move("AdventureWorks: order")
    assert [result.refused for result in results] == [0] * len(results)
    assert gross(move) == 24_914_737.25
    assert move.one('select count(*) from "order"') == 25_164
    assert move.one("select count(*) from order_line") == 56_048
    units, value = move.sql(
        "select sum(quantity) / 1000000, sum(quantity * unit_price / 1000000) from return_note_line"
    )[0]
    assert (units, round(value / 1e4, 2)) == (1_828, 765_277.84)


def test_adventureworks_soiled(move):
    results = move.move("AdventureWorks, soiled")
    assert [result.refused for result in results] == [0, 0, 0, 3, 0, 0, 6]
    assert {row["OrderNumber"] for row in rejected(results[3])} == {"SO56916"}
    price = dict(move.sql("select code, list_price from item"))
    lost = sum(price[row["ProductKey"]] * int(row["OrderQuantity"]) for row in rejected(results[3]))
    assert round(gross(move) + lost / 1e4, 2) == 24_914_620.46
    assert {row["ProductKey"] for row in rejected(results[6])} == {"AA311", "CC223"}
    assert results[1].duplicates == 39


def test_northwind(move):
    move.move("Northwind")
    assert gross(move) == 1_265_793.04
    assert move.sql('select count(*) from "order"') + move.sql("select count(*) from order_line") == [
        (830,),
        (2_155,),
    ]
    full = move.one("select sum(quantity * unit_price / 1000000) from order_line")
    assert round(full / 1e4, 2) == 1_354_458.59
    assert move.one("select count(*) from person where manager_id is not null") == 8


def quantile(values: list[float], share: float) -> float:
    place = (len(values) - 1) * share
    low = int(place)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (place - low)


HOURS = "select (julianday(resolved_at) - julianday(opened_at)) * 24 from service_request where resolved_at is not null order by 1"


def test_uci_incidents(move):
    (result,) = move.move("UCI incidents: a")
    assert result.loaded == 24_918
    assert move.one("select count(*) from service_request where reopened_count > 0") == 275
    hours = [row[0] for row in move.sql(HOURS)]
    assert len(hours) == 23_362
    assert (round(quantile(hours, 0.5), 1), round(quantile(hours, 0.9), 2)) == (22.1, 381.55)
    emptied = [remark.count for remark in result.warnings if "first_response_at" in remark.text.en]
    assert emptied == [4]


def test_uci_event_log(move):
    (result,) = move.move("UCI incidents, the log")
    assert (result.read, result.loaded, result.skipped, result.refused) == (141_712, 24_918, 116_794, 0)
    assert move.one("select count(*) from service_request where reopened_count > 0") == 275
    assert len(move.sql(HOURS)) == 23_362


def test_classicmodels(move):
    results = move.move("classicmodels")
    assert [result.refused for result in results] == [0] * 7
    assert gross(move) == 9_365_336.43
    assert round(move.one('select sum(amount) from "order"') / 1e4, 2) == 9_604_190.61
    assert move.one("select sum(amount) from receipt") == 885_383_923
    assert (results[4].loaded, results[6].updated + results[6].unchanged) == (2_996, 2_996)
    assert move.one("select count(*) from \"order\" where state = 'void'") == 6


def test_valve_seats(move):
    units, parts = move.move("Valve")
    assert (units.loaded, parts.loaded) == (41, 48)
    exposure = move.one("select sum(julianday('2002-02-01') - julianday(installed_on)) from unit")
    assert (exposure, round(exposure / 48, 1)) == (25_363, 528.4)
    same_day = move.sql("select unit_id, replaced_at from part_replacement group by 1, 2 having count(*) > 1")
    assert len(same_day) == 2


def test_cdnow_sample(move):
    move.move("CDNOW, the sample of")
    assert move.sql('select count(*), (select count(*) from customer) from "order"') == [(6_919, 2_357)]
    assert gross(move) == 244_091.94


def test_cdnow_sample_as_text(move):
    (result,) = move.move("CDNOW, the sample as text")
    assert result.created_missing == {"customer": 2_357, "item": 1}
    assert gross(move) == 244_091.94


def test_cdnow(move):
    move.move("CDNOW, the full")
    assert move.sql('select count(*), (select count(*) from customer) from "order"') == [(69_659, 23_570)]
    assert gross(move) == 2_500_315.63
    assert move.one("select sum(quantity) / 1000000 from order_line") == 167_881
    assert move.one('select count(*) from "order" where amount = 0') == 80


def test_superstore(move):
    customers, _, orders = move.move("Superstore")
    assert (customers.loaded, customers.duplicates, orders.loaded) == (793, 9_201, 9_994)
    assert gross(move) == 2_297_200.86
    assert round(move.one("select sum(amount - cost) from order_line") / 1e4, 2) == 286_397.02
    assert move.sql('select count(*), (select sum(quantity) / 1000000 from order_line) from "order"') == [
        (5_009, 37_873)
    ]


def test_oracle_shops(move):
    results = move.move("Oracle CO")
    assert [result.refused for result in results] == [0] * 6
    assert round(move.one('select sum(amount) from "order"') / 1e4, 2) == 308_598.53
    assert dict(move.sql('select state, count(*) from "order" group by 1')) == {"closed": 1_892, "void": 58}
    assert move.one("select count(*) from stock_movement") == 566


def test_oracle_depots(move):
    results = move.move("Oracle OE")
    assert [result.refused for result in results] == [0, 0, 1, 0, 0]
    assert gross(move) == 3_668_054.70
    assert move.one("select sum(quantity) / 1000000 from stock_movement") == 119_512
    assert move.one("select name from item where code = '1726'") == "LCD 显示器 11/PM"


def test_opportunities(move):
    move.move("CRM")
    stages = dict(move.sql("select stage, count(*) from opportunity group by 1"))
    assert stages == {"won": 4_238, "lost": 2_473, "negotiating": 1_589, "prospecting": 500}
    assert move.one("select sum(amount) / 10000 from opportunity where stage = 'won'") == 10_005_534
    assert move.one("select count(*) from opportunity where name = 'GTXPro'") == 0


def test_helpdesk(move):
    opened, closed = move.move("Helpdesk")
    assert (opened.loaded, closed.updated) == (3_804, 3_804)
    days = [row[0] / 24 for row in move.sql(HOURS)]
    assert (round(quantile(days, 0.5), 2), round(quantile(days, 0.9), 2)) == (3.93, 26.13)


def test_complaints(move):
    move.move("Comcast")
    states = dict(move.sql("select state, count(*) from complaint group by 1"))
    assert states == {"closed": 734, "resolved": 973, "received": 363, "investigating": 154}
    june = "select count(*) from complaint where datetime(opened_at, '-4 hours') between '2015-06-01' and '2015-07-01'"
    assert move.one(june) == 1_046


def test_wide_files(move):
    move.move("Car parts")
    demand = 'select sum(quantity) / 1000000 from order_line join "order" o on o.id = order_id join customer c on c.id = customer_id'
    assert move.one(f"{demand} where c.code = 'RAF'") == 605_764
    assert move.one(f"{demand} where c.code = 'DEALERS'") == 66_194


def test_receivables(move):
    invoices, receipts = move.move("IBM")
    assert (invoices.loaded, receipts.loaded) == (2_586, 2_586)
    assert move.one("select count(*) from receipt where invoice_id is null") == 0


def test_every_mapping_is_used_and_every_file_named_exists(shared_data):
    commands = [command for found in SECTIONS.values() for command in found]
    used = {shlex.split(command)[shlex.split(command).index("--map") + 1] for command in commands}
    there = {str(path.relative_to(ROOT)) for path in MANUAL.parent.rglob("*.toml")}
    assert used == there
    for command in commands:
        assert Path(shlex.split(command.replace("$DATA", str(shared_data)))[3]).is_file(), command


CUTS = Path(__file__).parent / "cuts"


def test_a_cut_of_northwind(quick_desk):
    results = [carry_out(quick_desk, command, CUTS) for command in section("Northwind")[1:]]
    assert [(result.loaded, result.refused) for result in results][-2:] == [(34, 0), (12, 0)]
    assert results[0].created_missing == {"region": len(quick_desk.sql("select code from region"))}
    assert gross(quick_desk) == 15_953.26


def test_a_cut_of_the_uci_incidents(quick_desk):
    (command,) = section("UCI incidents: a")
    result = carry_out(quick_desk, command.replace("uci_servicenow_incidents.csv.gz", "incidents.csv"), CUTS)
    assert (result.loaded, result.refused) == (43, 0)
    assert quick_desk.one("select count(*) from service_request where reopened_count > 0") == 5
    assert quick_desk.one("select count(*) from service_request where first_response_at is null") == 4
