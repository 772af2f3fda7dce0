"""How the demo writes activities: by COPY, each with the next number of its day."""

from collections import Counter
from typing import Any

from .models import Activity

COLUMNS = (
    "organization_id", "number", "kind", "title", "held_on", "place", "status", "attendances", "summary",
    "recorded_by_id", "version",
)  # fmt: skip


def last_numbers() -> Counter[str]:
    """The highest number given so far for each day that has one."""
    last: Counter[str] = Counter()
    for number in Activity.objects.filter(number__regex=r"^HD[0-9]{8}-[0-9]+$").values_list(
        "number", flat=True
    ):
        day, _dash, count = number.removeprefix("HD").partition("-")
        last[day] = max(last[day], int(count))
    return last


def activity_values(row: dict[str, Any], last: Counter[str], recorder: int) -> tuple:
    day = row["held_on"].strftime("%Y%m%d")
    last[day] += 1
    return (
        row["organization"], f"HD{day}-{last[day]:04d}", row["kind"], row["title"], row["held_on"], row["place"],
        row["status"], row["attendances"], row["summary"], recorder, 1,
    )  # fmt: skip
