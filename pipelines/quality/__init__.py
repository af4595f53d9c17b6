"""Quality: what is expected of rows and tables, evaluated before anything is published.

What follows from a failed check is decided by the refresh.
"""
