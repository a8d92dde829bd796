"""What follows a violation: the seed's §2 to §5, as values and pure functions.

Detects nothing and counts nothing; `catalogue` says what a violation is, `cases` what becomes of a
suspicion, `restrictions` what a penalty forbids, `policy` holds every number that a
trust-and-safety team would tune.
"""
