"""Where each segment stands in the picture: columns from upstream to downstream, few crossing arrows. Pure.

Every arrow leads to a column further right. Within a column the order follows the neighbours' middle (the barycentre
heuristic of Sugiyama), so that arrows cross seldom; the result depends on the segments and arrows, not on row order.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from .rules import STAGES

Key = TypeVar("Key", bound=Hashable)
SWEEPS = 4


def columns(segments: Sequence[tuple[Key, str]], links: Iterable[tuple[Key, Key]]) -> dict[Key, int]:
    """The column of each segment `(key, stage)`, from 0. A stage begins where the longest way through the one before
    ends; within it, the longest way over arrows decides. An arrow against the stages pushes its target further right.

    `links` must be free of loops and lead between these segments.
    """
    stage = dict(segments)
    before: dict[Key, list[Key]] = {key: [] for key in stage}
    for source, target in links:
        before[target].append(source)
    order = _upstream_first(before)
    floors, floor = {}, 0
    for name in STAGES:
        floors[name] = floor
        depth: dict[Key, int] = {}
        for key in order:
            if stage[key] == name:
                depth[key] = 1 + max((depth[one] for one in before[key] if one in depth), default=0)
        floor += max(depth.values(), default=0)
    column: dict[Key, int] = {}
    for key in order:
        column[key] = max(floors[stage[key]], 1 + max((column[one] for one in before[key]), default=-1))
    return column


def rows(keys: Sequence[Key], column: Mapping[Key, int], links: Iterable[tuple[Key, Key]]) -> dict[Key, int]:
    """The place of each segment within its column, from 0 at the top; `keys` in reading order break ties."""
    links = list(links)
    stacks: dict[int, list[Key]] = {}
    for key in keys:
        stacks.setdefault(column[key], []).append(key)
    neighbours: dict[Key, list[Key]] = {key: [] for key in keys}
    for source, target in links:
        neighbours[source].append(target)
        neighbours[target].append(source)
    height = {key: _height(place, len(stack)) for stack in stacks.values() for place, key in enumerate(stack)}
    for sweep in range(SWEEPS):
        for number in sorted(stacks, reverse=sweep % 2 == 1):
            side = list(stacks[number])
            earlier = sweep % 2 == 0
            wished = {
                key: _middle(
                    [height[one] for one in neighbours[key] if (column[one] < number) == earlier], height[key]
                )
                for key in side
            }
            stacks[number] = sorted(side, key=wished.__getitem__)
            height.update({key: _height(place, len(side)) for place, key in enumerate(stacks[number])})
    return {key: place for stack in stacks.values() for place, key in enumerate(stack)}


def _upstream_first(before: Mapping[Key, Sequence[Key]]) -> list[Key]:
    """Every segment after those that lead to it."""
    order: list[Key] = []
    left = {key: set(sources) for key, sources in before.items()}
    while left:
        free = [key for key, sources in left.items() if not sources & left.keys()]
        if not free:
            raise ValueError("the arrows form a loop")
        order += free
        for key in free:
            del left[key]
    return order


def _height(place: int, of: int) -> float:
    """Between 0 (top) and 1 (bottom), columns of different length centred on each other."""
    return (place + 0.5) / of


def _middle(heights: Sequence[float], otherwise: float) -> float:
    return sum(heights) / len(heights) if heights else otherwise
