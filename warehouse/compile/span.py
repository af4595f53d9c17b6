"""The time that a question is about: its range, its as-of day, its periods, and which of them are unfinished.

Days are those of the business time zone; turning them into SQL is the business of the files that use them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warehouse.question import AskRefused, Question

BEGINNING = date(1, 1, 1)
MOST_PERIODS = 20_000
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Span:
    """Range and as-of of a question.

    `start` (included, None: from the beginning) and `end` (excluded) bound what flows; what stands is taken
    at the start of day `end`, and its ages count to `at_on`. `as_of` is the as-of day: the one asked, or that of
    the instant asked, or today; of these two `cut` is the next day: nothing dated `cut` or later is known. `now` is
    the as-of instant (UTC, naive) to which open durations run, `clock` the same on the wall. `splits_day`: the
    instant asked lies within its day, of which what came before it is known (see fact.known_rows). `present` is when
    the question is asked. `periods` are those of the grain, None until they are known.
    """

    start: date | None
    end: date
    at_on: date
    as_of: date
    now: datetime
    clock: datetime
    cut: date
    present: datetime
    grain: str | None = None
    periods: tuple[date, ...] | None = None
    open_end: bool = False
    splits_day: bool = False

    def periods_between(self, first: date, last: date) -> tuple[date, ...]:
        """The first days of all periods from the one of `first` to the one of `last`."""
        grain = self.grain or "day"
        found = [period_of(first, grain)]
        while (following := next_period(found[-1], grain)) <= last:
            found.append(following)
            if len(found) > MOST_PERIODS:
                raise AskRefused(
                    zh=f"从 {first} 到 {last} 按 {grain} 有太多时段，请缩小范围或放大粒度。",
                    en=f"{first} to {last} by {grain} has too many periods; ask a shorter range or a coarser grain.",
                )
        return tuple(found)

    def period_end(self, period: date) -> date:
        """Where a period's numbers end: its own end, or the end of the range within it."""
        return min(next_period(period, self.grain or "day"), self.end)

    def is_partial(self, period: date) -> bool:
        """Whether a period is not whole: still running, or cut by the range."""
        begins_late = self.start is not None and period < self.start
        ends = next_period(period, self.grain or "day")
        return begins_late or ends > self.end or ends > self.clock.date()

    def counted_to(self, end: date) -> date:
        """The day that ages count to at a range's end: with no as-of asked, today and not tomorrow."""
        return self.at_on if end == self.end else end


def resolve(question: Question, zone: str, now: datetime | None = None) -> Span:
    """The span of a question; `now` (aware) is the present where no as-of is asked.

    AskRefused where the range goes beyond the as-of. A range may name the whole day in which an instant lies.
    """
    here = ZoneInfo(zone)
    present = (now or datetime.now(UTC)).astimezone(here)
    instant = _instant(question.as_of, here) if question.as_of else present
    as_of = instant.date()
    asked_whole = question.as_of is not None and instant.time() == time()
    end = as_of if asked_whole else as_of + timedelta(days=1)
    cut, at_on = end, as_of
    if question.as_of:
        _check_known(question, cut)
    open_end = question.end is None and question.as_of is None
    if question.end and question.end < cut:
        end = at_on = question.end
    naive, clock = (one.replace(tzinfo=None) for one in (instant.astimezone(UTC), instant))
    asked_at = present.astimezone(UTC).replace(tzinfo=None)
    return Span(
        question.start, end, at_on, as_of, naive, clock, cut, asked_at, question.grain, None, open_end,
        splits_day=question.as_of is not None and not asked_whole,
    )  # fmt: skip


def _instant(as_of: date | datetime, here: ZoneInfo) -> datetime:
    """The instant that an as-of says: of a day its beginning, without an offset the time on the wall."""
    if not isinstance(as_of, datetime):
        return datetime.combine(as_of, time(), here)
    return as_of.astimezone(here) if as_of.tzinfo else as_of.replace(tzinfo=here)


def _check_known(question: Question, cut: date) -> None:
    if question.end and question.end > cut:
        raise AskRefused(
            zh=f"截止日 {question.end} 晚于基准时点 {question.as_of}：此后的事尚不可知。",
            en=f"--to {question.end} is after --as-of {question.as_of}: what comes then is not known yet.",
        )
    if question.start and question.start >= cut:
        raise AskRefused(
            zh=f"起始日 {question.start} 不早于基准时点 {question.as_of}。",
            en=f"--from {question.start} is not before --as-of {question.as_of}.",
        )


def period_of(day: date, grain: str) -> date:
    """First day of the period that a day lies in; weeks begin on Monday."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_period(period: date, grain: str) -> date:
    """First day of the period after the one that begins on `period`."""
    if grain in ("day", "week"):
        return period + timedelta(days=1 if grain == "day" else 7)
    return add_months(period, _MONTHS[grain])


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"{day} plus {months} months lies beyond the calendar")
