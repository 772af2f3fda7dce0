"""Days that a person can have meant: outside of these a year is a slip of the keyboard (0001, 9999)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

FIRST_DAY = datetime.date(1949, 10, 1)
LAST_DAY = datetime.date(2199, 12, 31)  # figures are counted up to here (portal/metrics/rules.py)


def day_problems(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Sentences by field for the days among these that nobody means; an empty one is no fault."""
    return {
        name: _("日期应在 1949 年 10 月 1 日至 2199 年 12 月 31 日之间，请核对年份。")
        for name in names
        if (day := values[name]) is not None and not FIRST_DAY <= day <= LAST_DAY
    }
