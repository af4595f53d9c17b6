"""Inbound documents: what is on its way to a depot and what came; posting one puts it into stock."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

KEEPERS = "warehouse warehouse_manager branch_manager"
BUYERS = "dispatcher warehouse_manager branch_manager"

GRAPH = StateGraph(
    initial="draft", normal_end="posted",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        ordered=("已订购", "Ordered", "blue", "editable"),
        posted=("已记账", "Posted", "green"),
        voided=("已作废", "Voided", "red", "final"),
        cancelled=("已取消", "Cancelled", "grey", "final"),
    ),
    transitions=(
        move("order", "订购", "Order", "draft > ordered", BUYERS,
             guards=("inbound_has_lines",), effects=("date_inbound", "follow_inbound"), tone="primary"),
        move("post", "入库记账", "Post", "draft ordered > posted", KEEPERS,
             guards=("inbound_has_lines", "inbound_can_be_dated"),
             effects=("date_inbound", "make_lots", "receive_inbound", "keep_remainder", "follow_inbound"),
             tone="positive"),
        move("carry_on", "继续在途", "Carry on", "draft > ordered", SYSTEM),
        move("cancel", "取消", "Cancel", "draft ordered > cancelled", BUYERS, asks="reason",
             effects=("follow_inbound",), tone="negative"),
        move("void", "作废", "Void", "posted > voided", "warehouse_manager branch_manager", asks="reason",
             guards=("received_goods_are_there",), effects=("reverse_inbound", "follow_inbound"), tone="negative"),
    ),
)  # fmt: skip


class Inbound(Entity):
    """Goods for a depot: ordered they are on order, posted they are in stock; then only voided by a reversing act."""

    __tablename__ = "inbound"
    __entity__ = Spec(
        label=Label("入库单", "Inbound document"),
        plural=Label("入库单", "Inbound documents"),
        area="distribution", icon="download",
        key=("number",), title="number", scope=("depot.org_unit",), graph=GRAPH, series="GR", newest_by="received_on",
        order_of_times=(("ordered_on", "promised_on"), ("ordered_on", "received_on")),
        may={"warehouse": "read create edit delete import export", "dispatcher": "read create edit delete export",
             "warehouse_manager": "read create edit delete import export",
             "finance": "read export", "finance_manager": "read export"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "入库单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    kind: Mapped[str | None] = field.choice(
        "来源", "Source",
        {"purchase": ("采购", "Purchase"), "production": ("生产", "Production"), "return": ("退货", "Return"),
         "transfer": ("调拨", "Transfer"), "other": ("其他", "Other")},
        default="purchase", listed=True,
    )  # fmt: skip
    supplier: Mapped[str | None] = field.code("供应商", "Supplier", listed=True)
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    ordered_on: Mapped[datetime.date | None] = field.date(
        "订购日期", "Ordered on", listed=True, index=True,
        help=Label("留空则为订购当天；到货天数由此算起", "Empty: the day of ordering; the lead time runs from it"),
    )  # fmt: skip
    promised_on: Mapped[datetime.date | None] = field.date("承诺到货", "Promised on", listed=True)
    received_on: Mapped[datetime.date | None] = field.date(
        "入库日期", "Received on", listed=True, index=True,
        help=Label("留空则为记账当天", "Empty: the day of posting"),
    )  # fmt: skip
    state: Mapped[str] = field.state(required=True)
    remarks: Mapped[str | None] = field.longtext("备注", "Remarks", always_editable=True)
    proposal_id: Mapped[int | None] = field.link(
        "supply_proposal", "补货建议", "Supply proposal", derived=True, filterable=False
    )
    remainder_of_id: Mapped[int | None] = field.link(
        "inbound", "余量来自", "Remainder of", derived=True, filterable=False
    )


class InboundLine(Line):
    """One item of an inbound document, in a lot where lots are kept."""

    __tablename__ = "inbound_line"
    __document__ = "inbound"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, minimum=Decimal(0))
    received_quantity: Mapped[Decimal | None] = field.quantity(
        "实收数量", "Received", minimum=Decimal(0),
        help=Label("留空则全部到货；少于数量时余量继续在途", "Empty: all of it; what is missing stays on order"),
    )  # fmt: skip
    lot: Mapped[str | None] = field.code("批次", "Lot", filterable=False)
    expires_on: Mapped[datetime.date | None] = field.date(
        "失效日期", "Expires on", filterable=False,
        help=Label("留空则按物料的保质期计算", "Empty: by the item's shelf life"),
    )  # fmt: skip
    unit_cost: Mapped[Decimal | None] = field.money(
        "单位成本", "Unit cost", default_from=("item.standard_cost",), confidential="cost"
    )
