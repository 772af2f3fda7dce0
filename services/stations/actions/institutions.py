"""Technical institutions and what they offer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.metrics.actions import mark_dirty
from portal.territory.models import District

from ...kept.guard import cleaned, locked, require_free, require_right, require_town_of, write
from ..models import Institution, InstitutionOffer, ServiceItem

CHANGEABLE = frozenset({"name", "town", "address", "phone", "introduction", "closed_on"})


@transaction.atomic
def create_institution(
    *, district: District, code: str, by, offers: Mapping[ServiceItem, str] | None = None, **fields: Any
) -> Institution:
    """The bureau enters a technical institution. `offers`: item → remark; `fields`: name, town, address, phone,
    introduction.

    Raises PermissionDenied for anyone else, Conflict when code or name are taken, Invalid for a foreign town.
    """
    require_right(by, district.pk)
    values = cleaned(Institution, fields, CHANGEABLE)
    require_town_of(district.pk, values.get("town"))
    require_free(Institution, _("代码"), code=code)
    require_free(Institution, _("名称"), district=district.pk, name=values["name"])
    institution = Institution.objects.create(district=district, code=code, **values)
    _replace_offers(institution, offers or {})
    mark_dirty("institution")
    return institution


@transaction.atomic
def update_institution(
    *,
    institution: Institution,
    by,
    version: int,
    changes: dict[str, Any],
    offers: Mapping[ServiceItem, str] | None = None,
) -> Institution:
    """The bureau corrects an institution that it read at `version`, or ends the cooperation (`closed_on`).

    `offers`: what it offers from now on, item → remark; None leaves the offers. Raises Stale when somebody was faster.
    """
    require_right(by, institution.district_id)
    values = cleaned(Institution, changes, CHANGEABLE)
    require_town_of(institution.district_id, values.get("town"))
    stored = locked(Institution, institution.pk, version)
    if "name" in values:
        require_free(Institution, _("名称"), but=stored.pk, district=stored.district_id, name=values["name"])
    write(stored, values, also_changed=offers is not None and _replace_offers(stored, offers))
    if {"town", "closed_on"} & values.keys():
        mark_dirty("institution")
    return stored


def _replace_offers(institution: Institution, offers: Mapping[ServiceItem, str]) -> bool:
    """Whether the offers became others."""
    wanted = {
        item.pk: cleaned(InstitutionOffer, {"note": note}, frozenset({"note"}))["note"]
        for item, note in offers.items()
    }
    stored = dict(institution.offers.values_list("item_id", "note"))
    if wanted == stored:
        return False
    institution.offers.exclude(item_id__in=wanted).delete()
    InstitutionOffer.objects.bulk_create(
        [InstitutionOffer(institution=institution, item_id=item, note=note) for item, note in wanted.items()],
        update_conflicts=True,
        unique_fields=("institution", "item"),
        update_fields=("note",),
    )
    return True
