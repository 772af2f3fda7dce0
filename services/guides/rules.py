"""The sections of a guide's text, and what must hold for it. Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import day_problems

HEADING = "# "


@dataclass(frozen=True)
class Section:
    """A part of a guide under its heading; the text before the first heading has none."""

    heading: str
    text: str


def sections(body: str) -> list[Section]:
    """The parts of a guide: a line that begins with “# ” is a heading. Parts without heading and text are left out."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in body.splitlines():
        if line.startswith(HEADING):
            found.append((line.removeprefix(HEADING).strip(), []))
        else:
            found[-1][1].append(line)
    parts = [Section(heading, "\n".join(lines).strip()) for heading, lines in found]
    return [part for part in parts if part.heading or part.text]


def in_force(issued_on: datetime.date, abolished_on: datetime.date | None, day: datetime.date) -> bool:
    """In force from the day of issue until the day before it was abolished: what the figure counts."""
    return issued_on <= day and (abolished_on is None or abolished_on > day)


def problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """Sentences by field for what is wrong with a guide as it would stand; empty when all is well."""
    found = day_problems(values, "issued_on", "abolished_on")
    if values["issued_on"] > today:
        found["issued_on"] = _("发布日期不能晚于今天。")
    abolished_on = values["abolished_on"]
    if abolished_on is not None and abolished_on < values["issued_on"]:
        found.setdefault("abolished_on", _("废止日期不能早于发布日期。"))
    return found
