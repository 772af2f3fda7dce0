"""Rows of the coverage lists as pages and programs read them: plain values, codes with their labels."""

from collections.abc import Iterable
from typing import Any

from portal.jobs.queries import is_waiting_for_workers, progress_of

from ..profile.models import OrganizationForm
from ..registry.queries import places_of
from .models import JointProposal, ProposalRun
from .queries.figures import Place
from .queries.proposals import Member
from .rules.standing import Standing, reason, standing


def enterprise_rows(values: Iterable[dict[str, Any]], *, group: str = "") -> list[dict[str, Any]]:
    """The rows of a page of `list_values` with chains and labels (one more query); with the group's reason in words.

    Without `group` each row's own group is worked out; the list must then be one of the should-establish rule.
    """
    values = list(values)
    places = places_of([row["id"] for row in values]) if values else {}
    labels = {code: str(label) for code, label in OrganizationForm.choices}
    return [_enterprise_row(row, places.get(row["id"], []), labels, group) for row in values]


def _enterprise_row(
    row: dict[str, Any], places: list[dict[str, Any]], labels: dict[str, str], group: str
) -> dict[str, Any]:
    form = row["form"] or OrganizationForm.NONE.value
    found = (
        Standing(group) if group else standing(full_members=row["full_members"], form=form, is_assigned=False)
    )
    return {
        "uscc": row["uscc"],
        "name": row["name"],
        "town": row["town_code"],
        "town_name": row["town_name"],
        "chains": [{"code": place["code"], "name": place["name"]} for place in places],
        "full_members": row["full_members"],
        "probationary_members": row["probationary_members"],
        "organization_form": form,
        "organization_form_label": labels[form],
        "organization": row["organization_code"],
        "organization_name": row["organization_name"] or "",
        "group": found.value,
        "group_label": str(found.label),
        "reason": str(reason(found, full_members=row["full_members"], form=form)),
    }


def place_row(place: Place) -> dict[str, Any]:
    """A town or chain with its figures."""
    return {"code": place.row.code, "name": place.row.name, **place.figures.as_json()}


def run_row(run: ProposalRun) -> dict[str, Any]:
    """A run with its progress, 0 to 100."""
    job = run.job
    state = "done" if run.finished_at else job.state if job else "failed"
    return {
        "id": str(run.pk),
        "status": state,
        "status_label": str(job.get_state_display()) if job else "",
        "progress": 100 if run.finished_at else progress_of(job),
        "stage": job.stage if job else "",
        "message": job.message if job else "",
        "waiting": not run.finished_at and is_waiting_for_workers(job),
        "requested_at": run.requested_at,
        "finished_at": run.finished_at,
        "candidates": run.candidates,
        "placed": run.placed,
        "proposals": run.proposals,
    }


def proposal_row(proposal: JointProposal) -> dict[str, Any]:
    """A proposal in a list."""
    town, chain, organization = proposal.town, proposal.chain, proposal.organization
    return {
        "id": proposal.pk,
        "number": proposal.number,
        "basis": proposal.basis,
        "basis_label": str(proposal.get_basis_display()),
        "town": town.code if town else None,
        "town_name": town.name if town else None,
        "chain": chain.code if chain else None,
        "chain_name": chain.name if chain else None,
        "enterprises": proposal.enterprises,
        "full_members": proposal.full_members,
        "state": proposal.state,
        "state_label": str(proposal.get_state_display()),
        "organization": organization.code if organization else None,
        "organization_name": organization.name if organization else None,
        "version": proposal.version,
    }


def member_row(member: Member) -> dict[str, Any]:
    """An enterprise of a proposal: `full_members` today, `proposed_members` when it was worked out."""
    enterprise = member.row.enterprise
    return {
        "uscc": enterprise.uscc,
        "name": enterprise.name,
        "town": enterprise.town.code,
        "town_name": enterprise.town.name,
        "address": enterprise.address,
        "full_members": member.full_members,
        "proposed_members": member.row.full_members,
        "problem": str(member.problem),
    }
