"""Names of keys and decisions. All keys of an enterprise share its shard's hash tag.

`/` separates ids inside a key: ids never contain it, so no two accounts share a key.
"""

from base64 import urlsafe_b64encode
from hashlib import blake2b
from zlib import crc32

from quota.adds import Add


def shard_of(enterprise_id: str, shards: int) -> int:
    """The shard that owns an enterprise: crc32(id) mod the number of shards."""
    return crc32(enterprise_id.encode()) % shards


def shard_of_decision(decision_id: str, shards: int) -> int | None:
    """The shard a decision id begins with, or None when it is no id of ours."""
    head, _, tail = decision_id.partition("-")
    if not tail or not head.isascii() or not head.isdigit() or int(head) >= shards:
        return None
    return int(head)


def prefix(shard: int) -> str:
    """What every key of the shard begins with."""
    return f"{{s{shard}}}:"


def meta(shard: int) -> str:
    """The hash of the shard's epoch, seq and fence."""
    return f"{{s{shard}}}:meta"


def stream(shard: int) -> str:
    """The stream of events that wait to be folded."""
    return f"{{s{shard}}}:events"


def holds(shard: int) -> str:
    """The live holds, scored by when they expire."""
    return f"{{s{shard}}}:holds"


def enterprise(shard: int, enterprise_id: str) -> str:
    """What is kept of an enterprise: its own limits and calendar."""
    return f"{{s{shard}}}:e/{enterprise_id}"


def member(shard: int, enterprise_id: str, member_id: str) -> str:
    """What is kept of a member: its limits."""
    return f"{{s{shard}}}:m/{enterprise_id}/{member_id}"


def record(shard: int, decision_id: str) -> str:
    """The record of one decision."""
    return f"{{s{shard}}}:r/{decision_id}"


def cooldown(shard: int, enterprise_id: str, contact: str, member_id: str | None = None) -> str:
    """Until when a contact is not added, by one member or (None) by the whole enterprise."""
    tail = "" if member_id is None else f"/{member_id}"
    return f"{{s{shard}}}:c/{enterprise_id}/{contact}{tail}"


def seen_event(shard: int, enterprise_id: str, event_id: str) -> str:
    """Stands while an event_id is remembered."""
    return f"{{s{shard}}}:x/{enterprise_id}/{event_id}"


def decision_base(add: Add, shard: int, *, fixed: bool) -> str:
    """The decision's id, but for the local day that the script adds where no request_id is given.

    Derived from the request_id within its enterprise (`fixed`), else from member, contact and
    direction: retries and repeats meet the same record (DESIGN, rule 4).
    """
    if fixed:
        said = f"r\0{add.enterprise_id}\0{add.request_id}"
    else:
        said = f"a\0{add.enterprise_id}\0{add.member_id}\0{add.contact}\0{add.initiated_by}"
    digest = blake2b(said.encode(), digest_size=12).digest()
    return f"{shard}-{urlsafe_b64encode(digest).decode()}"


def fingerprint(add: Add) -> bytes:
    """What tells a retry from another request under the same request_id; 6 bytes."""
    said = (
        f"{add.member_id}\0{add.contact}\0{add.way}\0{add.initiated_by}\0{add.mode}\0{add.hold_s}\0"
        f"{add.number_block}{add.number_tail}\0{add.greeting_hash}"
    )
    return blake2b(said.encode(), digest_size=6).digest()
