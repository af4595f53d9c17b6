"""Entities of the area organisation."""
