"""The numbers: tables and metrics, declared, and one door to ask for them.

Nothing here knows the store that rows come from, Dagster, or a page.
"""
