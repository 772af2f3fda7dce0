"""The year's targets."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Invalid

from ..models import MetricTarget
from ..places import Area
from ..policy import can_set_targets
from ..registry import metric_of


@transaction.atomic
def set_targets(*, area: Area, year: int, values: Mapping[str, Decimal | None], by: User) -> int:
    """The bureau sets what figures should reach in a year, in a district, town or chain; None takes a target back.

    Values in the figure's own unit, amounts in yuan. Returns how many changed. Raises PermissionDenied outside the
    own district, Invalid for a year, place or value that cannot be; LookupError for an unknown code.
    """
    if len(area.districts) != 1 or len(area.towns) > 1:
        raise Invalid(_("目标按一个区或一个街镇设定。"))
    district = area.districts[0]
    if not can_set_targets(by, district):
        raise PermissionDenied
    if not 2000 <= year <= 2100:
        raise Invalid({"year": _("年度应为 2000 至 2100。")})
    place = {
        "district_id": district,
        "town_id": area.towns[0] if area.towns else None,
        "chain_id": area.chain,
    }
    changed = 0
    kept = {row.metric: row for row in MetricTarget.objects.select_for_update().filter(year=year, **place)}
    for code, value in values.items():
        metric_of(code)
        row = kept.get(code)
        if value is None:
            changed += row is not None and bool(row.delete()[0])
        elif value < 0 or value >= Decimal(10) ** 17:
            raise Invalid({code: _("目标应为不小于 0 的数。")})
        elif row is None or row.value != value:
            MetricTarget.objects.update_or_create(
                metric=code, year=year, **place, defaults={"value": value, "set_by": by}
            )
            changed += 1
    return changed
