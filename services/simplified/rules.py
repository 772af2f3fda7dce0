"""What must hold for a simplified item. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kit.days import day_problems

MOST = 999  # papers, and working days


def problems(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sentences by field for what is wrong with an item as it would stand; empty when all is well."""
    found: dict[str, Any] = {}
    for name in ("materials", "days"):
        before, now = values[f"{name}_before"], values[f"{name}_now"]
        for part, number in ((f"{name}_before", before), (f"{name}_now", now)):
            if not 0 <= number <= MOST:
                found[part] = _("应为 0 至 %(most)d 的整数。") % {"most": MOST}
        if now > before:
            found.setdefault(f"{name}_now", _("简化后不能多于简化前。"))
    if not found and not (
        values["materials_now"] < values["materials_before"] or values["days_now"] < values["days_before"]
    ):
        found["materials_now"] = _("材料或时限至少应有一项比原来少。")
    ended_on = values["ended_on"]
    if ended_on is not None and ended_on < values["effective_on"]:
        found["ended_on"] = _("停止日期不能早于实施日期。")
    return found | day_problems(values, "effective_on", "ended_on")
