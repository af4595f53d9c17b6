"""Entities of the area distribution."""
