"""Documents with lines in flat files: gathered by key, refused as a whole, summed exactly."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.desk import rejected

HEADER = (
    "number,customer,ordered_on,lines.item,lines.quantity,lines.unit_price,lines.discount_pct,lines.amount\n"
)
LINES = """select number, line_no, code, quantity, unit_price, l.amount from order_line l join "order" o on o.id = order_id
           join item i on i.id = item_id order by number, line_no"""


def test_rows_of_one_key_belong_together_wherever_they_stand(shop):
    body = "O1,C1,2026-01-01,P1,1,10,,\nO2,C1,2026-01-02,P2,2,5,,\nO1,C1,2026-01-01,P2,3,7,,\n"
    result = shop.load("order", HEADER + body)
    assert result.loaded == 3
    assert [row[:3] for row in shop.sql(LINES)] == [("O1", 1, "P1"), ("O1", 2, "P2"), ("O2", 1, "P2")]


@pytest.mark.parametrize("rest", ["O1,,,P2,3,7,,\n", ",,,P2,3,7,,\n"])
def test_the_header_may_stand_on_the_first_row_only(shop, rest):
    shop.load("order", HEADER + "O1,C1,2026-01-01,P1,1,10,,\n" + rest)
    assert [(row[1], row[2]) for row in shop.sql(LINES)] == [(1, "P1"), (2, "P2")]


def test_a_row_without_key_but_with_a_header_is_refused(shop):
    result = shop.load("order", HEADER + "O1,C1,2026-01-01,P1,1,10,,\n,C1,,P2,3,7,,\n")
    assert (result.loaded, result.refused) == (1, 1)
    assert rejected(result)[0]["field"] == "number"


def test_header_values_that_differ_refuse_the_document(shop):
    shop.create("customer", code="C2", name="Beta")
    body = "O1,C1,2026-01-01,P1,1,10,,\nO1,C2,2026-01-01,P2,3,7,,\nO2,C1,2026-01-01,P2,3,7,,\n"
    result = shop.load("order", HEADER + body)
    assert (result.loaded, result.refused, result.exit_code) == (1, 2, 1)
    told = {row["lines.item"]: row for row in rejected(result)}
    assert told["P2"]["field"] == "customer"
    assert "C1 / C2" in told["P2"]["reason"]
    assert "same document" in told["P1"]["reason"]


def test_the_same_value_written_otherwise_does_not_differ(shop):
    body = "O1,C1,2026-01-01,P1,1,10,,\nO1,C1,2026/1/1,P2,3,7,,\n"
    assert shop.load("order", HEADER + body).loaded == 2


def test_a_bad_line_refuses_its_document_and_no_other(shop):
    body = "O1,C1,2026-01-01,P1,1,10,,\nO2,C1,2026-01-01,P1,1,10,,\nO1,C1,2026-01-01,P1,much,10,,\n"
    result = shop.load("order", HEADER + body)
    told = {row["row"]: row for row in rejected(result)}
    assert set(told) == {"2", "4"}
    assert told["4"]["field"] == "lines.quantity"
    assert "much" in told["4"]["reason"]
    assert "same document" in told["2"]["reason"]
    assert shop.one('select count(*) from "order"') == 1


def test_a_document_may_have_no_lines(shop):
    shop.load("order", HEADER + "O1,C1,2026-01-01,,,,,\n")
    assert shop.sql('select number, amount, (select count(*) from order_line) from "order"') == [("O1", 0, 0)]


def test_prices_come_from_the_item_and_amounts_from_quantity_price_and_discount(shop):
    body = "O1,C1,2026-01-01,P1,3,,,\nO1,C1,2026-01-01,P2,1.5,,12.5,\nO1,C1,2026-01-01,P1,3,2,,5.99999\n"
    shop.load("order", HEADER + body)
    assert [row[3:] for row in shop.sql(LINES)] == [
        (3_000_000, 1_000_000, 3_000_000),
        (1_500_000, 199_999, 262_499),  # 1.5 × 19.9999 × 0.875 = 26.24986875
        (3_000_000, 20_000, 60_000),  # the amount rules; its fifth decimal is rounded
    ]
    assert shop.one('select amount from "order"') == 3_000_000 + 262_499 + 60_000


def test_a_line_without_price_and_amount_is_noted(shop):
    shop.create("item", code="P3", name="Free")
    result = shop.load("order", HEADER + "O1,C1,2026-01-01,P3,3,,,\n")
    assert any("neither price nor amount" in remark.text.en for remark in result.warnings)
    assert shop.one("select amount from order_line") is None


def test_lines_that_take_back_have_negative_amounts(shop):
    result = shop.load(
        "order",
        HEADER + "O1,C1,2026-01-01,P1,2,10,,\nO1,C1,2026-01-01,P1,-2,10,,-20\nO2,C1,2026-01-01,P1,2,,,-1\n",
    )
    assert (result.loaded, result.refused) == (2, 1)
    assert shop.one('select amount from "order"') == 0


def test_a_return_takes_the_price_of_the_orders_line_then_the_list_price(shop):
    shop.load("order", HEADER + "O1,C1,2026-01-01,P1,3,77,,\nO1,C1,2026-01-01,P1,1,66,,\n")
    head = "number,customer,order,returned_on,lines.item,lines.quantity,lines.unit_price\n"
    shop.load(
        "return_note",
        head + "R1,C1,O1,2026-02-01,P1,1,\nR1,C1,O1,2026-02-01,P2,1,\nR2,C1,,2026-02-01,P1,1,5\n",
    )
    assert shop.sql("select unit_price from return_note_line order by id") == [
        (770_000,),
        (199_999,),
        (50_000,),
    ]


def test_a_missing_unit_is_the_customers_else_the_root(shop):
    shop.create("org_unit", code="B1", name="Branch", kind="branch", parent="HQ")
    shop.create("customer", code="C2", name="Beta", org_unit="B1")
    shop.load("order", HEADER + "O1,C1,2026-01-01,P1,1,,,\nO2,C2,2026-01-01,P1,1,,,\n")
    found = shop.sql('select number, code from "order" o join org_unit u on u.id = org_unit_id order by 1')
    assert found == [("O1", "HQ"), ("O2", "B1")]


AMOUNT = st.decimals(0, 10**6, places=4, allow_nan=False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.decimals(-1000, 1000, places=6), AMOUNT, st.decimals(0, 100, places=6)),
        min_size=1,
        max_size=20,
    )
)
def test_amounts_are_those_of_decimal_arithmetic(shop, lines):
    from decimal import ROUND_HALF_UP

    import pyarrow as pa

    from operational.entity import entity
    from operational.transfer.loading.amounts import line_amounts

    def scaled(place, decimals):
        return pa.array([int(line[place].scaleb(decimals)) for line in lines], pa.int64())

    columns = {"quantity": scaled(0, 6), "unit_price": scaled(1, 4), "discount_pct": scaled(2, 6)}
    found = line_amounts(columns, entity("order").__lines__.__fields__).to_pylist()
    exact = [q * p * (100 - d) / 100 for q, p, d in lines]
    assert found == [int(one.quantize(Decimal("0.0001"), ROUND_HALF_UP).scaleb(4)) for one in exact]
