"""From text to values as the store keeps them, exactly, by the kind of each field.

Whether a value may stand in its record is the business of operational/transfer/loading.
"""
