"""Reads of imports and exports; every one starts at `visible_to(user)`."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.jobs.queries import is_waiting_for_workers, progress_of
from portal.kit.problems import Invalid
from portal.territory.models import District, Town

from .models import SheetExport, SheetImport, SheetImportRow
from .registry import Place


def imports_for(user) -> QuerySet[SheetImport]:
    """The imports a user may see, newest first."""
    return SheetImport.objects.visible_to(user).select_related("job", "uploaded_by")


def exports_for(user) -> QuerySet[SheetExport]:
    return SheetExport.objects.visible_to(user).select_related("job")


def rows_of(sheet_import: SheetImport, outcome: str = "") -> QuerySet[SheetImportRow]:
    """The rows of an import, all or of one outcome. Raises Invalid for an unknown outcome."""
    rows = SheetImportRow.objects.filter(sheet_import=sheet_import)
    if not outcome:
        return rows
    if outcome not in SheetImportRow.Outcome.values:
        raise Invalid(
            {
                "outcome": _("应为这些值之一：%(values)s。")
                % {"values": "、".join(SheetImportRow.Outcome.values)}
            }
        )
    return rows.filter(outcome=outcome)


def progress(sheet_import: SheetImport) -> int:
    """0 to 100 of the step that runs now; 100 when there is nothing left to do."""
    if sheet_import.is_working:
        return min(99, progress_of(sheet_import.job))
    return 100


def is_waiting(sheet_import: SheetImport) -> bool:
    """Whether the background service seems to be away."""
    return sheet_import.is_working and is_waiting_for_workers(sheet_import.job)


def home_district(user: User | None) -> District | None:
    """The district that a user imports into: the managed one, that of the own towns, else the portal's."""
    if user is not None:
        scope = user.scope
        if scope.managed:
            return District.objects.filter(pk__in=scope.managed).order_by("code").first()
        if scope.towns:
            return District.objects.filter(towns__in=scope.towns).order_by("code").first()
        if not scope.is_admin:
            return None
    return (
        District.objects.filter(slug=settings.PORTAL_DISTRICT).first()
        or District.objects.order_by("code").first()
    )


def towns_of(user: User, district_id: int) -> frozenset[int] | None:
    """The towns that a user's rows may name; None for the whole district."""
    whole = user.scope.is_admin or district_id in user.scope.managed
    return None if whole else user.scope.towns


def place_of(sheet_import: SheetImport) -> Place:
    """For whom the rows are read: the towns that the import was made for, as far as they are still the uploader's."""
    user, made_for = sheet_import.uploaded_by, sheet_import.towns
    towns = None if user is None else towns_of(user, sheet_import.district_id)
    if towns is not None and made_for is not None:
        towns &= frozenset(made_for)
    elif made_for is not None:
        towns = frozenset(made_for)
    return Place(
        district_id=sheet_import.district_id,
        towns=towns,
        user_id=user.pk if user else None,
        import_id=str(sheet_import.pk),
        today=timezone.localdate(),
    )


def place_for_template(user: User) -> Place:
    """The place whose names a user's template offers."""
    district = home_district(user)
    whole = user.scope.is_admin or bool(user.scope.managed)
    return Place(
        district_id=district.pk if district else 0,
        towns=None if whole else frozenset(user.scope.towns),
        user_id=user.pk,
        import_id="",
        today=timezone.localdate(),
    )


def town_names(place: Place) -> dict[str, int]:
    """Every accepted name of the district's open towns: in full, short, and the code. A row may name all of them, so
    that one outside the user's scope can be refused as such."""
    towns = Town.objects.filter(district_id=place.district_id, closed_on=None)
    rows = list(towns.values_list("id", "name", "short_name", "code"))
    names: dict[str, int] = {}
    for position in (1, 2, 3):  # a full name is never taken for another town's short one
        for row in rows:
            if row[position]:
                names.setdefault(row[position], row[0])
    return names


def open_towns(place: Place) -> QuerySet[Town]:
    """The towns that a row may name."""
    towns = Town.objects.filter(district_id=place.district_id, closed_on=None)
    return towns if place.towns is None else towns.filter(pk__in=place.towns)
