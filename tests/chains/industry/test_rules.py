"""Arrows, places in the picture, numbering and milestones, over any chain."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chains.industry.layout import columns, rows
from chains.industry.rules import (
    STAGES,
    entries,
    in_order,
    ladder,
    loop_closed_by,
    milestone_problems,
    milestone_rank,
    milestone_state,
    moved,
)

TODAY = datetime.date(2026, 11, 21)


@given(st.integers(1, 20), st.integers(1, 20))
def test_every_segment_on_either_side_has_an_arrow(left, right):
    arrows = list(ladder(range(left), range(right)))
    assert {source for source, _target in arrows} == set(range(left))
    assert {target for _source, target in arrows} == set(range(right))
    assert len(set(arrows)) == len(arrows)


def test_nothing_to_point_at():
    assert list(ladder([1, 2], [])) == []


# -- Loops ------------------------------------------------------------------------------------------------------------
NODES = st.integers(0, 9)
ARROWS = st.lists(st.tuples(NODES, NODES), max_size=30)


def drawn(arrows) -> list[tuple[int, int]]:
    """The arrows that can be drawn one after the other."""
    links: list[tuple[int, int]] = []
    for source, target in arrows:
        if loop_closed_by(links, source, target) is None:
            links.append((source, target))
    return links


def reaches(links, start, goal) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        waiting += [target for source, target in links if source == here and target not in seen]
        seen.add(here)
    return False


@given(ARROWS, NODES, NODES)
def test_an_arrow_is_refused_exactly_when_its_end_leads_back_to_its_start(arrows, source, target):
    links = drawn(arrows)
    loop = loop_closed_by(links, source, target)
    assert (loop is not None) == reaches(links, target, source)
    if loop is not None:
        steps = list(itertools.pairwise(loop))
        assert loop[0] == loop[-1] == source
        assert steps[0] == (source, target)
        assert set(steps[1:]) <= set(links), "the way told is a way that exists"


@given(ARROWS)
def test_what_may_be_drawn_never_holds_a_loop(arrows):
    links = drawn(arrows)
    assert not any(reaches(links, target, source) for source, target in links)


# -- The picture ------------------------------------------------------------------------------------------------------
@st.composite
def chains(draw):
    stages = draw(st.lists(st.sampled_from(STAGES), max_size=14))
    segments = list(enumerate(stages))
    if not segments:
        return [], []
    ends = st.integers(0, len(segments) - 1)
    return segments, sorted(set(drawn(draw(st.lists(st.tuples(ends, ends), max_size=25)))))


@given(chains())
def test_every_arrow_leads_to_the_right(chain):
    segments, links = chain
    column = columns(segments, links)
    assert column.keys() == dict(segments).keys()
    assert all(column[source] < column[target] for source, target in links)


@given(chains())
def test_without_arrows_against_the_stages_upstream_stands_left_of_downstream(chain):
    segments, links = chain
    stage = dict(segments)
    forward = [(a, b) for a, b in links if STAGES.index(stage[a]) <= STAGES.index(stage[b])]
    column = columns(segments, forward)
    for one, its in segments:
        for other, others in segments:
            if STAGES.index(its) < STAGES.index(others):
                assert column[one] < column[other]


@given(chains(), st.randoms(use_true_random=False))
def test_nobody_stands_on_another_and_the_order_of_rows_does_not_matter(chain, chance):
    segments, links = chain
    column = columns(segments, links)
    place = rows([key for key, _stage in segments], column, links)
    assert len({(column[key], place[key]) for key in place}) == len(segments)
    for number in set(column.values()):
        stack = sorted(place[key] for key in place if column[key] == number)
        assert stack == list(range(len(stack)))
    mixed, turned = list(segments), list(links)
    chance.shuffle(mixed)
    chance.shuffle(turned)
    assert columns(mixed, turned) == column
    assert rows([key for key, _stage in segments], column, turned) == place


def test_a_chain_without_segments_is_an_empty_picture():
    assert columns([], []) == {}
    assert rows([], {}, []) == {}


def test_a_loop_has_no_picture():
    with pytest.raises(ValueError, match="loop"):
        columns([(1, "upstream"), (2, "upstream")], [(1, 2), (2, 1)])


# -- Numbering --------------------------------------------------------------------------------------------------------
@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=12), st.data())
def test_a_moved_segment_comes_where_it_is_wanted_and_the_others_keep_their_order(stages, data):
    stages.sort(key=STAGES.index)
    keys = list(range(len(stages)))
    key = data.draw(st.sampled_from(keys))
    position = data.draw(st.integers(1, len(keys)))
    order = in_order(zip(keys, stages, moved(keys, key, position), strict=True))
    assert [one for one in order if one != key] == [one for one in keys if one != key]
    assert [stages[one] for one in order] == stages, "stages stay apart"
    if stages[position - 1] == stages[key]:
        assert order.index(key) + 1 == position


# -- Milestones -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "days,progress,state",
    [(-1, 99, "overdue"), (-1, 100, "done"), (0, 0, "soon"), (30, 0, "soon"), (31, 0, "open")],
)
def test_the_state_of_a_milestone(days, progress, state):
    due_on = TODAY + datetime.timedelta(days)
    assert milestone_state(due_on=due_on, progress=progress, today=TODAY) == state


def test_overdue_ones_stand_first_done_ones_last():
    ranks = [("done", TODAY), ("open", TODAY), ("overdue", TODAY), ("overdue", TODAY.replace(year=2025))]
    ranked = sorted(ranks, key=lambda rank: milestone_rank(*rank))
    assert [state for state, _day in ranked] == ["overdue", "overdue", "open", "done"]
    assert ranked[0][1].year == 2025


@pytest.mark.parametrize(
    "given,field",
    [
        ({"due_on": datetime.date(2028, 1, 1)}, "due_on"),
        ({"progress": 101}, "progress"),
        ({"progress": 50, "done_on": TODAY}, "done_on"),
        ({"progress": 100, "done_on": TODAY + datetime.timedelta(1)}, "done_on"),
        ({"progress": 100, "done_on": datetime.date(2025, 12, 31)}, "done_on"),
        ({}, None),
        ({"progress": 100, "done_on": TODAY}, None),
    ],
)
def test_what_a_milestone_may_not_say(given, field):
    values = {"due_on": TODAY, "progress": 0, "done_on": None, **given}
    term = {"starts_on": datetime.date(2026, 1, 1), "ends_on": datetime.date(2026, 12, 31)}
    assert list(milestone_problems(**values, **term, today=TODAY)) == ([field] if field else [])


def test_entries_are_the_lines_that_say_something():
    assert entries("甲\n\n 乙 \n") == ["甲", "乙"]
    assert entries("") == []
