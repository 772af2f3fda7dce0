"""Every read of boards, and their standings from the engine's series."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.territory.models import GuidanceStation

from ..places import Area
from ..queries import Series, series
from ..registry import Metric, Rate, metric_of, metrics
from ..rules import ONE_DAY, next_start, shifted
from .models import PioneerBoard
from .rules import DIMENSIONS, Standing, standings


@dataclass(frozen=True)
class Standings:
    """A board of a month. `last`: the last day counted; `total` of the district, `as_of` and `failed` as of a series."""

    board: PioneerBoard
    metric: Metric | Rate | None
    month: datetime.date
    last: datetime.date
    lines: list[Standing]
    as_of: datetime.datetime | None
    failed: bool

    @property
    def shown(self) -> list[Standing]:
        """The places that are published: those that are known, and all who share the last of them."""
        return [line for line in self.lines if line.place is not None and line.place <= self.board.places]


def listed(user: User) -> QuerySet[PioneerBoard]:
    """The boards in the user's scope."""
    return PioneerBoard.objects.visible_to(user).select_related("district", "changed_by")


def one(user: User, code: str) -> PioneerBoard | None:
    """A board; None outside the scope."""
    return listed(user).filter(code=code).first()


def month_of(text: str) -> datetime.date:
    """The first day of the month written as 2026-10; of the last whole month for an empty text.

    Raises Invalid for anything else and for a month that has not begun.
    """
    today = timezone.localdate()
    if not text:
        return shifted(today.replace(day=1), -1)
    try:
        month = datetime.date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        month = None
    if month is None or not 2000 <= month.year < 2200:
        raise Invalid({"month": _("月份应写作 2026-10。")})
    if month > today:
        raise Invalid({"month": _("这个月还没有开始。")})
    return month


def standings_of(boards: Iterable[PioneerBoard], month: datetime.date) -> list[Standings]:
    """The boards of a month with the places of the month before; six statements for all boards of one kind."""
    boards = list(boards)
    last = min(next_start(month, "month") - ONE_DAY, timezone.localdate())
    before = shifted(month, -1)
    read: dict[tuple[int, str], tuple[dict[str, Series], dict[str, Series]]] = {}
    for group in {(board.district_id, DIMENSIONS[board.rank_by]) for board in boards}:
        codes = _codes(boards, *group)
        area = Area((group[0],))
        read[group] = (
            series(codes, area=area, first=month, last=last, by=group[1]),
            series(codes, area=area, first=before, last=month - ONE_DAY, by=group[1]),
        ) if codes else ({}, {})  # fmt: skip
    stations = _stations(boards)
    return [
        _of_board(board, month, last, *read[board.district_id, DIMENSIONS[board.rank_by]], stations)
        for board in boards
    ]


def choosable() -> dict[str, list[Metric | Rate]]:
    """What may be ranked by which figures: {rank_by: figures}."""
    return {
        rank_by: [metric for metric in metrics() if dimension in metric.dimensions]
        for rank_by, dimension in DIMENSIONS.items()
    }


def _codes(boards: list[PioneerBoard], district: int, dimension: str) -> list[str]:
    """The figures of these boards that are still declared and can still be told so."""
    known = {metric.code for metric in metrics() if dimension in metric.dimensions}
    wanted = {
        board.metric
        for board in boards
        if board.district_id == district and DIMENSIONS[board.rank_by] == dimension
    }
    return sorted(wanted & known)


def _stations(boards: list[PioneerBoard]) -> dict[str, str]:
    """The names of guidance stations by their town's code, without the words that they all have."""
    districts = {board.district_id for board in boards if board.rank_by == "station"}
    if not districts:
        return {}
    rows = GuidanceStation.objects.filter(office__town__district__in=districts).order_by()
    names = rows.values_list("office__town__code", "name")
    return {town: name.replace("小个专党建工作", "") for town, name in names}


def _of_board(
    board: PioneerBoard,
    month: datetime.date,
    last: datetime.date,
    now: dict[str, Series],
    before: dict[str, Series],
    stations: dict[str, str],
) -> Standings:
    found = now.get(board.metric)
    if found is None:  # the figure is no more
        return Standings(board, None, month, last, [], None, False)
    names = stations if board.rank_by == "station" else {}
    values = [(key, names.get(key, label), value) for key, label, value in _values(found)]
    earlier = {key: value for key, _label, value in _values(before[board.metric])}
    lines = standings(values, earlier, lowest_first=board.lowest_first)
    return Standings(board, metric_of(board.metric), month, last, lines, found.as_of, found.failed)


def _values(found: Series) -> list[tuple[str, str, Decimal | None]]:
    """The values by place; where the district's is not known, no place's is."""
    known = found.total is not None
    return [(point.key, point.label, point.value if known else None) for point in found.points]
