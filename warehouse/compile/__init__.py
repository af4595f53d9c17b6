"""The compiler: an asked question becomes statements over the tables, each metric at its own grain.

Every file has one part of that; what a metric means stands in its declaration, never here.
"""
