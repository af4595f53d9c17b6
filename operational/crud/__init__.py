"""The machine that reads and writes any entity by its declaration; it knows no entity by name."""
