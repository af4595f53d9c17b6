"""Verbs, guards and effects of the business, one file per verb or subject; declarations name them."""
