"""Every reason for refusing or changing a row: which row, which field, which words; no reason goes untried."""

import inspect
import json
from dataclasses import replace

import pytest

from operational.field import Label
from operational.transfer.failure import TransferFailed
from operational.transfer.telling import reasons
from tests.transfer.desk import ENGLISH, rejected, remarks

LONG = "x" * 401
ORDER = "number,customer,ordered_on,lines.item,lines.quantity,lines.unit_price,lines.discount_pct\n"
REQUEST = "number,customer,subject,opened_at,resolved_at\n"
MOVE = "number,item,depot,quantity,moved_at,lot\n"

# reason -> (entity, file, options, the refused row's number, field, words of the sentence)
REFUSED = {
    "misshapen": ("customer", "code,name\nK1,A,B\n", {}, "2", "", "the row has 3 cells, but the header 2: K1,A,B; quote the cell"),
    "required": ("customer", "code,name\nK1,\n", {}, "2", "name", "is required, but empty"),
    "unlike": ("service_calendar", "code,name,monday\nK1,A,9 to 18\n", {}, "2", "monday", "write it like 09:00-18:00"),
    "no_number": ("customer", "code,name,turnover\nK1,A,much\n", {}, "2", "turnover", "'much' is no number"),
    "too_large": ("customer", f"code,name,turnover\nK1,A,{10**15}\n", {}, "2", "turnover", "too many digits"),
    "not_whole": ("item", "code,name,shelf_life_days\nI1,A,1.5\n", {}, "2", "shelf_life_days", "'1.5' is not whole"),
    "no_day": ("order", ORDER + "O1,C1,13/01/2026,P1,1,,\n", {}, "2", "ordered_on", "'13/01/2026' is no date"),
    "no_moment": ("complaint", "number,customer,subject,opened_at\nP1,C1,x,noon\n", {}, "2", "opened_at", "'noon' is no time"),
    "no_flag": ("customer", "code,name,blocked\nK1,A,perhaps\n", {}, "2", "blocked", "'perhaps' is neither yes nor no"),
    "not_among": ("customer", "code,name,kind\nK1,A,friend\n", {}, "2", "kind", "'friend' is not one of customer, prospect"),
    "too_long": ("item", f"code,name\nI1,{LONG}\n", {}, "2", "name", "is longer than 400 characters"),
    "too_small": ("order", ORDER + "O1,C1,2026-01-01,P1,1,-0.5,\n", {}, "2", "lines.unit_price", "'-0.5' is less than 0"),
    "too_great": ("order", ORDER + "O1,C1,2026-01-01,P1,1,,101\n", {}, "2", "lines.discount_pct", "'101' is more than 100"),
    "before": ("service_request", REQUEST + "R1,C1,x,2026-01-02,2026-01-01\n", {}, "2", "resolved_at", "is before 'Opened at'"),
    "header_differs": ("order", ORDER + "O1,C1,2026-01-01,P1,1,,\nO1,,2026-01-02,P1,1,,\n", {}, "3", "ordered_on", "differ in"),
    "same_document": ("order", ORDER + "O1,C1,2026-01-01,P1,1,,\nO1,,,P1,x,,\n", {}, "2", "", "same document"),
    "unknown_reference": ("customer", "code,name,region\nK1,A,Nowhere\n", {}, "2", "region", "no region 'Nowhere'"),
    "uncreatable_reference": ("customer", "code,name,org_unit\nK1,A,X\n", {"create_missing": True}, "2", "org_unit",
                              "there is no organisation unit 'X'; import it first"),
    "reference_refused": ("region", "code,name,parent\nR1,,\nR2,B,R1\n", {}, "3", "parent", "that it names was refused"),
    "circle": ("region", "code,name,parent\nR1,A,R2\nR2,B,R1\nR3,C,\n", {}, "2", "parent", "leads back to itself"),
    "needs_history": ("invoice", "number,customer,invoiced_on,amount,state\nI1,C1,2026-01-01,5,paid\n", {}, "2", "state",
                      "begins as 'Draft', not as 'Paid'; to move in finished records use --history"),
    "below_zero": ("stock_movement", MOVE + "M1,P1,D1,-1,2026-01-01,\n", {"history": True}, "2", "quantity", "below zero (-1)"),
    "key_taken": None, "key_again": None, "state_moves": None, "not_editable": None, "append_only": None,  # conflicts
    "new_without": None, "never_computed": None,  # conflicts, spreadsheets
    "out_of_scope": None, "joined_twice": None, "not_in_format": None,  # permissions, mapping
    "no_number_in": None, "beyond_calendar": None,  # mapping
}  # fmt: skip

