"""How many contacts may be added, counted exactly: limits, windows, days, the ledger, its scripts.

Knows nothing of why a cap is what it is; see `scoring` for that.
"""
