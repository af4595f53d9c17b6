"""Entities of the area marketing."""
