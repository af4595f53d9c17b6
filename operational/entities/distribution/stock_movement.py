"""Stock movements: the append-only ledger whose sum is the stock on hand."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class StockMovement(Entity):
    """A signed quantity of an item in a depot at an instant; written by postings and imports, never edited."""

    __tablename__ = "stock_movement"
    __entity__ = Spec(
        label=Label("库存流水", "Stock movement"),
        plural=Label("库存流水", "Stock movements"),
        area="distribution", icon="arrows", history_only=True, append_only=True,
        key=("number",), title="number", scope=("depot.org_unit",), series="SM", newest_by="moved_at",
        may={"warehouse": "read", "warehouse_manager": "read import export", "dispatcher": "read", "finance": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "流水号", "Number", length=60, required=True, listed=True, searchable=True
    )
    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True, listed=True)
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    lot: Mapped[str | None] = field.code("批次", "Lot", listed=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, listed=True)
    moved_at: Mapped[datetime] = field.moment("时间", "Moved at", required=True, listed=True, index=True)
    kind: Mapped[str | None] = field.choice(
        "类型", "Kind",
        {"opening": ("期初", "Opening"), "receipt": ("入库", "Receipt"), "issue": ("出库", "Issue"),
         "transfer_in": ("调入", "Transfer in"), "transfer_out": ("调出", "Transfer out"),
         "return": ("退货入库", "Return"), "count": ("盘点", "Count"), "adjustment": ("调整", "Adjustment")},
        default="adjustment", listed=True,
    )  # fmt: skip
    unit_cost: Mapped[Decimal | None] = field.money("单位成本", "Unit cost", confidential="cost")
    source: Mapped[str | None] = field.text(
        "来源单据", "Source document", length=80, derived=True, names_a_record=True, index=True
    )
