"""How each family of blocks is filled: one file per family, each asking through an Asker and giving a frame."""
