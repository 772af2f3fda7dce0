"""The catalogue of service items. Who changes for whom an item is raises the version of its conditions."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty

from ...kept.guard import cleaned, locked, require_free, require_right, write
from .. import queries
from ..models import ServiceItem, ServiceMode
from ..rules.eligibility import tidy

CHANGEABLE = frozenset({
    "name", "group", "description", "materials", "legal_basis", "fee_note", "handling_days", "modes", "eligibility",
    "keywords", "needs_confirmation", "notice_hours", "position", "closed_on",
})  # fmt: skip


@transaction.atomic
def create_item(*, code: str, by, chains: Iterable[Chain] = (), **fields: Any) -> ServiceItem:
    """The bureau adds a service to the catalogue.

    Raises PermissionDenied for anyone else, Conflict when code or name are taken, Invalid for broken values.
    """
    require_right(by, None)
    values = _checked(fields)
    require_free(ServiceItem, _("代码"), code=code)
    require_free(ServiceItem, _("名称"), name=values["name"])
    values.setdefault("position", ServiceItem.objects.count() + 1)
    item = ServiceItem.objects.create(code=code, **values)
    item.chains.set(chains)
    return item


@transaction.atomic
def update_item(*, item: ServiceItem, by, version: int, changes: dict[str, Any]) -> ServiceItem:
    """The bureau changes a service that it read at `version`; `changes` may hold `chains`, a list of chains.

    Other conditions raise `eligibility_version`, which bookings keep. Raises Stale when somebody else was faster.
    """
    require_right(by, None)
    given = dict(changes)
    chains = given.pop("chains", None)
    values = _checked(given)
    stored = locked(ServiceItem, item.pk, version)
    if "name" in values:
        require_free(ServiceItem, _("名称"), but=stored.pk, name=values["name"])
    if "eligibility" in values and values["eligibility"] != stored.eligibility:
        values["eligibility_version"] = stored.eligibility_version + 1
    other_chains = chains is not None and {chain.pk for chain in chains} != set(
        stored.chains.values_list("pk", flat=True)
    )
    if other_chains:
        stored.chains.set(chains)
    write(stored, values, also_changed=other_chains)
    if "closed_on" in values:
        mark_dirty("service_item")
    return stored


@transaction.atomic
def load_catalogue(*, rows: Iterable[dict[str, Any]]) -> None:
    """The items of a reference file exist, found by code; what staff changed since stays theirs."""
    known = set(ServiceItem.objects.values_list("code", flat=True))
    chains = {chain.code: chain for chain in Chain.objects.all()}
    for position, row in enumerate(rows, start=1):
        if row["code"] in known:
            continue
        given = dict(row)
        code, chosen = given.pop("code"), given.pop("chains")
        item = ServiceItem.objects.create(code=code, position=position, **_checked(given))
        item.chains.set(chains[name] for name in chosen if name in chains)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    values = cleaned(ServiceItem, fields, CHANGEABLE)
    problems: dict[str, Any] = {}
    if "modes" in values:
        chosen = set(values["modes"])
        if not chosen or chosen - set(ServiceMode.values):
            problems["modes"] = _("请至少选择一种办理方式。")
        values["modes"] = [mode for mode in ServiceMode.values if mode in chosen]
    if "group" in values and values["group"] not in ServiceItem.Group.values:
        problems["group"] = _("没有这个类别。")
    if "eligibility" in values:
        values["eligibility"], trouble = tidy(values["eligibility"], queries.condition_names())
        if trouble:
            problems["eligibility"] = trouble
    if problems:
        raise Invalid(problems)
    return values
