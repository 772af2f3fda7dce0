"""The rules of coverage: who falls in which group, what a rate is, and what a proposal may look like."""

import datetime
import random
import sys
from collections import defaultdict
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.coverage.rules.proposals import Candidate, Pool, cut, propose
from enterprises.coverage.rules.standing import Standing, activity_window, rate, reason, standing

D = datetime.date


@pytest.mark.parametrize(
    "full,form,assigned,group",
    [
        (3, "none", False, Standing.ESTABLISH_ALONE),
        (3, "none", True, Standing.ESTABLISH_ALONE),
        (3, "joint", False, Standing.ESTABLISH_ALONE),
        (3, "alone", False, Standing.COVERED),
        (2, "none", True, Standing.JOIN),
        (1, "none", False, Standing.JOIN),
        (2, "joint", False, Standing.COVERED),
        (2, "alone", False, Standing.COVERED),
        (0, "none", False, Standing.WORK),
        (0, "none", True, Standing.COVERED),
        (0, "joint", False, Standing.COVERED),
    ],
)
def test_every_case_of_the_should_establish_rule(full, form, assigned, group):
    assert standing(full_members=full, form=form, is_assigned=assigned) == group


def test_a_large_enterprise_in_a_joint_branch_is_told_so():
    text = str(reason(Standing.ESTABLISH_ALONE, full_members=5, form="joint"))
    assert "现参加联合支部" in text
    assert "5" in text


def test_rates_round_half_up_and_nothing_has_no_rate():
    assert rate(1, 3) == Decimal("33.33")
    assert rate(1, 8) == Decimal("12.50")
    assert rate(1, 800) == Decimal("0.13")  # 0.125 goes up
    assert rate(3, 3) == Decimal("100.00")
    assert rate(0, 0) is None


@pytest.mark.parametrize(
    "day,first",
    [
        (D(2026, 3, 31), D(2026, 1, 1)),
        (D(2026, 6, 30), D(2026, 4, 1)),
        (D(2026, 9, 30), D(2026, 7, 1)),
        (D(2026, 12, 31), D(2026, 10, 1)),
        (D(2026, 11, 21), D(2026, 8, 22)),
        (D(2026, 5, 30), D(2026, 3, 1)),
    ],
)
def test_the_window_of_activities_is_the_quarter_at_its_end(day, first):
    assert activity_window(day) == (first, day)


# -- proposals --------------------------------------------------------------------------------------------------------
CHAINS = list(range(6))


@st.composite
def worlds(draw) -> list[Candidate]:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 8),
                st.integers(1, 2),
                st.lists(st.sampled_from(CHAINS), max_size=3, unique=True),
                st.sampled_from([None, 1, 2]),
            ),
            max_size=40,
        )
    )
    return [
        Candidate(f"U{n:03d}", town, members, tuple(chains), area)
        for n, (town, members, chains, area) in enumerate(rows)
    ]


def pools_of(groups) -> dict[str, Pool]:
    return {one.uscc: group.pool for group in groups for one in group.members}


@given(worlds())
@settings(max_examples=150)
def test_groups_are_fit_for_a_branch(world):
    groups = propose(world, CHAINS)

    for group in groups:
        assert group.full_members >= 3
        assert 2 <= len(group.members) <= 5
        if group.pool.basis == "town":
            assert {one.town for one in group.members} == {group.pool.place}
        else:
            assert all(group.pool.place in one.chains for one in group.members)
    placed = [one.uscc for group in groups for one in group.members]
    assert len(placed) == len(set(placed))
    assert set(placed) <= {one.uscc for one in world}


@given(worlds())
@settings(max_examples=150)
def test_nobody_is_left_out_who_could_be_placed(world):
    groups = propose(world, CHAINS)
    pool_of = pools_of(groups)
    left = [one for one in world if one.uscc not in pool_of]

    for place in {one.town for one in left}:
        assert sum(one.members for one in left if one.town == place) < 3
    total: dict[Pool, int] = defaultdict(int)
    for group in groups:
        total[group.pool] += group.full_members
    for chain in CHAINS:
        waiting = [one for one in left if chain in one.chains]
        if not waiting:
            continue
        assert total[Pool("chain", chain)] == 0, "could have joined the chain's own pool"
        need = 3 - sum(one.members for one in waiting)
        assert need > 0
        donors = [one for one in world if one.uscc in pool_of and chain in one.chains]
        for chosen in [*((one,) for one in donors), *combinations(donors, 2)]:
            taken: dict[Pool, int] = defaultdict(int)
            for one in chosen:
                taken[pool_of[one.uscc]] += one.members
            spared = all(total[pool] - members >= 3 for pool, members in taken.items())
            assert not (spared and sum(one.members for one in chosen) >= need), "could have taken donors"


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_result_does_not_depend_on_row_order(world, chance):
    shuffled = [
        Candidate(
            one.uscc, one.town, one.members, tuple(chance.sample(one.chains, len(one.chains))), one.area
        )
        for one in chance.sample(world, len(world))
    ]

    def plain(rows):
        return [(group.pool, [one.uscc for one in group.members]) for group in propose(rows, CHAINS)]

    assert plain(world) == plain(shuffled)


@given(st.integers(2, 200))
def test_a_part_is_cut_into_few_groups_of_nearly_one_size(count):
    sizes = [len(part) for part in cut(list(range(count)))]

    assert sum(sizes) == count
    assert max(sizes) <= 5
    assert max(sizes) - min(sizes) <= 1
    assert count < 3 or min(sizes) >= 3


def test_a_town_comes_before_a_chain_and_its_chains_stand_together():
    rows = [Candidate(f"U{n}", 1, 1, (n % 2,)) for n in range(8)]

    groups = propose(rows, [0, 1])

    assert [group.pool for group in groups] == [Pool("town", 1)] * 2
    assert [{one.chains for one in group.members} for group in groups] == [{(0,)}, {(1,)}]


def test_a_lonely_one_takes_donors_who_can_be_spared():
    lonely = Candidate("A", 1, 2, (7,))
    rich = [Candidate(f"B{n}", 2, 2, (7,)) for n in range(3)]  # six members: three can be spared
    poor = [Candidate("C1", 3, 1, (7,)), Candidate("C2", 3, 2)]  # three members: none can

    groups = propose([lonely, *poor, *rich], [7])

    assert {one.uscc for group in groups for one in group.members} == {"A", "B0", "B1", "B2", "C1", "C2"}
    (along,) = [group for group in groups if group.pool == Pool("chain", 7)]
    assert {one.uscc for one in along.members} == {"A", "B0"}


def test_a_candidate_has_one_or_two_members():
    with pytest.raises(ValueError, match="one or two"):
        propose([Candidate("A", 1, 3)], [])


def test_four_times_the_candidates_take_little_more_than_four_times_the_steps():
    """Steps are calls, counted: seconds on a busy machine say nothing."""

    def steps(count: int) -> int:
        chance = random.Random(count)
        rows = [
            Candidate(
                f"{n:08d}", chance.randrange(count // 40), chance.randint(1, 2), (chance.randrange(60),)
            )
            for n in range(count)
        ]
        calls = 0

        def counted(frame, event, argument) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            propose(rows, range(60))
        finally:
            sys.setprofile(None)
        return calls

    assert steps(12_000) < 5 * steps(3_000)
