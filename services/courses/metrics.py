"""The figure of courses as a declaration: those that are open, by chain."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Stock, register, show_rows

from .models import Course

show_rows(
    Course,
    Column("title", _("课程"), "title"),
    Column("code", _("代码"), "code"),
    Column("chain", _("产业链"), "chain__name"),
    Column("form", _("形式"), "form", Course.Form.choices),
    Column("opened_on", _("开课日期"), "opened_on"),
    page=("course", "code"),
)

register(
    Stock(
        code="courses", name=_("惠企服务课程"), unit=_("节"), rows=Course.objects.all, chain="chain",
        district="district", began="opened_on", ended="closed_on",
        definition=_("当日在开的惠企服务课程，自开课日期起计，停开之日起不计；没有填产业链的只计入全区。"),
    ),
)  # fmt: skip
