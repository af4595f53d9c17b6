"""What alembic runs: the revisions, on the connection and in the transaction that run.py hands over."""

from alembic import context

from operational.entity import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
