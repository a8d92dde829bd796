"""Linked accounts of a replay: blocked and unblocked, for everybody linked to them (§3.2).

Events are taken by their own time: a later one that came before counts, an earlier one that comes
after does not.
"""

from hashlib import sha256

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.tracks import HOUR_MS
from penalties.violation import OWN_IDS, Violation
from scoring.events import Event
from scoring.working import MemberKey
from server.replay.accounts import Accounts, Heard
from server.replay.penalties import Penalties
from server.replay.policies import InForce
from server.replay.violations import Violations

BLOCKED, UNBLOCKED = "linked_account.blocked", "linked_account.unblocked"
_KIND = "T2.LINKED_WECHAT_BLOCKED"


class LinkedAccounts:
    """How each linked account stands, and what that withholds from whom."""

    def __init__(self, accounts: Accounts, penalties: Penalties, violations: Violations) -> None:
        self._accounts = accounts
        self._penalties = penalties
        self._violations = violations

    def changed(self, event: Event, in_force: InForce) -> None:
        """`linked_account.blocked`, `linked_account.unblocked`."""
        link = event.fields["linked_account_id"]
        news = Heard(event.at_ms, event.type == UNBLOCKED, event.received_ms)
        known = self._accounts.heard.get(link)
        if known is not None and news[:2] <= known[:2]:
            return
        self._accounts.heard[link] = news
        if event.type == UNBLOCKED:
            self._release(link, event, in_force)
            return
        for account in self._concerned(link, event):
            self._block(link, account, event, in_force)

    def linked(self, event: Event, in_force: InForce) -> None:
        """`member.updated`: whoever is linked to a blocked account now has the same withheld."""
        link = event.fields.get("linked_account_id")
        known = self._accounts.heard.get(link or "")
        if link is None or known is None or known.is_unblocked or event.member_id is None:
            return
        account = (event.enterprise_id, event.member_id)
        # Describing a member again is no news: what was overturned must not come back with it.
        hit = (one for one in self._penalties.of_account(account) if one.linked_account_id == link)
        if all(one.starts_ms < known.received_ms for one in hit):
            self._block(link, account, event, in_force)

    def _concerned(self, link: str, event: Event) -> list[MemberKey]:
        """Whoever is linked now, and whom the event names unless linked to another account."""
        accounts = self._accounts.linked_to(link)
        if event.member_id is not None:
            named = (event.enterprise_id, event.member_id)
            if self._accounts.link_of(named) in (None, link) and named not in accounts:
                accounts.append(named)
        return accounts

    def _block(self, link: str, account: MemberKey, event: Event, in_force: InForce) -> None:
        now_ms, policy = event.received_ms, in_force.policy.penalties
        history = self._penalties.history(*account)
        violation = _violation(link, account, event)
        ruling = self._violations.rule(violation, policy, now_ms)
        if ruling.measures:
            self._violations.uphold(violation, ruling, event, in_force)
        for one in history:
            if _waits_for(one, link, account, now_ms):
                self._penalties.wait_on(one, now_ms)

    def _release(self, link: str, event: Event, in_force: InForce) -> None:
        """Within a day of the unblocking what was withheld comes back by itself (§3.2)."""
        after_h = in_force.policy.penalties.linked_account.release_after_h
        for one in self._penalties.of_link(link, event.received_ms):
            if one.track is Track.LINKED_ACCOUNT and one.ends_ms is None:
                ends_ms = event.at_ms + after_h * HOUR_MS
                self._penalties.lift(one, event.received_ms, ends_ms)


def _waits_for(one: Penalty, link: str, account: MemberKey, now_ms: int) -> bool:
    """Whether it is about to be released: blocked again while waiting it stays (DOMAIN §6)."""
    own = one.linked_account_id == link and (one.enterprise_id, one.member_id) == account
    return own and one.ends_ms is not None and one.binds_at(now_ms)


def _violation(link: str, account: MemberKey, event: Event) -> Violation:
    named = f"{link}|{account[0]}|{account[1]}|{event.at_ms}|{event.received_ms}"
    return Violation(
        id=f"{OWN_IDS}l-{sha256(named.encode()).hexdigest()[:24]}",
        type=_KIND,
        track=Track.LINKED_ACCOUNT,
        severity="normal",
        source="automated",
        enterprise_id=account[0],
        member_id=account[1],
        occurred_ms=event.at_ms,
        facts="The WeChat account that the member is linked to was blocked.",
        linked_account_id=link,
    )
