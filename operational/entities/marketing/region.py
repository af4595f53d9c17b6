"""Regions: the market's tree by which customers and sales are classified."""

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Region(Entity):
    """A market region, possibly part of a larger one."""

    __tablename__ = "region"
    __entity__ = Spec(
        label=Label("地区", "Region"),
        plural=Label("地区", "Regions"),
        area="marketing", icon="map",
        key=("code",), title="name",
        may=dict.fromkeys(["sales", "sales_manager", "service", "service_manager", "finance", "dispatcher"], "read")
        | {"marketing": "read create edit import", "marketing_manager": "read create edit import delete"},
    )  # fmt: skip

    code: Mapped[str] = field.text("编号", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("名称", "Name", required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name()
    parent_id: Mapped[int | None] = field.link("region", "上级地区", "Parent", listed=True)
