"""A list's address says all that the list shows, and gives the same list back."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operational.forms.address import ListAddress, record_address
from operational.forms.routing import safe_next


def read(address: str) -> ListAddress:
    return ListAddress.read("order", parse_qsl(urlsplit(address).query, keep_blank_values=True))


@pytest.mark.parametrize(
    "address",
    [
        ListAddress("order"),
        ListAddress(
            "order", {"state": ["draft", "void"], "customer": ["C 1&=%"]}, "泵 x", "-ordered_on", 3, 50
        ),
        ListAddress("order", {"ordered_on>=": ["2026-01-01"], "amount<": ["5"], "state!=": ["draft"]}),
        ListAddress("order", {"customer": [""]}, columns=("number", "amount")),
    ],
)
def test_there_and_back(address: ListAddress) -> None:
    assert read(address.text()) == address


def test_a_change_starts_at_the_first_page_and_keeps_the_rest() -> None:
    address = ListAddress("order", {"customer": ["C1"]}, "泵", page=7)
    changed = read(address.to(sort="amount"))
    assert (changed.page, changed.sort, changed.search, changed.where) == (
        1,
        "amount",
        "泵",
        {"customer": ["C1"]},
    )


def test_nonsense_falls_back_to_what_is_usual() -> None:
    address = ListAddress.read("order", [("page", "-3"), ("size", "9999999999999"), ("page", "٣")])
    assert (address.page, address.size) == (1, 20)


@given(st.text(min_size=1, max_size=20))
def test_any_key_has_an_address_of_its_own(key: str) -> None:
    path = record_address("order", key)
    quoted = path.removeprefix("/o/order/")
    assert "/" not in quoted
    assert "?" not in quoted
    assert unquote(quoted) == key


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "evil", "/a\nb", "", None,
     " //evil.example", "/a\\..\\b", "\\\\evil.example", "http:evil.example"],
)  # fmt: skip
def test_going_on_stays_on_this_site(evil: str | None) -> None:
    assert safe_next(evil) == "/"


def test_going_on_keeps_the_whole_address() -> None:
    assert safe_next("/o/order?state=draft&page=2") == "/o/order?state=draft&page=2"
