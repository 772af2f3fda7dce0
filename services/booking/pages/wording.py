"""Sessions to choose from, with moments that templates can format."""

import datetime
from collections.abc import Iterable
from typing import Any


def moments(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Openings and alternatives (queries/alternatives.py) with `starts_at` and `ends_at` as moments."""
    read = datetime.datetime.fromisoformat
    return [{**row, "starts_at": read(row["starts_at"]), "ends_at": read(row["ends_at"])} for row in rows]
