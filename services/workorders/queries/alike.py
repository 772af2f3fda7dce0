"""What is shown beside a demand that is being written: demands that resemble it, answers and policies that may settle
it at once."""

from dataclasses import dataclass

from enterprises.registry.models import Enterprise
from portal.kit.text import clean_line
from portal.territory.models import ServiceElement

from ...handbook.models import HandbookEntry
from ...handbook.queries import near_entries
from ...policies.models import Policy
from ...policies.queries import policies
from ...stations.rules.finding import pairs
from ..models import Demand
from ..rules import states
from .similar import Similar, similar

MOST = 4
LEAST_LENGTH = 4  # characters of a title that say something
LEAST_PAIRS = 2  # pairs of characters that a text must share with it


@dataclass(frozen=True)
class Alike:
    """Open demands of the enterprise, for staff those of all in scope; entries of the handbook; open policies."""

    demands: list[Similar]
    entries: list[HandbookEntry]
    policies: list[Policy]

    def __bool__(self) -> bool:
        return bool(self.demands or self.entries or self.policies)


NOTHING = Alike([], [], [])


def alike(
    user, enterprise: Enterprise, *, title: str, body: str = "", element: ServiceElement | None = None
) -> Alike:
    """What comes near a title (and text); nothing for one that is too short to say something."""
    title = clean_line(title)[:100]
    if len(title) < LEAST_LENGTH:
        return NOTHING
    rows = Demand.objects.visible_to(user).filter(status__in=states.OPEN)
    if not user.scope.is_staff:
        rows = rows.filter(enterprise=enterprise)
    found = similar(rows, title=title, body=clean_line(body)[:500], town=enterprise.town, limit=MOST)
    entries = [one for one in near_entries(user, title) if _shares(title, one.question + one.keywords)]
    return Alike(found, entries[:MOST], _policies(user, enterprise, title, element))


def _policies(user, enterprise: Enterprise, title: str, element: ServiceElement | None) -> list[Policy]:
    """Policies that can be applied for today: those whose words come near, then those of the element."""
    rows = policies(user, {"stage": "open"}).filter(district_id=enterprise.district_id)
    named = [(len(pairs(title) & pairs(row.title + row.summary)), row) for row in rows]
    named = [(score, row) for score, row in named if score >= LEAST_PAIRS]
    near = [row for _score, row in sorted(named, key=lambda one: -one[0])]
    of_element = [row for row in rows if element is not None and row.element_id == element.pk]
    return list(dict.fromkeys([*near, *of_element]))[: MOST - 1]


def _shares(title: str, text: str) -> bool:
    return len(pairs(title) & pairs(text)) >= LEAST_PAIRS
