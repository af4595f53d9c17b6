"""From columns to records in the store: gathered, resolved, completed, checked, compared and written.

The order of these steps is load_batch.py; nothing here reads a file.
"""
