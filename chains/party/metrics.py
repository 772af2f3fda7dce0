"""The figures of organisations as declarations: counted from the rows that the list shows."""

import datetime
from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Metric, register

from .models import GuidanceLink, PartyOrganization
from .rules import ALLIANCE, COMMITTEES

PIECES = _("个")
BRANCHES = ("branch", "general_branch", "cluster_general_branch")
JOINT = ("joint_branch",)


def standing(day: datetime.date, kinds: tuple[str, ...] = ()) -> QuerySet[PartyOrganization]:
    """The organisations that stand on `day`: set up by then, not yet merged or dissolved."""
    rows = PartyOrganization.objects.filter(
        Q(set_up_on__isnull=True) | Q(set_up_on__lte=day), Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    )
    return rows.filter(kind__code__in=kinds) if kinds else rows


def _of(kinds: tuple[str, ...] = ()) -> Callable[[datetime.date], QuerySet]:
    return lambda day: standing(day, kinds)


def _set_up_this_year(day: datetime.date) -> QuerySet[PartyOrganization]:
    return PartyOrganization.objects.filter(set_up_on__range=(day.replace(month=1, day=1), day))


def _set_up(day: datetime.date) -> QuerySet[PartyOrganization]:
    return PartyOrganization.objects.filter(set_up_on=day)


def _guidance(day: datetime.date) -> QuerySet[GuidanceLink]:
    return GuidanceLink.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)


def _stock(code: str, name, definition, rows: Callable[[datetime.date], QuerySet]) -> Metric:
    return Metric(
        code=code, name=name, unit=PIECES, definition=definition, kind="stock", rows=rows, town="town",
        chain="chain",
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
    _stock(
        "party_set_up_this_year", _("本年新成立党组织"),
        _("成立日期在当年 1 月 1 日至当日之间的党组织，以后合并或撤销的也计。"), _set_up_this_year,
    ),
    Metric(
        code="party_set_up", name=_("新成立党组织"), unit=PIECES, definition=_("成立日期为当日的党组织，按日累加。"),
        kind="flow", rows=_set_up, town="town", chain="chain",
    ),
    Metric(
        code="party_guidance_links", name=_("以大带小"), unit=_("对"),
        definition=_("当日存续的带动关系（共建、指导帮建），按受带动的党组织所在街镇和产业链归集。"),
        kind="stock", rows=_guidance, town="guided__town", chain="guided__chain",
    ),
)  # fmt: skip
