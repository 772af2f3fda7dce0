"""Segments of a chain and the arrows between them. Every writer locks the chain's row first, so that two clerks
cannot number two segments alike or close a loop together."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Conflict, Invalid, Stale
from portal.metrics.actions import mark_dirty

from ..models import Chain, Segment, SegmentLink
from ..rules import MAX_SEGMENTS, in_order, loop_closed_by, moved
from .chain import require_right

CHANGEABLE = frozenset({"name", "stage", "is_gap", "gap_note", "targets", "position"})


@transaction.atomic
def add_segment(
    *,
    chain: Chain,
    by,
    name: str,
    stage: str,
    is_gap: bool = False,
    gap_note: str = "",
    code: str = "",
    position: int | None = None,
    targets: Iterable[Segment] = (),
) -> Segment:
    """The bureau adds a segment to a chain, at the end of its stage unless `position` says otherwise.

    `code` is for good; without one the chain's code is numbered on. Raises Conflict when name or code are taken,
    Invalid for a gap note without a gap and for arrows that lead to another chain.
    """
    _lock(chain, by)
    if Segment.objects.filter(chain=chain).count() >= MAX_SEGMENTS:
        raise Invalid(_("一条产业链最多 %(most)d 个环节。") % {"most": MAX_SEGMENTS})
    _require_gap(is_gap, gap_note)
    _require_free_name(chain, name)
    if code and Segment.objects.filter(code=code).exists():
        raise Conflict(_("代码“%(code)s”已被其他环节使用。") % {"code": code}, code="duplicate")
    segment = Segment(
        chain=chain, name=name, stage=stage, is_gap=is_gap, gap_note=gap_note, code=code or _next_code(chain)
    )
    try:
        with transaction.atomic():
            segment.position = Segment.objects.filter(chain=chain).count() + 1
            segment.save(force_insert=True)
    except IntegrityError as error:  # another chain's segment took the code in this moment
        raise Conflict(_("代码已被其他环节使用，请换一个。"), code="duplicate") from error
    _set_targets(segment, targets)
    _number(chain, segment if position else None, position)
    mark_dirty("segment")
    segment.refresh_from_db()
    return segment


@transaction.atomic
def update_segment(*, segment: Segment, by, version: int, changes: dict[str, Any]) -> Segment:
    """The bureau corrects a segment that it read at `version`.

    `changes` holds some of name, stage, is_gap, gap_note, position (its place in the chain, from 1) and targets (the
    segments that its arrows lead to, all of them). A segment that is no gap any more loses its gap note. Raises
    Stale when somebody else was faster; a change that changes nothing keeps the version.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"update_segment cannot change {sorted(unknown)}")
    chain = segment.chain
    _lock(chain, by)
    stored = _read(segment)
    if stored.version != version:
        raise Stale()
    values = dict(changes)
    targets, position = values.pop("targets", None), values.pop("position", None)
    if values.get("is_gap") is False and "gap_note" not in values:
        values["gap_note"] = ""
    _require_gap(values.get("is_gap", stored.is_gap), values.get("gap_note", stored.gap_note))
    if values.get("name", stored.name) != stored.name:
        _require_free_name(chain, values["name"])
    values = {name: value for name, value in values.items() if getattr(stored, name) != value}
    redrawn = targets is not None and _set_targets(stored, targets)
    shifted = position is not None and position != stored.position
    if not (values or redrawn or shifted):
        return stored
    for name, value in values.items():
        setattr(stored, name, value)
    _save(stored, *values)
    if values:
        mark_dirty("segment")
    _number(chain, stored if shifted else None, position)
    stored.refresh_from_db()
    return stored


