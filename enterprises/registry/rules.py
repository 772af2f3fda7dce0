"""What must hold for an enterprise, as pure functions: no database, no clock."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as uscc_number

from portal.kit.text import clean_line

INDUSTRY_CODE = re.compile(r"[A-T]|[0-9]{2,4}")  # GB/T 4754: section letter, or division to class
USCC_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
MAX_EMPLOYEES = 1_000_000
MAX_REVENUE = Decimal("999999999999.99")  # yuan: just under 10 000 亿元
FIRST_YEAR = 1949
MAX_HONOURS = 50


def can_create(user) -> bool:
    """Bureau, station and admin record enterprises; the town is checked with `can_manage_town`."""
    return user.scope.is_staff


def can_manage_town(user, town) -> bool:
    return user.scope.manages_town(town.pk, town.district_id)


def can_edit(user, enterprise) -> bool:
    """Who manages the enterprise's town. A leader and the enterprise itself only read."""
    return user.scope.manages_town(enterprise.town_id, enterprise.district_id)


def sees_personal(user, enterprise) -> bool:
    """Who may know that names and phones exist, and ask for them in full."""
    return user.scope.sees_personal_of(
        uscc=enterprise.uscc, town_id=enterprise.town_id, district_id=enterprise.district_id
    )


def clean_uscc(text: str) -> str:
    """As it is stored: half-width, upper case, no spaces."""
    return clean_line(text).replace(" ", "").upper()


def uscc_problem(uscc: str) -> str | None:
    """Why this is no unified social credit code (GB 32100-2015), or None."""
    if len(uscc) != 18:
        return _("统一社会信用代码应为 18 位，这里是 %(length)d 位。") % {"length": len(uscc)}
    if not USCC_FORM.fullmatch(uscc):
        return _("统一社会信用代码只含数字和大写字母，不含 I、O、S、V、Z。")
    if uscc_number.calc_check_digit(uscc[:-1]) != uscc[-1]:
        return _("统一社会信用代码的校验位不正确，请核对后重新填写。")
    return None


def problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, str]:
    """Sentences by field for what is wrong with an enterprise's given values; empty when all is well.

    Only the fields present are judged, so that creating and changing share the rules.
    """
    found: dict[str, Any] = {}
    if "uscc" in values and (problem := uscc_problem(values["uscc"])):
        found["uscc"] = problem
    if "name" in values and not values["name"]:
        found["name"] = _("请填写企业名称。")
    if (founded := values.get("founded_on")) is not None:
        if founded > today:
            found["founded_on"] = _("成立日期不能晚于今天。")
        elif founded.year < FIRST_YEAR:
            found["founded_on"] = _("成立日期不能早于 1949 年。")
    if (code := values.get("industry_code")) and not INDUSTRY_CODE.fullmatch(code):
        found["industry_code"] = _("行业代码应为 GB/T 4754 的门类字母（A–T）或 2 至 4 位数字。")
    if (problem := employees_problem(values.get("employees"))) is not None:
        found["employees"] = problem
    if (town := values.get("town")) is not None and town.closed_on is not None and town.closed_on <= today:
        found["town"] = _("该街镇已撤并，不能再登记企业。")
    if (area := values.get("area")) is not None and area.closed_on is not None and area.closed_on <= today:
        found["area"] = _("该商圈、楼宇或园区已撤销，不能再选。")
    return found


def employees_problem(count: int | None) -> str | None:
    if count is not None and not 0 <= count <= MAX_EMPLOYEES:
        return _("从业人数应为 0 至 1000000 的整数。")
    return None


def figure_problems(
    *, year: int, employees: int | None, revenue: Decimal | None, today: datetime.date
) -> dict[str, str]:
    """What is wrong with a yearly figure. `revenue` in yuan."""
    found: dict[str, Any] = {}
    if not FIRST_YEAR <= year <= today.year:
        found["year"] = _("年度应在 1949 年至今年之间。")
    if (problem := employees_problem(employees)) is not None:
        found["employees"] = problem
    if revenue is not None and not 0 <= revenue <= MAX_REVENUE:
        found["revenue"] = _("营业收入应在 0 至 1 万亿元之间。")
    elif revenue is not None and revenue != revenue.quantize(Decimal("0.01")):
        found["revenue"] = _("营业收入最多保留两位小数（元）。")
    return found


def place_problems(
    *,
    chain,
    segment,
    district_id: int,
    started_on: datetime.date,
    today: datetime.date,
    founded_on: datetime.date | None = None,
    left_on: datetime.date | None = None,
) -> dict[str, str]:
    """What is wrong with a place on a chain. `left_on`: when the enterprise last left this chain, if ever."""
    found: dict[str, Any] = {}
    if chain.district_id != district_id:
        found["chain"] = _("产业链与企业不在同一个区。")
    if segment is not None and segment.chain_id != chain.pk:
        found["segment"] = _("环节“%(segment)s”不属于产业链“%(chain)s”。") % {
            "segment": segment.name,
            "chain": chain.name,
        }
    elif segment is not None and segment.closed_on is not None:
        found["segment"] = _("环节“%(segment)s”已停用，请选择其他环节。") % {"segment": segment.name}
    if started_on > today:
        found["started_on"] = _("入链日期不能晚于今天。")
    elif founded_on is not None and started_on < founded_on:
        found["started_on"] = _("入链日期不能早于企业成立日期（%(day)s）。") % {"day": founded_on}
    elif left_on is not None and started_on < left_on:
        found["started_on"] = _("入链日期不能早于上次退出这条链的日期（%(day)s）。") % {"day": left_on}
    return found
