"""A visit is recorded with what was found; each finding becomes a demand. Its note may be corrected."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from enterprises.outreach.models import Instructor
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_sentence, clean_text
from portal.metrics.actions import mark_dirty
from services.workorders import actions as workorders

from .. import queries, rules
from ..models import Visit, VisitCampaign, VisitProject

RUNNING: Any = object()
"""The campaign that runs in the district on the day of the visit."""
DIGITS = 6


@transaction.atomic
def record_visit(
    *,
    by: User,
    visited_on: datetime.date,
    method: str,
    enterprise: Enterprise | None = None,
    project: VisitProject | None = None,
    note: str = "",
    instructor: Instructor | None = None,
    campaign: VisitCampaign | None = RUNNING,
    findings: Sequence[Mapping[str, Any]] = (),
) -> Visit:
    """Somebody was at an enterprise, or at a project (链上千企): the visit, and a demand for each finding.

    `findings`: `title`, `body`, `element`, and `kind` and `urgency` where they differ from the usual; all or nothing is
    stored. `campaign`: of that day's running one unless named; None for no campaign. Town and chain are kept as on that
    day. Raises PermissionDenied outside the caller's towns, Invalid with a sentence per field (findings by their place),
    Conflict for a deregistered enterprise.
    """
    subject = enterprise or project
    if (enterprise is None) == (project is None):
        raise Invalid({"uscc": _("请填写走访的企业或项目，二者选一。")})
    if not rules.can_record(by, subject):
        raise PermissionDenied(_("只能登记您所负责街镇的走访。"))
    subject = _locked(subject)
    _require_visitable(subject, visited_on)
    if method not in Visit.Method.values:
        raise Invalid({"method": _("没有这种走访方式。")})
    note = clean_text(note)
    if len(note) > rules.MAX_NOTE:
        raise Invalid({"note": _("走访情况最多 %(most)d 个字。") % {"most": rules.MAX_NOTE}})
    if instructor is not None and instructor.district_id != subject.district_id:
        raise Invalid({"instructor": _("该指导员不在本区。")})
    found = _cleaned(findings)
    if campaign is RUNNING:
        campaign = queries.running_campaign(subject.district_id, visited_on)
    elif campaign is not None:
        _require_of_campaign(campaign, subject, visited_on)
    earlier = queries.first_visit(enterprise=enterprise, project=project)
    visit = Visit.objects.create(
        district_id=subject.district_id,
        town_id=subject.town_id,
        chain_id=project.chain_id if project else queries.chain_on(enterprise, visited_on),
        number=next_number(Visit, "number", f"ZF{timezone.localdate():%Y%m%d}-", DIGITS),
        campaign=campaign,
        enterprise=enterprise,
        project=project,
        instructor=instructor,
        visited_on=visited_on,
        method=method,
        note=note,
        recorded_by=by,
    )
    for finding in found:
        workorders.submit(by=by, enterprise=enterprise, project=project, visit=visit, **finding)
    # An earlier visit than the first takes its place as the one that counts the enterprise.
    mark_dirty("visit", days=[visited_on, earlier])
    return visit


@transaction.atomic
def correct_note(*, visit: Visit, by: User, version: int, note: str) -> Visit:
    """What was written down is put right; day, place and findings stay as they were recorded.

    Raises PermissionDenied outside the caller's towns, Stale when somebody was faster.
    """
    if not rules.can_correct(by, visit):
        raise PermissionDenied(_("只能更正您所负责街镇的走访。"))
    stored = Visit.objects.select_for_update().get(pk=visit.pk)
    if stored.version != version:
        raise Stale(current=stored)
    note = clean_text(note)
    if len(note) > rules.MAX_NOTE:
        raise Invalid({"note": _("走访情况最多 %(most)d 个字。") % {"most": rules.MAX_NOTE}})
    if note != stored.note:
        stored.note, stored.version = note, stored.version + 1
        stored.save(update_fields=["note", "version"])
    return stored


def _locked(subject: Enterprise | VisitProject) -> Enterprise | VisitProject:
    """The subject as it stands, held until the visit is stored: it is neither deregistered nor moved meanwhile, and two
    first visits to it are recorded one after the other."""
    rows = type(subject).objects.select_for_update(no_key=True)
    return rows.get(pk=subject.pk)


def _require_visitable(subject: Enterprise | VisitProject, day: datetime.date) -> None:
    if isinstance(subject, Enterprise):
        if subject.status == Enterprise.Status.DEREGISTERED:
            raise Conflict(_("企业“%(name)s”已注销，不能登记走访。") % {"name": subject.name}, code="closed")
        known = {"founded_on": subject.founded_on}
    else:
        known = {"closed_on": subject.closed_on}
    if problem := rules.day_problem(day, today=timezone.localdate(), **known):
        raise Invalid({"visited_on": problem})


def _require_of_campaign(campaign: VisitCampaign, subject: Any, day: datetime.date) -> None:
    if campaign.district_id != subject.district_id:
        raise Invalid({"campaign": _("该行动不是本区的。")})
    closed_on = timezone.localdate(campaign.closed_at) if campaign.closed_at else None
    problem = rules.campaign_problem(
        day, starts_on=campaign.starts_on, ends_on=campaign.ends_on, closed_on=closed_on
    )
    if problem:
        raise Invalid({"campaign": problem})


def _cleaned(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(findings) > rules.MOST_FINDINGS:
        raise Invalid({"findings": _("一次走访最多登记 %(most)d 个问题。") % {"most": rules.MOST_FINDINGS}})
    found = [
        {
            **finding,
            "title": clean_sentence(finding.get("title") or ""),
            "body": clean_text(finding.get("body") or ""),
        }
        for finding in findings
    ]
    if problems := rules.findings_problems(found):
        raise Invalid({"findings": [problems.get(place, {}) for place in range(len(found))]})
    return found
