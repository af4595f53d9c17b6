"""Targets: what a figure is meant to be in a period, for the whole company or one member of a dimension."""

from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label

PERIOD = r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?"
KEEPERS = ("sales_manager", "service_manager", "warehouse_manager", "marketing_manager", "finance_manager")
READERS = (
    "branch_manager",
    "sales",
    "service",
    "warehouse",
    "dispatcher",
    "marketing",
    "finance",
    "contracts",
    "projects",
)


class TargetValue(Entity):
    """One target; figures are compared with it where they are asked for the same period and member."""

    __tablename__ = "target_value"
    __entity__ = Spec(
        label=Label("目标", "Target"),
        plural=Label("目标", "Targets"),
        area="organisation", icon="target",
        key=("metric", "period", "dimension", "member"), title="metric", newest_by="period",
        may=dict.fromkeys(KEEPERS, "read create edit delete import export") | dict.fromkeys(READERS, "read"),
    )  # fmt: skip

    metric: Mapped[str] = field.code(
        "指标", "Figure", required=True, listed=True, vocabulary="figure",
        help=Label("可按名称查找；需要时加统计量，如 resolution_hours:p90", "Found by its name; with a statistic where it has some: resolution_hours:p90"),
    )  # fmt: skip
    period: Mapped[str] = field.text(
        "时段", "Period", length=7, pattern=PERIOD, example="2026-10", required=True, listed=True,
        filterable=True, help=Label("2026、2026-Q4 或 2026-10", "2026, 2026-Q4 or 2026-10"),
    )  # fmt: skip
    dimension: Mapped[str] = field.code(
        "维度", "Dimension", required=True, listed=True, default="all", vocabulary="dimension",
        help=Label("all 为全公司；或 region、org_unit 等", "all is the whole company; or region, org_unit …"),
    )  # fmt: skip
    member: Mapped[str] = field.code(
        "成员", "Member", required=True, listed=True, default="all", vocabulary="member",
        help=Label("该维度中记录的编号，或其值", "The key of the dimension's record, or its value"),
    )  # fmt: skip
    value: Mapped[Decimal] = field.number("目标值", "Value", required=True, listed=True)
