"""Lots: batches of an item with their dates; expired or blocked ones are not issued."""

import datetime

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Lot(Entity):
    """A batch of an item; made by the inbound document that first brought it, wherever it lies since."""

    __tablename__ = "lot"
    __entity__ = Spec(
        label=Label("批次", "Lot"),
        plural=Label("批次", "Lots"),
        area="distribution", icon="package",
        key=("item", "number"), title="number", newest_by="received_on",
        order_of_times=(("made_on", "expires_on"), ("made_on", "received_on")),
        may={"warehouse": "read export", "warehouse_manager": "read create edit delete import export",
             "dispatcher": "read", "service": "read", "service_manager": "read", "sales": "read",
             "sales_manager": "read", "finance": "read"},
    )  # fmt: skip

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True, listed=True)
    number: Mapped[str] = field.text("批号", "Number", length=80, required=True, listed=True, searchable=True)
    made_on: Mapped[datetime.date | None] = field.date("生产日期", "Made on", listed=True)
    expires_on: Mapped[datetime.date | None] = field.date(
        "失效日期", "Expires on", listed=True, index=True,
        help=Label("自这一天起不能再出库", "From this day on it is not issued any more"),
    )  # fmt: skip
    received_on: Mapped[datetime.date | None] = field.date("首次入库", "First received on", listed=True)
    blocked: Mapped[bool | None] = field.flag(
        "冻结", "Blocked", listed=True, filterable=True,
        help=Label("冻结的批次不能出库", "A blocked lot is not issued"),
    )  # fmt: skip
