"""The plan of a chain (一链一方案) and its milestones."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Conflict, Invalid, Stale

from ..models import Chain, ChainPlan, PlanMilestone
from ..rules import milestone_problems, plan_problems
from .chain import require_right

PLAN_FIELDS = frozenset({"title", "goals", "paths", "measures", "starts_on", "ends_on"})
MILESTONE_FIELDS = frozenset(
    {"title", "lead_department", "due_on", "progress", "done_on", "note", "position"}
)


@transaction.atomic
def save_plan(*, chain: Chain, by, version: int, changes: dict[str, Any]) -> ChainPlan:
    """The bureau writes the plan of a chain, or corrects the one that it read at `version` (0: there was none).

    Raises Stale when somebody else was faster, Invalid for dates in disorder or milestones left outside the term.
    """
    require_right(by, chain.district_id)
    if unknown := changes.keys() - PLAN_FIELDS:
        raise ValueError(f"a plan has no {sorted(unknown)}")
    Chain.objects.select_for_update(of=("self",), no_key=True).get(pk=chain.pk)
    stored = ChainPlan.objects.select_for_update().filter(chain=chain).first()
    if (stored.version if stored else 0) != version:
        raise Stale()
    plan = stored or ChainPlan(chain=chain)
    changed = [name for name, value in changes.items() if stored is None or getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, changes[name])
    if problems := plan_problems(starts_on=plan.starts_on, ends_on=plan.ends_on):
        raise Invalid(problems)
    if stored is None:
        plan.save(force_insert=True)
        return plan
    outside = plan.milestones.exclude(due_on__range=(plan.starts_on, plan.ends_on)).count()
    if outside and {"starts_on", "ends_on"} & set(changed):
        raise Invalid(
            {"ends_on": _("有 %(count)d 个节点的期限在新的方案期限之外，请先调整。") % {"count": outside}}
        )
    if changed:
        plan.version = F("version") + 1
        plan.save(update_fields=[*changed, "version"])
        plan.refresh_from_db(fields=["version"])
    return plan


@transaction.atomic
def add_milestone(*, plan: ChainPlan, by, **fields: Any) -> PlanMilestone:
    """The bureau adds a milestone to a plan: title and due_on, and any of the other fields.

    A progress of 100 without a day is done today.
    """
    require_right(by, plan.chain.district_id)
    plan = ChainPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    milestone = PlanMilestone(plan=plan, position=plan.milestones.count() + 1)
    _fill(milestone, plan, fields)
    milestone.save(force_insert=True)
    return milestone


@transaction.atomic
def update_milestone(*, milestone: PlanMilestone, by, version: int, changes: dict[str, Any]) -> PlanMilestone:
    """The bureau corrects a milestone or reports its progress. Raises Stale when somebody else was faster.

    A progress of 100 without a day is done today; a progress below 100 is not done, so the day goes.
    """
    require_right(by, milestone.plan.chain.district_id)
    plan = ChainPlan.objects.select_for_update(no_key=True).get(pk=milestone.plan_id)
    stored = PlanMilestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if stored is None:
        raise Conflict(_("这个节点已被他人删除。"), code="gone")
    if stored.version != version:
        raise Stale()
    before = {name: getattr(stored, name) for name in MILESTONE_FIELDS}
    _fill(stored, plan, changes)
    changed = [name for name, value in before.items() if getattr(stored, name) != value]
    if changed:
        stored.version = F("version") + 1
        stored.save(update_fields=[*changed, "version"])
        stored.refresh_from_db(fields=["version"])
    return stored


@transaction.atomic
def remove_milestone(*, milestone: PlanMilestone, by, version: int) -> None:
    """The bureau takes a milestone out of the plan; its history keeps what it was."""
    require_right(by, milestone.plan.chain.district_id)
    stored = PlanMilestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if stored is None or stored.version != version:
        raise Stale()
    stored.delete()


def _fill(milestone: PlanMilestone, plan: ChainPlan, fields: dict[str, Any]) -> None:
    """Sets the fields and keeps progress and day of completion in step. Raises Invalid."""
    if unknown := fields.keys() - MILESTONE_FIELDS:
        raise ValueError(f"a milestone has no {sorted(unknown)}")
    today = timezone.localdate()
    for name, value in fields.items():
        setattr(milestone, name, value)
    if milestone.progress == 100 and milestone.done_on is None:
        milestone.done_on = today
    elif milestone.progress != 100 and not fields.get("done_on"):
        milestone.done_on = None
    department = milestone.lead_department
    if department is not None and department.district_id != plan.chain.district_id:
        raise Invalid({"lead_department": _("牵头部门不属于本区。")})
    problems = milestone_problems(
        due_on=milestone.due_on,
        progress=milestone.progress,
        done_on=milestone.done_on,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        today=today,
    )
    if problems:
        raise Invalid(problems)
