"""A survey is taken; the profile follows. A personal field is looked at in full; the look is recorded."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied

from chains.party.models import EstablishmentMode, PartyOrganization
from portal.accounts.models import User
from portal.audit.actions import record_personal_view
from portal.kit.encryption import blind_index
from portal.kit.problems import Invalid
from portal.kit.text import clean_line, clean_text, phone_number
from portal.metrics.actions import mark_dirty

from ..registry.models import Enterprise
from ..registry.rules import employees_problem, sees_personal
from . import rules
from .models import OrganizationForm, PartyProfile, Survey, SurveyMethod

ENDED = gettext_lazy("该党组织已合并或撤销，请选择现有的党组织。")
CLEARED_BY_NONE = ("organization", "establishment_mode")


@transaction.atomic
def record_survey(
    *,
    enterprise: Enterprise,
    by: User,
    surveyed_on: datetime.date,
    method: str,
    full_members: int | None = None,
    probationary_members: int | None = None,
    organization_form: str | None = None,
    organization: str | None = None,
    establishment_mode: EstablishmentMode | None = None,
    secretary_name: str | None = None,
    secretary_phone: str | None = None,
    contact_name: str | None = None,
    contact_phone: str | None = None,
    employees: int | None = None,
    note: str = "",
) -> Survey:
    """A survey (摸排) updates the profile and keeps the old values, field by field (domain.md, 摸排).

    None means "not asked" and leaves what is known; an empty text clears. `organization` is a code or a name; a name
    that no active organisation of the district bears is kept as a name; so is, in a self-report, every organisation but
    the enterprise's own. Form 无 clears organisation and mode. A survey
    older than the latest is kept and changes nothing. Raises Invalid with a sentence per field; PermissionDenied
    outside the caller's towns, and for an enterprise user with any method but 自报.
    """
    _require_right(by, enterprise, method)
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    profile = PartyProfile.objects.get_or_create(enterprise=enterprise)[0]
    asked = {
        "full_members": full_members,
        "probationary_members": probationary_members,
        "organization_form": organization_form or None,
        "organization": None if organization is None else clean_line(organization),
        "establishment_mode": establishment_mode,
        "secretary_name": secretary_name,
        "secretary_phone": secretary_phone,
        "contact_name": contact_name,
        "contact_phone": contact_phone,
        "employees": employees,
    }
    for name in rules.PERSONAL_FIELDS:
        asked[name] = None if asked[name] is None else clean_line(asked[name])
    for name in ("secretary_phone", "contact_phone"):
        if asked[name]:  # in the spelling that sheets use too: one phone is one phone
            asked[name] = phone_number(asked[name]) or asked[name]
    form = asked["organization_form"] or profile.organization_form
    _check(enterprise, asked, form=form, surveyed_on=surveyed_on)
    row, name = _organization(asked["organization"], known=_organizations_for(by, enterprise, profile))
    _require_own_alone(enterprise, row, form)
    if rules.may_only_self_report(by, enterprise):
        _require_same_organization(profile, row, asked, form)
    new = {field: value for field, value in asked.items() if value is not None}
    if asked["organization"] is not None:
        new["organization"] = name
    if form == OrganizationForm.NONE:
        new |= dict.fromkeys(CLEARED_BY_NONE, "")
    if isinstance(new.get("establishment_mode"), EstablishmentMode):
        new["establishment_mode"] = new["establishment_mode"].name
    applied = profile.surveyed_on is None or surveyed_on >= profile.surveyed_on
    changes = rules.changes(_known(enterprise, profile), new) if applied else []
    survey = Survey.objects.create(
        enterprise=enterprise,
        surveyed_on=surveyed_on,
        method=method,
        full_members=full_members,
        probationary_members=probationary_members,
        organization_form=organization_form or "",
        organization_name=new.get("organization", ""),
        establishment_mode=establishment_mode,
        employees=employees,
        note=clean_text(note),
        changes=changes,
        applied=applied,
        recorded_by=by,
    )
    if applied:
        covered_by = profile.organization_id
        _apply(profile, survey, asked, form=form, organization=row, organization_name=name)
        if employees is not None and employees != enterprise.employees:
            Enterprise.objects.filter(pk=enterprise.pk).update(
                employees=employees, version=F("version") + 1, updated_at=timezone.now()
            )
        if profile.organization_id != covered_by:
            mark_dirty("cover")
    mark_dirty("survey", *(["profile"] if applied else []), days=[surveyed_on])
    return survey


@transaction.atomic
def view_personal(
    *, enterprise: Enterprise, by: User, field: str, reason: str, address: str | None = None
) -> str:
    """Somebody reads a name or phone in full and says why; the view is recorded before the value is given.

    Raises PermissionDenied for who may not know it at all (a leader), Invalid for a field that is none or without
    a reason.
    """
    if not sees_personal(by, enterprise):
        raise PermissionDenied(_("您的角色不能查看联系人信息。"))
    if field not in rules.PERSONAL_FIELDS:
        raise Invalid(
            {"field": _("应为这些值之一：%(values)s。") % {"values": "、".join(rules.PERSONAL_FIELDS)}}
        )
    reason = clean_line(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明查看事由。")})
    profile = PartyProfile.objects.filter(enterprise=enterprise).first()
    record_personal_view(
        by=by,
        district=enterprise.district,
        model="enterprises.PartyProfile",
        object_key=enterprise.uscc,
        object_name=enterprise.name,
        field=field,
        reason=reason,
        address=address,
    )
    return getattr(profile, field) if profile else ""


def _require_right(by: User, enterprise: Enterprise, method: str) -> None:
    if not rules.can_survey(by, enterprise):
        raise PermissionDenied(_("您可以查看这家企业，但不能填报摸排。"))
    if method != SurveyMethod.SELF_REPORT and rules.may_only_self_report(by, enterprise):
        raise PermissionDenied(_("企业用户的摸排方式只能是“自报”。"))


def _check(enterprise: Enterprise, asked: dict[str, Any], *, form: str, surveyed_on: datetime.date) -> None:
    problems = rules.survey_problems(
        values=asked,
        surveyed_on=surveyed_on,
        founded_on=enterprise.founded_on,
        form=form,
        today=timezone.localdate(),
    )
    if problem := employees_problem(asked["employees"]):
        problems["employees"] = problem
    if len(asked["organization"] or "") > 120:
        problems["organization"] = _("党组织名称最多 120 个字。")
    if problems:
        raise Invalid(problems)


def _organizations_for(
    by: User, enterprise: Enterprise, profile: PartyProfile
) -> QuerySet[PartyOrganization]:
    """The organisations that a survey may name. To belong to one is to see it: a self-report names the one that staff
    recorded and no other, else an enterprise could open any organisation to itself."""
    if rules.may_only_self_report(by, enterprise):
        return PartyOrganization.objects.filter(pk=profile.organization_id)
    return PartyOrganization.objects.filter(district_id=enterprise.district_id)


def _organization(
    text: str | None, *, known: QuerySet[PartyOrganization]
) -> tuple[PartyOrganization | None, str]:
    """(the organisation meant by a code or name, the name to keep). Raises Invalid for one that has ended."""
    if not text:
        return None, ""
    known = known.select_for_update(no_key=True)  # it does not end while a survey names it
    row = (
        known.filter(code=text).first()
        or known.filter(name=text, status=PartyOrganization.Status.ACTIVE).first()
    )
    if row is None:
        if known.filter(name=text).exists():
            raise Invalid({"organization": ENDED})
        return None, text
    if row.status != PartyOrganization.Status.ACTIVE:
        raise Invalid({"organization": ENDED})
    if not row.kind.is_formal:
        raise Invalid({"organization": _("产业链党建联盟不是正式党组织，请填写企业所在的党组织。")})
    return row, row.name


def _require_own_alone(enterprise: Enterprise, row: PartyOrganization | None, form: str) -> None:
    """单独组建 means an organisation of one's own: one that covers another enterprise already is a joint one."""
    others = PartyProfile.objects.filter(organization=row).exclude(enterprise=enterprise)
    if row is not None and form == OrganizationForm.ALONE and others.exists():
        raise Invalid({"organization": _("该党组织还覆盖其他企业，党组织形式应为“联合组建”。")})


