"""Declarations, one file per entity, a folder per area; no behaviour: verbs and guards live in operational/rules."""
