"""Stocktakes: counting what lies in a depot; posting one brings the books to what was counted."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

COUNTERS = "warehouse warehouse_manager branch_manager"
APPROVERS = "warehouse_manager branch_manager"

GRAPH = StateGraph(
    initial="draft", normal_end="posted",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        counting=("盘点中", "Counting", "blue", "editable"),
        counted=("已盘点", "Counted", "amber"),
        review=("复核", "Under review", "amber"),
        recount=("复盘", "Recount", "blue", "editable"),
        posted=("已记账", "Posted", "green"),
        cancelled=("已取消", "Cancelled", "grey", "final"),
        voided=("已作废", "Voided", "red", "final"),
    ),
    transitions=(
        move("start", "开始盘点", "Start counting", "draft > counting", COUNTERS,
             effects=("list_what_is_there",), tone="primary"),
        move("finish", "盘点完成", "Finish counting", "counting > counted", COUNTERS,
             guards=("everything_is_counted",), effects=("note_counter",), tone="primary"),
        move("review", "复核", "Review", "counted > review", APPROVERS, guards=("approver_is_not_counter",)),
        move("ask_recount", "要求复盘", "Ask for a recount", "review > recount", APPROVERS, asks="reason"),
        move("finish_recount", "复盘完成", "Finish the recount", "recount > counted", COUNTERS,
             guards=("recounter_is_another", "everything_is_counted"), effects=("note_counter",), tone="primary"),
        move("post", "记账", "Post", "review > posted", APPROVERS,
             guards=("approver_is_not_counter", "differences_are_explained", "count_is_the_latest",
                     "count_leaves_enough"),
             effects=("post_count",), tone="positive"),
        move("cancel", "取消", "Cancel", "draft counting counted review recount > cancelled", APPROVERS,
             asks="reason", tone="negative"),
        move("void", "作废", "Void", "posted > voided", APPROVERS, asks="reason",
             guards=("count_is_the_latest", "counted_goods_are_there"), effects=("reverse_count",), tone="negative"),
    ),
)  # fmt: skip


class Stocktake(Entity):
    """A count of a depot at a moment; its differences are the counted less the book quantities of that moment."""

    __tablename__ = "stocktake"
    __entity__ = Spec(
        label=Label("盘点单", "Stocktake"),
        plural=Label("盘点单", "Stocktakes"),
        area="distribution", icon="clipboard",
        key=("number",), title="number", scope=("depot.org_unit",), graph=GRAPH, series="ST", newest_by="as_of",
        may={"warehouse": "read create edit delete", "warehouse_manager": "read create edit delete import export",
             "dispatcher": "read", "finance": "read export", "finance_manager": "read export"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "盘点单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    category: Mapped[str | None] = field.code(
        "类别", "Category", listed=True,
        help=Label(
            "没有明细时开始盘点会列出在库的全部物料，或此类别的物料",
            "Without lines, starting lists everything that lies there, or this category of it",
        ),
    )  # fmt: skip
    as_of: Mapped[datetime | None] = field.moment(
        "盘点时点", "Counted as of", listed=True, index=True,
        help=Label("留空则为开始盘点的时刻；账面数量取此刻", "Empty: when counting starts; the books are taken then"),
    )  # fmt: skip
    blind: Mapped[bool | None] = field.flag(
        "盲盘",
        "Blind",
        help=Label("盘点完成前不显示账面数量", "Book quantities are shown only after counting"),
    )
    tolerance_pct: Mapped[Decimal | None] = field.percent(
        "容差 %", "Tolerance %", default="0",
        help=Label("超出账面此比例的差异须注明原因", "A difference beyond this share of the books needs a reason"),
    )  # fmt: skip
    state: Mapped[str] = field.state(required=True)
    counted_by: Mapped[str | None] = field.text("盘点人", "Counted by", length=80, derived=True)
    remarks: Mapped[str | None] = field.longtext("备注", "Remarks", always_editable=True)


class StocktakeLine(Line):
    """One item, perhaps of a lot: what the books say and what was counted."""

    __tablename__ = "stocktake_line"
    __document__ = "stocktake"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    lot: Mapped[str | None] = field.code("批次", "Lot", filterable=False)
    book_quantity: Mapped[Decimal | None] = field.quantity("账面数量", "Book quantity", derived=True)
    counted_quantity: Mapped[Decimal | None] = field.quantity(
        "实盘数量", "Counted quantity", minimum=Decimal(0)
    )
    reason: Mapped[str | None] = field.code("差异原因", "Reason", filterable=False)
