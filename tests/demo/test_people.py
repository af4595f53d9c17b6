"""The logins of the company can do what a newcomer will try: approve the clerk's order, ship it, claim a request."""

import pytest

from operational.crud.access import Actor
from operational.crud.find import find, get
from operational.crud.numbers import next_numbers
from operational.crud.refusal import NotAllowed, Refused
from operational.crud.walk import walk
from operational.demo.logins import LOGINS, make_logins
from operational.entity import entity
from operational.store.users import check_password, list_users
from tests.demo.conftest import UNTIL, Company

pytestmark = pytest.mark.xdist_group("demo")


def actors(company: Company) -> dict[str, Actor]:
    """Who acts as which login, without the time that hashing passwords takes."""
    units = dict(company.rows("select code, id from org_unit"))
    people = dict(company.rows("select code, id from person"))
    return {login: Actor(login, role, units[unit], people[person]) for login, role, unit, person in LOGINS}


def test_every_login_has_its_own_password_role_place_and_person(lived_in: Company) -> None:
    made = make_logins(lived_in.store)
    assert len({password for *_, password in made}) == len(made) == len(LOGINS)
    by_login = {one.login: one for one in list_users(lived_in.store)}
    for login, role, unit, person in LOGINS:
        found = by_login[login]
        assert (found.role, found.org_unit, found.person, found.must_change) == (role, unit, person, False)
    for login, _, password in made[:2]:
        assert check_password(lived_in.store, login, password) is not None


def test_the_manager_approves_an_order_that_the_clerk_has_submitted(lived_in: Company) -> None:
    who = actors(lived_in)
    order = entity("order")
    with lived_in.store.reading() as session:
        mine = find(
            session,
            who["clerk"],
            order,
            where={"state": ["submitted"]},
            search="",
            sort="",
            offset=0,
            limit=50,
        )
        customers = find(
            session, who["clerk"], entity("customer"), where={}, search="", sort="", offset=0, limit=1
        )
    assert mine.total >= 3
    assert customers.total >= 15
    with lived_in.store.writing("clerk") as session, pytest.raises(NotAllowed):
        walk(session, who["clerk"], order, mine.rows[0].key, "approve")
    answers = []
    for record in mine.rows:
        with lived_in.store.writing("manager") as session:
            try:
                answers.append(walk(session, who["manager"], order, record.key, "approve").state)
            except Refused as refused:
                answers.append(refused.guard)
    assert set(answers) <= {"approved", "within_credit_limit"}
    assert answers.count("approved") >= 2


def test_the_depot_posts_a_drafted_shipment(lived_in: Company) -> None:
    who = actors(lived_in)
    shipment = entity("shipment")
    with lived_in.store.reading() as session:
        drafts = find(
            session,
            who["warehouse"],
            shipment,
            where={"state": ["draft"]},
            search="",
            sort="",
            offset=0,
            limit=50,
        )
    assert drafts.total >= 1
    answers = []
    for record in drafts.rows:
        with lived_in.store.writing("warehouse") as session:
            try:
                answers.append(walk(session, who["warehouse"], shipment, record.key, "post").state)
            except Refused as refused:
                answers.append(refused.guard)
    assert set(answers) <= {"posted", "stock_is_enough"}
    assert "posted" in answers


def test_the_engineer_claims_a_new_request_and_resolves_it(lived_in: Company) -> None:
    who = actors(lived_in)
    request = entity("service_request")
    with lived_in.store.reading() as session:
        new = find(
            session, who["service"], request, where={"state": ["new"]}, search="", sort="", offset=0, limit=50
        )
    assert new.total >= 1
    key = new.rows[0].key
    with lived_in.store.writing("service") as session:
        for verb in ("claim", "start", "resolve"):
            walk(session, who["service"], request, key, verb)
    with lived_in.store.reading() as session:
        assert get(session, who["service"], request, key).state == "resolved"


def test_a_branch_sees_its_own_customers_only(lived_in: Company) -> None:
    who = actors(lived_in)
    everybody, branch = (
        lived_in.value(query)
        for query in (
            "select count(*) from customer",
            "select count(*) from customer c join org_unit u on u.id = c.org_unit_id where u.code like 'HD%'",
        )
    )
    with lived_in.store.reading() as session:
        seen = {
            login: find(
                session, who[login], entity("customer"), where={}, search="", sort="", offset=0, limit=1
            ).total
            for login in ("manager", "analyst", "executive", "admin")
        }
    assert seen == {"manager": branch, "analyst": everybody, "executive": everybody, "admin": everybody}
    assert 0.2 * everybody < branch < 0.5 * everybody


def test_numbers_go_on_where_the_company_left_off(lived_in: Company) -> None:
    last = lived_in.value(
        'select max(number) from "order" where number like :form', form=f"SO-{UNTIL.year}-______"
    )
    with lived_in.store.writing("test") as session:
        [number] = next_numbers(session, entity("order"), UNTIL)
    assert int(number[-6:]) == int(last[-6:]) + 1
