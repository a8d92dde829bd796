"""Appeals of a running service, and documents brought for them."""

from typing import Any
from uuid import uuid4

from server.records import audit
from server.records.audit import Deed, DeedFilter
from tests.appeals import PDF, insert_appeal
from tests.http.forms import send, upload
from tests.http.service import Service

DAY_MS = 86_400_000


async def appeal(service: Service, **changed: Any) -> str:
    """The path of a new appeal's documents; it is not overdue, for then the worker ends it."""
    appeal_id, due_ms = f"a-{uuid4().hex}", service.services.clock_ms() + DAY_MS
    async with service.services.database.write() as connection:
        await insert_appeal(connection, appeal_id, **{"due_ms": due_ms} | changed)
    return f"/v1/appeals/{appeal_id}/documents"


def id_in(path: str) -> str:
    return path.split("/")[3]


async def bring(service: Service, path: str, kind: str = "other", file: bytes = PDF) -> Any:
    answer = await send(service, path, upload(kind, file))
    assert answer.status == 201, answer.raw
    return answer.body


async def listed(service: Service, path: str) -> Any:
    return (await service.get(path)).body["items"]


async def deeds(service: Service, document_id: str) -> list[Deed]:
    async with service.services.database.read() as connection:
        which = DeedFilter(subject_kind="document", subject_id=document_id)
        return await audit.listed(connection, which)
