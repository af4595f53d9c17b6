"""Depots: physical warehouses where stock lies (the word warehouse means the analytical one)."""

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Depot(Entity):
    """A physical warehouse of an organisation unit."""

    __tablename__ = "depot"
    __entity__ = Spec(
        label=Label("仓库", "Depot"),
        plural=Label("仓库", "Depots"),
        area="distribution", icon="building",
        key=("code",), title="name", scope=("org_unit",),
        may=dict.fromkeys(["sales", "sales_manager", "service", "service_manager", "warehouse", "finance"], "read")
        | {"warehouse_manager": "read create edit", "dispatcher": "read"},
    )  # fmt: skip

    code: Mapped[str] = field.text("编号", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("名称", "Name", required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name()
    org_unit_id: Mapped[int] = field.link(
        "org_unit", "所属单位", "Organisation unit", required=True, listed=True
    )
