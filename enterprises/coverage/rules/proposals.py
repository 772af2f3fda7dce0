"""How joint branches are proposed: nearest by town first, then along the chain. Pure and deterministic.

A *pool* is all that a town or a chain brings together; at the end each pool is cut into groups fit for a branch.
Every candidate has one or two full members, so a pool of three members or more holds at least two enterprises, and any
three enterprises make a valid group: a valid pool can always be cut.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal, NamedTuple

from .standing import BRANCH_MEMBERS

MOST_ENTERPRISES = (
    5  # 《中国共产党支部工作条例（试行）》第五条: a joint branch covers at most five units in general
)

Basis = Literal["town", "chain"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enterprise that should join a joint branch: one or two full members, no organisation.

    `town` and `area` are ids; `chains` the ids of the chains it stands on.
    """

    uscc: str
    town: int
    members: int
    chains: tuple[int, ...] = ()
    area: int | None = None


class Pool(NamedTuple):
    """What brings enterprises together: a town (区域联建) or a chain (行业统建)."""

    basis: Basis
    place: int


@dataclass(frozen=True, slots=True)
class Group:
    """A joint branch as it could be."""

    pool: Pool
    members: tuple[Candidate, ...]

    @property
    def full_members(self) -> int:
        return sum(one.members for one in self.members)

    @property
    def shared_town(self) -> int | None:
        """The town that all lie in."""
        towns = {one.town for one in self.members}
        return next(iter(towns)) if len(towns) == 1 else None

    @property
    def shared_chain(self) -> int | None:
        """The chain that all stand on; the one that brought them together when it was a chain."""
        if self.pool.basis == "chain":
            return self.pool.place
        shared = set.intersection(*(set(one.chains) for one in self.members))
        return min(shared, default=None)


def propose(candidates: Iterable[Candidate], chain_order: Sequence[int]) -> list[Group]:
    """Joint branches for as many candidates as can be placed; the same whatever the order of the rows.

    (a) A town whose candidates have three full members in all pools them (区域联建). (b) Those left over pool along
    each chain in the chains' order, where they are three (行业统建). (c) Those still left join the pool of one of their
    chains, or make one with what others on it can spare: a donor's pool keeps three members, the largest reserve gives
    first. Repeated until nothing changes. (d) Pools are cut into groups of two to five enterprises, those of one chain
    together. Raises ValueError for a candidate that has not one or two members.
    """
    work = _Placing(candidates, chain_order)
    work.pool_towns()
    for chain in chain_order:
        work.pool_chain(chain)
    for chain in chain_order:
        work.join_chain(chain)
    while sum(work.pool_with_donors(chain) for chain in chain_order):
        pass
    return list(work.groups())


