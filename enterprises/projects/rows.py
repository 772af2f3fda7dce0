"""A project as lists and programs read it: plain values, codes with their labels."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.accounts.models import User
from portal.accounts.naming import names_for

from .models import IntegrationProject
from .rules import MOVES, can_keep


def project_rows(projects: Iterable[IntegrationProject], user) -> list[dict[str, Any]]:
    projects = list(projects)
    name = names_for(user, [project.recorded_by for project in projects])
    return [_project(project, user, name) for project in projects]


def project_row(project: IntegrationProject, user) -> dict[str, Any]:
    return project_rows([project], user)[0]


def _project(project: IntegrationProject, user, name: Callable[[User | None], str]) -> dict[str, Any]:
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
        "recorded_by": name(project.recorded_by),
        "may_change": bool(MOVES[project.status])
        and can_keep(user, town_id=project.town_id, district_id=project.district_id),
        "version": project.version,
    }
