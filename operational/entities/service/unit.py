"""Installed units: the machines at customers that are serviced and whose parts are replaced."""

import datetime

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Unit(Entity):
    """An installed machine by its serial number, from its installation to its retirement."""

    __tablename__ = "unit"
    __entity__ = Spec(
        label=Label("在用设备", "Installed unit"),
        plural=Label("在用设备", "Installed units"),
        area="service", icon="engine",
        key=("serial",), title="serial", scope=("customer.org_unit",), newest_by="installed_on",
        order_of_times=(("installed_on", "retired_on"),),
        may={"service": "read create edit", "service_manager": "read create edit import export", "sales": "read",
             "sales_manager": "read", "projects": "read", "dealer": "read"},
    )  # fmt: skip

    serial: Mapped[str] = field.text(
        "序列号", "Serial", length=60, required=True, listed=True, searchable=True
    )
    item_id: Mapped[int] = field.link("item", "型号", "Model", required=True, listed=True)
    customer_id: Mapped[int | None] = field.link("customer", "客户", "Customer", listed=True)
    installed_on: Mapped[datetime.date] = field.date(
        "安装日期", "Installed on", required=True, listed=True, index=True
    )
    retired_on: Mapped[datetime.date | None] = field.date("停用日期", "Retired on", listed=True)
    warranty_until: Mapped[datetime.date | None] = field.date(
        "保修截止", "Under warranty until",
        help=Label("含当日；留空则从安装日起按型号的保修月数计算",
                   "Included; empty: the model's months of warranty from the installation on"),
    )  # fmt: skip
