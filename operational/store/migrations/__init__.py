"""Revisions of the store that lose or rewrite data, run by alembic; schema.py derives all additions."""
