"""Terms: what free codes are called in each language, so that a code that is written in one is read in both."""

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label

KEEPERS = ("sales_manager", "service_manager", "warehouse_manager", "marketing_manager", "finance_manager")


class Term(Entity):
    """The names of one code of a vocabulary; records keep the code, and a code without a term is shown as it is."""

    __tablename__ = "term"
    __entity__ = Spec(
        label=Label("用语", "Term"),
        plural=Label("用语", "Terms"),
        area="organisation", icon="language",
        key=("vocabulary", "code"), title="code",
        may=dict.fromkeys(KEEPERS, "read create edit delete import export"),
    )  # fmt: skip

    vocabulary: Mapped[str] = field.code(
        "词表", "Vocabulary", required=True, listed=True, vocabulary="vocabulary",
        help=Label("代码所在的字段，如“行业”", "The field whose codes are named, such as Industry"),
    )  # fmt: skip
    code: Mapped[str] = field.text(
        "代码", "Code", length=80, required=True, listed=True, searchable=True,
        help=Label("与记录中所写的完全一致", "Exactly as records have it"),
    )  # fmt: skip
    name_zh: Mapped[str | None] = field.text("中文名称", "Chinese name", listed=True, searchable=True)
    name_en: Mapped[str | None] = field.text("英文名称", "English name", listed=True, searchable=True)
