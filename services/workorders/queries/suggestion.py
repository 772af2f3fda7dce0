"""To which department a demand would go by the district's rules; a person decides."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.territory.models import Department

from ..models import Demand, DispatchRule
from .rules import is_open, problems_of


@dataclass(frozen=True)
class Suggestion:
    """A lead and joint departments that are open, why, and what is wrong with the rule. `usable`: the lead is open."""

    lead: Department
    joint: tuple[Department, ...]
    reason: str
    problem: str = ""
    usable: bool = True


def sounds_like_a_rule(text: str) -> bool:
    """Whether a text may be a rule's own words (`Suggestion.reason`): judged by how those end, before anything is read."""
    end = _("“%(element)s”类诉求的派单规则").rpartition("%(element)s")[2]
    return text.endswith(end)


def suggested(demand: Demand) -> Suggestion | None:
    """The closest rule: element and town before element alone; None when there is none."""
    rules = DispatchRule.objects.filter(
        Q(town=demand.town_id) | Q(town=None), district=demand.district_id, element=demand.element_id
    )
    rule = (
        rules.select_related("lead", "element", "town").prefetch_related("joint").order_by("town_id").first()
    )
    if rule is None:
        return None
    words = {"element": rule.element.name, "town": rule.town.name if rule.town else ""}
    reason = _("%(town)s“%(element)s”类诉求的派单规则") if rule.town else _("“%(element)s”类诉求的派单规则")
    problems = problems_of(rule)
    problem = _("派单规则需要修改：%(why)s。") % {"why": "、".join(problems)} if problems else ""
    joint = [one for one in rule.joint.all() if is_open(one) and one.pk != rule.lead_id]
    return Suggestion(rule.lead, tuple(joint), reason % words, problem, is_open(rule.lead))
