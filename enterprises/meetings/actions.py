"""A meeting of an alliance is recorded, corrected, withdrawn; what it resolved is added and done."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.alliances.models import ChairTerm
from chains.party.actions import lock_organizations
from chains.party.models import PartyOrganization
from chains.party.rules import ALLIANCE
from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_sentence, clean_text
from portal.metrics.actions import mark_dirty

from ..cobuilding.models import AllianceMember
from . import rules
from .models import AllianceMeeting, AllianceTask, MemberAttendance

CHANGEABLE = frozenset({"kind", "topic", "held_on", "place", "chair", "guests", "minutes", "attended"})
LINES = {"topic": rules.MAX_TOPIC, "place": rules.MAX_PLACE, "guests": rules.MAX_GUESTS}


@transaction.atomic
def record_meeting(
    *,
    alliance: PartyOrganization,
    by: User,
    topic: str,
    held_on: datetime.date,
    kind: str = AllianceMeeting.Kind.JOINT,
    chair: PartyOrganization | None = None,
    attended: Iterable[AllianceMember] = (),
    place: str = "",
    guests: str = "",
    minutes: str = "",
    tasks: Iterable[Mapping[str, Any]] = (),
) -> AllianceMeeting:
    """A clerk records a meeting that an alliance held. Without `chair` it was that day's rotating chair.

    `tasks`: {text, owner, due_on} of each resolution. Raises PermissionDenied outside the caller's district or town,
    Invalid with a sentence per field, Conflict for a meeting that is recorded already.
    """
    rows = lock_organizations({alliance.pk, *([chair.pk] if chair else [])})
    stored = rows[alliance.pk]
    _require_right(by, stored)
    if stored.kind.code != ALLIANCE:
        raise Invalid({"alliance": _("该党组织不是产业链党建联盟。")})
    values = _cleaned({"topic": topic, "place": place, "guests": guests, "minutes": minutes})
    meeting = AllianceMeeting(
        district_id=stored.district_id, town_id=stored.town_id, chain_id=stored.chain_id, alliance=stored, kind=kind,
        held_on=held_on, recorded_by=by if by.pk else None, **values,
    )  # fmt: skip
    _require_sound(meeting)
    meeting.chair = _fit_chair(meeting, rows[chair.pk] if chair else _rotating(stored, held_on))
    came = _fit_members(meeting, attended)
    with _once():
        meeting.number = next_number(AllianceMeeting, "number", f"LH{held_on.year}", 4)
        meeting.save(force_insert=True)
    MemberAttendance.objects.bulk_create(MemberAttendance(meeting=meeting, member=one) for one in came)
    for task in tasks:
        _store_task(meeting, **task)
    _mark(held_on)
    return meeting


@transaction.atomic
def change_meeting(
    *, meeting: AllianceMeeting, by: User, version: int, changes: Mapping[str, Any]
) -> AllianceMeeting:
    """A clerk corrects what they recorded and read at `version`; `attended` replaces who came.

    Raises Stale, Conflict for a withdrawn record or one that there is already, Invalid with a sentence per field.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a meeting has no changeable {sorted(unknown)}")
    stored = _locked(meeting, by, version)
    before = stored.held_on
    given = {name: value for name, value in changes.items() if name != "attended"}
    given |= _cleaned({name: given[name] for name in (*LINES, "minutes") if name in given})
    changed = [name for name, value in given.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, given[name])
    _require_sound(stored)
    if {"chair", "held_on"} & set(changed):
        _fit_chair(stored, stored.chair)
    if stored.held_on != before and stored.tasks.filter(
        Q(due_on__lt=stored.held_on) | Q(done_on__lt=stored.held_on)
    ):
        raise Invalid({"held_on": _("已有议定事项的期限或完成日期早于这一天。")})
    came = list(changes["attended"]) if "attended" in changes else list(stored.members.all())
    came = _fit_members(stored, came)
    moved = _replace_attendances(stored, came)
    if not changed and not moved:
        return stored
    stored.version += 1
    with _once():
        stored.save(update_fields=[*changed, "version"])
    _mark(before, stored.held_on)
    return stored


@transaction.atomic
def cancel_meeting(*, meeting: AllianceMeeting, by: User, version: int, reason: str) -> AllianceMeeting:
    """A record that was wrong counts nowhere from now on; the row stays with the reason. Raises Stale, Conflict."""
    stored = _locked(meeting, by, version)
    stored.cancelled_at, stored.cancel_reason = timezone.now(), _said(reason, "reason", _("请填写原因。"))
    stored.version += 1
    stored.save(update_fields=["cancelled_at", "cancel_reason", "version"])
    _mark(stored.held_on)
    return stored


@transaction.atomic
def add_task(
    *, meeting: AllianceMeeting, by: User, text: str, owner: str, due_on: datetime.date
) -> AllianceTask:
    """Something that the meeting resolved, who does it, until when. Raises Conflict for one that stands there already
    or a withdrawn record, Invalid with a sentence per field."""
    return _store_task(_locked(meeting, by, None), text=text, owner=owner, due_on=due_on)


@transaction.atomic
def finish_task(
    *, task: AllianceTask, by: User, version: int, done_on: datetime.date, result: str
) -> AllianceTask:
    """What was resolved is done. Raises Stale, Conflict when it was done already, Invalid for an impossible day."""
    meeting = _locked(task.meeting, by, None)
    stored = AllianceTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if stored.done_on is not None:
        raise Conflict(_("该事项已于 %(day)s 完成。") % {"day": stored.done_on.isoformat()}, code="closed")
    if stored.version != version:
        raise Stale(current=stored)
    if problem := rules.done_problem(done_on, held_on=meeting.held_on, today=timezone.localdate()):
        raise Invalid({"done_on": problem})
    stored.done_on, stored.result = done_on, _said(result, "result", _("请填写办理结果。"))
    stored.version += 1
    stored.save(update_fields=["done_on", "result", "version"])
    return stored


