"""Customers: the companies that buy from us, might buy, partner or compete with us."""

from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Customer(Entity):
    """A company with which there is business or might be; region, level and owner are kept through time."""

    __tablename__ = "customer"
    __entity__ = Spec(
        label=Label("客户", "Customer"),
        plural=Label("客户", "Customers"),
        area="marketing", icon="users",
        key=("code",), title="name", scope=("org_unit",), owner="owner", series="C",
        may={
            "sales": "own:read create edit", "sales_manager": "read create edit import export",
            "marketing": "read", "marketing_manager": "read create edit import export",
            "service": "read", "service_manager": "read", "finance": "read", "dispatcher": "read",
            "finance_manager": "read edit", "contracts": "read", "projects": "read", "dealer": "read",
        },
    )  # fmt: skip

    code: Mapped[str] = field.text("客户编号", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text(
        "客户名称", "Name", required=True, listed=True, searchable=True, index=True
    )
    name_en: Mapped[str | None] = field.english_name()
    kind: Mapped[str | None] = field.choice(
        "类型", "Kind",
        {"customer": ("客户", "Customer"), "prospect": ("潜在客户", "Prospect"), "partner": ("合作伙伴", "Partner"),
         "dealer": ("经销商", "Dealer"), "competitor": ("竞争对手", "Competitor")},
        default="customer",
    )  # fmt: skip
    industry: Mapped[str | None] = field.code("行业", "Industry", listed=True)
    region_id: Mapped[int | None] = field.link("region", "地区", "Region", listed=True)
    level: Mapped[str | None] = field.code("等级", "Level", listed=True)
    org_unit_id: Mapped[int | None] = field.link(
        "org_unit", "所属单位", "Organisation unit", listed=True, default_from=("actor.org_unit", "root")
    )
    owner_id: Mapped[int | None] = field.link(
        "person", "负责人", "Owner", listed=True, default_from=("actor.person",)
    )
    turnover: Mapped[Decimal | None] = field.money("年营业额", "Annual turnover")
    credit_limit: Mapped[Decimal | None] = field.money(
        "信用额度",
        "Credit limit",
        confidential="credit",
        help=Label("留空表示不限制", "Empty means no limit"),
    )
    email: Mapped[str | None] = field.email("邮箱", "E-mail")
    blocked: Mapped[bool | None] = field.flag("停止往来", "Blocked", filterable=True)
