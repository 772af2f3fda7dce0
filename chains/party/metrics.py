"""The figures of organisations as declarations: counted from the rows that the list shows."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, Stock, register, show_rows

from .models import GuidanceLink, PartyOrganization
from .rules import ALLIANCE, COMMITTEES

PIECES = _("个")
BRANCHES = ("branch", "general_branch", "cluster_general_branch")
JOINT = ("joint_branch",)


show_rows(
    PartyOrganization,
    Column("name", _("党组织"), "name"),
    Column("kind", _("类别"), "kind__name"),
    Column("town", _("街镇"), "town__name"),
    Column("chain", _("产业链"), "chain__name"),
    Column("set_up_on", _("成立日期"), "set_up_on"),
    page=("organization", "code"),
)
show_rows(
    GuidanceLink,
    Column("guided", _("受带动党组织"), "guided__name"),
    Column("guide", _("带动党组织"), "guide__name"),
    Column("started_on", _("开始日期"), "started_on"),
    page=("organization", "guided__code"),
)

STANDS = {"began": "set_up_on", "ended": "ended_on"}


def _of(kinds: tuple[str, ...] = ()) -> Callable[[], QuerySet]:
    return lambda: PartyOrganization.objects.filter(**({"kind__code__in": kinds} if kinds else {}))


def _guidance() -> QuerySet[GuidanceLink]:
    return GuidanceLink.objects.all()


def _stock(code: str, name, definition, rows: Callable[[], QuerySet]) -> Stock:
    return Stock(
        code=code, name=name, unit=PIECES, definition=definition, rows=rows, town="town", chain="chain",
        district="district", touched_by=("organization",), **STANDS,
    )  # fmt: skip


register(
    _stock(
        "party_organizations", _("党组织总数"), _("当日存续（已成立、未合并或撤销）的党组织，含产业链党建联盟。"), _of()
    ),
    _stock(
        "party_branches", _("党支部与党总支"), _("当日存续的党支部、党总支和产业集群党总支，不含联合党支部。"),
        _of(BRANCHES),
    ),
    _stock("party_joint_branches", _("联合党支部"), _("当日存续的联合党支部。"), _of(JOINT)),
    _stock(
        "party_committees", _("党委"), _("当日存续的党委、综合党委、产业集群党委和联合党委。"),
        _of(tuple(sorted(COMMITTEES))),
    ),
    _stock("party_alliances", _("产业链党建联盟"), _("当日存续的产业链党建联盟（不是正式党组织）。"), _of((ALLIANCE,))),
    Flow(
        code="party_set_up", name=_("新成立党组织"), unit=PIECES,
        definition=_("成立日期在统计期内的党组织，以后合并或撤销的也计。"),
        rows=_of(), date="set_up_on", town="town", chain="chain", district="district", touched_by=("organization",),
    ),
    Stock(
        code="party_guidance_links", name=_("以大带小"), unit=_("对"),
        definition=_("当日存续的带动关系（共建、指导帮建），按受带动的党组织所在街镇和产业链归集。"),
        rows=_guidance, began="started_on", ended="ended_on", town="guided__town", chain="guided__chain",
        district="guided__district", touched_by=("organization", "guidance"),
    ),
)  # fmt: skip
