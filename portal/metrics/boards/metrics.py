"""How many boards there are, as a figure like all others."""

from django.utils.translation import gettext_lazy as _

from ..registry import Column, Stock, register, show_rows
from .models import PioneerBoard

show_rows(
    PioneerBoard,
    Column("name", _("先锋榜单"), "name"),
    Column("metric", _("指标"), "metric"),
    Column("rank_by", _("排名对象"), "rank_by", PioneerBoard.RankBy.choices),
    page=("pioneer-board", "code"),
)
register(
    Stock(
        code="pioneer_boards", name=_("先锋榜单"), unit=_("张"), rows=PioneerBoard.objects.all, ended="closed_on",
        district="district", definition=_("当日在用的先锋榜单，不含已停用的。"),
    ),
)  # fmt: skip
