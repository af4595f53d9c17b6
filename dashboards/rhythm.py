"""When a report comes, as people say it: a cron line in words, in both languages."""

from __future__ import annotations

from dashboards.label import Title

WEEKDAYS = (
    Title("周日", "Sunday"), Title("周一", "Monday"), Title("周二", "Tuesday"), Title("周三", "Wednesday"),
    Title("周四", "Thursday"), Title("周五", "Friday"), Title("周六", "Saturday"),
)  # fmt: skip
WEEKLY, MONTHLY = (
    Title("每{day} {time}", "every {day} at {time}"),
    Title("每月 {day} 日 {time}", "on day {day} of each month at {time}"),
)
DAILY = Title("每天 {time}", "every day at {time}")


def rhythm(cron: str, language: str) -> str:
    """'0 7 * * 1' as 每周一 07:00; the cron line itself where it is not one time of a day, weekday or day of the month."""
    minute, hour, day, month, weekday = cron.split()
    if month != "*" or not (minute.isdigit() and hour.isdigit()):
        return cron
    time = f"{int(hour):02d}:{int(minute):02d}"
    if day == "*" and weekday.isdigit():
        return WEEKLY(language).format(day=WEEKDAYS[int(weekday) % 7](language), time=time)
    if day.isdigit() and weekday == "*":
        return MONTHLY(language).format(day=day, time=time)
    return DAILY(language).format(time=time) if day == weekday == "*" else cron
