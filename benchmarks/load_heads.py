"""Reading heads of HTTP/1.1 messages, as little of them as the load needs, at little cost."""

END = b"\r\n\r\n"
"""Between a head and its body."""
LENGTH = b"content-length"


def field_of(head: bytes, lower: bytes, name: bytes) -> bytes:
    """A field's value, b"" where it is absent; `lower` is `head` and `name` is in lower case."""
    at = lower.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    begin = at + len(name) + 3
    end = lower.find(b"\r\n", begin)
    return head[begin : end if end >= 0 else len(head)].strip()


def length_of(head: bytes, lower: bytes) -> int:
    """Bytes of the body that follows; 0 where nothing is said."""
    return int(field_of(head, lower, LENGTH) or 0)
