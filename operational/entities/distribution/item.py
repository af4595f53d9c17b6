"""Items: the products that we sell and the parts that keep them running."""

from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Item(Entity):
    """A product or a part, with price, standard cost, lead time and shelf life."""

    __tablename__ = "item"
    __entity__ = Spec(
        label=Label("物料", "Item"),
        plural=Label("产品与备件", "Products and parts"),
        area="distribution", icon="box",
        key=("code",), title="name",
        may=dict.fromkeys(["sales", "sales_manager", "service", "service_manager", "warehouse", "dispatcher", "marketing", "marketing_manager", "finance", "finance_manager", "contracts", "projects", "dealer"], "read")
        | {"warehouse_manager": "read create edit import export"},
    )  # fmt: skip

    code: Mapped[str] = field.text("料号", "Code", length=60, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("名称", "Name", length=400, required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name(length=400)
    kind: Mapped[str | None] = field.choice(
        "类型",
        "Kind",
        {"product": ("产品", "Product"), "part": ("备件", "Part")},
        default="product",
        listed=True,
    )
    category: Mapped[str | None] = field.code("类别", "Category", listed=True)
    brand: Mapped[str | None] = field.code("品牌", "Brand")
    unit: Mapped[str | None] = field.code("单位", "Unit of measure", length=20, listed=True, filterable=False)
    list_price: Mapped[Decimal | None] = field.money("标价", "List price", listed=True)
    standard_cost: Mapped[Decimal | None] = field.money("标准成本", "Standard cost", confidential="cost")
    lead_time_days: Mapped[Decimal | None] = field.number(
        "采购提前期（天）", "Lead time (days)", minimum=Decimal(0)
    )
    shelf_life_days: Mapped[int | None] = field.integer(
        "保质期（天）", "Shelf life (days)", minimum=Decimal(0)
    )
    warranty_months: Mapped[int | None] = field.integer(
        "保修期（月）", "Warranty (months)", minimum=Decimal(0)
    )
