"""The record in SQL: journal, leases, views, accounts, history, flags, policies and keys.

Every repository is a module of functions over an open connection, so that a caller composes
several of them into one transaction of `engine.Database`.
"""
