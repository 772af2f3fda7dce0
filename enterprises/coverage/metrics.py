"""The figures of coverage as declarations: counted from the same conditions as the pages (queries/conditions.py)."""

import datetime
from collections.abc import Callable

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chains.party.models import PartyOrganization
from portal.metrics.registry import Metric, Rate, register

from ..registry.models import Enterprise
from . import definitions
from .queries.conditions import (
    assigned,
    formal_organizations,
    has_organization,
    has_own_organization,
    in_operation,
    is_effective,
    stands_in,
    with_chains,
)
from .rules.standing import Standing

HOUSEHOLDS, ORGANIZATIONS = _("户"), _("个")


def _enterprises(condition: Callable[[], Q] = Q) -> Callable[[datetime.date], QuerySet]:
    """Enterprises in operation that fulfil a condition, as they are known today; `place` is the open place on a chain."""

    def rows(day: datetime.date) -> QuerySet:
        return (
            in_operation(Enterprise.objects.all())
            .filter(condition())
            .annotate(place=FilteredRelation("memberships", condition=Q(memberships__ended_on__isnull=True)))
        )

    return rows


def _formal(day: datetime.date) -> QuerySet:
    return with_chains(formal_organizations(PartyOrganization.objects.all(), day))


def _effective(day: datetime.date) -> QuerySet:
    return _formal(day).filter(is_effective(day))


def _of_enterprises(code: str, name, definition, condition: Callable[[], Q] = Q) -> Metric:
    return Metric(
        code=code, name=name, unit=HOUSEHOLDS, definition=definition, kind="stock", rows=_enterprises(condition),
        town="town", chain="place__chain",
    )  # fmt: skip


def _of_organizations(code: str, name, definition, rows: Callable[[datetime.date], QuerySet]) -> Metric:
    return Metric(
        code=code, name=name, unit=ORGANIZATIONS, definition=definition, kind="stock", rows=rows, town="town",
        chain="standing_chain",
    )  # fmt: skip


register(
    _of_enterprises("coverage_base", _("存续企业"), definitions.BASE),
    _of_enterprises("coverage_organizational", _("组织覆盖企业"), definitions.ORGANIZATIONAL, has_organization),
    _of_enterprises("coverage_stand_alone", _("单独组建企业"), definitions.STAND_ALONE, has_own_organization),
    _of_enterprises(
        "coverage_work", _("工作覆盖企业"), definitions.WORK, lambda: has_organization() | assigned()
    ),
    _of_organizations("organizations_formal", _("正式党组织"), definitions.FORMAL, _formal),
    _of_organizations("organizations_effective", _("有效覆盖党组织"), definitions.EFFECTIVE, _effective),
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