# remark -> (entity, file, words)
REMARKED = {
    "rounded": ("customer", "code,name,turnover\nK1,A,1.00005\n", "turnover: rounded half up to 4 decimals"),
    "emptied": ("service_request", "number,customer,subject,opened_at,first_response_at\nR1,C1,x,2026-01-02,2026-01-01\n",
                "first_response_at: was before 'Opened at' and was left empty"),
    "control_characters": ("customer", "code,name\nK1,A\x07B\n", "name: invisible control characters were removed"),
    "line_break": ("customer", 'code,name\nK1,"A\n B"\n', "name: a line break in a field of one line became a blank"),
    "unlikely_email": ("customer", "code,name,email\nK1,A,nobody\n", "email: does not look like an e-mail address"),
    "unlikely_year": ("order", ORDER + "O1,C1,0202-01-01,P1,1,,\n", "ordered_on: lies before 1900 or after 2200"),
    "not_computed_here": ("order", ORDER.replace("number", "amount,number") + "7,O1,C1,2026-01-01,P1,1,,\n", "amount: is computed"),
    "no_price": ("order", ORDER + "O1,C1,2026-01-01,P3,1,,\n", "lines.amount: neither price nor amount was found"),
    "seldom_below": ("order", ORDER + "O1,C1,2026-01-01,P1,-1,,\n", "lines.quantity: is below 0 and was kept"),
    "clock_change": None, "overtaken": None, "perhaps_shares": None,  # converting, conflicts, spreadsheets
}  # fmt: skip


@pytest.mark.parametrize("reason", [name for name, case in REFUSED.items() if case])
def test_a_refused_row_says_why(shop, reason):
    name, content, options, number, field, words = REFUSED[reason]
    before = shop.one(f'select count(*) from "{name}"')
    result = shop.load(name, content, **options)
    told = {row["row"]: row for row in rejected(result)}
    assert told[number]["field"] == field
    assert words in told[number]["reason"]
    assert result.exit_code == 1
    assert shop.one(f'select count(*) from "{name}"') == before + (reason == "circle")


@pytest.mark.parametrize("reason", [name for name, case in REMARKED.items() if case])
def test_a_change_to_a_row_is_told(shop, reason):
    shop.create("item", code="P3", name="Free")
    name, content, words = REMARKED[reason]
    result = shop.load(name, content)
    assert words in remarks(result)
    assert (result.refused, result.exit_code) == (0, 0)


def test_every_reason_is_tried():
    known = {
        name
        for name, one in inspect.getmembers(reasons, inspect.isfunction)
        if one.__module__ == reasons.__name__
    }
    assert known == set(REFUSED) | set(REMARKED)


def test_every_reason_speaks_both_languages_and_names_a_remedy():
    for name, make in inspect.getmembers(reasons, inspect.isfunction):
        if make.__module__ != reasons.__name__:
            continue
        samples = {int: 3, str: "x", "Label": Label("甲", "A")}
        arguments = [samples[{"int": int, "str": str}.get(one.annotation, "Label")]
                     for one in inspect.signature(make).parameters.values()]  # fmt: skip
        label = make(*arguments)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in label.zh), name
        assert label.en.isascii(), name
        assert ("{value}" in label.zh) == ("{value}" in label.en), name


