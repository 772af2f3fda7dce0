"""To which department a demand would go by the district's rules; a person decides."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.territory.models import Department

from ..models import Demand, DispatchRule


@dataclass(frozen=True)
class Suggestion:
    """A lead and joint departments, why, and what is wrong with it (a department that was closed)."""

    lead: Department
    joint: tuple[Department, ...]
    reason: str
    problem: str = ""


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
    joint = [one for one in rule.joint.all() if one.closed_on is None and one.pk != rule.lead_id]
    problem = (
        _("“%(name)s”已撤销，请修改派单规则。") % {"name": rule.lead.name} if rule.lead.closed_on else ""
    )
    return Suggestion(rule.lead, tuple(joint), reason % words, problem)
