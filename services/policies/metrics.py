"""The library as a figure: what stands in it on a day."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Stock, register, show_rows

from .models import Policy

show_rows(
    Policy,
    Column("title", _("名称"), "title"),
    Column("department", _("主管部门"), "department__name"),
    Column("apply_until", _("申报截止"), "apply_until"),
    page=("policy", "code"),
)

register(
    Stock(
        code="policies", name=_("政策资源"), unit=_("项"), began="published_on", ended="closed_on",
        rows=Policy.objects.all, district="district", touched_by=("policy",),
        definition=_("当日已发布、未失效的政策和服务资源。"),
    ),
)  # fmt: skip
