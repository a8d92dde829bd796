"""Ways an add comes about (DOMAIN §1), as scoring sees them: hand-overs, and cold or warm."""

HANDOVERS = frozenset({"shared_by_member", "admin_assigned"})
"""Between colleagues: they count as feedback, not as first contacts."""

COLD = frozenset({"unknown", "phone_search", "group_chat", "email_search"})
"""The contact need not know the member; every other way is warm."""
