"""The view of a page lives in its address: what is written can be read back, and nonsense is refused or ignored."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.view import COMPARISONS, PRESETS, View, ViewRefused, read_view

TODAY = date(2026, 11, 23)


def test_the_default_is_twelve_months_ending_with_the_running_one():
    view = read_view("", TODAY)
    assert (view.start, view.end) == (date(2025, 12, 1), date(2026, 11, 24))
    assert view.grain == "month"
    assert view.query() == ""


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        ("month", date(2026, 11, 1), date(2026, 11, 24)),
        ("quarter", date(2026, 10, 1), date(2026, 11, 24)),
        ("year", date(2026, 1, 1), date(2026, 11, 24)),
        ("last-month", date(2026, 10, 1), date(2026, 11, 1)),
        ("last-year", date(2025, 1, 1), date(2026, 1, 1)),
        ("36m", date(2023, 12, 1), date(2026, 11, 24)),
    ],
)
def test_presets_follow_the_calendar(preset, start, end):
    view = read_view(f"period={preset}", TODAY)
    assert (view.start, view.end) == (start, end)


def test_every_preset_has_a_span():
    for preset in PRESETS:
        assert read_view(f"period={preset}", TODAY).start < TODAY


@given(
    preset=st.sampled_from([*PRESETS, None]),
    compare=st.sampled_from([*COMPARISONS]),
    where=st.lists(
        st.tuples(st.sampled_from(["region", "level"]), st.text(max_size=8)), unique=True, max_size=4
    ),
    days=st.integers(1, 900),
)
def test_an_address_gives_back_the_view_that_wrote_it(preset, compare, where, days):
    texts = tuple(dict.fromkeys(f"{name}={value}" for name, value in where))
    if preset is None:
        start = date.fromordinal(TODAY.toordinal() - days)
        view = View(start, TODAY, preset=None, where=texts, compare=compare)
    else:
        base = read_view(f"period={preset}", TODAY)
        view = View(base.start, base.end, preset=preset, where=texts, compare=compare)
    assert read_view(view.query(), TODAY) == view


@pytest.mark.parametrize("query", ["from=2026-13-40", "from=2026-02-01&to=2026-01-01", "to=yesterday"])
def test_days_that_cannot_be_are_refused(query):
    with pytest.raises(ViewRefused):
        read_view(query, TODAY)


def test_what_is_unknown_in_an_address_is_left_out():
    assert read_view("period=never&compare=nothing&x=1&where=nonsense", TODAY) == read_view("", TODAY)


def test_as_of_ends_the_period():
    view = read_view("period=12m&as-of=2026-07-01", TODAY)
    assert (view.start, view.end, view.as_of) == (date(2025, 7, 1), date(2026, 7, 1), date(2026, 7, 1))


def test_an_as_of_may_be_an_instant_of_its_last_day():
    view = read_view("period=12m&as-of=2026-06-30T09:30", TODAY)
    assert (view.start, view.end) == (date(2025, 7, 1), date(2026, 7, 1))
    assert view.as_of == datetime(2026, 6, 30, 9, 30)  # noqa: DTZ001  # the time on the wall, as it was asked
    assert read_view(view.query(), TODAY) == view
    with pytest.raises(ViewRefused):
        read_view("as-of=noon", TODAY)
