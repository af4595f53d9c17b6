"""Persons: everybody who works for us or for an agent, whether or not they can log in."""

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class Person(Entity):
    """An employee; owns customers, takes requests, is managed by another person."""

    __tablename__ = "person"
    __entity__ = Spec(
        label=Label("员工", "Person"),
        plural=Label("员工", "People"),
        area="organisation", icon="user",
        key=("code",), title="name", scope=("org_unit",),
        may=dict.fromkeys(["sales", "sales_manager", "service", "service_manager", "warehouse", "warehouse_manager", "dispatcher", "marketing", "marketing_manager", "finance", "finance_manager", "contracts", "projects"], "read")
        | {"branch_manager": "read create edit export"},
    )  # fmt: skip

    code: Mapped[str] = field.text("工号", "Code", length=40, required=True, listed=True, searchable=True)
    name: Mapped[str] = field.text("姓名", "Name", required=True, listed=True, searchable=True)
    name_en: Mapped[str | None] = field.english_name()
    org_unit_id: Mapped[int] = field.link(
        "org_unit", "所属单位", "Organisation unit", required=True, listed=True
    )
    manager_id: Mapped[int | None] = field.link("person", "上级", "Manager", listed=True)
    email: Mapped[str | None] = field.email("邮箱", "E-mail")
    skills: Mapped[str | None] = field.text(
        "技能", "Skills", listed=True, lists_codes_of="fault",
        help=Label("多项技能用逗号分隔，须与服务请求的故障类型对应", "Separate several skills by commas"),
    )  # fmt: skip
