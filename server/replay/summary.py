"""The summary that a replay prints."""

from collections.abc import Iterator, Mapping

from server.replay.run import Summary


def lines_of(summary: Summary) -> Iterator[str]:
    """The summary, line by line: what is counted first, what it is counted in after it."""
    tally = summary.tally
    members, enterprises = summary.members, summary.enterprises
    yield f"{tally.events:,} events of {members:,} members in {enterprises:,} enterprises"
    denied = f"{tally.denied.total():,} denied{_details(tally.denied)}"
    yield f"{tally.adds:,} adds: {tally.allowed:,} allowed, {denied}"
    if tally.dropped:
        what = "outcomes of denied adds, repeated events, answers about nothing known"
        yield f"{tally.dropped:,} events dropped: {what}"
    tiers = ", ".join(f"{tier}: {summary.tiers[tier]:,}" for tier in sorted(summary.tiers))
    yield f"members by tier: {tiers or 'none'}"
    reached = tally.caps_reached
    yield f"days at a daily cap: {reached.total():,}{_details(reached)}"
    flags, flagged = tally.flags, len(tally.flagged)
    yield f"flags: {flags.total():,} of {flagged:,} accounts{_details(flags)}"
    cases, suspected = tally.cases, len(tally.suspected)
    yield f"cases: {cases.total():,} of {suspected:,} accounts{_details(cases)}"
    imposed, overturned = tally.imposed, tally.overturned
    undone = f"{overturned.total():,} overturned{_details(overturned)}"
    holds = f"{tally.holds.total():,} holds"
    yield f"penalties: {imposed.total():,} imposed{_details(imposed)}, {undone}, {holds}"
    yield f"{summary.seconds:,.1f} s, {summary.events_per_s:,.0f} events/s"


def _details(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()) if number)
    return f" ({shown})" if shown else ""
