"""Files in and out: reading, mapping, converting, checking and loading many rows, and writing them out again.

Single records, and who may touch them, are the business of operational/crud.
"""
