"""An alliance is set up with pattern and charter, changed, and its rotating chair handed over.

The organisation itself (name, town, chain, its end) is written by chains.party; its version is the alliance's too.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_text
from portal.territory.models import District

from ..party.actions import create_organization, lock_organizations, require_move, update_organization
from ..party.actions.locking import require_right
from ..party.models import OrganizationKind, PartyOrganization
from ..party.rules import ALLIANCE
from . import rules
from .models import Alliance, ChairTerm

OWN = frozenset({"pattern", "charter", "adopted_on"})
OF_ORGANIZATION = frozenset({"name", "town", "chain", "set_up_on"})


@transaction.atomic
def set_up_alliance(*, district: District, by: User, code: str, **fields: Any) -> PartyOrganization:
    """The bureau sets up an alliance (产业链党建联盟) with its pattern and charter.

    `fields`: name, and any of town, chain, set_up_on, pattern, charter, adopted_on. Raises as
    `chains.party.actions.create_organization` does.
    """
    own = {name: fields.pop(name) for name in OWN & fields.keys()}
    if code.lower() in rules.RESERVED_CODES:
        raise Invalid({"code": _("“%(code)s”不能用作编号。") % {"code": code}})
    kind = OrganizationKind.objects.get(code=ALLIANCE)
    row = create_organization(district=district, by=by, code=code, kind=kind, **fields)
    _write(row, own)
    return row


@transaction.atomic
def update_alliance(
    *, alliance: PartyOrganization, by: User, version: int, changes: Mapping[str, Any]
) -> PartyOrganization:
    """The bureau changes an alliance that it read at `version`: pattern and charter, or the organisation behind it.

    Raises Stale when somebody else was faster, Conflict for one that has ended, Invalid with a sentence per field.
    """
    if unknown := changes.keys() - OWN - OF_ORGANIZATION:
        raise ValueError(f"an alliance has no changeable {sorted(unknown)}")
    row = update_organization(
        organization=alliance,
        by=by,
        version=version,
        changes={name: value for name, value in changes.items() if name in OF_ORGANIZATION},
    )
    if _write(row, {name: value for name, value in changes.items() if name in OWN}):
        _bump(row)
    return row


@transaction.atomic
def hand_over_chair(
    *,
    alliance: PartyOrganization,
    by: User,
    version: int,
    chair: PartyOrganization,
    started_on: datetime.date,
) -> ChairTerm:
    """The rotating chair (轮值会长) passes to another organisation; the former term ends on the day the new one begins.

    Raises Stale, Conflict for an alliance that has ended, Invalid for a chair that is no formal organisation of the
    district in being, for the present chair, and for a day on which somebody else had the chair.
    """
    require_right(by, alliance.district_id)
    rows = lock_organizations([alliance.pk, chair.pk])
    stored, chair = rows[alliance.pk], rows[chair.pk]
    require_move(stored, "change", version)
    _require_chair(stored, chair)
    last = stored.chair_terms.order_by("-started_on").first()
    problem = rules.chair_problem(
        started_on,
        alliance_from=stored.set_up_on,
        chair_from=chair.set_up_on,
        free_from=_free_from(last),
        today=timezone.localdate(),
    )
    if problem:
        raise Invalid({"started_on": problem})
    if last is not None and last.ended_on is None:
        if last.chair_id == chair.pk:
            raise Invalid({"chair": _("“%(name)s”正担任轮值会长。") % {"name": chair.name}})
        last.ended_on = started_on
        last.save(update_fields=["ended_on"])
    try:
        with transaction.atomic():
            term = ChairTerm.objects.create(alliance=stored, chair=chair, started_on=started_on)
    except IntegrityError as error:
        raise Conflict(_("轮值会长的任期刚被他人登记，请刷新后再办理。"), code="duplicate") from error
    _bump(stored)
    return term


def _free_from(last: ChairTerm | None) -> datetime.date | None:
    if last is None:
        return None
    return last.ended_on or last.started_on + datetime.timedelta(days=1)


def _require_chair(alliance: PartyOrganization, chair: PartyOrganization) -> None:
    if alliance.kind.code != ALLIANCE:
        raise Invalid({"alliance": _("只有产业链党建联盟设轮值会长。")})
    if chair.district_id != alliance.district_id or not chair.kind.is_formal:
        raise Invalid({"chair": _("轮值会长单位应为本区的正式党组织。")})
    if chair.status != PartyOrganization.Status.ACTIVE:
        raise Invalid({"chair": _("“%(name)s”已合并或撤销。") % {"name": chair.name}})


def _write(row: PartyOrganization, given: Mapping[str, Any]) -> bool:
    """Pattern and charter of a locked alliance. Returns whether anything changed."""
    if not given:
        return False
    if row.kind.code != ALLIANCE:
        raise Invalid({"alliance": _("该党组织不是产业链党建联盟。")})
    kept = Alliance.objects.filter(organization=row).first()
    own = kept or Alliance(organization=row)
    given = {
        name: clean_text(value or "") if name in ("pattern", "charter") else value
        for name, value in given.items()
    }
    changed = [name for name, value in given.items() if getattr(own, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(own, name, given[name])
    problems = rules.charter_problems(
        charter=own.charter, adopted_on=own.adopted_on, today=timezone.localdate()
    )
    if problems:
        raise Invalid(problems)
    own.save(force_insert=kept is None)
    return True


def _bump(row: PartyOrganization) -> None:
    PartyOrganization.objects.filter(pk=row.pk).update(version=F("version") + 1)
    row.refresh_from_db(fields=["version"])
