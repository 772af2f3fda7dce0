"""How good a district's dispatch rules are: which are broken, and where the demands of the last months would have gone.

Nothing is written; the past is read in one statement and judged in Python.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.territory.models import Department, District, ServiceElement, Town

from ..models import Demand, DispatchRule

BACK = timedelta(days=180)
MOST_OTHERS = 3


@dataclass
class Tried:
    """What a rule would have done: `met` demands it applies to, `agreed` of them went to its department; `others`:
    the departments that people chose instead, the commonest first."""

    rule: DispatchRule
    problems: list[str] = field(default_factory=list)
    met: int = 0
    agreed: int = 0
    others: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> int | None:
        """Per cent of its demands that people sent where it says; None when it met none."""
        return round(100 * self.agreed / self.met) if self.met else None

    @property
    def instead(self) -> list[tuple[str, str, int]]:
        """(code, name, how many) of the departments chosen instead."""
        return [(code, self.names[code], number) for code, number in self.others.most_common(MOST_OTHERS)]


@dataclass(frozen=True)
class Trial:
    """`unmet`: (element, how many) for which no rule says anything."""

    rows: list[Tried]
    total: int
    unmet: list[tuple[str, int]]


def rules_of(district: District) -> QuerySet[DispatchRule]:
    """The rules with all that they name; two queries."""
    rows = DispatchRule.objects.filter(district=district).select_related("element", "town", "lead")
    return rows.prefetch_related("joint")


def problems_of(rule: DispatchRule) -> list[str]:
    """Why a rule suggests nothing, or less than it says: what it names was closed."""
    found = []
    if not is_open(rule.lead):
        found.append(_("牵头部门“%(name)s”已撤销") % {"name": rule.lead.name})
    found += [
        _("协办部门“%(name)s”已撤销") % {"name": one.name} for one in _joint(rule) if not is_open(one)
    ]  # fmt: skip
    if rule.town and not is_open(rule.town):
        found.append(_("街镇“%(name)s”已撤并") % {"name": rule.town.name})
    if not is_open(rule.element):
        found.append(_("要素“%(name)s”已停用") % {"name": rule.element.name})
    return found


def is_open(thing: Department | Town | ServiceElement) -> bool:
    """Whether a department, town or element is there today."""
    return thing.closed_on is None or thing.closed_on > timezone.localdate()


def broken(district: District) -> list[tuple[DispatchRule, list[str]]]:
    """The rules that somebody has to mend, with the reasons."""
    judged = ((rule, problems_of(rule)) for rule in rules_of(district))
    return [(rule, problems) for rule, problems in judged if problems]


def trial(district: District, rules: Iterable[DispatchRule]) -> Trial:
    """What these rules would have said of the demands dispatched in the last half year, beside where people sent them.

    A rule of element and town goes before one of the element alone, as in `suggestion.suggested`.
    """
    tried = [Tried(rule, problems_of(rule) if rule.pk else []) for rule in rules]
    by_place = {(one.rule.element_id, one.rule.town_id): one for one in tried}
    total, unmet = 0, Counter()
    for element, name, town, lead, lead_name, number in _past(district):
        total += number
        one = by_place.get((element, town)) or by_place.get((element, None))
        if one is None:
            unmet[name] += number
            continue
        one.met += number
        if lead == one.rule.lead.code:
            one.agreed += number
        else:
            one.others[lead] += number
            one.names[lead] = lead_name
    return Trial(tried, total, unmet.most_common())


def _past(district: District) -> Iterator[tuple[int, str, int, str, str, int]]:
    """(element, its name, town, lead's code and name, how many) of what a department got."""
    rows = Demand.objects.filter(
        district=district, lead__isnull=False, dispatched_at__gte=timezone.now() - BACK
    ).order_by()
    grouped = rows.values_list("element", "element__name", "town", "lead__code", "lead__name")
    return grouped.annotate(number=Count("pk")).iterator()


def _joint(rule: DispatchRule) -> Iterable[Department]:
    return rule.joint.all() if rule.pk else ()
