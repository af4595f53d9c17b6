"""Part replacements: a part of an installed unit was changed, at a request or on schedule."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class PartReplacement(Entity):
    """One replacement; with a depot it takes the part out of stock, without one it does not."""

    __tablename__ = "part_replacement"
    __entity__ = Spec(
        label=Label("备件更换", "Part replacement"),
        plural=Label("备件更换", "Part replacements"),
        area="service", icon="wrench",
        key=("number",), title="number", scope=("unit.customer.org_unit",), series="PR", newest_by="replaced_at",
        after_create=("issue_replaced_part",),
        may={"service": "read create", "service_manager": "read create import export", "warehouse": "read",
             "warehouse_manager": "read", "sales_manager": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text("编号", "Number", length=60, required=True, listed=True, searchable=True)
    service_request_id: Mapped[int | None] = field.link(
        "service_request", "服务请求", "Service request", listed=True
    )
    unit_id: Mapped[int] = field.link(
        "unit", "设备", "Unit", required=True, listed=True, default_from=("service_request.unit",)
    )
    part_id: Mapped[int] = field.link("item", "备件", "Part", required=True, listed=True)
    quantity: Mapped[Decimal | None] = field.quantity(
        "数量", "Quantity", default=1, minimum=Decimal(0), listed=True
    )
    replaced_at: Mapped[datetime] = field.moment(
        "更换时间", "Replaced at", required=True, listed=True, default="now", index=True
    )
    reason: Mapped[str | None] = field.choice(
        "原因", "Reason", {"failure": ("故障", "Failure"), "scheduled": ("计划", "Scheduled")},
        default="failure", listed=True,
    )  # fmt: skip
    cost: Mapped[Decimal | None] = field.money("费用", "Cost")
    depot_id: Mapped[int | None] = field.link(
        "depot", "出库仓库", "Depot", help=Label("填写后自动出库", "Given, the part is taken out of stock")
    )
