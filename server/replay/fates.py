"""What `--enforce` decided: under which ids, and which contacts a member was ever let add."""

from collections.abc import Iterable

from server.replay.memory import Memory

DAY_MS = 86_400_000
_DENIED = ""
_SINCE_DENIED = "-"


class Fates:
    """Remembers decisions by the file's ids, and the last ones about each member and contact."""

    def __init__(self, memory: Memory) -> None:
        self._made_ids = memory.texts("made_ids")
        self._adds = memory.texts("adds")

    def name(self, enterprise_id: str, given_id: str, made_id: str | None) -> None:
        """A decision of the file has the id `made_id` here; None: it was denied."""
        key = (enterprise_id, given_id)
        self._made_ids.load([key])
        self._made_ids.views[key] = made_id or _DENIED
        self._made_ids.settle([key])

    def made_id(self, enterprise_id: str, given_id: str) -> str | None:
        """The id here of a decision of the file; its own where it is unknown, None if denied."""
        key = (enterprise_id, given_id)
        self._made_ids.load([key])
        return self._made_ids.views.get(key, given_id) or None

    def note(self, key: tuple[str, str, str], *, allowed: bool, now_ms: int) -> None:
        """An add by (enterprise, member, contact) was decided."""
        self._adds.load([key])
        before = self._adds.views.get(key, "").removesuffix(_SINCE_DENIED)
        self._adds.views[key] = str(now_ms) if allowed else before + _SINCE_DENIED
        self._adds.settle([key])

    def never_made(self, keys: Iterable[tuple[str, str, str]], since_ms: int) -> bool:
        """Whether the add was denied under one of the keys, and not allowed since that time.

        The keys are the names of one contact. Without any decision the files do not tell.
        """
        fates = self._known(keys)
        allowed = [fate.removesuffix(_SINCE_DENIED) for fate in fates]
        return self._ends_denied(fates) and all(int(ms) < since_ms for ms in allowed if ms)

    def last_denied(self, keys: Iterable[tuple[str, str, str]]) -> bool:
        """Whether the last decision about the contact was a denial."""
        return self._ends_denied(self._known(keys))

    def _known(self, keys: Iterable[tuple[str, str, str]]) -> list[str]:
        names = list(keys)
        self._adds.load(names)
        return [self._adds.views[key] for key in names if key in self._adds.views]

    @staticmethod
    def _ends_denied(fates: Iterable[str]) -> bool:
        return any(fate.endswith(_SINCE_DENIED) for fate in fates)
