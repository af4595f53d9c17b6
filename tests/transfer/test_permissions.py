"""Who may import what: roles, the subtree of the organisation, and records that one may not see."""

import pytest

from operational.crud.access import Actor
from operational.crud.refusal import NotAllowed
from operational.transfer.export_file import export_file
from operational.transfer.failure import TransferFailed
from tests.transfer.desk import Desk, rejected, stocked


@pytest.fixture
def branches(quick_desk: Desk) -> Desk:
    """Two branches, each with a customer and a person."""
    stocked(quick_desk)
    quick_desk.load("org_unit", "code,name,kind,parent\nEAST,East,branch,HQ\nWEST,West,branch,HQ\n")
    quick_desk.load("person", "code,name,org_unit\nE1,Ann,EAST\nW1,Bob,WEST\n")
    quick_desk.load("customer", "code,name,org_unit,owner\nCE,East's,EAST,E1\nCW,West's,WEST,W1\n")
    return quick_desk


def actor(desk: Desk, role: str, unit: str | None = None, person: str | None = None) -> Actor:
    def known(name: str, code: str | None) -> int | None:
        return desk.one(f"select id from {name} where code = :code", code=code) if code else None

    return Actor(role, role, known("org_unit", unit), known("person", person), "en")


ORDER = "number,customer,ordered_on,lines.item,lines.quantity\n"


def test_a_role_without_the_verb_may_not_import(branches):
    with pytest.raises(NotAllowed, match="may not import 'Order'"):
        branches.load("order", ORDER + "O1,CE,2026-01-01,P1,1\n", actor=actor(branches, "finance", "EAST"))


def test_references_that_one_may_not_see_do_not_exist(branches):
    manager = actor(branches, "sales_manager", "EAST")
    result = branches.load("order", ORDER + "O1,CE,2026-01-01,P1,1\nO2,CW,2026-01-01,P1,1\n", actor=manager)
    assert (result.loaded, result.refused) == (1, 1)
    assert "no customer 'CW'" in rejected(result)[0]["reason"]


def test_a_customer_that_one_may_not_see_is_not_made_again(branches):
    manager = actor(branches, "sales_manager", "EAST")
    result = branches.load(
        "order", ORDER + "O1,CW,2026-01-01,P1,1\nO2,CN,2026-01-01,P1,1\n", actor=manager, create_missing=True
    )
    assert (result.loaded, result.refused, result.created_missing) == (1, 1, {"customer": 1})
    assert (
        branches.one(
            "select u.code from customer c join org_unit u on u.id = c.org_unit_id where c.code = 'CN'"
        )
        == "EAST"
    )


def test_what_one_may_not_make_is_not_made(branches):
    agent = actor(branches, "service", "EAST")
    text = "number,customer,item,subject,opened_at\nR1,CE,NEW,x,2026-01-01\n"
    result = branches.load("service_request", text, actor=agent, create_missing=True)
    assert "no item 'NEW'" in rejected(result)[0]["reason"]


def test_rows_outside_the_subtree_are_refused_and_the_others_come_in(branches):
    manager = actor(branches, "sales_manager", "EAST")
    text = "code,name,org_unit\nN1,A,EAST\nN2,B,HQ\nN3,C,\n"
    result = branches.load("customer", text, actor=manager)
    told = {row["code"]: row for row in rejected(result)}
    assert set(told) == {"N2"}
    assert (
        "no organisation unit" in told["N2"]["reason"] or "outside what you may touch" in told["N2"]["reason"]
    )
    assert branches.one("select count(*) from customer where code in ('N1', 'N3')") == 2


def test_a_row_that_would_fall_outside_is_taken_out_again(branches):
    """HQ sees all references, yet a sales clerk of EAST sees only what is his own."""
    clerk = actor(branches, "sales", "EAST", "E1")
    text = ORDER + "O1,CE,2026-01-01,P1,1\n"
    assert branches.load("order", text, actor=clerk).loaded == 1
    branches.load("customer", "code,name,org_unit,owner\nCX,Other's,EAST,\n")
    result = branches.load("order", ORDER + "O2,CX,2026-01-01,P1,1\nO3,CE,2026-01-01,P1,1\n", actor=clerk)
    assert (result.loaded, result.refused) == (1, 1)
    assert branches.sql('select number from "order" order by 1') == [("O1",), ("O3",)]


def test_records_that_one_may_not_see_are_not_updated(branches):
    manager = actor(branches, "sales_manager", "EAST")
    result = branches.load("customer", "code,level\nCE,x\nCW,y\n", actor=manager, on_conflict="update")
    assert (result.updated, result.refused) == (1, 1)
    assert "outside what you may touch" in rejected(result)[0]["reason"]
    assert branches.one("select level from customer where code = 'CW'") is None


def test_history_passes_over_approvals_and_is_for_administrators(branches):
    manager = actor(branches, "sales_manager", "EAST")
    with pytest.raises(TransferFailed, match="Only an administrator"):
        branches.load("order", ORDER + "O1,CE,2026-01-01,P1,1\n", actor=manager, history=True)
    keeper = actor(branches, "warehouse_manager", "HQ")
    text = "number,item,depot,quantity,moved_at\nM1,P1,D1,5,2026-01-01\n"
    assert branches.load("stock_movement", text, actor=keeper, history=True).loaded == 1


def test_an_export_has_what_one_may_see(branches, tmp_path):
    manager = actor(branches, "sales_manager", "EAST")
    assert export_file(branches.store, manager, "customer", tmp_path / "c.csv") == 1
    assert "CW" not in (tmp_path / "c.csv").read_text()
    with pytest.raises(NotAllowed):
        export_file(branches.store, actor(branches, "service", "EAST"), "customer", tmp_path / "d.csv")
    assert not (tmp_path / "d.csv").exists()


def test_private_fields_are_exported_for_those_who_may_edit(branches, tmp_path):
    branches.load("customer", "code,email\nCE,ann@example.com\n", on_conflict="update")
    for role, seen in (("sales_manager", True), ("analyst", False), ("auditor", False)):
        export_file(branches.store, actor(branches, role, "EAST"), "customer", tmp_path / "c.csv")
        assert ("ann@example.com" in (tmp_path / "c.csv").read_text()) == seen


def test_a_record_that_belongs_nowhere_is_taken_out_again_with_what_was_made_for_it(branches):
    """Only after it was written is it known to lie outside: everything is undone and the others written again."""
    manager = actor(branches, "sales_manager", "EAST")
    text = "number,customer,owner,amount\nP1,CE,,5\nP2,,,6\nP3,CNEW,,7\n"
    result = branches.load("opportunity", text, actor=manager, create_missing=True)
    assert (result.loaded, result.refused, result.created_missing) == (2, 1, {"customer": 1})
    (row,) = rejected(result)
    assert (row["number"], row["reason"]) == (
        "P2",
        "is outside what you may touch; check its organisation unit",
    )
    found = branches.sql(
        "select number, code from opportunity o join customer c on c.id = customer_id order by 1"
    )
    assert found == [("P1", "CE"), ("P3", "CNEW")]
    assert branches.one("select count(*) from customer where code = 'CNEW'") == 1
