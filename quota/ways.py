"""The ways an add can come about, by WeCom's `add_way` names and codes (DOMAIN §1)."""

from types import MappingProxyType

WAY_CODES = MappingProxyType(
    {
        "unknown": 0,
        "qr_code": 1,
        "phone_search": 2,
        "card_share": 3,
        "group_chat": 4,
        "phone_contact": 5,
        "wechat_contact": 6,
        "service_app": 8,
        "email_search": 9,
        "channels": 10,
        "calendar": 11,
        "meeting": 12,
        "wechat_friend": 13,
        "smart_device": 14,
        "onsite_service": 15,
        "acquisition_link": 16,
        "shared_by_member": 201,
        "admin_assigned": 202,
    }
)
WAY_NAMES = MappingProxyType({code: name for name, code in WAY_CODES.items()})

HANDOVERS = frozenset({"shared_by_member", "admin_assigned"})
"""Hand-overs between colleagues charge only `handover_daily`."""


def way_name(value: str | int) -> str:
    """The name of a way given by name or by WeCom code (an int or its digits).

    Raises ValueError, naming the known ways, for anything else.
    """
    if isinstance(value, str) and value in WAY_CODES:
        return value
    if isinstance(value, int) or (value.isascii() and value.isdigit()):
        name = WAY_NAMES.get(int(value))
        if name is not None:
            return name
    known = ", ".join(f"{name} ({code})" for name, code in WAY_CODES.items())
    raise ValueError(f"unknown way {value!r}; known ways: {known}")
