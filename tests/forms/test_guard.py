"""Strangers see nothing, other sites can do nothing, sessions end when they should, every answer has its headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine

from operational.field import Label
from operational.forms import session as web_session
from operational.store import users
from tests.forms.conftest import PASSWORD, Signed, Site, signed_in, token_of

Sign = Callable[..., Signed]
OPEN = {"/login", "/healthz", "/readyz"}


def addresses(site: Site) -> list[tuple[str, str]]:
    """Every route with every method, its variables filled in."""
    found = []
    for rule in site.server.url_map.iter_rules():
        path = rule.rule
        for variable, value in [("<entity_name>", "order"), ("<path:key>", "SO-1"), ("<verb>", "submit"),
                                ("<path:field_path>", "customer"), ("<version>", "x"), ("<path:name>", "app.js")]:  # fmt: skip
            path = path.replace(variable, value)
        found += [(method, path) for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}]
    return found


def test_strangers_get_nothing_from_any_route(site: Site) -> None:
    order = site.company.create(
        "root", "order", [{"item": "P1", "quantity": "1"}], number="SO-1", customer="C1"
    )
    client = site.server.test_client()
    asked = 0
    for method, path in addresses(site):
        if path in OPEN or path.startswith("/static/"):
            continue
        answer = client.open(path, method=method)
        assert answer.status_code in (302, 401, 403), (method, path)
        assert "上海机械厂" not in answer.text
        asked += 1
    assert asked >= 20
    with site.store.reading() as session:
        assert users.find_login(session, "root") is not None
    assert order.version == 1


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/api/v1/order"]
)
def test_programs_get_401_and_people_the_login_page(site: Site, path: str) -> None:
    client = site.server.test_client()
    assert client.get(path).status_code == 401
    assert client.get(path).json["error"]["message"]
    page = client.get("/o/order?state=draft")
    assert page.status_code == 302
    assert page.location == "/login?next=%2Fo%2Forder%3Fstate%3Ddraft"


def test_after_signing_in_one_goes_on_to_where_one_wanted(site: Site) -> None:
    client = site.server.test_client()
    page = client.get("/login?next=/o/order%3Fstate=draft")
    values = {"csrf": token_of(page), "login": "clerk", "password": PASSWORD, "next": "/o/order?state=draft"}
    answer = client.post("/login", data=values)
    assert (answer.status_code, answer.location) == (303, "/o/order?state=draft")


def test_nobody_is_sent_to_another_site(site: Site) -> None:
    client = site.server.test_client()
    token = token_of(client.get("/login?next=//evil.example"))
    values = {"csrf": token, "login": "clerk", "password": PASSWORD, "next": "//evil.example/x"}
    assert client.post("/login", data=values).location == "/"


def test_wrong_name_and_wrong_password_are_told_alike(site: Site) -> None:
    client = site.server.test_client()
    token = token_of(client.get("/login"))
    said = set()
    for login, password in [("clerk", "wrong password"), ("nobody", "wrong password"), ("", "")]:
        answer = client.post("/login", data={"csrf": token, "login": login, "password": password})
        assert answer.status_code == 401
        said.add(
            answer.text.split('role="alert"')[1].split("</form>")[0].split("<div>")[1].split("</div>")[0]
        )
    assert len(said) == 1


def test_headers_are_on_every_answer(site: Site, sign: Sign) -> None:
    clerk = sign("clerk")
    for path in ["/o/order", "/o/nothing", "/api/v1/order", "/login", "/healthz", "/search?q=x"]:
        answer = clerk.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert "unsafe-eval" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_under_their_version_only(site: Site) -> None:
    client = site.server.test_client()
    page = client.get("/login").text
    path = page.split('href="')[1:]
    style = next(one.split('"')[0] for one in path if "yingke.css" in one)
    with client.get(style) as kept, client.get("/static/other/yingke.css") as other:
        assert kept.headers["Cache-Control"].endswith("immutable")
        assert "no-cache" in other.headers["Cache-Control"]
    assert client.get("/static/x/..%2f..%2fserver.py").status_code == 404


def test_a_form_without_our_token_does_nothing(site: Site, sign: Sign) -> None:
    clerk = sign("clerk")
    values = {"customer": "C1", "lines.0.item": "P1", "lines.0.quantity": "1"}
    for headers, token in [({}, ""), ({}, "made.up"), ({"Sec-Fetch-Site": "cross-site"}, clerk.token),
                           ({"Origin": "https://evil.example"}, clerk.token), ({"Origin": "null"}, clerk.token)]:  # fmt: skip
        answer = clerk.client.post("/o/order/new", data=values | {"csrf": token}, headers=headers)
        assert answer.status_code == 403, (headers, token)
    assert clerk.client.post("/logout", data={}).status_code == 403
    assert clerk.get("/api/v1/order").json["total"] == 0
    assert clerk.post("/o/order/new", values, headers={"Origin": "http://localhost"}).status_code == 303


def test_what_is_got_changes_nothing(site: Site, sign: Sign) -> None:
    clerk = sign("clerk")
    assert clerk.get("/logout").status_code == 405
    assert clerk.get("/o/order").status_code == 200


def test_a_cookie_does_not_write_through_the_api(sign: Sign) -> None:
    answer = sign("clerk").client.post(
        "/api/v1/order", json={"customer": "C1"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 401


def test_the_session_gets_a_new_name_at_signing_in(site: Site) -> None:
    client = site.server.test_client()
    token = token_of(client.get("/login"))
    before = client.get_cookie("yingke").value
    client.post("/login", data={"csrf": token, "login": "clerk", "password": PASSWORD})
    assert client.get_cookie("yingke").value != before
    flags = client.get_cookie("yingke")
    assert flags.http_only
    assert flags.same_site == "Lax"
    client.set_cookie("yingke", before)
    assert client.get("/o/order").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_signing_out(site: Site, sign: Sign) -> None:
    clerk, elsewhere = sign("clerk"), signed_in(site, "clerk")
    copied = clerk.client.get_cookie("yingke").value
    assert clerk.post("/logout").status_code == 303
    clerk.client.set_cookie("yingke", copied)
    assert clerk.get("/o/order").status_code == 302
    assert elsewhere.get("/o/order").status_code == 200, "another browser of the same person stays signed in"


def test_a_disabled_login_is_out_at_once(site: Site, sign: Sign) -> None:
    clerk = sign("clerk")
    users.change_user(site.store, "clerk", disabled=True)
    assert clerk.get("/o/order").status_code == 302


def test_an_idle_session_ends(sign: Sign) -> None:
    clerk = sign("clerk")
    with time_machine.travel(web_session.time.time() + web_session.IDLE + 1, tick=True):
        assert clerk.get("/o/order").status_code == 302


def test_a_used_session_goes_on_until_the_working_day_ends(sign: Sign) -> None:
    clerk = sign("clerk")
    start = web_session.time.time()
    for hour in range(1, 14):
        with time_machine.travel(start + hour * 3600, tick=True):
            assert clerk.get("/o/region").status_code == 200
    with time_machine.travel(start + 14 * 3600 + 60, tick=True):
        assert clerk.get("/o/region").status_code == 302


def test_a_one_time_password_must_be_changed_first(site: Site) -> None:
    once = users.add_user(site.store, "fresh", role="sales", org_unit="EAST")
    client = site.server.test_client()
    client.set_cookie("yingke_language", "en")
    token = token_of(client.get("/login"))
    client.post("/login", data={"csrf": token, "login": "fresh", "password": once})
    assert client.get("/o/order").location == "/password"
    assert client.get("/search?q=x").status_code == 403
    token = token_of(client.get("/password"))
    wrong = client.post("/password", data={"csrf": token, "old": once, "new": PASSWORD, "again": "other"})
    assert wrong.status_code == 422
    common = client.post(
        "/password", data={"csrf": token, "old": once, "new": "password", "again": "password"}
    )
    assert common.status_code == 422
    good = client.post("/password", data={"csrf": token, "old": once, "new": PASSWORD, "again": PASSWORD})
    assert good.status_code == 303
    assert client.get("/o/order").status_code == 200


def test_a_new_password_ends_other_sessions(site: Site, sign: Sign) -> None:
    here, elsewhere = sign("clerk"), signed_in(site, "clerk")
    here.post("/password", {"old": PASSWORD, "new": "another one 9", "again": "another one 9"})
    assert here.get("/o/order").status_code == 200
    assert elsewhere.get("/o/order").status_code == 302


def test_too_many_trials_are_told_so(site: Site) -> None:
    client = site.server.test_client()
    token = token_of(client.get("/login"))
    codes = [
        client.post("/login", data={"csrf": token, "login": "boss", "password": "wrong"}).status_code
        for _ in range(7)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_health_is_open_and_says_little(site: Site) -> None:
    client = site.server.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["checks"]["store"] == "ok"
    site.server.extensions["yingke"].ready_checks["warehouse"] = lambda: Label(
        "没有发布", "nothing is published"
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["warehouse"] == "nothing is published"


def test_an_unforeseen_failure_has_a_number_and_no_traceback(
    site: Site, sign: Sign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = sign("clerk")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("operational.forms.lists.find", broken)
    answer = clerk.get("/o/order")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    number = answer.text.split("the number ")[1].split(".")[0]
    assert number in caplog.text


@pytest.mark.parametrize(
    "path",
    ["/o/order?nothing=1", "/o/order?sort=nothing", "/o/order?ordered_on>=x", "/o/order?page=999999", "/o/order?customer~=x",
     "/o/order?amount>=1e999", "/o/order?search=%25_%27%22--", "/o/order?a.b.c=1", "/o/order?ordered_on.x=1", "/o/order?columns=x",
     "/o/order?state=" + "x" * 3000, "/o/order/new?customer=nobody", "/o/order/new?amount=x", "/o/order?%00=1", "/o/order/a%00b",
     "/lookup/order/nothing?q=1", "/lookup/order/customer?q=%25", "/lookup/order/lines.item?q=", "/lookup/x/y", "/search?q=%F0%9F%98%80",
     "/o/order//x", "/o/order/%2e%2e/x", "/o/order/{{7*191}}", "/o/stock_policy/a~b~c", "/o/stock_policy/~", "/o/change_log", "/o/state_change"],
)  # fmt: skip
def test_odd_addresses_are_answered(module_site: Site, path: str) -> None:
    answer = signed_in(module_site, "root").get(path)
    assert answer.status_code in (200, 302, 308, 400, 404, 422)
    assert "1337" not in answer.text.split("<main")[-1]
