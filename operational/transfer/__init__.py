"""Files in and out: reading, mapping, converting, loading many rows, telling about them, and writing them out again.

Single records, and who may touch them, are the business of operational/crud.
"""
