"""The pattern `sequential_numbers`: neighbours among searched numbers, and dense blocks."""

import random

from scoring.patterns.sequential_numbers import NAME
from tests.scoring.story import Story

BLOCK = "n.k1.AAAAAAAAAAAAAAAAAAAAAA"


def _search(story: Story, number: int, block: str = BLOCK) -> None:
    name = f"c{block[5]}{number}"
    story.add(name, number_block=block, number_tail=f"{number:04d}")
    story.wait(hours=0.1)


def _miss(story: Story, number: int, block: str = BLOCK) -> None:
    story.tell("phone_search.missed", number_block=block, number_tail=f"{number:04d}")


def test_the_twenty_fifth_number_in_a_row_fires_it() -> None:
    story = Story()
    for number in range(24):
        _search(story, 5_000 + number)
    assert story.flags(NAME) == []
    assert story.member().patterns[NAME]["n"] == 23
    _search(story, 5_024)
    (flag,) = story.flags(NAME)
    assert (flag.mode, flag.statistic, flag.threshold) == ("enforce", 24, 24)
    assert flag.evidence[0] == (
        "of the last 25 numbers searched, 0 of which nobody has, 24 (those that nobody has count "
        "2 times) lie within 20 of the next lower one"
    )
    assert flag.evidence[-1].endswith("contact cA5024 was added")
    assert len(flag.events) == 3
    assert story.member().patterns[NAME]["tails"] == ""


def test_numbers_that_nobody_has_count_twice() -> None:
    story = Story()
    for number in range(12):
        _miss(story, 100 + number)
    assert story.member().patterns[NAME]["n"] == 22
    _miss(story, 112)
    assert len(story.flags(NAME)) == 1


def test_the_order_of_the_search_does_not_matter() -> None:
    story, numbers = Story(), list(range(25))
    random.Random(1).shuffle(numbers)
    for number in numbers:
        _search(story, number)
    assert len(story.flags(NAME)) == 1


def test_neighbours_are_near_and_of_one_block() -> None:
    story = Story()
    for number in range(40):
        _search(story, number * 21)
    assert story.member().patterns[NAME]["n"] == 0
    other = Story()
    for number in range(40):
        _search(other, number, f"n.k1.{'AB'[number % 2]}{'C' * 21}")
    # the last 32 of each second number: 15 neighbours in either block
    assert other.flags(NAME)
    far = Story()
    for number in range(40):
        _search(far, number, f"n.k1.{number:03d}{'C' * 19}")
    assert far.member().patterns[NAME]["n"] == 0


def test_three_dense_blocks_ask_for_a_review_only() -> None:
    story, draw = Story(), random.Random(2)
    tails = [draw.sample(range(0, 10_000, 200), 30) for _ in range(3)]
    for round_ in range(22):
        for block in range(3):
            _search(story, tails[block][round_], f"n.k1.{block}{'D' * 21}")
    flags = story.flags(NAME)
    assert [flag.mode for flag in flags] == ["review"]
    assert (flags[0].statistic, flags[0].threshold) == (1.0, 0.8)


def test_random_numbers_and_other_ways_are_quiet() -> None:
    story, draw = Story(), random.Random(3)
    for _ in range(200):
        _search(story, draw.randrange(10_000), f"n.k1.{draw.randrange(10**6):06d}{'E' * 16}")
    assert story.flags(NAME) == []
    other = Story()
    for number in range(60):
        other.add(f"c{number}", way="group_chat", number_block=BLOCK, number_tail=f"{number:04d}")
    assert NAME not in other.member().patterns


def test_searches_without_a_number_are_not_read() -> None:
    story = Story()
    story.add("c1")
    story.tell("phone_search.missed")
    assert NAME not in story.member().patterns


def test_trying_the_same_number_again_is_no_enumeration() -> None:
    story = Story()
    for _ in range(60):
        _search(story, 4_321)
        _miss(story, 1_234)
    assert story.flags(NAME) == []
    assert story.member().patterns[NAME]["tails"] == "43211234"
