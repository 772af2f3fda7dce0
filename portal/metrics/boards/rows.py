"""A board and its lines as REST and the pages show them."""

from typing import Any

from ..api.views import as_json
from ..queries import shown
from ..registry import metric_of
from .models import PioneerBoard
from .queries import Standings
from .rules import Standing


def metric_name(code: str) -> str:
    """The figure's name; its code when no feature declares it any more."""
    try:
        return str(metric_of(code).name)
    except LookupError:
        return code


def board_row(board: PioneerBoard) -> dict[str, Any]:
    """A board as it is set up."""
    return {
        "code": board.code,
        "name": board.name,
        "district": board.district.code,
        "metric": board.metric,
        "metric_name": metric_name(board.metric),
        "rank_by": board.rank_by,
        "rank_by_label": str(board.get_rank_by_display()),
        "lowest_first": board.lowest_first,
        "places": board.places,
        "position": board.position,
        "closed_on": board.closed_on,
        "version": board.version,
    }


def standings_row(found: Standings) -> dict[str, Any]:
    """A board with the places of a month."""
    return {
        **board_row(found.board),
        "month": f"{found.month:%Y-%m}",
        "covers_until": found.last,
        "as_of": found.as_of,
        "failed": found.failed,
        "standings": [_line(found, line) for line in found.shown],
    }


def _line(found: Standings, line: Standing) -> dict[str, Any]:
    return {
        "place": line.place,
        "previous_place": line.previous_place,
        "key": line.key,
        "name": line.label,
        "value": as_json(found.metric, line.value),
        "previous_value": as_json(found.metric, line.previous_value),
    }


def table_of(found: Standings) -> list[dict[str, Any]]:
    """The lines of a board for a page: values as people read them, and how many places up or down."""
    return [
        {
            "place": line.place,
            "label": line.label,
            "value": shown(found.metric, line.value),
            "previous_place": line.previous_place,
            "previous_value": shown(found.metric, line.previous_value),
            "up": line.climbed if line.climbed and line.climbed > 0 else None,
            "down": -line.climbed if line.climbed and line.climbed < 0 else None,
        }
        for line in found.shown
    ]
