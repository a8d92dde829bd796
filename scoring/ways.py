"""Ways an add comes about (DOMAIN §1), as scoring sees them: hand-overs, and cold or warm."""

HANDOVERS = frozenset({"shared_by_member", "admin_assigned"})
"""Between colleagues: they count as feedback, not as first contacts."""