@transaction.atomic
def move_segment(*, segment: Segment, by, up: bool) -> Segment:
    """The bureau moves a segment one place up or down within its stage; at the end nothing happens."""
    _lock(segment.chain, by)
    stored = _read(segment)
    peers = list(Segment.objects.filter(chain=stored.chain_id, stage=stored.stage, closed_on=None))
    order = [one.pk for one in sorted(peers, key=lambda one: (one.position, one.code))]
    if stored.pk not in order:
        raise Conflict(_("这个环节已停用。"), code="closed")
    place = order.index(stored.pk) + (-1 if up else 1)
    if 0 <= place < len(order):
        neighbour = next(one for one in peers if one.pk == order[place])
        _number(segment.chain, stored, neighbour.position)
        stored.refresh_from_db()
    return stored


@transaction.atomic
def close_segment(*, segment: Segment, by, version: int, closed_on: datetime.date | None = None) -> Segment:
    """The bureau takes a segment out of use: it is no longer drawn and takes no enterprises; its history stays.

    Raises Conflict while enterprises stand there: they must be placed elsewhere first.
    """
    _lock(segment.chain, by)
    stored = _read(segment)
    if stored.version != version:
        raise Stale()
    if standing := stored.memberships.filter(ended_on=None).count():
        raise Conflict(
            _("仍有 %(count)d 家企业在“%(name)s”，请先把它们调整到其他环节。")
            % {"count": standing, "name": stored.name},
            code="occupied",
        )
    today = timezone.localdate()
    if closed_on is not None and closed_on > today:
        raise Invalid({"closed_on": _("停用日期不能晚于今天。")})
    if stored.closed_on is None:
        stored.closed_on = closed_on or today
        _save(stored, "closed_on")
        mark_dirty("segment")
    return stored


@transaction.atomic
def reopen_segment(*, segment: Segment, by, version: int) -> Segment:
    """A closed segment comes back into use, with the arrows it had."""
    _lock(segment.chain, by)
    stored = _read(segment)
    if stored.version != version:
        raise Stale()
    if stored.closed_on is not None:
        stored.closed_on = None
        _save(stored, "closed_on")
        mark_dirty("segment")
    return stored


@transaction.atomic
def remove_segment(*, segment: Segment, by, version: int) -> None:
    """The bureau removes a segment that was never used, with its arrows.

    Raises Conflict when any enterprise ever stood there, for deals count by the place of their day; such a segment
    is closed instead.
    """
    _lock(segment.chain, by)
    stored = _read(segment)
    if stored.version != version:
        raise Stale()
    if ever := stored.memberships.count():
        standing = stored.memberships.filter(ended_on=None).count()
        raise Conflict(
            _("“%(name)s”不能删除：曾有 %(ever)d 条企业入链记录，其中 %(standing)d 家现仍在此。可改为停用。")
            % {"name": stored.name, "ever": ever, "standing": standing},
            code="occupied",
        )
    stored.delete()
    mark_dirty("segment")
    _number(segment.chain, None, None)


@transaction.atomic
def connect(*, source: Segment, target: Segment, by) -> SegmentLink:
    """The bureau draws an arrow from a segment to the one downstream of it.

    Raises Conflict when it is there already, Invalid when it would lead to another chain, to itself or form a loop.
    """
    _lock(source.chain, by)
    existing = {link.target for link in SegmentLink.objects.filter(source=source).select_related("target")}
    if target in existing:
        raise Conflict(_("这两个环节之间已有箭头。"), code="duplicate")
    _set_targets(source, [*existing, target])
    _save(source)
    return SegmentLink.objects.get(source=source, target=target)


@transaction.atomic
def disconnect(*, source: Segment, target: Segment, by) -> None:
    """The bureau takes an arrow away. Raises Conflict when there is none."""
    _lock(source.chain, by)
    if not SegmentLink.objects.filter(source=source, target=target).delete()[0]:
        raise Conflict(_("这两个环节之间没有箭头。"), code="not_connected")
    _save(source)


