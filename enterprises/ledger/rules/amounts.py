"""What credit, pledges and purchases share: sane amounts and days, contract numbers that compare, who may record."""

import datetime
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import FIRST_DAY
from portal.kit.text import clean_line

MAX_AMOUNT = Decimal("10000000000.00")  # yuan: 100 亿元; more is a wrong unit
MAX_NOTE = 200
MAX_REASON = 200
SPACES_AND_DASHES = re.compile(r"[\s\u2010-\u2015]+")


def amount_problem(amount: Decimal | None) -> str | None:
    """Why this is no amount in yuan, or None."""
    if amount is None:
        return _("请填写金额。")
    if amount <= 0:
        return _("金额应大于 0 元。")
    if amount > MAX_AMOUNT:
        return _("金额不能超过 100 亿元，请核对单位是元还是万元。")
    if amount != amount.quantize(Decimal("0.01")):
        return _("金额最多保留两位小数（元）。")
    return None


def day_problem(
    day: datetime.date, *, what: Any, founded: list[tuple[str, datetime.date | None]], today: datetime.date
) -> str | None:
    """Why this cannot be the day of a contract, or None. `founded`: name and founding day of each side."""
    if day > today:
        return _("%(what)s不能晚于今天。") % {"what": what}
    if day < FIRST_DAY:
        return _("%(what)s不能早于 1949 年 10 月 1 日。") % {"what": what}
    for name, founded_on in founded:
        if founded_on is not None and day < founded_on:
            return _("%(what)s不能早于“%(name)s”的成立日期（%(day)s）。") % {
                "what": what,
                "name": name,
                "day": founded_on.isoformat(),
            }
    return None


def contract_key(number: str) -> str:
    """How contract numbers are compared: full-width folded, upper case, no spaces; every dash is the same dash.

    “ht－2026 001” and “HT-2026001” are one contract.
    """
    folded = SPACES_AND_DASHES.sub(lambda m: "" if m[0].isspace() else "-", clean_line(number))
    return "".join(folded.split()).upper()


def text_problem(text: str, *, most: int, required: bool = True) -> str | None:
    if required and not text:
        return _("请填写。")
    if len(text) > most:
        return _("最多 %(most)d 个字。") % {"most": most}
    return None


def can_record(user, *, town_id: int, district_id: int) -> bool:
    """Staff record for the enterprises of their towns. Banks' clerks are asked separately (`is_clerk`)."""
    return user.scope.manages_town(town_id, district_id)


def is_clerk(user, bank) -> bool:
    """A bank's clerk is an institution user whose institution is the bank's code."""
    return bank.code in user.scope.institutions


def can_change_lent(user, row) -> bool:
    """A grant or pledge is kept by who manages the enterprise's town, and by the bank's own clerks."""
    return can_record(user, town_id=row.enterprise.town_id, district_id=row.district_id) or is_clerk(
        user, row.bank
    )
