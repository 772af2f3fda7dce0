"""Periods and numbers of bulletins. Pure: the clock comes from the caller."""

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from ..rules import ONE_DAY, next_start

FIRST_YEAR, LAST_YEAR = 2000, 2199
WRITTEN = re.compile(r"([0-9]{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))")


@dataclass(frozen=True)
class Term:
    """A month or a quarter that a bulletin is about."""

    key: str
    step: Literal["month", "quarter"]
    first: datetime.date

    @property
    def last(self) -> datetime.date:
        """The last day of the calendar's month or quarter."""
        return next_start(self.first, self.step) - ONE_DAY

    @property
    def label(self) -> str:
        """2026年10月, 2026年第三季度: as a document writes it, whatever the reader's language."""
        if self.step == "month":
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.year}年第{'一二三四'[self.first.month // 3]}季度"

    def covered(self, today: datetime.date) -> datetime.date:
        """The last day that is counted: the period's, or today while it still runs.

        Raises ValueError for a period that has not begun.
        """
        if self.first > today:
            raise ValueError(f"{self.key} has not begun")
        return min(self.last, today)


def term_of(text: str) -> Term:
    """The period written as 2026-10 or 2026-Q3. Raises ValueError for anything else."""
    found = WRITTEN.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(f"not a month or quarter: {text!r}")
    if found[2]:
        return Term(text, "month", datetime.date(int(found[1]), int(found[2]), 1))
    return Term(text, "quarter", datetime.date(int(found[1]), int(found[3]) * 3 - 2, 1))


def number_of(year: int, issue: int) -> str:
    """简报〔2026〕第10期: the year of issue in hexagonal brackets (GB/T 9704-2012, 7.2.5), counted through the year."""
    return f"简报〔{year}〕第{issue}期"
