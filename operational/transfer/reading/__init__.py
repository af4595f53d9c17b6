"""From bytes to text columns: CSV in any encoding, spreadsheets, and cells as they are compared.

What the columns mean is the business of operational/transfer/mapping.
"""
