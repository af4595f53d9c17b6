"""State changes: the history that every walk along a state graph writes."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label


class StateChange(Entity):
    """One step of one document: from, to, when, by whom, and the comment given."""

    __tablename__ = "state_change"
    __entity__ = Spec(
        label=Label("状态变更", "State change"),
        area="organisation", hidden=True, append_only=True,
        key=("entity", "record", "sequence"), title="verb", may={},
    )  # fmt: skip

    entity: Mapped[str] = field.text("对象", "Entity", length=40, required=True)
    record: Mapped[int] = field.integer("记录", "Record", required=True)
    sequence: Mapped[int] = field.integer("序号", "Sequence", required=True)
    verb: Mapped[str] = field.text("动作", "Verb", length=40, required=True)
    from_state: Mapped[str | None] = field.text("原状态", "From", length=40)
    to_state: Mapped[str] = field.text("新状态", "To", length=40, required=True)
    changed_at: Mapped[datetime] = field.moment("时间", "At", required=True)
    changed_by: Mapped[str | None] = field.text("操作人", "By", length=80)
    comment: Mapped[str | None] = field.text("说明", "Comment", length=500, private=True)
