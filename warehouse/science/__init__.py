"""What SQL cannot do: likelihoods, survival, recurrence, intermittent demand, stock rules.

Pure functions of numpy arrays; no table, no file, no frame belongs here, and nothing is imported eagerly:
the warehouse imports the one module that a question needs, when it needs it. A model that the data cannot
carry raises `maximum_likelihood.FitRefused`, which says why in both languages.
"""
