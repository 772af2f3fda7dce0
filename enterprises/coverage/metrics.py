"""The figures of coverage as declarations: counted from the same conditions as the pages (queries/conditions.py)."""

import datetime
from collections.abc import Callable

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chains.party.models import PartyOrganization
from portal.metrics.registry import Rate, Snapshot, Stock, register

from ..registry.models import ChainMembership, Enterprise
from . import definitions
from .queries.conditions import (
    assigned,
    formal_organizations,
    has_organization,
    has_own_organization,
    in_operation,
    is_effective,
    of_chain,
    stands_in,
    with_chains,
)
from .rules.standing import Standing

HOUSEHOLDS, ORGANIZATIONS = _("户"), _("个")
THREE_BUILDS = ("lead_point", "industry_line", "area_plane")
KEY_ROLES = (ChainMembership.Role.LEAD, ChainMembership.Role.BACKBONE)
OF_ORGANIZATIONS = {
    "unit": ORGANIZATIONS,
    "town": "town",
    "chain": "standing_chain",
    "district": "district",
    "on_chain": of_chain,
}
# An enterprise is counted by its state, town and area; its profile; its chains; and who is posted to it.
TOUCHED = (
    "enterprise_state",
    "enterprise_town",
    "profile",
    "place",
    "posting",
    "liaison_point",
    "instructor",
)


def _enterprises(condition: Callable[[], Q] = Q) -> Callable[[datetime.date], QuerySet]:
    """Enterprises in operation that fulfil a condition, as they are known today; `place` is the open place on a chain."""

    def rows(day: datetime.date) -> QuerySet:
        return (
            in_operation(Enterprise.objects.all())
            .filter(condition())
            .annotate(place=FilteredRelation("memberships", condition=Q(memberships__ended_on__isnull=True)))
        )

    return rows


def _three_builds() -> Q:
    """Leads and backbones whose organisation was set up as 九亭's 三动三建 does: by point, line or area."""
    key = ChainMembership.objects.filter(ended_on=None, role__in=KEY_ROLES).values("enterprise")
    return has_organization() & Q(profile__establishment_mode__code__in=THREE_BUILDS, pk__in=key)


def _formal() -> QuerySet:
    return with_chains(PartyOrganization.objects.filter(kind__is_formal=True))


def _effective(day: datetime.date) -> QuerySet:
    rows = formal_organizations(PartyOrganization.objects.all(), day)
    return with_chains(rows.filter(is_effective(day)))


def _of_enterprises(code: str, name, definition, condition: Callable[[], Q] = Q) -> Snapshot:
    return Snapshot(
        code=code, name=name, unit=HOUSEHOLDS, definition=definition, rows=_enterprises(condition), town="town",
        chain="place__chain", district="district", touched_by=TOUCHED,
    )  # fmt: skip


register(
    _of_enterprises("coverage_base", _("存续企业"), definitions.BASE),
    _of_enterprises("coverage_organizational", _("组织覆盖企业"), definitions.ORGANIZATIONAL, has_organization),
    _of_enterprises("coverage_stand_alone", _("单独组建企业"), definitions.STAND_ALONE, has_own_organization),
    _of_enterprises(
        "coverage_work", _("工作覆盖企业"), definitions.WORK, lambda: has_organization() | assigned()
    ),
    _of_enterprises(
        "coverage_three_builds", _("“三动三建”覆盖重点企业"),
        _("存续企业中在产业链上为链主或骨干、党组织以龙头组建（点）、行业联建（线）或区域统建（面）方式组建的企业。"),
        _three_builds,
    ),
    Stock(
        code="organizations_formal", name=_("正式党组织"), definition=definitions.FORMAL, rows=_formal,
        began="set_up_on", ended="ended_on", touched_by=("organization", "cover", "place"), **OF_ORGANIZATIONS,
    ),
    Snapshot(
        code="organizations_effective", name=_("有效覆盖党组织"), definition=definitions.EFFECTIVE,
        rows=_effective, has_past=True, touched_by=("organization", "cover", "place", "activity"),
        **OF_ORGANIZATIONS,
    ),
    Rate(
        code="coverage_organizational_rate", name=_("组织覆盖率"), definition=definitions.ORGANIZATIONAL,
        part="coverage_organizational", whole="coverage_base",
    ),
    Rate(
        code="coverage_stand_alone_rate", name=_("单独组建率"), definition=definitions.STAND_ALONE,
        part="coverage_stand_alone", whole="coverage_base",
    ),
    Rate(
        code="coverage_work_rate", name=_("工作覆盖率"), definition=definitions.WORK, part="coverage_work",
        whole="coverage_base",
    ),
    Rate(
        code="coverage_effective_rate", name=_("有效覆盖率"), definition=definitions.EFFECTIVE,
        part="organizations_effective", whole="organizations_formal",
    ),
    _of_enterprises(
        "should_establish_alone", _("应单独组建企业"),
        _("存续企业中正式党员 3 名以上、没有单独组建党组织的（含现参加联合支部的）。"),
        lambda: stands_in(Standing.ESTABLISH_ALONE),
    ),
    _of_enterprises(
        "should_join", _("应联合组建企业"), _("存续企业中正式党员 1 至 2 名、没有党组织的。"),
        lambda: stands_in(Standing.JOIN),
    ),
    _of_enterprises(
        "needs_work_coverage", _("应落实工作覆盖企业"),
        _("存续企业中没有正式党员和党组织，也没有指导员或联系点的。"), lambda: stands_in(Standing.WORK),
    ),
)  # fmt: skip
