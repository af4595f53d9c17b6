"""Declarations of dashboards, one file per page, each with one PAGE; no SQL, no callback, no colour."""
