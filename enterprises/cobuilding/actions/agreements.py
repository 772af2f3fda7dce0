"""An agreement is signed, changed, ended early, renewed."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line, clean_text
from portal.territory.models import District

from ...registry.models import Enterprise
from .. import rules
from ..models import AgreementParty, CoBuildingAgreement
from .units import cleaned_reason, lock_units, locked_agreement, new_party, require_right, save, touch

CHANGEABLE = frozenset({"title", "content", "chain", "signed_on", "starts_on", "ends_on"})
Parties = list[AgreementParty]


@transaction.atomic
def sign_agreement(
    *,
    district: District,
    by: User,
    title: str,
    signed_on: datetime.date,
    organizations: Iterable[PartyOrganization] = (),
    enterprises: Iterable[Enterprise] = (),
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    content: str = "",
    chain: Chain | None = None,
) -> CoBuildingAgreement:
    """Two or more units sign a co-building agreement; its enterprises become 共建成员单位.

    In force from `starts_on` (the day of signing when not given) through `ends_on` (none: open-ended). The first unit
    with a town leads. Raises PermissionDenied outside the caller's towns, Invalid with a sentence per field.
    """
    units = lock_units(organizations, enterprises, district_id=district.pk)
    require_right(by, district.pk, [unit.town_id for unit in units])
    if len(units) < rules.LEAST:
        raise Invalid({"organizations": rules.TOO_FEW})
    if len(units) > rules.MAX_PARTIES:
        raise Invalid({"enterprises": _("一份协议最多 %(most)d 方。") % {"most": rules.MAX_PARTIES}})
    values = _cleaned({
        "title": title, "content": content, "chain": chain, "signed_on": signed_on,
        "starts_on": starts_on or signed_on, "ends_on": ends_on,
    }, district.pk)  # fmt: skip
    town = next((unit.town_id for unit in units if unit.town_id is not None), None)
    return _store(values, units, district_id=district.pk, town_id=town, by=by)


@transaction.atomic
def change_agreement(
    *, agreement: CoBuildingAgreement, by: User, version: int, changes: Mapping[str, Any]
) -> CoBuildingAgreement:
    """A clerk corrects an agreement that they read at `version`. Who signed with it moves along with the day of
    signing. Raises Stale, Conflict for one that has run out, Invalid with a sentence per field."""
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"an agreement has no changeable {sorted(unknown)}")
    stored = locked_agreement(agreement, by, version, "change")
    old = {name: getattr(stored, name) for name in CHANGEABLE}
    values = _cleaned({**old, **changes}, stored.district_id)
    values = {name: value for name, value in values.items() if old[name] != value}
    if not values:
        return stored
    if stored.renewal_of_id and "starts_on" in values:
        _require_after(stored.renewal_of, values["starts_on"])
    if "ends_on" in values and hasattr(stored, "renewal"):
        raise Conflict(_("协议已续签为 %(number)s，不能再改到期日期。") % {"number": stored.renewal.number})
    touch(stored)
    if "signed_on" in values:
        _move_signatures(stored, values["signed_on"])
    save(stored, values)
    touch(stored, days=[old["signed_on"], stored.signed_on])
    return stored


@transaction.atomic
def end_agreement(
    *, agreement: CoBuildingAgreement, by: User, version: int, ended_on: datetime.date, reason: str
) -> CoBuildingAgreement:
    """An agreement ends before its term, on a day and for a reason; from that day its members count no more.

    Raises Stale, Conflict when it is not in force, Invalid for a day outside its term or in the future.
    """
    stored = locked_agreement(agreement, by, version, "end")
    today = timezone.localdate()
    problem = rules.end_problem(
        ended_on, starts_on=stored.starts_on, ends_on=stored.ends_on, today=today
    )  # fmt: skip
    if problem:
        raise Invalid({"ended_on": problem})
    touch(stored)
    save(stored, {"ended_on": ended_on, "end_reason": cleaned_reason(reason)})
    touch(stored)
    return stored


@transaction.atomic
def renew_agreement(
    *,
    agreement: CoBuildingAgreement,
    by: User,
    version: int,
    signed_on: datetime.date,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> CoBuildingAgreement:
    """The parties carry an agreement on for a new term: a new agreement with the same content and whoever is a party now.

    Raises Stale, Conflict when it is renewed already (also when two clerks renew at once) or a party has ended
    meanwhile, Invalid for a term that does not follow the old one.
    """
    open_parties = agreement.parties.filter(left_on=None).order_by("joined_on", "pk")
    parties = list(open_parties.select_related("organization", "enterprise"))
    units = lock_units(
        [one.organization for one in parties if one.organization_id],
        [one.enterprise for one in parties if one.enterprise_id],
        district_id=agreement.district_id,
    )
    stored = locked_agreement(agreement, by, version, "renew")
    if hasattr(stored, "renewal"):
        raise Conflict(_("协议已续签为 %(number)s。") % {"number": stored.renewal.number}, code="renewed")
    _require_after(stored, starts_on)
    values = _cleaned({
        "title": stored.title, "content": stored.content, "chain": stored.chain, "signed_on": signed_on,
        "starts_on": starts_on, "ends_on": ends_on,
    }, stored.district_id)  # fmt: skip
    try:
        with transaction.atomic():
            return _store(
                {**values, "renewal_of": stored}, units, district_id=stored.district_id, town_id=stored.town_id,
                by=by,
            )  # fmt: skip
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(_("协议刚被他人续签。"), code="renewed") from error
        raise


def _store(
    values: dict[str, Any], units: list, *, district_id: int, town_id: int | None, by: User
) -> CoBuildingAgreement:
    row = CoBuildingAgreement.objects.create(
        district_id=district_id, town_id=town_id, recorded_by=by if by.pk else None,
        number=next_number(CoBuildingAgreement, "number", f"GJ{values['signed_on'].year}", 4), **values,
    )  # fmt: skip
    for unit in units:
        new_party(row, unit, row.signed_on).save()
    touch(row)
    return row


def _move_signatures(agreement: CoBuildingAgreement, signed_on: datetime.date) -> None:
    """Who joined by signing joined on the corrected day; who joined or left later must still have done so after it."""
    others = agreement.parties.exclude(joined_on=agreement.signed_on)
    left = agreement.parties.filter(left_on__lt=signed_on)
    if others.filter(joined_on__lt=signed_on).exists() or left.exists():
        raise Invalid({"signed_on": _("已有成员在这一天之前加入或退出，签订日期不能晚于那一天。")})
    for party in agreement.parties.filter(joined_on=agreement.signed_on):
        party.joined_on = signed_on
        party.save(update_fields=["joined_on"])


def _require_after(old: CoBuildingAgreement, starts_on: datetime.date) -> None:
    if problems := rules.renewal_problem(starts_on, ends_on=old.ends_on):
        raise Invalid(problems)


def _cleaned(values: Mapping[str, Any], district_id: int) -> dict[str, Any]:
    values = {
        **values,
        "title": clean_line(values["title"] or ""),
        "content": clean_text(values["content"] or ""),
    }
    texts = {name: value for name, value in values.items() if name != "chain"}
    problems = rules.agreement_problems(**texts, today=timezone.localdate())
    if (chain := values["chain"]) is not None and chain.district_id != district_id:
        problems["chain"] = _("不属于本区。")
    if problems:
        raise Invalid(problems)
    return values
