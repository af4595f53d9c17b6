"""The demonstration company: a made-up manufacturer with five years of history whose true laws are known."""
