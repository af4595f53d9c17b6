"""The clerks' store: entities, their verbs, forms, import and API; out come rows and a change feed.

Nothing here knows the warehouse, Dagster or a metric.
"""