class _Placing:
    """Who is in which pool while proposals are put together. Candidates are known by their place in USCC order."""

    def __init__(self, candidates: Iterable[Candidate], chain_order: Sequence[int]):
        self.candidates = sorted(candidates, key=lambda one: one.uscc)
        if any(not 1 <= one.members < BRANCH_MEMBERS for one in self.candidates):
            raise ValueError("a candidate for a joint branch has one or two full members")
        self.rank = {chain: rank for rank, chain in enumerate(chain_order)}
        self.pool_of: list[Pool | None] = [None] * len(self.candidates)
        self.total: dict[Pool, int] = defaultdict(int)
        self.left_on: dict[int, list[int]] = {}
        # chain → (pool, members) → heap of those who stand on the chain and are in the pool; entries may be outdated
        self.spare: dict[int, dict[tuple[Pool, int], list[int]]] = defaultdict(lambda: defaultdict(list))

    def chains(self, number: int) -> list[int]:
        """The chains of a candidate, in the chains' order."""
        known = (chain for chain in self.candidates[number].chains if chain in self.rank)
        return sorted(known, key=self.rank.__getitem__)

    def put(self, number: int, pool: Pool) -> None:
        """Moves a candidate into a pool, out of the one it was in."""
        members = self.candidates[number].members
        if (before := self.pool_of[number]) is not None:
            self.total[before] -= members
        self.pool_of[number] = pool
        self.total[pool] += members
        for chain in self.candidates[number].chains:
            heappush(self.spare[chain][pool, members], number)

    def weight(self, numbers: Iterable[int]) -> int:
        return sum(self.candidates[number].members for number in numbers)

    def pool_towns(self) -> None:
        by_town: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.candidates):
            by_town[one.town].append(number)
        for town, numbers in by_town.items():
            if self.weight(numbers) >= BRANCH_MEMBERS:
                for number in numbers:
                    self.put(number, Pool("town", town))
        self.left_on = defaultdict(list)
        for number, pool in enumerate(self.pool_of):
            if pool is None:
                for chain in self.candidates[number].chains:
                    self.left_on[chain].append(number)

    def left(self, chain: int) -> list[int]:
        """Those on the chain who have no pool yet."""
        self.left_on[chain] = [number for number in self.left_on[chain] if self.pool_of[number] is None]
        return self.left_on[chain]

    def pool_chain(self, chain: int) -> None:
        numbers = self.left(chain)
        if self.weight(numbers) >= BRANCH_MEMBERS:
            for number in numbers:
                self.put(number, Pool("chain", chain))

    def join_chain(self, chain: int) -> None:
        """Those left on the chain go into its pool, when it has one."""
        if self.total[Pool("chain", chain)]:
            for number in self.left(chain):
                self.put(number, Pool("chain", chain))

    def pool_with_donors(self, chain: int) -> bool:
        """Places those left on the chain together with donors. Returns whether it could."""
        numbers = self.left(chain)
        donors = self.donors(chain, need=BRANCH_MEMBERS - self.weight(numbers)) if numbers else None
        for number in [*numbers, *donors] if donors else []:
            self.put(number, Pool("chain", chain))
        return bool(donors)

    def donors(self, chain: int, *, need: int) -> list[int] | None:
        """The fewest enterprises of the chain that bring `need` (1 or 2) members and whose pools stay valid."""
        for sizes in ((1,), (2,)) if need == 1 else ((2,), (1, 1)):
            chosen: list[int] = []
            lent: dict[Pool, int] = defaultdict(int)
            for size in sizes:
                if (number := self.donor(chain, size, lent, chosen)) is None:
                    break
                chosen.append(number)
                lent[self.pool_of[number]] += size
            else:
                return chosen
        return None

    def donor(self, chain: int, members: int, lent: dict[Pool, int], chosen: list[int]) -> int | None:
        """The first by USCC of the pool with the largest reserve that can do without `members`."""
        found: list[tuple[int, int]] = []
        for (pool, size), heap in self.spare[chain].items():
            reserve = self.total[pool] - lent[pool] - BRANCH_MEMBERS
            if size != members or reserve < members:
                continue
            if (number := self.first(heap, pool, chosen)) is not None:
                found.append((-reserve, number))
        return min(found)[1] if found else None

    def first(self, heap: list[int], pool: Pool, chosen: list[int]) -> int | None:
        """The first in the heap who is still in the pool and not chosen; outdated entries are dropped."""
        passed = []
        while heap and (self.pool_of[heap[0]] != pool or heap[0] in chosen):
            number = heappop(heap)
            if self.pool_of[number] == pool:
                passed.append(number)
        answer = heap[0] if heap else None
        for number in passed:
            heappush(heap, number)
        return answer

    # -- cutting ------------------------------------------------------------------------------------------------------
    def groups(self) -> Iterator[Group]:
        """The groups of every pool: towns first, then chains in their order."""
        pools: dict[Pool, list[int]] = defaultdict(list)
        for number, pool in enumerate(self.pool_of):
            if pool is not None:
                pools[pool].append(number)
        for pool in sorted(pools, key=self.pool_order):
            for cluster in self.clusters(pool, pools[pool]):
                for part in cut(cluster):
                    yield Group(pool, tuple(self.candidates[number] for number in part))

    def pool_order(self, pool: Pool) -> tuple[bool, int]:
        return (False, pool.place) if pool.basis == "town" else (True, self.rank[pool.place])

    def clusters(self, pool: Pool, numbers: list[int]) -> list[list[int]]:
        """A pool in parts that are each valid: in a town one a chain where the chain has three members, then the rest.

        Neighbours in one building or park stand side by side.
        """

        def near(number: int) -> tuple[int, int, int]:
            one = self.candidates[number]
            return one.town, one.area or 0, number

        if pool.basis == "chain":
            return [sorted(numbers, key=near)]
        by_chain: dict[int, list[int]] = defaultdict(list)
        for number in sorted(numbers, key=near):
            chains = self.chains(number)
            by_chain[self.rank[chains[0]] if chains else len(self.rank)].append(number)
        whole, rest = [], []
        for rank in sorted(by_chain):
            enough = rank < len(self.rank) and self.weight(by_chain[rank]) >= BRANCH_MEMBERS
            whole.append(by_chain[rank]) if enough else rest.extend(by_chain[rank])
        if self.weight(rest) >= BRANCH_MEMBERS:
            return [*whole, rest]
        return [*whole[:-1], [*whole[-1], *rest]]


def cut(numbers: list[int]) -> Iterator[list[int]]:
    """A part in as few groups as can be, of at most five and nearly the same size."""
    parts = -(-len(numbers) // MOST_ENTERPRISES)
    size, larger = divmod(len(numbers), parts)
    start = 0
    for part in range(parts):
        end = start + size + (part < larger)
        yield numbers[start:end]
        start = end
