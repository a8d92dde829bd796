"""The results as tables, which a terminal and a page show alike."""

from collections.abc import Callable, Iterable, Sequence

from benchmarks.detection_cells import NONE, Table, counted, number, pair, said, share
from benchmarks.detection_conditions import companies, cost, real, scenarios
from benchmarks.detection_wanted import WANTED, Results, Wanted

METHOD_NAMES = {
    "enforce": "verdict, enforced",
    "review": "verdict, reviewed",
    "alone": "any single pattern's flag",
    "wald": "Wald's acceptance test",
    "renren": "Renren rule",
    "hourly_cap": "40 adds an hour",
}


def wanted(results: Results) -> Table:
    """What was asked for."""

    def row(each: Wanted) -> list[str]:
        ours, shown = each.ours(results), share if each.share else _whole
        met = {True: "yes", False: "no", None: NONE}[each.is_met(results)]
        return [
            each.name,
            f"{each.sense} {shown(each.wanted)}",
            each.before or NONE,
            shown(ours),
            met,
        ]

    return Table(
        "Asked for and reached",
        ("figure", "wanted", "reference", "ours", "met"),
        [row(each) for each in WANTED],
    )


def _whole(value: float | None) -> str:
    return number(value, 0 if value is None or value == int(value) else 1)


def methods(results: Results) -> Table:
    """Ours beside simpler rules."""
    return Table(
        "Methods",
        (
            "method",
            "found",
            "false (members)",
            "precision here",
            "at 1 % abusers",
            "at .1 %",
            "adds until",
            "victims until",
        ),
        [
            [
                METHOD_NAMES[each["method"]],
                share(each["found"]),
                counted(each),
                share(each["precision"]),
                share(each["precision_at"]["0.01"]),
                share(each["precision_at"]["0.001"]),
                pair(each["adds"]),
                pair(each["victims"]),
            ]
            for each in results["methods"]
        ],
        "Adds and victims: median · 90th percentile of the abusers found.",
    )


def methods_by_class(results: Results) -> Table:
    """Whom each method flags."""
    names = [each["class"] for each in results["classes"]]
    return Table(
        "Flagged, by class",
        ("class", *(METHOD_NAMES[each["method"]] for each in results["methods"])),
        [
            [said(name), *(share(each["by_class"][name]) for each in results["methods"])]
            for name in names
        ],
        "The honest classes come first.",
    )


def abusers(results: Results) -> Table:
    """The classes of abusers."""
    return Table(
        "Abusers, by class",
        (
            "class",
            "members",
            "enforced",
            "adds until",
            "victims until",
            "reviewed",
            "adds until",
            "found at 1e-3 false",
            "at 1e-4",
            "answers ÷ Wald",
        ),
        [
            [
                said(each["class"]),
                number(each["members"]),
                share(each["enforce"]["found"]),
                pair(each["enforce"]["adds"]),
                pair(each["enforce"]["victims"]),
                share(each["review"]["found"]),
                pair(each["review"]["adds"]),
                share(each["found_at"]["0.001"]),
                share(each["found_at"]["0.0001"]),
                number(each["answers_to_wald"], 2),
            ]
            for each in results["classes"]
            if each["abusive"]
        ],
        "Found at: by the log-odds alone, at the threshold that so many honest members are above.",
    )


def honest(results: Results) -> Table:
    """The honest classes."""
    return Table(
        "Honest members, by class",
        ("class", "members", "adds a member", "enforced", "reviewed", "share reviewed"),
        [
            [
                said(each["class"]),
                number(each["members"]),
                number(each["adds_made"]),
                number(each["enforce"]["count"]),
                number(each["review"]["count"]),
                share(each["review"]["found"]),
            ]
            for each in results["classes"]
            if not each["abusive"]
        ],
    )


def first_adds(results: Results) -> Table:
    """What is known early."""
    return Table(
        "Area under the ROC curve after a member's first adds",
        ("adds", "abusive", "honest", "verdict", "acceptance alone", "blocks and complaints alone"),
        [
            [
                number(each["adds"]),
                number(each["abusive"]),
                number(each["honest"]),
                *(share(each[name]) for name in ("ours", "acceptance", "hard_negatives")),
            ]
            for each in results["first_adds"]
        ],
    )


def removed(results: Results) -> Table:
    """Each pattern removed in turn."""
    return Table(
        "Each pattern removed in turn",
        ("without", "found, enforced", "false, enforced", "found, reviewed", "false, reviewed"),
        [
            [
                f"`{each['without']}`" if each["without"] else "(none)",
                *(
                    share(each[level][figure])
                    for level in ("enforce", "review")
                    for figure in ("found", "false")
                ),
            ]
            for each in results["removed"]
        ],
        "`enterprise_negatives` and `greeting_reuse` call for no member's case: see enterprises.",
    )


TABLES: Sequence[Callable[[Results], Table]] = (
    wanted,
    methods,
    methods_by_class,
    abusers,
    honest,
    first_adds,
    removed,
    scenarios,
    companies,
    cost,
    real,
)


def all_of(results: Results) -> Iterable[Table]:
    """Every table, in the order they are shown."""
    return (make(results) for make in TABLES)
