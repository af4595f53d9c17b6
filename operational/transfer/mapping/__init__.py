"""From foreign columns to our fields, as text: mapping files, headers, joins, conditions, wide files made long.

What a text means for a field's kind is the business of operational/transfer/converting.
"""
