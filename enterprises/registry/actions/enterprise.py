"""Recording an enterprise and changing it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty
from portal.territory.models import Area, Town

from .. import rules
from ..models import Enterprise
from .places import Place, set_honours, set_places

LINES = ("name", "address")
FIELDS = (
    "name", "kind", "status", "town", "area", "address", "founded_on", "industry_code", "employees"
)  # fmt: skip


@transaction.atomic
def create_enterprise(
    *,
    by: User,
    uscc: str,
    name: str,
    town,
    places: Iterable[Place] = (),
    honours: Iterable[str] = (),
    **fields: Any,
) -> Enterprise:
    """A clerk or inspector records an enterprise in a town that they manage.

    `fields` are those of FIELDS. Raises PermissionDenied for a foreign town, Invalid with a sentence per field, and
    Conflict when the USCC is known already, also when two clerks record it in the same moment.
    """
    if not rules.can_create(by) or not rules.can_manage_town(by, town):
        raise PermissionDenied(_("只能登记您所负责街镇的企业。"))
    values = _cleaned({**fields, "uscc": rules.clean_uscc(uscc), "name": name, "town": town})
    _require_own_area(values.get("area"), town)
    enterprise = Enterprise(**values, district_id=town.district_id)
    try:
        with transaction.atomic():
            enterprise.save(force_insert=True)
    except IntegrityError as error:
        raise _duplicate(error) from error
    mark_dirty("enterprise_state", days=[timezone.localdate()])
    if places := list(places):
        set_places(enterprise=enterprise, by=by, places=places)
    if honours := list(honours):
        set_honours(enterprise=enterprise, by=by, names=honours)
    return enterprise


@transaction.atomic
def update_enterprise(
    *,
    enterprise: Enterprise,
    by: User,
    version: int,
    changes: Mapping[str, Any],
    places: Iterable[Place] | None = None,
    honours: Iterable[str] | None = None,
) -> Enterprise:
    """A clerk or inspector changes what they read; nobody's newer change is overwritten.

    One conditional statement settles races: it writes only where `version` is still the stored one. Raises Stale
    with the row as it now stands, PermissionDenied outside the caller's towns (also for the town it moves to), and
    Invalid with a sentence per field. Without a difference nothing is written and the version stays.
    """
    if not rules.can_edit(by, enterprise):
        raise PermissionDenied(_("您可以查看这家企业，但不能修改。"))
    town = changes.get("town")
    if town is not None and not rules.can_manage_town(by, town):
        raise PermissionDenied(_("只能把企业迁入您所负责的街镇。"))
    stored = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if stored.version != version:
        raise Stale(current=stored)
    if not rules.can_edit(by, stored):
        raise PermissionDenied(_("您可以查看这家企业，但不能修改。"))
    values = _cleaned(_only_changed(stored, changes))
    values = _only_changed(stored, values)
    moved = places is not None and set_places(enterprise=stored, by=by, places=places)
    honoured = honours is not None and set_honours(enterprise=stored, by=by, names=honours)
    if not (values or moved or honoured):
        return stored
    if "town" in values:
        values["district_id"] = values["town"].district_id
        values.setdefault("area", None)  # what it leaves behind, unless a new one was named
    _require_own_area(values.get("area"), values.get("town", stored.town))
    written = Enterprise.objects.filter(pk=stored.pk, version=version).update(
        **values, version=F("version") + 1, updated_at=timezone.now()
    )
    stored.refresh_from_db()
    if not written:
        raise Stale(current=stored)
    if "town" in values:
        mark_dirty("enterprise_town")
    elif {"status", "area", "kind"} & values.keys():
        mark_dirty("enterprise_state", days=[timezone.localdate()])
    return stored


def _require_own_area(area: Area | None, town: Town) -> None:
    if area is not None and area.town_id != town.pk:
        sentence = _("“%(area)s”不在企业所属的%(town)s。")
        raise Invalid({"area": sentence % {"area": area.name, "town": town.name}})


def _only_changed(stored: Enterprise, changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise TypeError(f"not a field of an enterprise that can be changed: {sorted(unknown)}")
    return {name: value for name, value in changes.items() if getattr(stored, name) != value}


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    for name in LINES:
        if name in values:
            values[name] = clean_line(values[name] or "")
    if "industry_code" in values:
        values["industry_code"] = clean_line(values["industry_code"] or "").upper()
    if problems := rules.problems(values, today=timezone.localdate()):
        raise Invalid(problems)
    return values


def _duplicate(error: IntegrityError) -> Exception:
    if getattr(error.__cause__, "sqlstate", "") == "23505":
        return Conflict(_("这个统一社会信用代码已经登记过，请直接查找并修改该企业。"), code="duplicate")
    return error
