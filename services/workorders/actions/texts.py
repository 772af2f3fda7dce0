"""Texts, days and departments as people give them, made fit to store. Each raises Invalid with a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_sentence, clean_text
from portal.territory.models import Department
from portal.territory.rules import WorkCalendar

from ..models import Demand, DemandPart
from ..queries.suggestion import sounds_like_a_rule, suggested
from ..rules import hours

LONGEST = timedelta(days=366)


def said(field: str, text: str | None, *, most: int, least: int = 1, lines: bool = True) -> str:
    """A text within its length; `lines` keeps line breaks. HTML stays the text that it is."""
    text = clean_text(text or "") if lines else clean_sentence(text or "")
    if not least and not text:
        return ""
    if not max(least, 1) <= len(text) <= most:
        raise Invalid(
            {field: _("请用 %(least)d 至 %(most)d 个字填写。") % {"least": max(least, 1), "most": most}}
        )
    return text


def reason_said(text: str | None, *, most: int = 300) -> str:
    return said("reason", text, most=most, least=2, lines=False)


def open_departments(demand: Demand, lead: Department, joint: Iterable[Department]) -> list[Department]:
    """The joint departments, once each. Raises Invalid for a closed one, one of another district, or the lead among
    them."""
    joint = list({one.pk: one for one in joint}.values())
    require_department("lead", demand, lead)
    for one in joint:
        require_department("joint", demand, one)
        if one.pk == lead.pk:
            raise Invalid({"joint": _("“%(name)s”已是牵头部门，不能同时协办。") % {"name": one.name}})
    return joint


def reason_of(demand: Demand, text: str, lead: Department, joint: Sequence[Department]) -> str:
    """The words of a dispatch. Those of the district's rule, which a form is filled in with, stand only where the
    departments are the rule's; elsewhere nothing was said."""
    rule = suggested(demand) if text and sounds_like_a_rule(text) else None
    if rule is None or text != clean_sentence(rule.reason):
        return text
    follows = rule.lead.pk == lead.pk and {one.pk for one in rule.joint} == {one.pk for one in joint}
    return text if follows else ""


def require_department(field: str, demand: Demand, department: Department) -> None:
    name = {"name": department.name}
    if department.district_id != demand.district_id:
        raise Invalid({field: _("“%(name)s”不是本区的部门。") % name})
    if department.closed_on is not None and department.closed_on <= timezone.localdate():
        raise Invalid({field: _("“%(name)s”已撤销，请改派其他部门。") % name})


def day_ahead(field: str, day: date) -> date:
    """A day from today to a year ahead."""
    today = timezone.localdate()
    if day < today:
        raise Invalid({field: _("期限不能早于今天。")})
    if day > today + LONGEST:
        raise Invalid({field: _("期限不能超过一年。")})
    return day


def own_days(joint: Sequence[Department], given: Mapping[str, date | None], due: datetime) -> dict[str, date]:
    """The days of joint departments that are their own, by code. Raises Invalid for a department that does not help,
    and for a day beyond `due`, when the lead is to be done."""
    names = {one.code: one.name for one in joint}
    found = {code: day for code, day in given.items() if day is not None}
    for code, day in found.items():
        if code not in names:
            raise Invalid({"joint_due": _("“%(code)s”不在协办部门之中。") % {"code": code}})
        day_ahead("joint_due", day)
        if hours.close_of(day) > due:
            words = {"name": names[code], "due": f"{timezone.localtime(due):%Y-%m-%d}"}
            raise Invalid({"joint_due": _("“%(name)s”的协办期限不能晚于办理期限（%(due)s）。") % words})
    return found


def later_deadline(demand: Demand, until: date | datetime, now: datetime, calendar: WorkCalendar) -> datetime:
    """A deadline after the present one, at most a year ahead. A day means the end of its working hours, a day off the
    last working day before."""
    moment, counted = _moment(until, calendar)
    if moment <= now:
        raise Invalid({"until": counted + _("延期后的期限应晚于现在。")})
    if demand.handle_due_at is not None and moment <= demand.handle_due_at:
        raise Invalid({"until": counted + _("延期后的期限应晚于目前的办理期限。")})
    if moment > now + LONGEST:
        raise Invalid({"until": _("期限不能超过一年。")})
    return moment


def later_part_deadline(
    demand: Demand, part: DemandPart, until: date | datetime, now: datetime, calendar: WorkCalendar
) -> datetime:
    """A joint department's deadline after its present one, and not after the demand's."""
    moment, counted = _moment(until, calendar)
    if moment <= now:
        raise Invalid({"until": counted + _("延期后的期限应晚于现在。")})
    if part.due_at is not None and moment <= part.due_at:
        raise Invalid({"until": counted + _("延期后的期限应晚于目前的协办期限。")})
    if demand.handle_due_at is not None and moment > demand.handle_due_at:
        raise Invalid({"until": _("协办期限不能晚于办理期限，请先延长整件诉求的期限。")})
    return moment


def _moment(until: date | datetime, calendar: WorkCalendar) -> tuple[datetime, str]:
    """The deadline that is meant, and how a day off was counted, in words."""
    moment = until if isinstance(until, datetime) else hours.close_of(until)
    moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    kept = hours.kept_on(moment, calendar)
    if kept == moment:
        return moment, ""
    words = {"day": f"{timezone.localtime(moment):%Y-%m-%d}", "last": f"{timezone.localtime(kept):%Y-%m-%d}"}
    return kept, _("%(day)s 是休息日，按前一个工作日 %(last)s 计。") % words


def named(departments: Sequence[Department]) -> str:
    return "、".join(one.name for one in departments)
