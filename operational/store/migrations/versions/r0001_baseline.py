"""The beginning: every table is derived from the declarations, nothing had to be rewritten yet."""

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """Nothing: a store without a revision is made by create_schema."""
