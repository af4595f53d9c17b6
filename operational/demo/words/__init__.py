"""What the demonstration company speaks of, as plain tables: places, names, products, parts, complaints; no behaviour."""
