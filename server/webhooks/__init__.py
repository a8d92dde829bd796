"""Webhooks from the outbox on: who is told of what, signed, in order, until it arrived."""
