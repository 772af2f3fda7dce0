"""The demo district's dispatch rules: each element goes to the department that leads its cases."""

from portal.kit.demo import DemoRun
from portal.territory.models import ServiceElement

from .demo_course import texts
from .demo_planned import setting_of
from .models import DispatchRule


def load(demo: DemoRun) -> None:
    """One rule an element, of its first case; rules that are there stay as they were set."""
    setting = setting_of(demo)
    elements = {row.code: row for row in ServiceElement.objects.filter(closed_on=None)}
    for case in texts()["cases"]:
        element, lead = elements.pop(case["element"], None), setting.departments.get(case["lead"])
        if element is None or lead is None:
            continue
        rule, is_new = DispatchRule.objects.get_or_create(
            district=setting.district, element=element, town=None, defaults={"lead": lead}
        )
        if is_new:
            joint = (setting.departments.get(one) for one in case.get("joint", ()))
            rule.joint.set(one for one in joint if one is not None)
