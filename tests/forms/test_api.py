"""The REST API as programs use it: lists, writes, versions, moves, refusals, and the description of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from operational.entity import load_entities
from operational.store import users
from tests.forms.conftest import Site


@dataclass
class Program:
    """A program with somebody's token."""

    client: FlaskClient
    token: str

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"} | named
        return self.client.open(f"/api/v1{path}", method=method, json=json, headers=headers)


def program(site: Site, login: str) -> Program:
    client = site.server.test_client()
    client.set_cookie("yingke_language", "en")
    return Program(client, users.new_token(site.store, login))


ORDER = {"number": "SO-1", "customer": "C1", "ordered_on": "2026-03-01",
         "lines": [{"item": "P1", "quantity": 3}, {"item": "P2", "quantity": "2.5", "discount_pct": 10}]}  # fmt: skip


def test_a_record_goes_in_and_comes_out(site: Site) -> None:
    clerk = program(site, "clerk")
    made = clerk("POST", "/order", ORDER)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    read = orjson.loads(clerk("GET", "/order/SO-1").data)
    assert read == orjson.loads(made.data)
    assert (read["customer"], read["org_unit"], read["state"], read["ordered_on"]) == (
        "C1",
        "SH",
        "draft",
        "2026-03-01",
    )
    assert [line["item"] for line in read["lines"]] == ["P1", "P2"]
    assert Decimal(str(read["amount"])) == Decimal("344.9998")  # 300 + 2.5 × 19.9999 × 0.9, four decimals


def test_a_list_is_filtered_sorted_and_paged(site: Site) -> None:
    clerk = program(site, "clerk")
    for at in range(5):
        clerk("POST", "/order", ORDER | {"number": f"SO-{at}", "ordered_on": f"2026-03-0{at + 1}"})
    found = clerk(
        "GET", "/order?where=customer=C1&where=ordered_on>=2026-03-02&sort=ordered_on&limit=2&offset=1"
    ).json
    assert found["total"] == 4
    assert [row["number"] for row in found["rows"]] == ["SO-2", "SO-3"]
    assert clerk("GET", "/order?number=SO-3").json["total"] == 1
    assert clerk("GET", "/order?search=上海").json["total"] == 5
    assert "lines" not in found["rows"][0]


def test_a_change_needs_the_version_that_was_seen(site: Site) -> None:
    clerk, manager = program(site, "clerk"), program(site, "manager")
    clerk("POST", "/order", ORDER)
    assert manager("PATCH", "/order/SO-1", {"remarks": "first"}, If_Match='"1"').json["version"] == 2
    second = clerk("PATCH", "/order/SO-1", {"remarks": "second", "version": 1})
    assert second.status_code == 409
    error = second.json["error"]
    assert error["theirs"]["remarks"] == "first"
    assert error["yours"] == {"remarks": "second"}
    assert error["changed_by"] == "manager"
    assert clerk("PATCH", "/order/SO-1", {"remarks": "second"}, If_Match='W/"2"').json["remarks"] == "second"


def test_the_same_request_makes_one_record(site: Site) -> None:
    clerk = program(site, "clerk")
    answers = [clerk("POST", "/order", {"customer": "C1"}, Idempotency_Key="k1") for _ in range(3)]
    assert {one.json["key"] for one in answers} == {answers[0].json["key"]}
    assert clerk("GET", "/order").json["total"] == 1


def test_moves_and_verbs(site: Site) -> None:
    clerk, manager = program(site, "clerk"), program(site, "manager")
    clerk("POST", "/order", ORDER)
    assert clerk("POST", "/order/SO-1/submit").json["state"] == "submitted"
    assert clerk("POST", "/order/SO-1/approve").status_code == 403
    assert manager("POST", "/order/SO-1/approve", {"version": 2}).json["state"] == "approved"
    again = manager("POST", "/order/SO-1/approve")
    assert again.status_code == 409
    assert again.json["error"]["guard"] == "state"
    assert manager("POST", "/order/SO-1/amend").json["number"] == "SO-1-V2"
    assert manager("POST", "/order/SO-1/void", {}).status_code == 422
    assert manager("POST", "/order/SO-1/ship").status_code == 404, "a move of the machine is nobody's to make"
    assert manager("POST", "/order/SO-1/nothing").status_code == 404


def test_every_problem_is_named_by_field_and_line(site: Site) -> None:
    answer = program(site, "clerk")(
        "POST",
        "/order",
        {"customer": "nobody", "amount": 5, "lines": [{"item": "P1"}, {"item": "X", "quantity": "many"}]},
    )
    assert answer.status_code == 422
    named = {(one["field"], one["line"]) for one in answer.json["error"]["fields"]}
    assert named == {("customer", None), ("amount", None), ("quantity", 1), ("item", 2), ("quantity", 2)}
    assert all(one["message"] for one in answer.json["error"]["fields"])


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", 400), (b"[]", 400), (b'{"customer": "\\u0000"}', 400), (b'{"customer": "\\ud800"}', 400), (b'{"lines": "x"}', 400),
     (b'{"lines": [1]}', 400), (b'{"customer": {"a": 1}}', 422), (b'{"customer": ["C1"]}', 422), (b'{"customer": "C1", "on_hold": NaN}', 422),
     (b'{"customer": "C1", "remarks": {}}', 422), (b'{"customer": "C1", "ordered_on": 5}', 422), (b'{"nothing": 1}', 422), (b'{"customer": "C1", "remarks": true}', 422),
     (b"[" * 100_000, 400), (b"\xff", 400), (b'{"customer": "C1", "lines": [{"item": "P1", "quantity": 1e999999999}]}', 422)],
)  # fmt: skip
def test_odd_bodies_are_refused(module_site: Site, body: bytes, code: int) -> None:
    one = program(module_site, "root")
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json"}
    answer = one.client.post("/api/v1/order", data=body, headers=headers)
    assert answer.status_code == code, answer.text
    assert set(answer.json["error"]) >= {"message", "fields"}


