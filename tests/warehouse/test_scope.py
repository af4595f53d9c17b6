"""Row rules: an asker sees the same rows in every number, and nothing of what may not be read."""

import pytest

from tests.landed import Landed
from warehouse.ask import rows_behind
from warehouse.question import AskRefused, parse_question

AS_OF = "2026-01-01"
BRANCH = {"org_unit_id": (2,)}
ENTITIES = (
    "order", "return_note", "invoice", "receipt", "service_request", "complaint", "unit", "part_replacement",
    "stock_movement", "opportunity", "shipment",
)  # fmt: skip


@pytest.mark.parametrize(
    "metric",
    ["orders", "revenue", "invoiced", "outstanding", "requests_opened", "complaints", "replacements", "unit_years",
     "buying_customers", "new_customers", "active_customers", "lapsed_customers"],
)  # fmt: skip
def test_a_branch_sees_its_customers_rows(company: Landed, metric: str) -> None:
    scope = dict.fromkeys(ENTITIES, BRANCH)
    asked = {"start": "2024-02-01", "as_of": AS_OF}
    (mine,) = company.ask(metric, scope=scope, **asked)
    (theirs,) = company.ask(metric, where="customer.org_unit.code=B", **asked)
    (everything,) = company.ask(metric, **asked)
    assert mine[metric] == theirs[metric]
    assert mine[metric] != everything[metric]


def test_stock_follows_the_depot(company: Landed) -> None:
    (mine,) = company.ask("on_hand", scope={"stock_movement": BRANCH}, as_of=AS_OF)
    (theirs,) = company.ask("on_hand", where="depot.code=D2", as_of=AS_OF)
    assert mine == theirs


def test_ownership_narrows_further(company: Landed) -> None:
    scope = {"order": {"org_unit_id": (1, 2), "owner_id": (1,)}}
    (mine,) = company.ask("orders", scope=scope, as_of=AS_OF)
    (theirs,) = company.ask("orders", where="customer.owner.code=a", as_of=AS_OF)
    assert mine == theirs
    assert company.ask("orders", scope={"order": {"org_unit_id": ()}}, as_of=AS_OF) == [{"orders": 0}]


def test_an_opportunity_belongs_to_its_customer_or_its_owner(company: Landed) -> None:
    (mine,) = company.ask("opportunities_open", scope={"opportunity": BRANCH}, as_of=AS_OF)
    (all_of_them,) = company.ask("opportunities_open", as_of=AS_OF)
    assert 0 < mine["opportunities_open"] <= all_of_them["opportunities_open"]


def test_what_may_not_be_read_is_refused_in_every_way_of_asking(company: Landed) -> None:
    scope = {"order": BRANCH}
    assert company.ask("orders", scope=scope, as_of=AS_OF)
    for metric in ("revenue", "invoiced", "requests_open", "on_hand"):  # revenue needs return notes too
        with pytest.raises(AskRefused, match="You may not read"):
            company.ask(metric, scope=scope)
        with pytest.raises(AskRefused, match="You may not read"):
            rows_behind(company.connection, parse_question(metrics=metric), scope)


def test_a_column_that_a_table_lacks_hides_all(company: Landed) -> None:
    assert company.ask("complaints", scope={"complaint": {"owner_id": (1,)}}, as_of=AS_OF) == [
        {"complaints": 0}
    ]


def test_history_is_made_of_visible_orders_only(landed: Landed) -> None:
    """A customer who bought at another branch before is new to this one, and not lapsed there."""
    landed.land(
        "org_unit",
        [{"code": "A", "name": "A", "kind": "branch"}, {"code": "B", "name": "B", "kind": "branch"}],
    )
    landed.land("customer", [{"code": "C", "name": "C", "org_unit_id": 1}])
    days = ("2025-01-01", "2025-06-01")
    landed.land("order", [
        {"number": str(i), "customer_id": 1, "org_unit_id": i, "ordered_on": day, "state": "closed"}
        for i, day in enumerate(days, 1)
    ])  # fmt: skip
    landed.model()
    scope = {"order": {"org_unit_id": (2,)}}
    asked = {"start": "2025-05-01", "end": "2025-07-01", "as_of": "2025-07-01"}
    assert landed.ask("new_customers", scope=scope, **asked) == [{"new_customers": 1}]
    assert landed.ask("new_customers", **asked) == [{"new_customers": 0}]
