"""Every write of the policy library: the bureau enters a policy, changes it, withdraws it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ..kept.guard import cleaned, locked, require_free, write
from ..stations.queries import condition_names
from ..stations.rules.eligibility import tidy
from .models import Policy
from .rules import can_manage_policies

CHANGEABLE = frozenset({
    "title", "kind", "element", "department", "document", "summary", "body", "benefit", "materials", "how_to", "hotline",
    "conditions", "published_on", "apply_from", "apply_until", "closed_on",
})  # fmt: skip


@transaction.atomic
def create_policy(*, district: District, code: str, by, **fields: Any) -> Policy:
    """The bureau enters a policy or resource.

    Raises PermissionDenied for anyone else, Conflict when the code is taken, Invalid for broken values.
    """
    _require_right(by, district.pk)
    values = _checked(fields, district_id=district.pk)
    require_free(Policy, _("编号"), code=code)
    policy = Policy.objects.create(district=district, code=code, **values)
    mark_dirty("policy", days=[policy.published_on])
    return policy


@transaction.atomic
def update_policy(*, policy: Policy, by, version: int, changes: dict[str, Any]) -> Policy:
    """The bureau changes a policy that it read at `version`. Raises Stale when somebody else was faster."""
    _require_right(by, policy.district_id)
    stored = locked(Policy, policy.pk, version)
    values = _checked(changes, district_id=stored.district_id, stored=stored)
    if write(stored, values):
        mark_dirty("policy")
    return stored


def _require_right(by, district_id: int) -> None:
    if not can_manage_policies(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护政策资源库。"))


def _checked(fields: dict[str, Any], *, district_id: int, stored: Policy | None = None) -> dict[str, Any]:
    """The values fit to store; conditions tidied. Raises Invalid with a sentence per broken field."""
    values = cleaned(Policy, fields, CHANGEABLE)
    problems: dict[str, Any] = {}
    if "conditions" in values:
        values["conditions"], wrong = tidy(values["conditions"], condition_names())
        if wrong:
            problems["conditions"] = wrong
    department = values.get("department")
    if department is not None and department.district_id != district_id:
        problems["department"] = _("主管部门不属于本区。")
    elif department is not None and department.closed_on and department.closed_on <= timezone.localdate():
        problems["department"] = _("该部门已撤销，请选择现有部门。")
    if (day := values.get("published_on")) is not None and day > timezone.localdate():
        problems["published_on"] = _("发布日期不能晚于今天。")
    begins, ends = (values.get(name, getattr(stored, name, None)) for name in ("apply_from", "apply_until"))
    if begins and ends and ends < begins:
        problems["apply_until"] = _("申报截止不能早于申报开始。")
    if problems:
        raise Invalid(problems)
    return values
