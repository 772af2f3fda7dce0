"""The bureau's pages for stations, items and institutions."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kit.form_pages import create_page
from portal.kit.pages import for_roles
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from ...kept.pages import managed_district
from .. import actions, queries
from ..forms.editing import InstitutionForm, StationForm, read_hours, write_hours
from ..forms.items import ItemForm, eligibility_from_fields, eligibility_to_fields, split_conditions
from ..models import ServiceItem
from ..rules.opening import Hours


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def station_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects a station and its week."""

    def current() -> tuple[int, dict[str, Any]]:
        row = or_404(queries.station_for(request.user, code))
        values = {
            name: getattr(row, name) for name in ("name", "address", "phone", "directions", "closed_on")
        }
        week = {
            f"day_{day}": write_hours(Hours(day, one.opens_at, one.closes_at) for one in hours)
            for day, hours in queries.week_of(row)
        }
        return row.version, values | week

    def save(version: int, changes: dict[str, Any]) -> None:
        station = or_404(queries.station_for(request.user, code))
        days, fields = _parted(changes, "day_")
        hours = None
        if days:
            week = _parted(current()[1], "day_")[0] | days
            hours = [row for name, text in week.items() for row in read_hours(text, int(name[4:])) or ()]
        actions.update_station(station=station, by=request.user, version=version, changes=fields, hours=hours)

    station = or_404(queries.station_for(request.user, code))
    return edit_versioned(
        request,
        form_of=StationForm,
        current=current,
        save=save,
        back=reverse("service-station-page", args=[code]),
        context={"title": _("修改服务站"), "subtitle": station.name, "wide": True},
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def item_create(request: HttpRequest) -> HttpResponse:
    """The bureau adds a service to the catalogue."""

    def save(given: dict[str, Any]) -> str:
        conditions, fields = split_conditions(given)
        item = actions.create_item(by=request.user, eligibility=eligibility_from_fields(conditions), **fields)
        return reverse("service-page", args=[item.code])

    form = ItemForm(
        request.POST or None,
        names=queries.condition_names(),
        is_new=True,
        initial={"handling_days": 5, "notice_hours": 2},
    )
    return create_page(
        request, form, save, title=_("新增服务事项"), back=reverse("service-catalogue"), wide=True
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes a service; other conditions count their version up."""
    names = queries.condition_names()

    def current() -> tuple[int, dict[str, Any]]:
        row = or_404(queries.item_for(request.user, code))
        values = {name: getattr(row, name) for name in ItemForm.base_fields if name not in {"chains"}}
        values["chains"] = [chain.code for chain in row.chains.all()]
        return row.version, values | eligibility_to_fields(row.eligibility)

    def save(version: int, changes: dict[str, Any]) -> None:
        item = or_404(queries.item_for(request.user, code))
        conditions, fields = split_conditions(changes)
        if conditions:
            whole = eligibility_to_fields(item.eligibility) | conditions
            fields["eligibility"] = eligibility_from_fields(whole)
        actions.update_item(item=item, by=request.user, version=version, changes=fields)

    return edit_versioned(
        request,
        form_of=lambda **given: ItemForm(names=names, **given),
        current=current,
        save=save,
        back=reverse("service-page", args=[code]),
        context={
            "title": _("修改服务事项"),
            "subtitle": or_404(queries.item_for(request.user, code)).name,
            "wide": True,
        },
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def institution_create(request: HttpRequest) -> HttpResponse:
    """The bureau enters a technical institution with what it offers."""
    district = managed_district(request)
    items = _items()

    def save(given: dict[str, Any]) -> str:
        offers, fields = _parted(given, "offer_")
        row = actions.create_institution(
            district=district, by=request.user, offers=_offers(offers, items), **fields
        )
        return reverse("institution-page", args=[row.code])

    names = {code: item.name for code, item in items.items()}
    form = InstitutionForm(request.POST or None, district=district, items=names, is_new=True)
    return create_page(
        request, form, save, title=_("新增技术机构"), back=reverse("institution-list"), wide=True
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def institution_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects an institution and what it offers."""
    row, items = or_404(queries.institution_for(request.user, code)), _items()

    def current() -> tuple[int, dict[str, Any]]:
        now = or_404(queries.institution_for(request.user, code))
        values = {
            name: getattr(now, name) for name in ("name", "address", "phone", "introduction", "closed_on")
        }
        values["town"] = now.town.code if now.town else ""
        notes = {offer.item.code: offer.note or offer.item.name for offer in now.listed_offers}
        return now.version, values | {f"offer_{one}": notes.get(one, "") for one in items}

    def save(version: int, changes: dict[str, Any]) -> None:
        offers, fields = _parted(changes, "offer_")
        whole = _offers(_parted(current()[1], "offer_")[0] | offers, items) if offers else None
        actions.update_institution(
            institution=row, by=request.user, version=version, changes=fields, offers=whole
        )

    names = {one: item.name for one, item in items.items()}
    return edit_versioned(
        request,
        form_of=lambda **given: InstitutionForm(district=row.district, items=names, **given),
        current=current,
        save=save,
        back=reverse("institution-page", args=[code]),
        context={"title": _("修改技术机构"), "subtitle": row.name, "wide": True},
    )


def _parted(values: Mapping[str, Any], prefix: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values whose name begins with the prefix, and the others."""
    own = {name: value for name, value in values.items() if name.startswith(prefix)}
    return own, {name: value for name, value in values.items() if name not in own}


def _items() -> dict[str, ServiceItem]:
    return {item.code: item for item in ServiceItem.objects.filter(closed_on=None)}


def _offers(notes: Mapping[str, str], items: Mapping[str, ServiceItem]) -> dict[ServiceItem, str]:
    """`offer_<item>` → remark, those with a remark only."""
    return {items[name.removeprefix("offer_")]: note for name, note in notes.items() if note.strip()}
