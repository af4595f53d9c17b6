"""Opportunities: sales that may come, walked from prospecting to won or lost."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

SELLERS = "sales sales_manager branch_manager"

GRAPH = StateGraph(
    field="stage", initial="prospecting", normal_end=None,
    states=states(
        prospecting=("寻找商机", "Prospecting", "grey", "editable"),
        qualifying=("评估", "Qualifying", "blue", "editable"),
        proposing=("方案", "Proposing", "blue", "editable"),
        negotiating=("谈判", "Negotiating", "amber", "editable"),
        won=("赢单", "Won", "green", "final"),
        lost=("输单", "Lost", "red", "final"),
    ),
    transitions=(
        move("qualify", "开始评估", "Qualify", "prospecting > qualifying", SELLERS),
        move("propose", "提出方案", "Propose", "qualifying > proposing", SELLERS),
        move("negotiate", "开始谈判", "Negotiate", "proposing > negotiating", SELLERS),
        move("back_to_prospecting", "退回寻找", "Back to prospecting", "qualifying > prospecting", SELLERS, asks="comment"),
        move("back_to_qualifying", "退回评估", "Back to qualifying", "proposing > qualifying", SELLERS, asks="comment"),
        move("back_to_proposing", "退回方案", "Back to proposing", "negotiating > proposing", SELLERS, asks="comment"),
        move("win", "赢单", "Win", "proposing negotiating > won", SELLERS, needs=("customer", "amount"),
             effects=("close_opportunity",), tone="positive"),
        move("lose", "输单", "Lose", "prospecting qualifying proposing negotiating > lost", SELLERS,
             needs=("lost_reason",), effects=("close_opportunity",), tone="negative"),
        move("reopen", "重新打开", "Reopen", "lost > negotiating", "sales_manager branch_manager", asks="reason",
             effects=("reopen_opportunity",)),
    ),
)  # fmt: skip


class Opportunity(Entity):
    """A possible sale to a customer, with its amount, stage and outcome."""

    __tablename__ = "opportunity"
    __entity__ = Spec(
        label=Label("商机", "Opportunity"),
        plural=Label("商机", "Opportunities"),
        area="marketing", icon="target",
        key=("number",), title="name", scope=("customer.org_unit", "owner.org_unit"), owner="owner",
        graph=GRAPH, series="OP", newest_by="opened_on", order_of_times=(("opened_on", "closed_on"),),
        may={"sales": "own:read create edit", "sales_manager": "read create edit import export delete",
             "marketing": "read", "marketing_manager": "read export"},
    )  # fmt: skip

    number: Mapped[str] = field.text("编号", "Number", length=60, required=True, listed=True, searchable=True)
    name: Mapped[str | None] = field.text("名称", "Name", listed=True, searchable=True)
    customer_id: Mapped[int | None] = field.link("customer", "客户", "Customer", listed=True)
    amount: Mapped[Decimal | None] = field.money("金额", "Amount", listed=True)
    stage: Mapped[str | None] = field.state("阶段", "Stage")
    opened_on: Mapped[datetime.date | None] = field.date(
        "开始日期", "Opened on", listed=True, default="today", index=True
    )
    closed_on: Mapped[datetime.date | None] = field.date("结束日期", "Closed on", listed=True)
    owner_id: Mapped[int | None] = field.link(
        "person", "负责人", "Owner", listed=True, default_from=("actor.person",)
    )
    lost_reason: Mapped[str | None] = field.code("输单原因", "Reason lost")
