"""Requests and complaints: claiming by skill, the clocks, reopening."""

import pytest

from operational.crud.access import Actor
from operational.crud.refusal import Refused
from operational.crud.write import update
from operational.entity import entity


def request(company, **values):
    return company.create("agent", "service_request", **({"customer": "C1", "subject": "漏水"} | values))


def give_skills(company, skills):
    with company.store.writing("system") as session:
        update(session, company.actors["system"], entity("person"), "T1", {"skills": skills})


def test_a_claim_takes_the_matching_skill(company):
    give_skills(company, "电机，轴承")
    leak, motor = request(company, fault="漏水"), request(company, fault="电机")
    with pytest.raises(Refused) as refused:
        company.walk("agent", "service_request", leak.key, "claim")
    assert "漏水" in refused.value.message.zh
    claimed = company.walk("agent", "service_request", motor.key, "claim")
    assert claimed.values["assignee"].key == "T1"
    assert claimed.values["first_response_at"] is not None
    company.walk("agent2", "service_request", leak.key, "claim")  # no skills are declared for T2
    company.walk("agent", "service_request", request(company).key, "claim")  # no fault is known yet


def test_a_login_without_a_person_claims_nothing(company):
    one = request(company)
    with pytest.raises(Refused, match="linked to no person"):
        company.walk(Actor("ghost", "service", None, None), "service_request", one.key, "claim")


def test_the_clocks_of_a_request(company):
    one = request(company, opened_at="2026-01-01 08:00")
    key = one.key

    def walk(verb, **says):
        return company.walk("agent", "service_request", key, verb, **says).values

    first = walk("claim")["first_response_at"]
    assert walk("release", comment="换人")["assignee"] is None
    again = company.walk("agent2", "service_request", key, "claim").values
    assert again["first_response_at"] == first
    walk("start")
    walk("wait_for_parts")
    walk("resume")
    resolved = walk("resolve", values={"fault": "密封"})
    assert resolved["fault"] == "密封"
    assert resolved["first_resolved_at"] == resolved["resolved_at"] is not None
    assert walk("close")["closed_at"] is not None
    reopened = walk("reopen", comment="又漏")
    assert (reopened["resolved_at"], reopened["closed_at"], reopened["reopened_count"]) == (None, None, 1)
    assert reopened["first_resolved_at"] == resolved["first_resolved_at"]
    twice = walk("resolve")
    assert twice["first_resolved_at"] == resolved["first_resolved_at"]
    assert twice["resolved_at"] >= resolved["resolved_at"]


def test_a_complaint_is_settled_and_reopened(company):
    one = company.create("agent", "complaint", customer="C1", subject="噪音")
    for verb in ("acknowledge", "investigate"):
        company.walk("agent", "complaint", one.key, verb)
    company.walk("agent", "complaint", one.key, "propose", values={"cause": "轴承"})
    settled = company.walk("agent", "complaint", one.key, "accept")
    assert settled.values["resolved_at"] is not None
    closed = company.walk("agent", "complaint", one.key, "close")
    assert closed.values["closed_at"] is not None
    back = company.walk("agent", "complaint", one.key, "reopen", comment="仍有噪音")
    assert (back.state, back.values["resolved_at"], back.values["closed_at"]) == ("investigating", None, None)


def test_an_opportunity_is_lost_with_a_reason_and_may_come_back(company):
    one = company.create("clerk", "opportunity", customer="C1", amount="5")
    lost = company.walk("clerk", "opportunity", one.key, "lose", values={"lost_reason": "价格"})
    assert lost.values["closed_on"] is not None
    back = company.walk("manager", "opportunity", one.key, "reopen", comment="客户回心转意")
    assert (back.state, back.values["closed_on"], back.values["lost_reason"]) == ("negotiating", None, None)
