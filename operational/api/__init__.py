"""The REST API of the clerks' store: every entity by its declaration, under /api/v1."""
