"""Organisation units: the tree of head office, branches, offices, agents and dealers that rows belong to."""

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class OrgUnit(Entity):
    """A place in the tree; whoever belongs to it sees it and everything below."""

    __tablename__ = "org_unit"
    __entity__ = Spec(
        label=Label("组织单位", "Organisation unit"),
        plural=Label("组织单位", "Organisation units"),
        area="organisation", icon="sitemap",
        key=("code",), title="name", scope=("self",),
        may=dict.fromkeys(["sales", "sales_manager", "service", "service_manager", "warehouse", "warehouse_manager", "dispatcher", "marketing", "marketing_manager", "finance", "finance_manager", "contracts", "projects", "dealer"], "read"),
    )  # fmt: skip

    code: Mapped[str] = field.text("编号", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("名称", "Name", required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name()
    kind: Mapped[str] = field.choice(
        "类型", "Kind",
        {"head_office": ("总部", "Head office"), "branch": ("分公司", "Branch"), "office": ("办事处", "Office"),
         "agent": ("代理商", "Agent"), "dealer": ("经销商", "Dealer")},
        required=True, listed=True,
    )  # fmt: skip
    parent_id: Mapped[int | None] = field.link("org_unit", "上级单位", "Parent", listed=True)
