"""Stock policies: the limits of an item in a depot."""

from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class StockPolicy(Entity):
    """How much of an item a depot keeps at least, at most, and orders at a time."""

    __tablename__ = "stock_policy"
    __entity__ = Spec(
        label=Label("库存策略", "Stock policy"),
        plural=Label("库存策略", "Stock policies"),
        area="distribution", icon="gauge",
        key=("item", "depot"), title="item", scope=("depot.org_unit",),
        may={"warehouse_manager": "read create edit delete import export", "warehouse": "read", "dispatcher": "read"},
    )  # fmt: skip

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True, listed=True)
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    safety_stock: Mapped[Decimal | None] = field.quantity(
        "安全库存", "Safety stock", minimum=Decimal(0), listed=True
    )
    reorder_point: Mapped[Decimal | None] = field.quantity(
        "再订货点", "Reorder point", minimum=Decimal(0), listed=True
    )
    maximum: Mapped[Decimal | None] = field.quantity("最高库存", "Maximum", minimum=Decimal(0), listed=True)
    order_quantity: Mapped[Decimal | None] = field.quantity(
        "订货量", "Order quantity", minimum=Decimal(0), listed=True
    )
