"""The web of the clerks' store: server, shell, lists and forms from declarations; it knows no entity by name."""
