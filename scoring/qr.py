"""Several members behind one contact-me QR code: who takes the next scan (the seed's §5.1)."""

from collections.abc import Mapping


def route(headroom: Mapping[str, int]) -> str | None:
    """The member with the most passive adds left, of equals the first by id; None: all are full.

    `headroom` maps each member to the passive adds that it may still take today.
    """
    free = [(-left, member) for member, left in headroom.items() if left > 0]
    return min(free)[1] if free else None
