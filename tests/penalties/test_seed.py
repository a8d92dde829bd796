"""The seed's §2 to §5, sentence by sentence: our code keeps each, and none was left out."""

import os
import re
from pathlib import Path

import pytest

from penalties.appeals import RIGHTS
from penalties.catalogue import SEED_KINDS
from penalties.rules import RULES
from tests.penalties.seed_kinds import KINDS
from tests.penalties.seed_sentences import NO_RULES, SENTENCES, Sentence

GIVEN = os.environ.get("SEED_DOCUMENT")
"""The directory of the document; without it, where a checkout has it beside it."""
DOCUMENT = Path(GIVEN) if GIVEN else Path(__file__).parents[3] / "shared" / "seed"
needs_document = pytest.mark.skipif(
    not GIVEN and not DOCUMENT.is_dir(),
    reason="SEED_DOCUMENT names no directory with the seed, and none is beside the checkout",
)
HEADING = re.compile(r"^(?P<clause>\d(?:\.\d)?)\.?[^\S\n]+\S", re.MULTILINE)


def clauses() -> dict[str, str]:
    """The text of each clause of §2 to §5, its heading first, in lines made one."""
    (file,) = DOCUMENT.glob("*.txt")
    text = file.read_text(encoding="utf-8")
    places = [(found["clause"], found.start()) for found in HEADING.finditer(text)]
    ends = [start for _, start in places[1:]] + [len(text)]
    found = {f"§{name}": text[at:end] for (name, at), end in zip(places, ends, strict=True)}
    return {name: " ".join(part.split()) for name, part in found.items() if name >= "§2"}


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: f"{one.clause}: {one.quote[:60]}")
def test_our_code_keeps_the_sentence(sentence: Sentence) -> None:
    assert sentence.shows() <= set(RULES)
    assert sentence.does.endswith(".")


@needs_document
@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: f"{one.clause}: {one.quote[:60]}")
def test_the_quote_stands_in_its_clause(sentence: Sentence) -> None:
    clause = sentence.clause.split()[0]
    assert sentence.quote in clauses()[clause]


@needs_document
def test_no_sentence_was_left_out() -> None:
    rest = " ".join(clauses().values())
    known = [*(one.quote for one in SENTENCES), *NO_RULES]
    for words in sorted(known, key=len, reverse=True):
        rest = rest.replace(words, " ")
    assert re.findall(r"\w{2,}", rest) == []


def test_every_published_rule_is_met_by_a_sentence() -> None:
    met = {rule for sentence in SENTENCES for rule in sentence.shows()}
    assert met == set(RULES)


def test_every_kind_of_the_catalogue_is_a_sentence() -> None:
    assert list(KINDS) == [kind.id for kind in SEED_KINDS]
    for kind in SEED_KINDS:
        (row,) = [one for one in SENTENCES if one.does.startswith(f"`{kind.id}` ")]
        assert (row.clause, row.quote) == (kind.clause, KINDS[kind.id])
        assert kind.id == "T2.LINKED_WECHAT_BLOCKED" or row.quote.startswith(kind.title)


def test_every_clause_that_our_rules_and_rights_cite_is_one_of_the_sentences() -> None:
    cited = {rule.clause for rule in RULES.values()} | {kind.clause for kind in SEED_KINDS}
    cited |= {clause for right in RIGHTS.values() for clause in right.clause.split(", ")}
    assert cited <= {one.clause for one in SENTENCES}
