"""The clerks' store: schema, sessions, change log and feed, users, runs; it knows entities as tables only."""
