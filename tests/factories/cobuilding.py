"""Agreements with two parties, alliances with charter, chair and members: invented."""

import datetime

import factory
from django.db import transaction
from factory.django import DjangoModelFactory

from chains.alliances.models import Alliance
from chains.party.models import PartyOrganization
from enterprises.cobuilding.models import AgreementParty, AllianceMember, CoBuildingAgreement

from .chains import OrganizationKindFactory, PartyOrganizationFactory
from .enterprises import EnterpriseFactory

SIGNED_ON = datetime.date(2026, 1, 10)


@transaction.atomic
def make_agreement(enterprise=None, *others, joined_on: datetime.date | None = None, **fields):
    """An agreement in force of an organisation of the enterprise's town with the enterprise (and `others`)."""
    enterprise = enterprise or EnterpriseFactory()
    count = CoBuildingAgreement.objects.count()
    fields = {"signed_on": SIGNED_ON, "number": f"GJ2025{count:04d}", "title": f"共建协议{count}", **fields}
    row = CoBuildingAgreement.objects.create(
        district=enterprise.district, town=enterprise.town, starts_on=fields.pop("starts_on", fields["signed_on"]),
        **fields,
    )  # fmt: skip
    branch = PartyOrganizationFactory(district=enterprise.district, town=enterprise.town)
    for unit in (branch, enterprise, *others):
        kind = "organization" if isinstance(unit, PartyOrganization) else "enterprise"
        AgreementParty.objects.create(agreement=row, joined_on=joined_on or row.signed_on, **{kind: unit})
    return row


def make_alliance(
    district, *, town=None, charter: str = "", pattern: str = "", **fields
) -> PartyOrganization:
    """An alliance of the district; with `charter` or `pattern` also its row beside the organisation."""
    kind = OrganizationKindFactory(code="chain_alliance", name="产业链党建联盟", is_formal=False)
    row = PartyOrganizationFactory(district=district, town=town, kind=kind, **fields)
    if charter or pattern:
        Alliance.objects.create(organization=row, charter=charter, pattern=pattern)
    return row


class AllianceMemberFactory(DjangoModelFactory):
    class Meta:
        model = AllianceMember

    enterprise = factory.SubFactory(EnterpriseFactory)
    joined_on = SIGNED_ON
