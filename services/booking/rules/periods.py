"""The periods by which stations are compared, counted from a day; no clock."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .calendar import DAY


class Span(models.TextChoices):
    MONTH = "month", _("本月")
    LAST_MONTH = "last_month", _("上月")
    QUARTER = "quarter", _("本季度")
    FREE = "free", _("自选日期")


FREE_DAYS = 30  # of a free period when nobody says from when


def days_of(
    span: str, today: datetime.date, first: datetime.date | None = None, last: datetime.date | None = None
) -> tuple[datetime.date, datetime.date]:
    """The first and last day of a period, both included. The running month and quarter end today.

    A free period without an end ends today, and without a beginning begins 30 days before its end.
    """
    if span == Span.LAST_MONTH:
        end = today.replace(day=1) - DAY
        return end.replace(day=1), end
    if span == Span.QUARTER:
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today
    if span == Span.FREE:
        end = last or max(today, first or today)
        return first or end - (FREE_DAYS - 1) * DAY, end
    return today.replace(day=1), today
