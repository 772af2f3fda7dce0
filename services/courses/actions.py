"""Every write of courses: the bureau adds, changes and closes them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..kept.guard import cleaned, locked, require_free, require_right, write
from .models import Course
from .rules import problems

CHANGEABLE = frozenset({
    "title", "chain", "element", "item", "audience", "institution", "department", "giver", "form", "hours", "summary",
    "contact", "opened_on", "closed_on",
})  # fmt: skip
COUNTED = frozenset({"chain", "opened_on", "closed_on"})  # what the figure looks at


@transaction.atomic
def create_course(*, district: District, code: str, by, **fields: Any) -> Course:
    """The bureau adds a course.

    Raises PermissionDenied for anyone else, Conflict when code or title are taken, Invalid with a sentence per field.
    """
    require_right(by, district.pk)
    values = cleaned(Course, fields, CHANGEABLE)
    course = Course(district=district, code=code, **values)
    _require_sound(course)
    require_free(Course, _("代码"), code=code)
    require_free(Course, _("名称"), district=district, title=course.title)
    course.save()
    mark_dirty("courses", days=[course.opened_on, course.closed_on])
    return course


@transaction.atomic
def update_course(*, course: Course, by, version: int, changes: dict[str, Any]) -> Course:
    """The bureau changes a course that it read at `version`; `closed_on` closes it, empty opens it again.

    Raises Stale when somebody else was faster, Conflict for a title that is taken, Invalid with a sentence per field.
    """
    require_right(by, course.district_id)
    values = cleaned(Course, changes, CHANGEABLE)
    stored = locked(Course, course.pk, version)
    before = [stored.opened_on, stored.closed_on]
    _require_sound(stored, values)
    if "title" in values:
        require_free(Course, _("名称"), but=stored.pk, district=stored.district_id, title=values["title"])
    if write(stored, values) and COUNTED & values.keys():
        mark_dirty("courses", days=[*before, stored.opened_on, stored.closed_on])
    return stored


def _require_sound(course: Course, changes: dict[str, Any] | None = None) -> None:
    """Raises Invalid for a course that could not stand with these changes."""
    values = {name: getattr(course, name) for name in CHANGEABLE} | (changes or {})
    found = problems(values)
    chain, department, institution = values["chain"], values["department"], values["institution"]
    for name, row in (("chain", chain), ("department", department), ("institution", institution)):
        if row is not None and row.district_id != course.district_id:
            found[name] = _("不属于本区，请重新选择。")
    if values["form"] not in Course.Form.values:
        found["form"] = _("应为这些值之一：%(values)s。") % {"values": "、".join(Course.Form.values)}
    if found:
        raise Invalid(found)
