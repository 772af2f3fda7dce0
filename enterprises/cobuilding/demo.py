"""The demo's co-building: songjiang's 25 member enterprises in 12 agreements in force, and members of alliances.

Written through the actions. An agreement is found again by its title; what people changed since stays theirs.
"""

from datetime import date, timedelta

from chains.party.demo import joint_branch_codes, town_committee_code
from chains.party.models import PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import District, Town

from ..registry.models import Enterprise
from .actions import (
    add_party,
    change_agreement,
    end_agreement,
    join_alliance,
    renew_agreement,
    sign_agreement,
    withdraw_party,
)
from .models import AllianceMember, CoBuildingAgreement

AGREEMENTS, MEMBERS = 12, 25  # in force; 25 is published (松江)
FIRST_DAY = date(2024, 6, 18)  # after 三链融合 began
# Alliances with members: chain → how many (33 is published, 浦口); the others of the district have `OTHERS` each.
PUBLISHED = {"pk-ic": 33}
OTHERS = {"songjiang": 6, "baoshan": 8, "pukou": 0, "suqian": 5}
CONTENT = (
    "一、组织联建：党组织结对，共过主题党日，每季度至少一次。\n"
    "二、资源联享：共享党群服务阵地、党课师资和质量基础设施“一站式”服务。\n"
    "三、难题联解：企业提出诉求，党组织牵头协调，十个工作日内答复。\n"
    "四、人才联育：互派业务骨干，开展首席质量官、标准化总监培训。"
)
THEMES = ("质量提升", "技术攻关", "人才联育", "绿色制造", "知识产权保护", "供应链协同")


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    if not demo.prefix:  # nothing is published of agreements elsewhere
        _load_agreements(demo, district, clerk)
    _load_members(demo, district, clerk)


def _load_agreements(demo: DemoRun, district: District, clerk) -> None:
    if CoBuildingAgreement.objects.filter(district=district).exists():
        return
    towns = list(Town.objects.filter(district=district).order_by("position", "code"))
    for number in range(AGREEMENTS):
        town = towns[number % len(towns)]
        count = MEMBERS - 2 * (AGREEMENTS - 1) if number == 0 else 2
        members = _on_chains(town)[: count + 1]
        row = _sign(demo, district, town, number, members[:count], clerk)
        if number == 1:  # somebody was a member for a while
            party = add_party(
                agreement=row, by=clerk, version=row.version, unit=members[count], joined_on=row.signed_on
            )
            withdraw_party(
                party=party,
                by=clerk,
                version=row.version + 1,
                left_on=demo.days_ago(40),
                reason="企业迁出本区",
            )
        elif number == 2:  # its first term has run out, the second goes on
            _renew(demo, row, clerk)
    town = towns[AGREEMENTS % len(towns)]
    ended = _sign(demo, district, town, AGREEMENTS, _on_chains(town)[:1], clerk)
    end_agreement(
        agreement=ended, by=clerk, version=ended.version, ended_on=demo.days_ago(20),
        reason="共建项目提前完成，双方商定终止",
    )  # fmt: skip


def _on_chains(town: Town) -> list[Enterprise]:
    """Enterprises in operation with a place on a chain, the larger first."""
    rows = Enterprise.objects.filter(
        town=town,
        status=Enterprise.Status.ACTIVE,
        memberships__ended_on=None,
        memberships__chain__isnull=False,
    )
    return list(rows.distinct().order_by("-employees", "uscc")[:10])


def _sign(
    demo: DemoRun, district: District, town: Town, number: int, members: list[Enterprise], clerk
) -> CoBuildingAgreement:
    codes = (town_committee_code(town.code), *joint_branch_codes(town.code)[:1])
    organizations = list(PartyOrganization.objects.filter(code__in=codes, status="active").order_by("-code"))
    founded = [one.set_up_on for one in organizations] + [one.founded_on for one in members]
    chance = demo.chance("agreement", number)
    planned = FIRST_DAY + timedelta(days=chance.randrange(420))
    signed_on = min(max([planned, *filter(None, founded)]), demo.days_ago(60))
    place = members[0].memberships.filter(ended_on=None).select_related("chain").order_by("pk").first()
    chain = place.chain
    return sign_agreement(
        district=district, by=clerk, organizations=organizations, enterprises=members, chain=chain,
        title=f"{town.short_name}{chain.name}产业链“{THEMES[number % len(THEMES)]}”党建共建协议", content=CONTENT,
        signed_on=signed_on, starts_on=signed_on,
        ends_on=None if number % 3 else demo.today + timedelta(days=400 + chance.randrange(500)),
    )  # fmt: skip


def _renew(demo: DemoRun, row: CoBuildingAgreement, clerk) -> None:
    """Corrects the term to one that ended a month ago and carries it on without a gap."""
    last = max(demo.days_ago(30), row.starts_on + timedelta(days=1))
    change_agreement(agreement=row, by=clerk, version=row.version, changes={"ends_on": last})
    row.refresh_from_db()
    renew_agreement(
        agreement=row, by=clerk, version=row.version, signed_on=last, starts_on=last + timedelta(days=1),
        ends_on=demo.today + timedelta(days=700),
    )  # fmt: skip


def _load_members(demo: DemoRun, district: District, clerk) -> None:
    """The member enterprises of the alliances: those on the chain, the larger first, then others of the district."""
    alliances = PartyOrganization.objects.filter(
        district=district, kind__code="chain_alliance", chain__isnull=False, status="active"
    ).select_related("chain")
    for alliance in alliances.order_by("chain__position", "code"):
        wanted = PUBLISHED.get(alliance.chain.code, OTHERS[demo.district])
        if not wanted or AllianceMember.objects.filter(alliance=alliance).exists():
            continue
        chance = demo.chance("alliance", alliance.code)
        for enterprise in _candidates(district, alliance, wanted):
            first = max(filter(None, (alliance.set_up_on, enterprise.founded_on, FIRST_DAY)))
            day = min(first + timedelta(days=chance.randrange(300)), demo.today)
            join_alliance(alliance=alliance, enterprise=enterprise, by=clerk, joined_on=day)


def _candidates(district: District, alliance: PartyOrganization, wanted: int) -> list[Enterprise]:
    active = Enterprise.objects.filter(district=district, status=Enterprise.Status.ACTIVE)
    on_chain = active.filter(memberships__chain=alliance.chain, memberships__ended_on=None)
    found = list(on_chain.distinct().order_by("-employees", "uscc")[:wanted])
    rest = active.exclude(pk__in=[one.pk for one in found]).order_by("-employees", "uscc")
    return found + list(rest[: wanted - len(found)])