def _locked(meeting: AllianceMeeting, by: User, version: int | None) -> AllianceMeeting:
    stored = (
        AllianceMeeting.objects.select_for_update(of=("self",))
        .select_related("alliance__kind", "chair__kind")
        .get(pk=meeting.pk)
    )
    _require_right(by, stored.alliance)
    if version is not None and stored.version != version:
        raise Stale(current=stored)
    if stored.cancelled_at is not None:
        raise Conflict(_("该会议记录已撤销。"), code="closed", open_moves=[])
    return stored


def _require_right(by: User, alliance: PartyOrganization) -> None:
    if not rules.can_keep(by, town_id=alliance.town_id, district_id=alliance.district_id):
        raise PermissionDenied(_("只有区局和联盟所在街镇的工作人员可以登记联盟会议。"))


def _require_sound(meeting: AllianceMeeting) -> None:
    problems = rules.meeting_problems(
        topic=meeting.topic, held_on=meeting.held_on, since=meeting.alliance.set_up_on,
        until=meeting.alliance.ended_on, today=timezone.localdate(),
    )  # fmt: skip
    if meeting.kind not in AllianceMeeting.Kind.values:
        values = "、".join(AllianceMeeting.Kind.values)
        problems["kind"] = _("应为这些值之一：%(values)s。") % {"values": values}
    if problems:
        raise Invalid(problems)


def _rotating(alliance: PartyOrganization, day: datetime.date) -> PartyOrganization:
    """Who had the rotating chair on a day. Raises Invalid when nobody had."""
    terms = ChairTerm.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day), alliance=alliance, started_on__lte=day
    )
    if term := terms.select_related("chair__kind").first():
        return term.chair
    raise Invalid({"chair": _("会议当天没有轮值会长，请填写主持单位。")})


def _fit_chair(meeting: AllianceMeeting, chair: PartyOrganization) -> PartyOrganization:
    if (
        chair.district_id != meeting.district_id
        or chair.pk == meeting.alliance_id
        or not chair.kind.is_formal
    ):
        raise Invalid({"chair": _("主持单位应为本区的正式党组织。")})
    if chair.ended_on is not None and chair.ended_on <= meeting.held_on:
        raise Invalid({"chair": _("“%(name)s”当时已合并或撤销。") % {"name": chair.name}})
    return chair


def _fit_members(meeting: AllianceMeeting, members: Iterable[AllianceMember]) -> list[AllianceMember]:
    """The members that came, each once. Raises Invalid and names who was no member on that day."""
    found = list({one.pk: one for one in members}.values())
    strange = [
        one.enterprise.name
        for one in found
        if one.alliance_id != meeting.alliance_id
        or one.joined_on > meeting.held_on
        or (one.left_on is not None and one.left_on <= meeting.held_on)
    ]
    if strange:
        names = "、".join(strange[:5])
        raise Invalid({"attended": _("会议当天不是联盟成员：%(names)s。") % {"names": names}})
    return found


def _replace_attendances(meeting: AllianceMeeting, members: list[AllianceMember]) -> bool:
    wanted, known = {one.pk for one in members}, set(meeting.attendances.values_list("member", flat=True))
    meeting.attendances.filter(member__in=known - wanted).delete()
    MemberAttendance.objects.bulk_create(
        MemberAttendance(meeting=meeting, member_id=pk) for pk in sorted(wanted - known)
    )
    return wanted != known


def _store_task(meeting: AllianceMeeting, *, text: str, owner: str, due_on: datetime.date) -> AllianceTask:
    text, owner = clean_sentence(text or "")[: rules.MAX_TASK], clean_sentence(owner or "")[: rules.MAX_OWNER]
    if problems := rules.task_problems(text=text, owner=owner, due_on=due_on, held_on=meeting.held_on):
        raise Invalid(problems)
    if meeting.tasks.count() >= rules.MAX_TASKS:
        raise Invalid({"text": _("一次会议最多登记 %(most)d 项。") % {"most": rules.MAX_TASKS}})
    with _once(_("该事项已登记。")):
        return AllianceTask.objects.create(meeting=meeting, text=text, owner=owner, due_on=due_on)


def _cleaned(values: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        text = clean_text(value or "") if name == "minutes" else clean_sentence(value or "")
        most = LINES.get(name, rules.MAX_MINUTES)
        if len(text) > most:
            raise Invalid({name: _("最多 %(most)d 个字。") % {"most": most}})
        found[name] = text
    return found


def _said(text: str, field: str, missing: str) -> str:
    line = clean_sentence(text or "")
    if not line:
        raise Invalid({field: missing})
    if len(line) > rules.MAX_REASON:
        raise Invalid({field: _("最多 %(most)d 个字。") % {"most": rules.MAX_REASON}})
    return line


@contextmanager
def _once(sentence: str = "") -> Iterator[None]:
    """A unique violation as a Conflict (409)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(sentence or _("该联盟当天同一议题的会议已登记。"), code="duplicate") from error
        raise


def _mark(*days: datetime.date) -> None:
    mark_dirty("alliance_meetings", days=list(days))
