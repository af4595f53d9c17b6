"""What cannot be done is told in one sentence, as a page or as JSON, and nothing of the inside is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from operational.store.engine import StoreBusy
from tests.forms.conftest import Signed, Site

Sign = Callable[..., Signed]


def test_too_much_is_refused(sign: Sign) -> None:
    root = sign("root")
    answer = root.client.post(
        "/o/region/import", data=b"x" * (33 * 1_048_576), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "32 MB" in answer.text


@pytest.mark.parametrize(
    "error",
    [
        StoreBusy("存储正忙。", "The store is busy."),
        OperationalError("SELECT secret", {}, Exception("connection refused")),
    ],
    ids=["busy", "down"],
)
@pytest.mark.parametrize("path", ["/o/order", "/api/v1/order"])
def test_a_store_that_does_not_answer_is_told_so(
    sign: Sign, monkeypatch: pytest.MonkeyPatch, error: Exception, path: str
) -> None:
    root = sign("root")

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("operational.forms.lists.find", broken)
    monkeypatch.setattr("operational.api.resources.find", broken)
    answer = root.get(path)
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    if path.startswith("/api"):
        assert answer.json["error"]["message"]


def test_methods_that_are_not_there(sign: Sign) -> None:
    root = sign("root")
    answer = root.client.put("/o/order", data={"csrf": root.token})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_page_that_is_not_there_keeps_the_shell(site: Site, sign: Sign) -> None:
    page = sign("clerk", "zh").get("/o/nothing")
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    assert 'href="/o/order"' in page.text
