"""Visits, projects and campaigns as REST and pages show them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.naming import names_for
from services.workorders.models import Demand
from services.workorders.rules.states import OPEN

from . import rules
from .models import CampaignTarget, Visit, VisitCampaign, VisitProject
from .queries.visits import with_findings
from .rules import STATES, TownCoverage, state_of


def visit_row(
    visit: Visit, user, counted: tuple[int, int], name: Callable[[User | None], str]
) -> dict[str, Any]:
    """A row of the list; `counted`: its findings and how many of them are open. What was written down about the
    enterprise (`note`) is for who works with it and for leaders, not for the enterprise."""
    subject = visit.enterprise or visit.project
    findings, still_open = counted
    return {
        "number": visit.number,
        "enterprise": visit.enterprise.uscc if visit.enterprise else None,
        "project": visit.project.code if visit.project else None,
        "subject_name": subject.name,
        "town": visit.town.code,
        "town_name": visit.town.short_name,
        "chain": visit.chain.code if visit.chain else None,
        "chain_name": visit.chain.name if visit.chain else None,
        "campaign": visit.campaign.code if visit.campaign else None,
        "campaign_name": visit.campaign.name if visit.campaign else None,
        "instructor": visit.instructor.code if visit.instructor else None,
        "visited_on": visit.visited_on,
        "method": visit.method,
        "method_label": str(visit.get_method_display()),
        "note": visit.note if rules.can_read_note(user, visit) else "",
        "findings_count": findings,
        "findings_open": still_open,
        "recorded_by": name(visit.recorded_by),
        "created_at": timezone.localtime(visit.created_at).isoformat(),
        "version": visit.version,
    }


def visit_rows(visits: Iterable[Visit], user) -> list[dict[str, Any]]:
    visits = list(visits)
    counted = with_findings(visits)
    name = names_for(user, [visit.recorded_by for visit in visits])
    return [visit_row(visit, user, counted.get(visit.pk, (0, 0)), name) for visit in visits]


def visit_detail(visit: Visit, user, findings: Iterable[Demand]) -> dict[str, Any]:
    """One visit with the demands that it led to."""
    shown = [finding_row(one) for one in findings]
    counted = len(shown), sum(one["open"] for one in shown)
    may_correct = rules.can_correct(user, visit)
    name = names_for(user, [visit.recorded_by])
    return visit_row(visit, user, counted, name) | {"findings": shown, "may_correct": may_correct}


def finding_row(demand: Demand) -> dict[str, Any]:
    return {
        "number": demand.number,
        "title": demand.title,
        "element": demand.element.code,
        "element_name": demand.element.name,
        "status": demand.status,
        "status_label": str(demand.get_status_display()),
        "lead": demand.lead.code if demand.lead else None,
        "lead_name": demand.lead.name if demand.lead else None,
        "open": demand.status in OPEN,
    }


def project_row(project: VisitProject) -> dict[str, Any]:
    """A project; `visited` and `seen_on` where the query counted them."""
    row = {
        "code": project.code,
        "name": project.name,
        "town": project.town.code,
        "town_name": project.town.short_name,
        "chain": project.chain.code if project.chain else None,
        "chain_name": project.chain.name if project.chain else None,
        "enterprise": project.enterprise.uscc if project.enterprise else None,
        "enterprise_name": project.enterprise.name if project.enterprise else None,
        "closed_on": project.closed_on,
        "version": project.version,
    }
    return row | {name: getattr(project, name) for name in ("visited", "seen_on") if hasattr(project, name)}


def campaign_row(campaign: VisitCampaign) -> dict[str, Any]:
    return {
        "code": campaign.code,
        "name": campaign.name,
        "district": campaign.district.code,
        "description": campaign.description,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "status": (state := _state(campaign)),
        "status_label": str(STATES[state]),
        "closed_at": timezone.localtime(campaign.closed_at).isoformat() if campaign.closed_at else None,
        "version": campaign.version,
    }


def _state(campaign: VisitCampaign) -> str:
    return state_of(
        timezone.localdate(), campaign.starts_on, campaign.ends_on, is_closed=campaign.closed_at is not None
    )


def campaign_detail(
    campaign: VisitCampaign, targets: Iterable[CampaignTarget], towns: list[TownCoverage]
) -> dict[str, Any]:
    """A campaign with its targets, and how far each town and all of them have come."""
    return campaign_row(campaign) | {
        "targets": [
            {"town": one.town.code, "enterprises": one.enterprises, "projects": one.projects}
            for one in sorted(targets, key=lambda one: (one.town.position, one.town.code))
        ],
        "towns": [coverage_row(one) for one in towns],
        "total": coverage_row(rules.summed(towns)),
    }


def coverage_row(row: TownCoverage) -> dict[str, Any]:
    counts = {name: getattr(row, name) for name in rules.COUNTS}
    place = {"town": row.town.code, "town_name": row.town.short_name} if row.town else {}
    return place | counts | {"share": row.share, "solved_share": row.solved_share}
