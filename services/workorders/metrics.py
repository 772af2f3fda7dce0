"""The figures of work orders as declarations."""

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Flow, register

from .models import Demand

register(
    Flow(
        code="demands", name=_("收集诉求"), unit=_("件"), rows=Demand.objects.all, date="created_at", timed=True, town="town",
        chain="chain", touched_by=("demand",),
        definition=_("提出时间在期内的诉求件数，按提出时企业所在街镇、产业链计。"),
    ),
)  # fmt: skip
