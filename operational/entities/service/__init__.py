"""Entities of the area service."""
