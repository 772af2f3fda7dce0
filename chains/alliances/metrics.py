"""The figure of 一链一联盟 as a declaration; how many alliances there are at all, chains.party counts."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Stock, register

from ..party.models import PartyOrganization
from ..party.rules import ALLIANCE


def _of_chains() -> QuerySet[PartyOrganization]:
    return PartyOrganization.objects.filter(kind__code=ALLIANCE, chain__isnull=False)


register(
    Stock(
        code="alliances", name=_("一链一联盟"), unit=_("个"), rows=_of_chains, began="set_up_on", ended="ended_on",
        town="town", chain="chain", district="district", touched_by=("organization",),
        definition=_("当日存续、为本区一条产业链而建的党建联盟（一链一联盟）；全省或跨链的联盟不计。"),
    )
)  # fmt: skip