@transaction.atomic
def lay_out_segments(*, chain: Chain, segments: list[dict[str, Any]], links: list[tuple[str, str]]) -> None:
    """A chain gets its segments, upstream to downstream, and the arrows between them (by segment code).

    Segments that already exist by code are left as they are, so the layout of a running portal is never overwritten.
    """
    known = dict(Segment.objects.filter(chain=chain).values_list("code", "pk"))
    for row in segments:
        if row["code"] not in known:
            known[row["code"]] = Segment.objects.create(chain=chain, **row).pk
    mark_dirty("segment")
    SegmentLink.objects.bulk_create(
        [SegmentLink(source_id=known[source], target_id=known[target]) for source, target in links],
        ignore_conflicts=True,
    )


def _lock(chain: Chain, by) -> None:
    require_right(by, chain.district_id)
    Chain.objects.select_for_update(of=("self",), no_key=True).get(pk=chain.pk)


def _read(segment: Segment) -> Segment:
    """The segment as it stands, locked: nobody can be placed on it until this transaction ends."""
    stored = Segment.objects.select_for_update(of=("self",)).filter(pk=segment.pk).first()
    if stored is None:
        raise Conflict(_("这个环节已被他人删除。"), code="gone")
    return stored


def _save(segment: Segment, *fields: str) -> None:
    segment.version = F("version") + 1
    segment.save(update_fields=[*fields, "version"])
    segment.refresh_from_db(fields=["version"])


def _set_targets(segment: Segment, targets: Iterable[Segment]) -> bool:
    """The segment's arrows lead exactly to `targets`; those to closed segments, which nobody sees, stay.

    Returns whether anything changed.
    """
    hidden = Segment.objects.filter(incoming__source=segment, closed_on__isnull=False)
    wanted = {target.pk: target for target in (*targets, *hidden)}
    if any(target.chain_id != segment.chain_id for target in wanted.values()):
        raise Invalid({"targets": _("箭头只能连接同一条产业链的环节。")})
    if segment.pk in wanted:
        raise Invalid({"targets": _("箭头不能从一个环节指向它自己。")})
    links = set(
        SegmentLink.objects.filter(source__chain=segment.chain_id).values_list("source_id", "target_id")
    )
    stored = {target for source, target in links if source == segment.pk}
    others = [link for link in links if link[0] != segment.pk]
    for target in wanted.values():
        if loop := loop_closed_by(others, segment.pk, target.pk):
            names = dict(Segment.objects.filter(pk__in=loop).values_list("pk", "name"))
            way = " → ".join(names[pk] for pk in loop)
            raise Invalid({"targets": _("箭头不能成环：%(way)s。") % {"way": way}})
    SegmentLink.objects.filter(source=segment, target_id__in=stored - wanted.keys()).delete()
    SegmentLink.objects.bulk_create(
        [SegmentLink(source=segment, target_id=pk) for pk in wanted if pk not in stored]
    )
    return stored != wanted.keys()


def _number(chain: Chain, segment: Segment | None, position: int | None) -> None:
    """Segments are numbered from 1, upstream first; `segment` comes to `position` as far as its stage allows."""
    rows = list(Segment.objects.filter(chain=chain).order_by("position", "code"))
    keys = [row.pk for row in rows]
    places: list[float] = [float(place) for place in range(1, len(rows) + 1)]
    if segment is not None and position is not None:
        places = moved(keys, segment.pk, position)
    order = in_order((row.pk, row.stage, place) for row, place in zip(rows, places, strict=True))
    for row in rows:
        place = order.index(row.pk) + 1
        if row.position != place:
            Segment.objects.filter(pk=row.pk).update(position=place)


def _next_code(chain: Chain) -> str:
    known = set(Segment.objects.values_list("code", flat=True).filter(code__startswith=f"{chain.code}-"))
    return next(code for number in range(1, 10_000) if (code := f"{chain.code}-{number:02d}") not in known)


def _require_gap(is_gap: bool, gap_note: str) -> None:
    if gap_note and not is_gap:
        raise Invalid({"gap_note": _("只有缺失环节才填写缺失说明。")})


def _require_free_name(chain: Chain, name: str) -> None:
    if Segment.objects.filter(chain=chain, name=name).exists():
        raise Conflict(_("这条产业链已有环节“%(name)s”。") % {"name": name}, code="duplicate")