def test_a_request_that_cannot_be_read_is_told_what_is_wrong_with_it(module_site: Site) -> None:
    one = program(module_site, "root")

    def told(method: str, path: str, body: object = None, **headers: str) -> str:
        answer = one(method, path, body, **headers)
        assert answer.status_code == 400, answer.text
        return str(answer.json["error"]["message"])

    assert "limit" in told("GET", "/order?limit=-1")
    assert "offset" in told("GET", "/order?offset=1e9")
    assert "JSON" in told("POST", "/order", [])
    assert "lines" in told("POST", "/order", {"customer": "C1", "lines": 5})
    assert "ETag" in told("PATCH", "/order/SO-1", {"remarks": "x", "version": "first"})
    assert "Idempotency-Key" in told("POST", "/order", {"customer": "C1"}, Idempotency_Key="x" * 81)


def test_what_may_not_be_seen_does_not_exist(site: Site) -> None:
    site.company.create("root", "order", [{"item": "P1", "quantity": "1"}], number="SO-7", customer="C1")
    southern, keeper = program(site, "southern"), program(site, "keeper")
    assert southern("GET", "/order").json["total"] == 0
    assert southern("GET", "/order/SO-7").status_code == 404
    assert southern("PATCH", "/order/SO-7", {"remarks": "x"}).status_code == 404
    assert southern("POST", "/order/SO-7/submit").status_code == 404
    assert keeper("GET", "/opportunity").status_code == 403
    assert keeper("GET", "/nothing").status_code == 404
    assert keeper("GET", "/state_change").status_code == 404


def test_tokens_that_are_none_open_nothing(site: Site) -> None:
    for token in ["", "x", "yk_" + "x" * 43]:
        assert Program(site.server.test_client(), token)("GET", "/order").status_code == 401
    one = program(site, "clerk")
    users.change_user(site.store, "clerk", disabled=True)
    assert one("GET", "/order").status_code == 401


def test_a_token_works_where_the_password_is_a_one_time_one(site: Site) -> None:
    users.add_user(site.store, "robot", role="sales_manager", org_unit="EAST")
    assert program(site, "robot")("GET", "/order").status_code == 200


def test_others_add_to_the_description(site: Site) -> None:
    site.server.extensions["yingke"].api_paths["/ask"] = {
        "get": {"responses": {"200": {"description": "OK"}}}
    }
    assert "/ask" in program(site, "clerk")("GET", "/openapi.json").json["paths"]


def test_a_draft_is_deleted(site: Site) -> None:
    clerk = program(site, "clerk")
    clerk("POST", "/order", ORDER)
    assert clerk("DELETE", "/order/SO-1", If_Match='"7"').status_code == 409
    assert clerk("DELETE", "/order/SO-1").status_code == 204
    assert clerk("GET", "/order/SO-1").status_code == 404


def test_the_description_names_every_route_field_and_move(site: Site) -> None:
    document = program(site, "clerk")("GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for name, cls in load_entities().items():
        if cls.__entity__.hidden:
            assert f"/{name}" not in document["paths"]
            continue
        assert set(document["paths"][f"/{name}"]) == {"get", "post"}
        assert set(cls.__fields__) <= set(document["components"]["schemas"][name]["properties"])
        graph = cls.__entity__.graph
        for move in graph.transitions if graph else ():
            assert (f"/{name}/{{key}}/{move.verb}" in document["paths"]) != move.by_system or move.verb in {
                one.verb for one in graph.transitions if not one.by_system
            }
    refs = set(re.findall(r'"#/components/schemas/(\w+)"', orjson.dumps(document).decode()))
    assert refs <= set(document["components"]["schemas"])


def test_answers_are_as_described(site: Site) -> None:
    """Every operation is sent its smallest request; status and top-level shape must be among those described."""
    root = program(site, "root")
    document = root("GET", "/openapi.json").json
    sent = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            body = {} if "requestBody" in operation else None
            answer = root(method.upper(), path.replace("{key}", "no-such-key"), body)
            described = operation["responses"].get(str(answer.status_code))
            assert described, (method, path, answer.status_code)
            if "content" in described:
                assert answer.mimetype == "application/json"
            if answer.status_code >= 400:
                assert set(answer.json["error"]) >= {"message", "fields"}
            sent += 1
    assert sent > 100
