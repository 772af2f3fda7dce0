"""A project as lists and programs read it: plain values, codes with their labels."""

from typing import Any

from .models import IntegrationProject
from .rules import MOVES, can_keep


def project_row(project: IntegrationProject, user) -> dict[str, Any]:
    enterprise, organization, chain = project.enterprise, project.organization, project.chain
    return {
        "number": project.number,
        "title": project.title,
        "subject": project.subject,
        "subject_label": str(project.get_subject_display()),
        "direction": project.direction,
        "direction_label": str(project.get_direction_display()),
        "carriers": project.carriers,
        "uscc": enterprise.uscc if enterprise else None,
        "enterprise_name": enterprise.name if enterprise else "",
        "organization": organization.code if organization else None,
        "organization_name": organization.name if organization else "",
        "town": project.town.code,
        "town_name": project.town.short_name,
        "chain": chain.code if chain else None,
        "chain_name": chain.name if chain else None,
        "started_on": project.started_on,
        "finished_on": project.finished_on,
        "status": project.status,
        "status_label": str(project.get_status_display()),
        "participants": project.participants,
        "patents": project.patents,
        "summary": project.summary,
        "recorded_by": str(project.recorded_by) if project.recorded_by else "",
        "may_change": bool(MOVES[project.status])
        and can_keep(user, town_id=project.town_id, district_id=project.district_id),
        "version": project.version,
    }
