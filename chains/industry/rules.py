"""Who may change the industry map, how arrows may run, and when a milestone is late. Pure."""

import datetime
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

SOON_DAYS = 30
MAX_SEGMENTS = 200  # a chain in use has 8 to 40
STAGES = ("upstream", "midstream", "downstream")
RESERVED_CODES = frozenset({"new"})  # an address of the pages

Key = TypeVar("Key", bound=Hashable)


def can_manage_chains(user, district_id: int) -> bool:
    """The bureau of the district (and the administrator) keeps chains, segments and plans."""
    return user.scope.is_admin or district_id in user.scope.managed


def can_place_enterprises(user, district_id: int) -> bool:
    """The bureau places any enterprise of its district, a station those of its own towns."""
    return can_manage_chains(user, district_id) or bool(user.scope.towns)


# -- Arrows -----------------------------------------------------------------------------------------------------------
def ladder(sources: Sequence, targets: Sequence) -> Iterable[tuple]:
    """Arrows from each of `sources` to the targets at its height, so that every one on either side has an arrow.

    Two lists of different length are laid side by side like two rulers; where they overlap, an arrow goes.
    """
    for i, source in enumerate(sources):
        low, high = i * len(targets), (i + 1) * len(targets)
        for j, target in enumerate(targets):
            if j * len(sources) < high and (j + 1) * len(sources) > low:
                yield source, target


def loop_closed_by(links: Iterable[tuple[Key, Key]], source: Key, target: Key) -> list[Key] | None:
    """The loop that an arrow `source` → `target` would close, in walking order, or None when it closes none.

    `links` are the arrows that exist. The loop begins and ends with `source`; an arrow to itself is the shortest.
    """
    follows: dict[Key, list[Key]] = {}
    for one, other in links:
        follows.setdefault(one, []).append(other)
    came_from: dict[Key, Key | None] = {target: None}
    waiting = [target]
    while waiting:
        here = waiting.pop()
        if here == source:
            way: list[Key] = []
            step: Key | None = here
            while step is not None:
                way.append(step)
                step = came_from[step]
            return [source, *reversed(way)]
        for after in follows.get(here, ()):
            if after not in came_from:
                came_from[after] = here
                waiting.append(after)
    return None


def in_order(rows: Iterable[tuple[Key, str, float]]) -> list[Key]:
    """Segments `(key, stage, wished place)` as they are numbered: upstream first, then by the wished place."""
    return [key for key, _stage, _place in sorted(rows, key=lambda row: (STAGES.index(row[1]), row[2]))]


def moved(keys: Sequence[Key], key: Key, position: int) -> list[float]:
    """Wished places of `keys` (numbered from 1) when `key` is to come to `position` and the others make room."""
    now = keys.index(key) + 1
    aim = position + (0.5 if position > now else -0.5) if position != now else float(now)
    return [aim if one == key else float(place) for place, one in enumerate(keys, start=1)]


# -- The plan (一链一方案) ----------------------------------------------------------------------------------------------
def entries(text: str) -> list[str]:
    """The entries of a list that is stored one a line."""
    return [line for part in text.split("\n") if (line := part.strip())]


def milestone_state(*, due_on: datetime.date, progress: int, today: datetime.date) -> str:
    """done, overdue (the due day has passed), soon (within 30 days) or open."""
    if progress == 100:
        return "done"
    if due_on < today:
        return "overdue"
    return "soon" if (due_on - today).days <= SOON_DAYS else "open"


STATE_ORDER = ("overdue", "soon", "open", "done")


def milestone_rank(state: str, due_on: datetime.date) -> tuple[int, datetime.date]:
    """Overdue ones first, then by due day; done ones last."""
    return STATE_ORDER.index(state), due_on


def plan_problems(*, starts_on: datetime.date, ends_on: datetime.date) -> dict[str, Any]:
    return {"ends_on": _("结束日期不能早于开始日期。")} if ends_on < starts_on else {}


def milestone_problems(
    *,
    due_on: datetime.date,
    progress: int,
    done_on: datetime.date | None,
    starts_on: datetime.date,
    ends_on: datetime.date,
    today: datetime.date,
) -> dict[str, Any]:
    """What is wrong with a milestone of a plan that runs from `starts_on` to `ends_on`."""
    found: dict[str, Any] = {}
    if not starts_on <= due_on <= ends_on:
        found["due_on"] = _("完成期限应在方案期限之内（%(from)s 至 %(to)s）。") % {
            "from": starts_on,
            "to": ends_on,
        }
    if not 0 <= progress <= 100:
        found["progress"] = _("进度应为 0 至 100 的整数。")
    if done_on is not None and progress != 100:
        found["done_on"] = _("进度达到 100% 才能填写完成日期。")
    elif done_on is not None and done_on > today:
        found["done_on"] = _("完成日期不能晚于今天。")
    elif done_on is not None and done_on < starts_on:
        found["done_on"] = _("完成日期不能早于方案的开始日期。")
    return found
