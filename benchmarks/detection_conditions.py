"""Tables of other traffic, of whole enterprises, of cost and of real people."""

from collections.abc import Mapping
from typing import Any

from benchmarks.detection_cells import NONE, Table, counted, number, pair, said, share
from benchmarks.detection_wanted import Results


def scenarios(results: Results) -> Table:
    """Stress and other spreads."""

    def row(each: Mapping[str, Any]) -> list[str]:
        hit = each["attacked"]
        told = NONE if hit is None else f"{hit['enforce']} · {hit['review']} of {hit['members']}"
        return [
            said(each["scenario"]),
            *(
                text
                for level in ("enforce", "review")
                for text in (share(each[level]["found"]), counted(each[level]))
            ),
            told,
        ]

    return Table(
        "Stress, and members that differ otherwise",
        (
            "traffic",
            "found, enforced",
            "false, enforced",
            "found, reviewed",
            "false, reviewed",
            "of those it befell: enforced · reviewed",
        ),
        [row(each) for each in results["scenarios"]],
    )


def companies(results: Results) -> Table:
    """The patterns of whole enterprises."""
    names = ("enterprise_negatives", "greeting_reuse")
    sorts = {
        "honest": "honest members only",
        "with_guests": "honest, one to a few abusers among them",
    }
    return Table(
        "Enterprises flagged as a whole",
        ("enterprise", "number", *(f"`{name}`" for name in names)),
        [
            [
                sorts.get(each["sort"], f"one {said(each['sort'])}"),
                number(each["enterprises"]),
                *(share(each["flags"].get(name, 0.0)) for name in names),
            ]
            for each in results["companies"]
        ],
    )


def cost(results: Results) -> Table:
    """Time and space."""
    found = results["cost"]
    size, each = found["size"], sorted(found["each"].items(), key=lambda pattern: -pattern[1])
    rows = [
        ["the whole fold, µs an event", number(found["fold"], 1)],
        ["all patterns and the verdict, µs an event", number(found["patterns"], 1)],
        ["of that the verdict, µs an event", number(found["judging"], 1)],
        *([f"`{name}`, µs an event", number(us, 1)] for name, us in each[:3]),
        ["patterns' state of a member, mean bytes", number(size["mean"])],
        ["99th percentile · largest", f"{number(size['p99'])} · {number(size['max'])}"],
        ["an open add, bytes", number(size["open_add"], 1)],
    ]
    return Table("Cost", ("what", "figure"), rows)


def real(results: Results) -> Table:
    """Real people."""
    found, rows = results.get("real") or {}, []
    if college := found.get("college"):
        for name, each in college["classes"].items():
            name_shown = (
                f"CollegeMsg: {'people' if name == 'people' else f'injected, {said(name)}'}"
            )
            until = pair(each["enforce"]["adds"])
            counts = [number(each[level]["count"]) for level in ("enforce", "review")]
            rows.append([name_shown, number(each["members"]), *counts, until])
    if reddit := found.get("reddit"):
        for name, each in reddit.items():
            counts = [number(each["enforce"]), number(each["flagged"])]
            until = pair(each["events_until_flag"])
            rows.append([f"Reddit, timing alone: {name}", number(each["accounts"]), *counts, until])
    note = (
        "Reddit's accounts count as reviewed where `machine_timing` flagged them."
        if rows
        else "REAL_DATA_SETS named no directory with the data: not measured."
    )
    return Table(
        "Real data", ("members", "number", "enforced", "reviewed", "adds until"), rows, note
    )
