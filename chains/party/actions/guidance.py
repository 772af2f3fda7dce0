"""以大带小: one organisation guides another, from a day until a day."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty

from ..models import GuidanceLink, PartyOrganization
from ..rules import can_manage_guidance, guidance_problems
from .locking import lock_organizations

CHANGEABLE = frozenset({"ended_on", "note"})


@transaction.atomic
def create_guidance(
    *,
    guide: PartyOrganization,
    guided: PartyOrganization,
    by,
    kind: str,
    started_on: datetime.date,
    note: str = "",
) -> GuidanceLink:
    """A stronger organisation takes a smaller one along (共建、指导帮建).

    Raises PermissionDenied for who manages neither, Conflict when the two are linked that way already (指导帮建: or
    the other way round) or one has ended, Invalid for itself, another district, or a day before both were set up.
    """
    rows = lock_organizations([guide.pk, guided.pk])
    guide, guided = rows[guide.pk], rows[guided.pk]
    if not can_manage_guidance(by, guide, guided):
        raise PermissionDenied(_("只能为您所负责的党组织登记带动关系。"))
    for name, one in (("guide", guide), ("guided", guided)):
        if one.status != PartyOrganization.Status.ACTIVE:
            raise Conflict(
                _("“%(name)s”已合并或撤销，不能再建立带动关系。") % {"name": one.name}, code=f"{name}_ended"
            )
    today = timezone.localdate()
    if problems := guidance_problems(guide=guide, guided=guided, started_on=started_on, today=today):
        raise Invalid(problems)
    back = GuidanceLink.objects.filter(guide=guided, guided=guide, kind=kind, ended_on=None)
    if kind == GuidanceLink.Kind.GUIDANCE and back.exists():
        raise Conflict(
            _("“%(guided)s”正在指导帮建“%(guide)s”，不能反过来再登记。")
            % {"guided": guided.name, "guide": guide.name},
            code="mutual",
        )
    try:
        with transaction.atomic():
            link = GuidanceLink.objects.create(
                guide=guide, guided=guided, kind=kind, started_on=started_on, note=clean_line(note)
            )
    except IntegrityError as error:
        raise Conflict(_("这两个党组织已有同样的带动关系。"), code="duplicate") from error
    mark_dirty("guidance", days=[started_on])
    return link


@transaction.atomic
def update_guidance(*, link: GuidanceLink, by, version: int, changes: dict[str, Any]) -> GuidanceLink:
    """The note is corrected, or the link ends. An ended one stays as it is.

    Raises Stale when somebody else was faster, Conflict for an ended link, Invalid for an end before its start or
    after today, PermissionDenied for who manages neither organisation.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"update_guidance cannot change {sorted(unknown)}")
    stored = (
        GuidanceLink.objects.select_for_update(of=("self",)).select_related("guide", "guided").get(pk=link.pk)
    )
    if not can_manage_guidance(by, stored.guide, stored.guided):
        raise PermissionDenied(_("只能为您所负责的党组织登记带动关系。"))
    if stored.ended_on is not None:
        sentence = _("这段带动关系已于 %(day)s 结束。") % {"day": stored.ended_on.isoformat()}
        raise Conflict(sentence, code="ended", open_moves=[])
    if stored.version != version:
        raise Stale()
    ended_on = changes.get("ended_on")
    if ended_on is not None and ended_on < stored.started_on:
        raise Invalid({"ended_on": _("结束日期不能早于开始日期。")})
    if ended_on is not None and ended_on > timezone.localdate():
        raise Invalid({"ended_on": _("结束日期不能晚于今天。")})
    if not changes:
        return stored
    for name, value in changes.items():
        setattr(stored, name, clean_line(value or "") if name == "note" else value)
    stored.version += 1
    stored.save(update_fields=[*changes, "version"])
    mark_dirty("guidance", days=[ended_on])
    return stored
