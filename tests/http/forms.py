"""Bodies in parts, right and spoilt."""

from collections.abc import AsyncIterator, Mapping

from tests.http.service import ADMIN_KEY, Answer, Service

BOUNDARY = "part-of-a-test"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
CHUNK = 64 * 1024


def part(name: str, content: bytes, *headers: str, file: str | None = None) -> bytes:
    """One part with its boundary before it; `headers` are lines."""
    named = f'Content-Disposition: form-data; name="{name}"'
    named += "" if file is None else f'; filename="{file}"'
    head = "\r\n".join((f"--{BOUNDARY}", named, *headers))
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def upload(kind: str, file: bytes, *headers: str) -> bytes:
    """The body of an upload; `headers` are those of the file."""
    return form(part("kind", kind.encode()), part("file", file, *headers, file="scan.pdf"))


async def send(
    service: Service,
    path: str,
    body: bytes,
    key: str = ADMIN_KEY,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Posts a body in parts."""
    sent = {"Content-Type": FORM, **(headers or {})}
    return await service.call("POST", path, key=key, raw=body, headers=sent)


async def send_unannounced(service: Service, path: str, chunks: AsyncIterator[bytes]) -> Answer:
    """Posts a body whose length nobody says before."""
    headers = {"Content-Type": FORM, "Authorization": f"Bearer {ADMIN_KEY}"}
    async with service.client.post(path, data=chunks, headers=headers) as response:
        return Answer(response.status, response.headers, await response.read())


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    """A body in pieces."""
    for at in range(0, len(body), CHUNK):
        yield body[at : at + CHUNK]