def test_several_problems_of_a_row_stand_in_one_line(shop):
    result = shop.load("customer", "code,name,turnover,kind\nK1,A,much,friend\n")
    (row,) = rejected(result)
    assert row["field"] == "turnover; kind"
    assert "'much'" in row["reason"]
    assert "'friend'" in row["reason"]
    assert result.refused == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rejects_file_can_be_mended_and_imported_as_it_is(shop, language):
    """It is plain UTF-8 CSV, and known as such whatever the mapping says of the first file."""
    raw = "a report;;\ncode;name;turnover\nK1;Muñoz;x\nK2;=cmd;y\nK3;ok;1\n".encode("latin-1")
    mapping = 'encoding = "latin-1"\ndelimiter = ";"\n[rows]\nskip_first = 1\n[columns]\ncode = "code"\nname = "name"\nturnover = "turnover"\n'
    result = shop.load("customer", raw, mapping, actor=replace(ENGLISH, language=language))
    text = result.rejects.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "code,name,turnover,row,field,reason"
    assert "'=cmd" in text
    mended = shop.file("mended.csv", text.replace(",x,", ",1,").replace(",y,", ",2,"))
    again = shop.load("customer", mended, mapping)
    assert (again.loaded, again.refused) == (2, 0)
    assert shop.sql("select name from customer where code in ('K1', 'K2') order by code") == [
        ("Muñoz",),
        ("=cmd",),
    ]


def test_a_mended_rejects_file_needs_no_mapping_and_no_junk_above(shop):
    mapping = '[columns]\ncode = "code"\nname = "name"\nturnover = "turnover"\n[rows]\nskip_first = 1\n'
    result = shop.load("customer", "a report,,\ncode,name,turnover\nK1,A,x\n", mapping)
    mended = result.rejects.read_text().replace("A,x,", "A,1,")
    assert shop.load("customer", shop.file("mended.csv", mended), mapping).loaded == 1
    plain = mended.replace("K1", "K2")
    assert shop.load("customer", shop.file("mended.csv", plain)).loaded == 1


def test_rejects_of_a_wide_file_name_each_row_once(shop):
    mapping = """
[columns]
number = { template = "{part}-{month}" }
ordered_on = { column = "month", format = "%Y-%m" }
lines.item = "part"
lines.quantity = "units"
[constants]
customer = "C1"
[unpivot]
columns = "20*"
name = "month"
value = "units"
"""
    result = shop.load("order", "part,2000-01,2000-02\nP1,1,x\nP2,y,z\n", mapping)
    assert (result.refused, result.loaded) == (3, 1)
    assert [(row["part"], row["2000-01"], row["row"]) for row in rejected(result)] == [
        ("P1", "1", "2"),
        ("P2", "y", "3"),
    ]


def test_rejects_go_where_they_are_asked_to_and_are_empty_without_refusals(shop, tmp_path):
    target = tmp_path / "deep" / "out.csv"
    result = shop.load("customer", "code,name\nK1,A\n", rejects=target)
    assert target.read_text().splitlines() == ["code,name,row,field,reason"]
    assert result.rejects == target


def test_a_rejects_file_that_cannot_be_written_changes_nothing(shop, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TransferFailed, match="rejects cannot be written"):
        shop.load("customer", "code,name\nK1,\nK2,A\n", rejects=tmp_path / "file" / "out.csv")
    assert shop.one("select count(*) from customer") == 1


def test_the_summary_tells_people_in_their_language(shop):
    result = shop.load("customer", "code,name\nK1,\nK2,A\n")
    assert "loaded 1, updated 0, unchanged 0, skipped 0, refused 1, duplicates 0" in result.summary("en")
    assert "refused 1: name is required" in result.summary("en")
    assert "新增 1，更新 0" in result.summary("zh")
    assert "拒绝 1 行：name 必填" in result.summary("zh")
    machine = json.loads(json.dumps(result.as_json()))
    assert (machine["read"], machine["loaded"], machine["refused"]) == (2, 1, 1)
    assert machine["reasons"][0]["field"] == "name"
