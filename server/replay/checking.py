"""What the shape of a line about a decision cannot say: whether the policy knows of it."""

from penalties.policy import PenaltiesPolicy
from server.replay.reading import Line

_ABOUT = ("penalty_id", "violation_id", "case_id", "linked_account_id")


def check_decision(line: Line, policy: PenaltiesPolicy) -> None:
    """Raises ReplayError that names file, line and field of what cannot be so."""
    body = line.body
    kind = body.get("violation")
    if kind is not None and kind not in policy.catalogue:
        known = ", ".join(policy.catalogue)
        raise line.error(f"violation: unknown kind {kind!r}; known kinds: {known}")
    if line.type == "violation.upheld" and kind is not None and kind[1] != str(body["track"]):
        raise line.error(f"track: {kind} is of track {kind[1]}")
    scopes = body.get("scopes", ())
    if scopes and body.get("severity") != "severe":
        raise line.error("scopes: account blocks are for severe violations only")
    if "enterprise_account" in scopes and not body.get("grounds") and "of_service" not in body:
        raise line.error(
            "grounds: an enterprise_account block needs them: number, share, gravity, intent"
        )
    if line.type in ("appeal.decided", "application.decided") and not any(
        name in body for name in _ABOUT
    ):
        raise line.error(f"penalty_id: is missing; or one of {', '.join(_ABOUT[1:])}")
