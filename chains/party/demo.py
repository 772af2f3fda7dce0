"""The demo's organisations above single enterprises: committees, joint branches, groups, alliances.

The branches of single enterprises come with the profiles that they belong to (enterprises/profile/demo.py).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from portal.kit.demo import DemoRun, invented_person
from portal.territory.models import District, Town

from ..industry.models import Chain
from .actions import create_organization
from .models import EstablishmentMode, OrganizationKind, PartyOrganization

PLACES = ("科创园", "产业社区", "商务楼宇", "专业市场", "沿街商铺", "都市工业园")
JOINT_PER_TOWN = 5
AREA_MODES = ("area_joint", "area_plane", "town_integrated", "project_shared", "department_led")
CHAIN_MODES = ("industry_unified", "association_linked", "industry_line", "leader_driven")
CLUSTERS = {  # chain → kind; the food cluster's committee is the practice that 三动三建 comes from
    "food": "cluster_committee",
    "ic": "cluster_committee",
    "biomed": "cluster_committee",
    "ai": "cluster_general_branch",
    "instruments": "cluster_general_branch",
    "satellite": "cluster_general_branch",
}
JOINT_COMMITTEES = ("equipment", "materials", "smart-electric")
ENDED = 12


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = get_user_model().objects.get(username="bureau")
    kinds = {kind.code: kind for kind in OrganizationKind.objects.all()}
    modes = {mode.code: mode for mode in EstablishmentMode.objects.all()}
    known = {row.code: row for row in PartyOrganization.objects.filter(district=district)}
    for row in _organizations(district):
        if row["code"] in known:
            continue
        chance = demo.chance("organization", row["code"])
        name, phone = invented_person(chance)
        known[row["code"]] = create_organization(
            district=district,
            by=clerk,
            code=row["code"],
            name=row["name"],
            kind=kinds[row["kind"]],
            establishment_mode=modes.get(row.get("mode")),
            town=row.get("town"),
            chain=row.get("chain"),
            parent=known.get(row.get("parent")),
            set_up_on=date(chance.randint(2008, 2025), chance.randint(1, 12), chance.randint(1, 28)),
            secretary_name=name,
            secretary_phone=phone,
        )
    _load_ended(demo, district, known, kinds, modes)


def town_committee_code(town: str) -> str:
    return f"ZH-{town}"


def joint_branch_codes(town: str) -> list[str]:
    return [f"LH-{town}-{number}" for number in range(1, JOINT_PER_TOWN + 1)]


def chain_branch_codes(chain: str) -> list[str]:
    return [f"HY-{chain}-{number}" for number in (1, 2)]


def _organizations(district: District) -> Iterator[dict[str, Any]]:
    """Every organisation, parents before children."""
    for town in district.towns.all():
        yield from _of_town(town)
    for position, chain in enumerate(Chain.objects.filter(district=district)):
        yield from _of_chain(chain, position)


def _of_town(town: Town) -> Iterator[dict[str, Any]]:
    committee = town_committee_code(town.code)
    yield {
        "code": committee,
        "name": f"中共{town.name}综合委员会",
        "kind": "comprehensive_committee",
        "town": town,
        "mode": "town_integrated",
    }
    for number, code in enumerate(joint_branch_codes(town.code)):
        yield {
            "code": code,
            "name": f"中共{town.short_name}{PLACES[(number + town.position) % len(PLACES)]}联合支部委员会",
            "kind": "joint_branch",
            "town": town,
            "parent": committee,
            "mode": AREA_MODES[number % len(AREA_MODES)],
        }
    for number, code in enumerate(joint_branch_codes(town.code)[:2], start=1):
        yield {
            "code": f"XZ-{town.code}-{number}",
            "name": f"{town.short_name}小个专第{'一二'[number - 1]}党小组",
            "kind": "group",
            "town": town,
            "parent": code,
        }


def _of_chain(chain: Chain, position: int) -> Iterator[dict[str, Any]]:
    place = {"town": chain.lead_town, "chain": chain}
    parent = town_committee_code(chain.lead_town.code)
    if kind := CLUSTERS.get(chain.code):
        title = "委员会" if kind == "cluster_committee" else "总支部委员会"
        cluster = f"JQ-{chain.code}"
        yield {
            "code": cluster,
            "name": f"中共松江区{chain.name}产业集群{title}",
            "kind": kind,
            "parent": parent,
            **place,
        }
        parent = cluster
    if chain.code in JOINT_COMMITTEES:
        code = f"LW-{chain.code}"
        yield {
            "code": code,
            "name": f"中共{chain.name}产业联合委员会",
            "kind": "joint_committee",
            "parent": parent,
            **place,
        }
        parent = code
    for number, code in enumerate(chain_branch_codes(chain.code)):
        yield {
            "code": code,
            "name": f"中共松江区{chain.name}{('行业', '项目')[number]}联合支部委员会",
            "kind": "joint_branch",
            "parent": parent,
            "mode": CHAIN_MODES[(position + number) % len(CHAIN_MODES)] if number == 0 else "project_shared",
            **place,
        }
    yield {
        "code": f"LM-{chain.code}",
        "name": f"松江区{chain.name}产业链党建联盟",
        "kind": "chain_alliance",
        **place,
    }


def _load_ended(demo: DemoRun, district: District, known: dict, kinds: dict, modes: dict) -> None:
    """Some organisations were merged or dissolved over the years. Made directly: they were never active here."""
    reasons = {"merged": "并入园区联合党支部", "dissolved": "企业迁出本区"}
    towns = list(district.towns.all())
    rows = []
    for number in range(1, ENDED + 1):
        town, code = towns[number % len(towns)], f"LS-{number:03d}"
        if code in known:
            continue
        status = ("merged", "dissolved")[number % 2]
        rows.append(
            PartyOrganization(
                district=district,
                town=town,
                parent=known[town_committee_code(town.code)],
                code=code,
                name=f"中共{town.short_name}原第{number}联合支部委员会",
                kind=kinds["joint_branch"],
                establishment_mode=modes["area_joint"],
                status=status,
                set_up_on=date(2012, 7, 1),
                ended_on=demo.days_ago(60 * number),
                end_reason=reasons[status],
            )
        )
    PartyOrganization.objects.bulk_create(rows)
