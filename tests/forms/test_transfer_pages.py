"""Files in and out through the browser: the filtered list as a file, a trial with reasons, then the import."""

from __future__ import annotations

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.forms.conftest import Signed, Site, signed_in

GOOD = "code,name,parent\nRA,甲,R1\nRB,=1+1,R1\n"
BAD = "code,name,parent\nRA,甲,R1\nRB,,R1\nRC,丙,nowhere\n"


def upload(who: Signed, text: str, name: str = "地区 2026.csv", **values: str) -> str:
    file = (io.BytesIO(text.encode()), name)
    answer = who.client.post("/o/region/import", data={"csrf": who.token, "file": file} | values)
    assert answer.status_code in (200, 422), answer.status_code
    return answer.text


def counts(page: str) -> dict[str, int]:
    return {
        name: int(number.replace(",", ""))
        for name, number in re.findall(r'data-count="(\w+)"[^>]*>([\d,]+)<', page)
    }


def test_a_file_is_tried_first_and_then_imported(site: Site) -> None:
    root = signed_in(site, "root")
    page = upload(root, GOOD)
    assert 'data-import-result="trial"' in page
    assert counts(page)["new"] == 2
    assert root.get("/api/v1/region").json["total"] == 1
    tried = re.search(r'name="tried" value="([^"]+)"', page)
    assert tried
    answer = root.post("/o/region/import", {"tried": tried[1]})
    assert answer.status_code == 303
    assert root.get("/api/v1/region").json["total"] == 3
    assert "2026.csv" in root.get("/o/region/RA?tab=history").text


def test_refused_rows_are_shown_with_their_reasons_and_can_be_downloaded(site: Site) -> None:
    root = signed_in(site, "root")
    page = upload(root, BAD)
    assert (counts(page)["new"], counts(page)["refused"]) == (1, 2)
    table = page.split("<tbody>")[1].split("</tbody>")[0]
    assert "RC" in table
    assert "nowhere" in table
    address = re.search(r'href="(/o/region/import/rejects/[^"]+)"', page)
    assert address
    file = root.get(address[1])
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "RB" in file.text
    southern = signed_in(site, "boss")
    assert southern.get(address[1]).status_code in (403, 404), "an upload is its owner's only"


@pytest.mark.parametrize(
    ("text", "name"), [("x", "evil.html"), ("x", "../../x.py"), ("", ""), ("no,such\n1,2\n", "a.csv"), ("\x00" * 50, "a.xlsx"), ("PK", "a.ods")]
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(site: Site, text: str, name: str) -> None:
    page = upload(signed_in(site, "root"), text, name)
    assert 'role="alert"' in page
    assert "Traceback" not in page


def test_who_may_not_import_cannot(site: Site) -> None:
    clerk, auditor = signed_in(site, "clerk"), signed_in(site, "auditor")
    assert clerk.get("/o/region/import").status_code == 403
    assert auditor.post("/o/order/import", {}).status_code == 403
    assert "/o/region/import" not in clerk.get("/o/region").text


def test_the_filtered_list_is_exported(site: Site) -> None:
    for number, customer in [("SO-1", "C1"), ("SO-2", "C2"), ("SO-3", "C1")]:
        site.company.create(
            "root", "order", [{"item": "P1", "quantity": "2"}], number=number, customer=customer
        )
    manager = signed_in(site, "manager")
    page = manager.get("/o/order?customer=C1&sort=number").text
    address = re.search(r'href="(/export/order.csv\?[^"]+)"', page)
    assert address
    file = manager.get(address[1].replace("&amp;", "&"))
    assert file.headers["Content-Disposition"].startswith("attachment; filename=order-")
    assert re.findall(r"SO-\d", file.text) == ["SO-1", "SO-3"] or set(re.findall(r"SO-\d", file.text)) == {
        "SO-1",
        "SO-3",
    }
    assert "SO-2" in manager.get("/export/order.csv?search=杭州").text
    assert "SO-1" not in manager.get("/export/order.csv?search=杭州").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(manager.get("/export/order.xlsx").data))
    assert len(book.get_sheet_by_index(0).to_python()) == 4


def test_exports_keep_to_permission_and_are_noted(site: Site) -> None:
    site.company.create("root", "order", [{"item": "P1", "quantity": "2"}], number="SO-1", customer="C1")
    assert "SO-1" not in signed_in(site, "southern").get("/export/order.csv").text
    assert signed_in(site, "keeper").get("/export/order.csv").status_code == 403
    assert signed_in(site, "root").get("/export/order.exe").status_code == 404
    from operational.store.access_log import access_events

    with site.store.reading() as session:
        assert [one.actor for one in access_events(session) if one.event == "export"] == ["southern"]


def test_no_formula_leaves_in_an_export(site: Site) -> None:
    site.company.create("root", "region", code="RX", name="=1+1")
    text = signed_in(site, "root").get("/export/region.csv").text
    assert ",=1+1" not in text
    assert "=1+1" in text


def test_a_template_names_the_columns(site: Site) -> None:
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(signed_in(site, "root").get("/export/order/template.xlsx").data)
    )
    assert book.get_sheet_by_index(0).to_python()[0][:3] == ["number", "kind", "customer"]
