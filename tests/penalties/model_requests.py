"""Requests about a record in memory, as `server/enforcement` files and answers them in SQL."""

from dataclasses import dataclass, field, replace

from penalties.appeals import (
    DECISIONS,
    OPEN,
    TRANSITIONS,
    Filed,
    Filing,
    Kind,
    RequestState,
    Role,
    missing_documents,
    sort_of,
    why_no_appeal,
    why_no_application,
    why_not_decide,
)
from penalties.penalty import Penalty
from penalties.tracks import DAY_MS
from tests.penalties.model import Record


@dataclass(frozen=True)
class Request:
    """An appeal or an application, as far as the rules ask."""

    kind: Kind
    penalty_id: str
    role: Role
    filed_by: str
    text: str
    at_ms: int
    state: RequestState = "submitted"


@dataclass
class Office(Record):
    """A record with the requests about it; `corrected` is what the last overturn corrected."""

    requests: list[Request] = field(default_factory=list)
    corrected: set[str] = field(default_factory=set)

    def file(self, asked: Request, grounds: str) -> str | None:
        """Files a request; why not, where it is not taken."""
        penalty = self.penalties[asked.penalty_id]
        filing = Filing(
            role=asked.role,
            grounds=grounds,
            text=asked.text,
            at_ms=self.now_ms,
            before=tuple(
                Filed(one.kind, one.state, one.text)
                for one in self.requests
                if one.penalty_id == penalty.id
            ),
            of_enterprise=sum(
                one.kind == "application"
                and self.penalties[one.penalty_id].enterprise_id == penalty.enterprise_id
                and one.at_ms > self.now_ms - self.policy.redress.applications_days * DAY_MS
                for one in self.requests
            ),
        )
        why_not = why_no_appeal if asked.kind == "appeal" else why_no_application
        obstacle = why_not(penalty, filing, self.policy)
        if obstacle is None:
            self.requests.append(replace(asked, at_ms=self.now_ms))
        return obstacle

    def answer(
        self, place: int, outcome: str, holder: str, shorter_ms: int, documents: tuple[str, ...]
    ) -> bool:
        """A reviewer answers a request; False where the rules do not let them."""
        request = self.requests[place]
        penalty, step = self.penalties[request.penalty_id], DECISIONS[outcome]
        state = TRANSITIONS[request.kind].get((request.state, step))
        missing = missing_documents(penalty, documents)
        if state is None or why_not_decide(penalty, request.filed_by, holder, step, missing):
            return False
        if outcome in {"approved", "modified"} and not penalty.binds_at(self.now_ms):
            return False
        self.requests[place] = replace(request, state=state)
        if outcome == "overturned":
            self.corrected = self.overturn(penalty)
            self._answer_open()
        elif outcome in {"approved", "modified"}:
            self._shorten(penalty, shorter_ms if outcome == "modified" else 0)
        return True

    def move(self, place: int, step: str) -> None:
        """A request is taken up, added to, withdrawn, or its time is over."""
        request = self.requests[place]
        for (before, by), after in TRANSITIONS[request.kind].items():
            if (before, by) == (request.state, step):
                self.requests[place] = replace(request, state=after)

    def _shorten(self, penalty: Penalty, by_ms: int) -> None:
        """Leniency, or an appeal that was right in part: it ends now, or `by_ms` earlier."""
        ends_ms = None if penalty.ends_ms is None else penalty.ends_ms - by_ms
        self._end(penalty, ends_ms if by_ms and sort_of(penalty) != "linked" else None)

    def _answer_open(self) -> None:
        """Open requests about what fell have what they wanted."""
        for place, request in enumerate(self.requests):
            fell = self.penalties[request.penalty_id].overturned_ms is not None
            if fell and request.state in OPEN:
                state: RequestState = "overturned" if request.kind == "appeal" else "approved"
                self.requests[place] = replace(request, state=state)
