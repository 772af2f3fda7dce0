"""The figure of work guides as a declaration: those in force."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Stock, register, show_rows

from .models import WorkGuide

show_rows(
    WorkGuide,
    Column("title", _("工作指引"), "title"),
    Column("number", _("文号"), "number"),
    Column("issued_on", _("发布日期"), "issued_on"),
    page=("guide", "code"),
)

register(
    Stock(
        code="work_guides", name=_("工作指引"), unit=_("份"), rows=WorkGuide.objects.all, district="district",
        began="issued_on", ended="abolished_on",
        definition=_("当日有效的工作指引，自发布日期起计，废止之日起不计。"),
    ),
)  # fmt: skip
