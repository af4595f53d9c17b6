"""Finished records from another system, missing ones made on the way, and what comes in as the form would make it."""

import pytest

from operational.entity import load_entities
from operational.transfer.failure import TransferFailed
from tests.transfer.desk import rejected, stocked

ORDER = "number,customer,ordered_on,state,lines.item,lines.quantity\n"
GRAPHS = {name: cls.__entity__.graph for name, cls in load_entities().items() if cls.__entity__.graph}
MINIMAL = {
    "order": ("customer,ordered_on,lines.item,lines.quantity", "C1,2026-01-01,P1,1"),
    "shipment": ("depot,shipped_on,lines.item,lines.quantity", "D1,2026-01-01,P1,1"),
    "return_note": ("customer,returned_on,lines.item,lines.quantity", "C1,2026-01-01,P1,1"),
    "invoice": ("customer,invoiced_on,amount", "C1,2026-01-01,5"),
    "receipt": ("customer,received_on,amount", "C1,2026-01-01,5"),
    "service_request": ("customer,subject,opened_at", "C1,x,2026-01-01"),
    "complaint": ("customer,subject,opened_at", "C1,x,2026-01-01"),
    "service_agreement": ("customer,starts_on", "C1,2026-01-01"),
    "inbound": ("depot,lines.item,lines.quantity", "D1,P1,1"),
    "outbound_request": ("depot,wanted_on,lines.item,lines.quantity", "D1,2026-01-01,P1,1"),
    "stocktake": ("depot,as_of,lines.item,lines.counted_quantity", "D1,2026-01-01,P1,1"),
    "supply_proposal": ("item,depot,action,quantity,needed_on", "P1,D1,order,1,2026-01-01"),
    "opportunity": ("customer,opened_on", "C1,2026-01-01"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_every_state_comes_in_by_value_and_label_and_none_is_the_normal_end(shop, name):
    graph = GRAPHS[name]
    header, cells = MINIMAL[name]
    said = [word for state in graph.states for word in (state.name, state.label.zh, state.label.en)]
    rows = [f"N{number},{word},{cells}" for number, word in enumerate([*said, ""])]
    result = shop.load(name, f"number,{graph.field},{header}\n" + "\n".join(rows) + "\n", history=True)
    assert result.refused == 0
    expected = [state.name for state in graph.states for _ in range(3)] + [graph.normal_end]
    assert [row[0] for row in shop.sql(f'select {graph.field} from "{name}" order by id')] == expected
    assert shop.one("select count(*) from state_change") == 0


@pytest.mark.parametrize("name", GRAPHS)
def test_without_history_records_begin_as_the_form_begins_them(shop, name):
    graph = GRAPHS[name]
    header, cells = MINIMAL[name]
    other = next(state.name for state in graph.states if state.name != graph.initial)
    text = f"number,{graph.field},{header}\nN1,,{cells}\nN2,{graph.initial},{cells}\nN3,{other},{cells}\n"
    result = shop.load(name, text)
    assert (result.loaded, result.refused) == (2, 1)
    assert "--history" in rejected(result)[0]["reason"]
    assert {row[0] for row in shop.sql(f'select {graph.field} from "{name}"')} == {graph.initial}
    steps = shop.sql("select entity, verb, from_state, to_state, changed_by from state_change")
    assert steps == [(name, "create", None, graph.initial, "system")] * 2


def test_imported_documents_move_no_stock(shop):
    head, cells = MINIMAL["shipment"]
    shop.load("shipment", f"number,state,{head}\nS1,posted,{cells}\n", history=True)
    shop.load(
        "inbound",
        "number,depot,received_on,lines.item,lines.quantity,lines.lot\nG1,D1,2026-01-01,P1,5,L\n",
        history=True,
    )
    head, cells = MINIMAL["stocktake"]
    shop.load("stocktake", f"number,{head},lines.book_quantity\nT1,{cells},3\n", history=True)
    assert shop.sql("select book_quantity, counted_quantity from stocktake_line") == [(3_000_000, 1_000_000)]
    head, cells = MINIMAL["outbound_request"]
    text = f"number,state,{head},lines.confirmed_quantity\nQ1,confirmed,{cells},1\n"
    shop.load("outbound_request", text, history=True)
    assert shop.sql("select confirmed_quantity from outbound_request_line") == [(1_000_000,)]
    shop.load("unit", "serial,item,installed_on\nU1,P1,2020-01-01\n", history=True)
    shop.load(
        "part_replacement", "number,unit,part,replaced_at,depot\nR1,U1,P2,2026-01-01,D1\n", history=True
    )
    assert shop.one("select count(*) from stock_movement") == 0


def test_without_history_a_replaced_part_leaves_its_depot(desk):
    stocked(desk)
    desk.load("stock_movement", "number,item,depot,quantity,moved_at\nM1,P2,D1,1,2020-01-01\n", history=True)
    desk.load("unit", "serial,item,installed_on\nU1,P1,2020-01-01\n")
    text = "number,unit,part,replaced_at,depot\nR1,U1,P2,2026-01-01,D1\nR2,U1,P2,2026-01-02,D1\nR3,U1,P2,2026-01-03,\n"
    result = desk.load("part_replacement", text)
    assert (result.loaded, result.refused) == (2, 1)
    (row,) = rejected(result)
    assert row["number"] == "R2"
    assert "Not enough stock" in row["reason"]
    assert desk.sql("select sum(quantity) from stock_movement") == [(0,)]
    assert desk.one("select count(*) from part_replacement") == 2


def agreed(desk):
    """An agreement in force: 2 hours to answer, 8 to resolve, Monday to Friday."""
    hours = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
    desk.create("service_calendar", code="K", name="Office", **hours)
    desk.load(
        "service_agreement",
        "number,customer,starts_on,state,calendar,response_hours,resolution_hours\nA1,C1,2026-01-01,active,K,2,8\n",
        history=True,
    )


DUE = "select number, agreement_id, response_due_at, resolution_due_at from service_request order by number"


def test_without_history_a_request_is_due_as_in_the_form(desk):
    stocked(desk)
    agreed(desk)
    says = {"customer": "C1", "subject": "Leak", "opened_at": "2026-03-06 16:00"}
    desk.create("service_request", number="F1", **says)
    desk.load(
        "service_request", f"number,{','.join(says)}\nF2,{','.join(says.values())}\nF3,C1,x,2025-12-31\n"
    )
    by_form, imported, before = desk.sql(DUE)
    assert None not in by_form
    assert imported[1:] == by_form[1:]
    assert before[1:] == (None, None, None)


def test_a_changed_opening_changes_what_is_due(shop):
    agreed(shop)
    head = "number,customer,subject,opened_at\n"
    shop.load("service_request", f"{head}F1,C1,Leak,2026-03-06 09:00\n")
    result = shop.load("service_request", f"{head}F1,C1,Leak,2026-03-09 09:00\n", on_conflict="update")
    assert result.updated == 1
    assert shop.sql(DUE)[0][2:] == ("2026-03-09 03:00:00.000000", "2026-03-09 09:00:00.000000")


def test_with_history_what_was_promised_elsewhere_is_left_alone(shop):
    agreed(shop)
    shop.load("service_request", "number,customer,subject,opened_at\nF1,C1,Leak,2026-03-06\n", history=True)
    assert shop.sql(DUE) == [("F1", None, None, None)]


@pytest.mark.parametrize("history", [False, True])
def test_what_a_rule_of_the_form_refuses_a_file_may_not_bring(shop, history):
    text = "code,name,monday\nK1,Day,09:00-17:00\nK2,Night,22:00-06:00\n"
    result = shop.load("service_calendar", text, history=history)
    assert (result.loaded, result.refused) == (1, 1)
    assert "'22:00-06:00' closes before it opens" in rejected(result)[0]["reason"]
    assert shop.sql("select code from service_calendar") == [("K1",)]


def test_an_agreement_of_another_customer_is_refused(shop):
    agreed(shop)
    shop.create("customer", code="C2", name="Beta")
    text = "number,customer,subject,opened_at,agreement\nF1,C2,x,2026-03-06,A1\nF2,C1,x,2026-03-06,A1\n"
    result = shop.load("service_request", text)
    assert (result.loaded, result.refused) == (1, 1)
    assert "another customer's" in rejected(result)[0]["reason"]
    assert [row[0] for row in shop.sql(DUE)] == ["F2"]


def test_movements_are_history_only(shop):
    with pytest.raises(TransferFailed, match="add --history"):
        shop.load("stock_movement", "number,item,depot,quantity,moved_at\nM1,P2,D1,1,2020-01-01\n")
    with pytest.raises(TransferFailed, match="kept by the machine"):
        shop.load("state_change", "entity,record\norder,1\n", history=True)


def test_a_first_response_before_the_opening_is_emptied_and_an_end_before_its_beginning_refused(shop):
    head = "number,customer,subject,opened_at,first_response_at,first_resolved_at,resolved_at,closed_at\n"
    body = (
        "R1,C1,x,2026-01-02 00:00,2026-01-01 00:00,,2026-01-02 00:00,\n"  # equal times are in order
        "R2,C1,x,2026-01-02 00:00,,,,2026-01-01 23:59\n"  # closed before opened, nothing between
        "R3,C1,x,2026-01-02 00:00,,2026-01-05,2026-01-04,\n"
    )
    result = shop.load("service_request", head + body, history=True)
    assert {row["number"]: row["field"] for row in rejected(result)} == {
        "R2": "closed_at",
        "R3": "resolved_at",
    }
    assert shop.sql("select number, first_response_at from service_request") == [("R1", None)]


def test_derived_values_come_in_with_history_only(shop):
    head = "number,customer,ordered_on,lines.item,lines.quantity,amended_from\n"
    shop.load("order", head + "O1,C1,2026-01-01,P1,1,\nO2,C1,2026-01-01,P1,1,O1\n", history=True)
    shop.load("order", head + "O3,C1,2026-01-01,P1,1,O1\n")
    found = shop.sql('select number, amended_from_id is not null from "order" order by 1')
    assert found == [("O1", 0), ("O2", 1), ("O3", 0)]


def test_missing_records_are_made_with_the_key_as_name_and_counted(desk):
    text = ORDER + "O1,NEW,2026-01-01,,I1,1\nO1,NEW,2026-01-01,,I2,1\nO2,NEW,2026-01-01,,I1,x\n"
    result = desk.load("order", text, history=True, create_missing=True)
    assert result.created_missing == {"customer": 1, "item": 2}
    assert desk.sql(
        "select code, name, kind, (select code from org_unit u where u.id = org_unit_id) from customer"
    ) == [("NEW", "NEW", "customer", "HQ")]
    assert desk.sql("select code, name, kind from item order by 1") == [
        ("I1", "I1", "product"),
        ("I2", "I2", "product"),
    ]


def test_only_what_a_good_row_needs_is_made(shop):
    text = ORDER + "O1,NEW,2026-01-01,,P1,x\nO2,C1,2026-01-01,,P1,1\n"
    result = shop.load("order", text, create_missing=True)
    assert result.created_missing == {}
    assert shop.one("select count(*) from customer") == 1


def test_units_are_made_from_what_the_rows_say(desk):
    stocked(desk)
    head = "number,customer,unit,item,subject,opened_at\n"
    body = "R1,C1,U1,P1,x,2026-03-01 12:00\nR2,C1,U1,P1,x,2026-02-01 12:00\nR3,C1,U2,,x,2026-02-01 12:00\n"
    result = desk.load("service_request", head + body, history=True, create_missing=True)
    assert result.created_missing == {"unit": 2, "item": 1}
    found = desk.sql("""select serial, i.code, c.code, cast(installed_on as varchar) from unit
                        join item i on i.id = item_id join customer c on c.id = customer_id order by 1""")
    assert found == [("U1", "P1", "C1", "2026-02-01"), ("U2", "UNKNOWN", "C1", "2026-02-01")]


def test_a_part_that_is_made_is_a_part_and_a_person_belongs_to_the_root(shop):
    shop.load(
        "part_replacement",
        "number,unit,part,replaced_at\nR1,U1,X1,2026-01-01\n",
        history=True,
        create_missing=True,
    )
    assert shop.sql("select code, kind from item where code in ('X1', 'UNKNOWN') order by 1") == [
        ("UNKNOWN", "product"), ("X1", "part"),
    ]  # fmt: skip
    shop.load("customer", "code,name,owner,region\nK1,A,W1,R1\n", create_missing=True)
    assert shop.sql("select p.code, u.code from person p join org_unit u on u.id = p.org_unit_id") == [
        ("W1", "HQ")
    ]
    assert shop.one("select name from region") == "R1"


def test_managers_that_no_row_describes_are_made_beside_the_rows(shop):
    text = "code,name,org_unit,manager\nA,Ann,HQ,B\nB,Bob,HQ,Z\n"
    result = shop.load("person", text, create_missing=True)
    assert (result.loaded, result.created_missing) == (2, {"person": 1})
    found = shop.sql(
        "select p.code, m.code from person p left join person m on m.id = p.manager_id order by 1"
    )
    assert found == [("A", "B"), ("B", "Z"), ("Z", None)]


def test_documents_are_never_made(shop):
    text = "number,customer,invoiced_on,amount,order\nI1,C1,2026-01-01,5,O9\n"
    result = shop.load("invoice", text, create_missing=True)
    assert "there is no order 'O9'; import it first" in rejected(result)[0]["reason"]
    long = shop.load("order", ORDER + f"O1,{'x' * 50},2026-01-01,,P1,1\n", create_missing=True)
    assert "is longer than 40 characters" in rejected(long)[0]["reason"]


def test_a_dry_run_does_everything_and_keeps_nothing(desk):
    stocked(desk)
    before = desk.one("select count(*) from change_log")
    text = ORDER + "O1,NEW,2026-01-01,,P1,1\nO2,NEW,2026-01-01,,P1,x\n"
    result = desk.load("order", text, dry_run=True, create_missing=True)
    assert (result.loaded, result.refused, result.created_missing, result.dry_run) == (
        1,
        1,
        {"customer": 1},
        True,
    )
    assert len(rejected(result)) == 1
    assert desk.one("select count(*) from change_log") == before
    assert desk.one('select count(*) from "order"') == 0


MOVES = "number,item,depot,quantity,moved_at,lot\n"
LEDGERS = [
    # what goes out at an instant may have come in at it; the newest rows that cannot be given are refused
    ("M1,P1,D1,-5,2026-01-02,\nM2,P1,D1,5,2026-01-02,\n", set()),
    ("M1,P1,D1,-5,2026-01-01,\nM2,P1,D1,5,2026-01-02,\n", {"M1"}),
    (
        "M1,P1,D1,5,2026-01-01,\nM2,P1,D1,-3,2026-01-02,\nM3,P1,D1,-3,2026-01-03,\nM4,P1,D1,-2,2026-01-04,\n",
        {"M3"},
    ),
    (
        "M1,P1,D1,5,2026-01-01,A\nM2,P1,D1,5,2026-01-01,B\nM3,P1,D1,-6,2026-01-02,A\nM4,P1,D1,-6,2026-01-02,\n",
        {"M3"},
    ),
    ("M1,P1,D1,5,2026-01-01,\nM2,P2,D1,-1,2026-01-02,\n", {"M2"}),
    ("M1,P1,D1,0.5,2026-01-01,\nM2,P1,D1,-0.500001,2026-01-02,\n", {"M2"}),
]


@pytest.mark.parametrize(("body", "refused"), LEDGERS)
def test_no_stock_below_zero(shop, body, refused):
    result = shop.load("stock_movement", MOVES + body, history=True)
    assert {row["number"] for row in rejected(result)} == refused if refused else result.refused == 0


def test_what_is_in_the_store_counts_before_and_after(desk):
    stocked(desk)
    desk.load("stock_movement", MOVES + "M1,P1,D1,5,2026-01-01,\nM2,P1,D1,-4,2026-03-01,\n", history=True)
    late = "M3,P1,D1,-2,2026-02-01,\nM4,P1,D1,-1,2026-02-01,\nM5,P1,D1,-1,2026-04-01,\n"
    result = desk.load("stock_movement", MOVES + late, history=True)
    assert {row["number"] for row in rejected(result)} == {"M3", "M5"} or {
        row["number"] for row in rejected(result)
    } == {"M3", "M4"}
    assert desk.one("select sum(quantity) from stock_movement") == 0


def test_no_ledger_that_was_taken_is_ever_below_zero(shop):
    """Random movements against the definition: at the end of every instant, per depot and per lot."""
    import random

    chance = random.Random(7)
    rows = [f"M{n},P{chance.randint(1, 2)},D1,{chance.randint(-9, 10)},2026-01-{chance.randint(1, 28):02d},{chance.choice(['', 'A', 'B'])}"
            for n in range(400)]  # fmt: skip
    result = shop.load("stock_movement", MOVES + "\n".join(rows) + "\n", history=True)
    assert 0 < result.refused < 200
    for group in ("item_id", "item_id, lot"):
        lowest = shop.sql(f"""select min(total) from (select sum(quantity) over (partition by {group} order by moved_at) as total
                              from stock_movement {"where lot is not null" if "lot" in group else ""})""")
        assert lowest[0][0] >= 0


def test_movements_that_are_there_already_are_not_counted_twice(shop):
    body = "M1,P1,D1,5,2026-01-01,\nM2,P1,D1,-5,2026-01-02,\n"
    shop.load("stock_movement", MOVES + body, history=True)
    again = shop.load("stock_movement", MOVES + body, history=True, on_conflict="update")
    assert (again.unchanged, again.refused) == (2, 0)
    with pytest.raises(TransferFailed, match="'M1' exists already"):
        shop.load("stock_movement", MOVES + body, history=True)
