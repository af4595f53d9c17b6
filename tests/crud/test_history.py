"""What happened to a record, as told from the change log."""

from sqlalchemy import text

from operational.crud.history import history
from operational.crud.write import update
from operational.entity import entity

ORDER = entity("order")


def told(company, name, key, who="system"):
    with company.store.reading() as session:
        return history(session, company.actors[who], entity(name), key)


def test_who_what_when_why_and_how(company):
    with company.store.writing("manager", "客户升级", "api") as session:
        update(
            session,
            company.actors["manager"],
            entity("customer"),
            "C1",
            {"level": "A", "owner": "E2", "credit_limit": "5"},
        )
    with company.store.writing("x") as session:  # by somebody with a database tool
        session.execute(
            text("DELETE FROM current_context" if not company.store.is_postgres else "RESET yingke.context")
        )
        session.execute(text("UPDATE customer SET name = '改名', blocked = true WHERE code = 'C1'"))
    outside, change, created = told(company, "customer", "C1")
    assert (created.kind, created.who) == ("create", "system")
    assert (change.kind, change.who, change.reason, change.channel) == (
        "change",
        "manager",
        "客户升级",
        "api",
    )
    changes = {one.field.name: (one.before, one.after) for one in change.changes}
    assert changes["level"] == (None, "A")
    assert changes["credit_limit"] == (None, 5)
    assert [link.title for link in changes["owner"]] == ["张三", "李四"]
    assert outside.who == ""
    assert {(one.field.name, one.before, one.after) for one in outside.changes} == {
        ("name", "上海机械厂", "改名"), ("blocked", False, True)
    }  # fmt: skip
    assert outside.at >= change.at >= created.at


def test_steps_and_changes_of_one_act_are_one_entry(company):
    one = company.create("agent", "service_request", customer="C1", subject="漏水")
    company.walk("agent", "service_request", one.key, "claim")
    company.walk("agent", "service_request", one.key, "release", comment="换人")
    release, claim, create = told(company, "service_request", one.key)
    assert [(step.verb, step.before, step.after) for step in create.steps] == [("create", None, "new")]
    assert [(step.verb, step.after) for step in claim.steps] == [("claim", "claimed")]
    assert {one.field.name for one in claim.changes} == {"state", "assignee", "first_response_at"}
    assert release.steps[0].comment == "换人"
    assert release.who == "agent"


def test_lines_that_came_changed_and_went(company):
    order = company.create("clerk", "order", [{"item": "P1", "quantity": n} for n in (1, 2)], customer="C1")
    with company.store.writing("clerk") as session:
        lines = [{"id": order.lines[0].id, "quantity": "9"}, {"item": "P2", "quantity": "1"}]
        update(session, company.actors["clerk"], ORDER, order.key, {}, lines)
    change, _ = told(company, "order", order.key)
    first = {one.field.name: (one.before, one.after) for one in change.changes if one.line == 1}
    assert first == {"quantity": (1, 9), "amount": (100, 900)}
    quantities = [(one.line, one.before, one.after) for one in change.changes if one.field.name == "quantity"]
    assert sorted(quantities, key=str) == [(1, 1, 9), (2, 2, None), (2, None, 1)]


def test_what_came_in_bulk_has_its_creation_told(company):
    from operational.store.bulk import bulk_insert

    with company.store.writing("mover", channel="import") as session:
        bulk_insert(session, "region", {"code": ["X", "Y"], "name": ["甲", "乙"]})
    with company.store.writing("system") as session:
        update(session, company.actors["system"], entity("region"), "Y", {"name": "丙"})
    change, created = told(company, "region", "Y")
    assert (created.kind, created.who) == ("create", "mover")
    assert [(one.before, one.after) for one in change.changes] == [("乙", "丙")]


def test_what_came_in_bulk_and_was_never_changed_has_its_creation_told(company):
    from operational.store.bulk import bulk_insert

    with company.store.writing("mover", channel="import") as session:
        bulk_insert(session, "region", {"code": ["X", "Y", "Z"], "name": ["甲", "乙", "丙"]})
    for key in "XYZ":
        (created,) = told(company, "region", key)
        assert (created.kind, created.who) == ("create", "mover")
