"""What people are told about rows: sentences of refusal, remarks, and the file of rejects.

The counts of an import are operational/transfer/result.py.
"""