def _require_same_organization(
    profile: PartyProfile, row: PartyOrganization | None, asked: dict[str, Any], form: str
) -> None:
    """An enterprise reports its members; which organisation it belongs to is changed by staff."""
    if profile.organization_id is None:
        return
    if form != profile.organization_form:
        raise Invalid({"organization_form": _("党组织形式与登记的不一致，请联系指导站更正。")})
    if asked["organization"] is not None and (row is None or row.pk != profile.organization_id):
        raise Invalid({"organization": _("党组织与登记的不一致，请联系指导站更正。")})


def _known(enterprise: Enterprise, profile: PartyProfile) -> dict[str, Any]:
    """What is known today, as plain values by field."""
    known = {name: getattr(profile, name) for name in rules.PERSONAL_FIELDS}
    return known | {
        "full_members": profile.full_members,
        "probationary_members": profile.probationary_members,
        "organization_form": profile.organization_form,
        "organization": profile.organization_name,
        "establishment_mode": profile.establishment_mode.name if profile.establishment_mode else "",
        "employees": enterprise.employees,
    }


def _apply(
    profile: PartyProfile,
    survey: Survey,
    asked: dict[str, Any],
    *,
    form: str,
    organization: PartyOrganization | None,
    organization_name: str,
) -> None:
    for name in ("full_members", "probationary_members"):
        if asked[name] is not None:
            setattr(profile, name, asked[name])
    profile.organization_form = form
    if form == OrganizationForm.NONE:
        profile.organization, profile.organization_name, profile.establishment_mode = None, "", None
    else:
        if asked["organization"] is not None:
            profile.organization, profile.organization_name = organization, organization_name
        if asked["establishment_mode"] is not None:
            profile.establishment_mode = asked["establishment_mode"]
    for name in rules.PERSONAL_FIELDS:
        if asked[name] is not None:
            setattr(profile, name, asked[name])
            context = PartyProfile._meta.get_field(name).context
            setattr(profile, f"{name}_bidx", blind_index(asked[name], context))
    profile.surveyed_on, profile.survey_method = survey.surveyed_on, survey.method
    profile.version += 1
    profile.save()
