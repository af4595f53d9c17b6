"""Declarations of scheduled Word reports, one file per report, each with one REPORT."""
