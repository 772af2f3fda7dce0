"""A district with something of everything that figures count."""

import datetime

from .chains import ChainFactory, GuidanceLinkFactory, PartyOrganizationFactory
from .coverage import HeldActivityFactory, enterprise_with, liaison_point, posted_to
from .enterprises import ChainMembershipFactory
from .outreach import ActivityFactory, LiaisonVisitFactory
from .territory import DistrictFactory, TownFactory

DAY = datetime.date(2026, 3, 5)


def make_district(towns: int = 2):
    district = DistrictFactory()
    chains = [ChainFactory(district=district) for _ in range(2)]
    headless = PartyOrganizationFactory(district=district, town=None, set_up_on=None)
    for town in [TownFactory(district=district) for _ in range(towns)]:
        own = PartyOrganizationFactory(district=district, town=town, set_up_on=DAY)
        joint = PartyOrganizationFactory(district=district, town=town, chain=chains[0])
        PartyOrganizationFactory(
            district=district, town=town, chain=chains[1], status="dissolved", set_up_on=datetime.date(2020, 1, 1),
            ended_on=DAY,
        )  # fmt: skip
        GuidanceLinkFactory(guide=headless, guided=own)
        HeldActivityFactory(organization=joint)
        ActivityFactory(organization=own, held_on=DAY, attendances=12)
        ActivityFactory(organization=joint, held_on=DAY, attendances=None)
        rows = [
            enterprise_with(4, "alone", town=town, organization=own),
            enterprise_with(2, "joint", town=town, organization=joint),
            enterprise_with(5, town=town),
            enterprise_with(1, town=town),
            enterprise_with(0, town=town),
            enterprise_with(0, town=town),
        ]
        posted_to(enterprise=rows[-1])
        posted_to(enterprise=rows[0], ended_on=DAY)
        LiaisonVisitFactory(point=liaison_point(rows[-2]), visited_on=DAY)
        for number, one in enumerate(rows):
            ChainMembershipFactory(enterprise=one, chain=chains[0], ended=number == 2)
            if number % 2:
                ChainMembershipFactory(enterprise=one, chain=chains[1])
    enterprise_with(9, "alone", town=town, status="deregistered")
    return district
