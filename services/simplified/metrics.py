"""The figure of simplified items as a declaration: those in force."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Stock, register, show_rows

from .models import SimplifiedItem

show_rows(
    SimplifiedItem,
    Column("name", _("事项"), "name"),
    Column("category", _("类别"), "category", SimplifiedItem.Category.choices),
    Column("department", _("办理部门"), "department__name"),
    Column("effective_on", _("实施日期"), "effective_on"),
    page=("simplified-item", "code"),
)

register(
    Stock(
        code="simplified_items", name=_("简易申报事项"), unit=_("项"), rows=SimplifiedItem.objects.all,
        district="district", began="effective_on", ended="ended_on",
        definition=_("当日实施的认定类、配套类产业政策扶持简易申报程序事项，自实施日期起计，停止之日起不计。"),
    ),
)  # fmt: skip
