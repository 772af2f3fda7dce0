"""Surveys and the profile as lists, pages and programs read them: labels in words, personal data by right."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.naming import names_for

from ..registry.models import Enterprise
from ..registry.rules import sees_personal
from .models import OrganizationForm, PartyProfile, Survey, SurveyMethod
from .queries import freshness_of
from .rules import PERSONAL_FIELDS, masked

FIELD_LABELS = {
    **{field.name: field.verbose_name for field in PartyProfile._meta.fields if field.editable},
    "organization": _("党组织"),
    "employees": _("从业人数"),
}


def survey_rows(surveys: Iterable[Survey], user, *, personal: bool) -> list[dict[str, Any]]:
    """Surveys with what each changed. `personal`: whether the reader may know of names and phones (masked)."""
    surveys = list(surveys)
    name = names_for(user, [survey.recorded_by for survey in surveys])
    return [_survey(survey, personal, name) for survey in surveys]


def survey_row(survey: Survey, user, *, personal: bool) -> dict[str, Any]:
    return survey_rows([survey], user, personal=personal)[0]


def _survey(survey: Survey, personal: bool, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        "id": survey.pk,
        "surveyed_on": survey.surveyed_on,
        "method": survey.method,
        "method_label": str(SurveyMethod(survey.method).label),
        "full_members": survey.full_members,
        "probationary_members": survey.probationary_members,
        "organization_form": survey.organization_form or None,
        "organization_form_label": _form_label(survey.organization_form),
        "organization": survey.organization_name,
        "establishment_mode": survey.establishment_mode.code if survey.establishment_mode else None,
        "employees": survey.employees,
        "note": survey.note,
        "applied": survey.applied,
        "changes": shown_changes(survey.changes, personal=personal),
        "recorded_by": name(survey.recorded_by),
        "recorded_at": survey.recorded_at,
    }


def shown_changes(changes: list[dict[str, Any]], *, personal: bool) -> list[dict[str, Any]]:
    """[{field, label, old, new, old_label, new_label}]; without the right, personal fields are absent."""
    return [
        {
            **change,
            "label": str(FIELD_LABELS.get(change["field"], change["field"])),
            "old_label": _in_words(change["field"], change["old"]),
            "new_label": _in_words(change["field"], change["new"]),
        }
        for change in changes
        if personal or change["field"] not in PERSONAL_FIELDS
    ]


def party_row(enterprise: Enterprise, user) -> dict[str, Any]:
    """The Party-building side of an enterprise: members, organisation, freshness, masked contacts by right."""
    profile = getattr(enterprise, "profile", None) or PartyProfile(enterprise=enterprise)
    state = freshness_of(profile.surveyed_on)
    mode, organization = profile.establishment_mode, profile.organization
    row = {
        "full_members": profile.full_members,
        "probationary_members": profile.probationary_members,
        "organization_form": profile.organization_form,
        "organization_form_label": _form_label(profile.organization_form),
        "organization": profile.organization_name,
        "organization_code": organization.code if organization else None,
        "establishment_mode": mode.code if mode else None,
        "establishment_mode_name": mode.name if mode else "",
        "surveyed_on": profile.surveyed_on,
        "survey_method": profile.survey_method,
        "survey_method_label": str(profile.get_survey_method_display() or ""),
        "freshness": state.value,
        "freshness_label": str(state.label),
    }
    if sees_personal(user, enterprise):
        row |= {name: masked(name, getattr(profile, name)) for name in PERSONAL_FIELDS}
    return row


def _form_label(code: str) -> str:
    return str(OrganizationForm(code).label) if code else ""


def _in_words(field: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if field == "organization_form":
        return _form_label(value)
    return str(value)
