"""The figures of the industry map as declarations; and chains as places where figures are told."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.places import kinds
from portal.metrics.registry import Column, Snapshot, register, show_rows

from .models import Chain

kinds["chain"] = Chain

show_rows(
    Chain,
    Column("name", _("产业链"), "name"),
    Column("code", _("代码"), "code"),
    Column("lead_town", _("牵头街镇"), "lead_town__name"),
    page=("chain", "code"),
)

register(
    Snapshot(
        code="chains", name=_("产业链"), unit=_("条"), rows=lambda day: Chain.objects.all(), town="lead_town",
        district="district", touched_by=("chain",),
        definition=_("全区在册的产业链，按牵头街镇计。"),
    ),
)  # fmt: skip
