"""From records to flat rows of a file with nothing live in them.

The files themselves are written by operational/transfer/export_file.py.
"""
