"""Every write of boards: the bureau sets one up, changes it, closes it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line
from portal.territory.models import District

from ..actions import mark_dirty
from ..registry import metric_of
from .models import PioneerBoard
from .policy import can_change
from .rules import DIMENSIONS, MOST_PLACES, MOST_POSITION

FIELDS = frozenset({"name", "metric", "rank_by", "lowest_first", "places", "position", "closed_on"})
TOUCHED = "pioneer_boards"


@transaction.atomic
def create_board(*, district: District, by: User, **fields: Any) -> PioneerBoard:
    """The bureau sets up a board: `name`, `metric` (code), `rank_by`, `lowest_first`, `places`, `position`.

    Raises PermissionDenied for anyone else, Invalid for a figure that cannot be told by what is ranked, Conflict for a
    name that the district has already.
    """
    if not can_change(by, district.pk):
        raise PermissionDenied
    board = PioneerBoard(district=district, changed_by=by)
    _fill(board, fields)
    if "position" not in fields:
        last = PioneerBoard.objects.filter(district=district).aggregate(last=Max("position"))["last"]
        board.position = min((last or 0) + 1, MOST_POSITION)
    board.code = next_number(PioneerBoard, "code", "XF", 3)
    _save(board, force_insert=True)
    mark_dirty(TOUCHED)
    return board


@transaction.atomic
def change_board(*, board: PioneerBoard, by: User, version: int, changes: dict[str, Any]) -> PioneerBoard:
    """The bureau changes or closes (`closed_on`) a board that it read at `version`.

    Raises PermissionDenied outside the own district, Stale when somebody was faster, Invalid and Conflict as above.
    """
    if not can_change(by, board.district_id):
        raise PermissionDenied
    stored = PioneerBoard.objects.select_for_update().get(pk=board.pk)
    if stored.version != version:
        raise Stale
    _fill(stored, changes)
    stored.changed_by, stored.version = by, F("version") + 1
    _save(stored)
    stored.refresh_from_db()
    mark_dirty(TOUCHED)
    return stored


def _fill(board: PioneerBoard, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise ValueError(f"a board has no {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(board, name, clean_line(value) if name == "name" else value)
    if not board.name:
        raise Invalid({"name": _("请填写榜单名称。")})
    if len(board.name) > 40:
        raise Invalid({"name": _("榜单名称最多 40 个字。")})
    if not 1 <= board.places <= MOST_PLACES:
        raise Invalid({"places": _("公布名次应为 1 至 %(most)d。") % {"most": MOST_PLACES}})
    if board.rank_by not in DIMENSIONS:
        raise Invalid({"rank_by": _("没有这种排名对象。")})
    try:
        metric = metric_of(board.metric)
    except LookupError as error:
        raise Invalid({"metric": _("没有代码为“%(code)s”的指标。") % {"code": board.metric}}) from error
    if DIMENSIONS[board.rank_by] not in metric.dimensions:
        what = {"metric": metric.name, "what": board.get_rank_by_display()}
        raise Invalid({"rank_by": _("指标“%(metric)s”不能按%(what)s统计。") % what})


def _save(board: PioneerBoard, **how: Any) -> None:
    try:
        with transaction.atomic():
            board.save(**how)
    except IntegrityError as error:
        raise Conflict(_("本区已有同名榜单。"), code="duplicate") from error
