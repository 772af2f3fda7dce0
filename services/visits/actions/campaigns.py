"""Campaigns (走访行动): set up with targets by town, changed, closed."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line, clean_text
from portal.territory.models import District, Town

from .. import rules
from ..models import CampaignTarget, VisitCampaign

CHANGEABLE = frozenset({"name", "description", "starts_on", "ends_on", "targets"})
Targets = Mapping[Town, tuple[int, int]]


@transaction.atomic
def create_campaign(
    *,
    by: User,
    district: District,
    name: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    description: str = "",
    targets: Targets | None = None,
) -> VisitCampaign:
    """The bureau sets up a campaign: from day to day, with how many enterprises and projects each town is to visit.

    Raises PermissionDenied for anyone else, Invalid with a sentence per field.
    """
    if not rules.can_plan(by, district.pk):
        raise PermissionDenied(_("走访行动由区局制定。"))
    campaign = VisitCampaign(district=district)
    _fill(campaign, {"name": name, "description": description, "starts_on": starts_on, "ends_on": ends_on})
    campaign.code = next_number(VisitCampaign, "code", f"XD{starts_on.year}-", 3)
    campaign.save(force_insert=True)
    _set_targets(campaign, targets or {})
    return campaign


@transaction.atomic
def change_campaign(
    *, campaign: VisitCampaign, by: User, version: int, changes: Mapping[str, Any]
) -> VisitCampaign:
    """The bureau changes name, words, days or targets of a campaign that it read at `version`; `targets` replace what
    was set. Visits that were recorded stay with it. Raises Stale, Conflict for a closed one, Invalid."""
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a campaign has no changeable {sorted(unknown)}")
    stored = _locked(campaign, by, version)
    given = dict(changes)
    targets = given.pop("targets", None)
    _fill(stored, given)
    if targets is not None:
        _set_targets(stored, targets)
    stored.version += 1
    stored.save()
    return stored


@transaction.atomic
def close_campaign(*, campaign: VisitCampaign, by: User, version: int) -> VisitCampaign:
    """A campaign is over: visits after today no longer belong to it. Raises Stale, Conflict when it is closed."""
    stored = _locked(campaign, by, version)
    stored.closed_at = timezone.now()
    stored.version += 1
    stored.save(update_fields=["closed_at", "version"])
    return stored


def _locked(campaign: VisitCampaign, by: User, version: int) -> VisitCampaign:
    if not rules.can_plan(by, campaign.district_id):
        raise PermissionDenied(_("走访行动由区局制定。"))
    stored = VisitCampaign.objects.select_for_update().get(pk=campaign.pk)
    if stored.version != version:
        raise Stale(current=stored)
    if stored.closed_at is not None:
        day = timezone.localdate(stored.closed_at).isoformat()
        raise Conflict(_("该行动已于 %(day)s 结束。") % {"day": day}, code="ended")
    return stored


def _fill(campaign: VisitCampaign, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        clean = {"name": clean_line, "description": clean_text}.get(name)
        setattr(campaign, name, clean(value or "") if clean else value)
    held = {name: getattr(campaign, name) for name in ("name", "description", "starts_on", "ends_on")}
    if problems := rules.campaign_problems(held):
        raise Invalid(problems)


def _set_targets(campaign: VisitCampaign, targets: Targets) -> None:
    """The targets by town; a town without one has nothing to visit."""
    for town, counts in targets.items():
        if town.district_id != campaign.district_id:
            raise Invalid({"targets": _("街镇“%(name)s”不在本区。") % {"name": town.name}})
        if not all(0 <= count <= rules.MAX_TARGET for count in counts):
            raise Invalid({"targets": _("目标应为 0 至 %(most)d 的整数。") % {"most": rules.MAX_TARGET}})
    CampaignTarget.objects.filter(campaign=campaign).exclude(town__in=targets).delete()
    CampaignTarget.objects.bulk_create(
        (
            CampaignTarget(campaign=campaign, town=town, enterprises=enterprises, projects=projects)
            for town, (enterprises, projects) in targets.items()
            if enterprises or projects
        ),
        update_conflicts=True,
        unique_fields=("campaign", "town"),
        update_fields=("enterprises", "projects"),
    )
    empty = [town for town, counts in targets.items() if not any(counts)]
    CampaignTarget.objects.filter(campaign=campaign, town__in=empty).delete()
