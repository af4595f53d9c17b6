"""Service calendars: the hours in which the service department works, by weekday and on special days."""

import datetime
from typing import Any

from sqlalchemy.orm import Mapped, MappedColumn

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label

HOURS = r"([01]?\d|2[0-3]):[0-5]\d-(([01]?\d|2[0-3]):[0-5]\d|24:00)"


def _hours(zh: str, en: str, **says: Any) -> MappedColumn[str | None]:
    return field.text(zh, en, length=11, pattern=HOURS, example="09:00-18:00", **says)


class ServiceCalendar(Entity):
    """Opening hours by weekday in the business time zone, with holidays and make-up working days as lines."""

    __tablename__ = "service_calendar"
    __entity__ = Spec(
        label=Label("服务日历", "Service calendar"),
        plural=Label("服务日历", "Service calendars"),
        area="service", icon="calendar",
        key=("code",), title="name", after_change=("hours_run_forward",),
        may={"service": "read", "service_manager": "read create edit delete import export", "contracts": "read"},
    )  # fmt: skip

    code: Mapped[str] = field.text("编码", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("名称", "Name", required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name()
    monday: Mapped[str | None] = _hours(
        "周一",
        "Monday",
        listed=True,
        help=Label("如 09:00-18:00；留空则当天不服务", "Such as 09:00-18:00; empty: not worked"),
    )
    tuesday: Mapped[str | None] = _hours("周二", "Tuesday")
    wednesday: Mapped[str | None] = _hours("周三", "Wednesday")
    thursday: Mapped[str | None] = _hours("周四", "Thursday")
    friday: Mapped[str | None] = _hours("周五", "Friday")
    saturday: Mapped[str | None] = _hours("周六", "Saturday", listed=True)
    sunday: Mapped[str | None] = _hours("周日", "Sunday", listed=True)


class ServiceCalendarLine(Line):
    """A day on which the weekday's hours do not hold: a holiday, or a working day made up for one."""

    __tablename__ = "service_calendar_line"
    __document__ = "service_calendar"
    __optional__ = True

    day: Mapped[datetime.date] = field.date("日期", "Day", required=True)
    kind: Mapped[str] = field.choice(
        "类型", "Kind", {"holiday": ("节假日", "Holiday"), "working": ("调休上班", "Working day")},
        required=True, default="holiday",
    )  # fmt: skip
    hours: Mapped[str | None] = _hours(
        "服务时间", "Hours",
        help=Label("上班日留空则与周一相同", "Empty on a working day: as on Monday"),
    )  # fmt: skip
    name: Mapped[str | None] = field.text("说明", "Occasion", length=80)
