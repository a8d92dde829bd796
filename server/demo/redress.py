"""What is asked against penalties: appeals with documents, applications, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from penalties.appeals import Kind, Role
from server.demo.desk import Desk
from server.demo.papers import pdf
from server.demo.staff import ADMINISTRATOR
from server.documents import PDF
from server.enforcement.answering import Answer, answer
from server.enforcement.requesting import Asking, file, move
from server.records import audit, documents
from server.records.audit import Deed
from server.records.documents import Document
from server.records.requests import Request
from server.worker.telling import Told


@dataclass(slots=True)
class Redress:
    """Requests about the penalties of a desk, by whose they are."""

    desk: Desk
    requests: dict[str, Request] = field(default_factory=dict)

    async def appeal(self, who: str, text: str, now_ms: int) -> None:
        """The member says that it was a mistake."""
        await self._file("appeal", who, "mistake", text, now_ms)

    async def apply(self, who: str, text: str, now_ms: int) -> None:
        """The administrator asks for leniency."""
        await self._file("application", who, "leniency", text, now_ms)

    async def _file(self, kind: Kind, who: str, grounds: str, text: str, now_ms: int) -> None:
        enterprise_id, member_id = who.split("/")
        is_ours = enterprise_id == "harbour"
        administrator = ADMINISTRATOR if is_ours else f"{enterprise_id}'s administrator"
        holder = administrator if kind == "application" or is_ours else member_id
        role: Role = "administrator" if holder == administrator else "member"
        desk = self.desk
        penalty_id = desk.penalties.get(who)
        if penalty_id is None:
            return
        asking = Asking(kind, penalty_id, role, grounds, text)
        terms = desk.terms(now_ms, who)
        made = await file(desk.stores.database, asking, desk.actor(holder), terms)
        self.requests[who] = made

    async def review(self, who: str, by: str, now_ms: int) -> None:
        """A reviewer begins to look into it."""
        desk, request = self.desk, self.requests.get(who)
        if request is not None:
            terms = desk.terms(now_ms, who)
            await move(desk.stores.database, request.id, "review", desk.actor(by), terms)

    async def answer(self, who: str, outcome: str, reason: str, by: str, now_ms: int) -> None:
        """Somebody else than who decided the penalty decides, or asks for more."""
        desk, request = self.desk, self.requests.get(who)
        if request is None:
            return
        made = Answer(request.kind, outcome, reason)
        actor, terms = desk.actor(by), desk.terms(now_ms, who)
        done = await answer(desk.stores.database, request.id, made, actor, terms)
        await desk.tell(Told(done.penalties, done.violations))

    async def bring(self, who: str, lines: tuple[str, ...], now_ms: int) -> None:
        """Whoever appeals brings a document."""
        request, stores = self.requests.get(who), self.desk.stores
        if request is None:
            return
        content = pdf(lines)
        new = Document(
            id=documents.new_id(),
            request_id=request.id,
            kind="other",
            media_type=PDF,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            uploaded_by=request.filed_by,
            created_ms=now_ms,
        )
        async with stores.database.write() as connection:
            await documents.add(connection, new, stores.sealer.seal(content, new.context))
            await audit.record(connection, _added(request, new))


def _added(request: Request, new: Document) -> Deed:
    return Deed(
        at_ms=new.created_ms,
        holder=request.filed_by,
        key_id=request.key_id,
        action="document.added",
        subject_kind="document",
        subject_id=new.id,
        enterprise_id=request.enterprise_id,
        member_id=request.member_id,
        after={"appeal_id": request.id, "kind": new.kind, "sha256": new.sha256},
    )
