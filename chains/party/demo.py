"""The demo's organisations above single enterprises: committees, joint branches, groups, alliances.

The branches of single enterprises come with the profiles that they belong to (enterprises/profile/demo.py).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun, invented_person
from portal.territory.models import Area, District, Town

from ..industry.models import Chain
from .actions import (
    create_guidance,
    create_organization,
    dissolve,
    merge,
    update_guidance,
    update_organization,
)
from .demo_alliances import load_province
from .models import EstablishmentMode, GuidanceLink, OrganizationEvent, OrganizationKind, PartyOrganization

PLACES = ("科创园", "产业社区", "商务楼宇", "专业市场", "沿街商铺", "都市工业园")
JOINT_PER_TOWN, FEWER = 5, 3  # in the towns of 松江, and elsewhere
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
ENDED, RENAMED, MOVED = 12, 6, 4
PARKS_WITHOUT = 3  # every third park has no committee yet
NOTES = (
    "结对共学，每季度联合开展主题党日",
    "派出党务骨干指导换届和发展党员",
    "共享活动阵地和党课师资",
    "帮助建立健全三会一课制度",
)


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
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
            area=row.get("area"),
            parent=known.get(row.get("parent")),
            set_up_on=min(
                date(chance.randint(2008, 2025), chance.randint(1, 12), chance.randint(1, 28)), demo.today
            ),
            secretary_name=name,
            secretary_phone=phone,
        )
    if not demo.prefix:
        _load_ended(demo, district, clerk, kinds, modes)
    load_province(demo, district, kinds["chain_alliance"])
    _load_history(demo, district, clerk)
    _load_guidance(demo, district, clerk)


def town_committee_code(town: str) -> str:
    return f"ZH-{town}"


def joint_branch_codes(town: str) -> list[str]:
    count = JOINT_PER_TOWN if town.startswith("310117") else FEWER
    return [f"LH-{town}-{number}" for number in range(1, count + 1)]


def chain_branch_codes(chain: str) -> list[str]:
    return [f"HY-{chain}-{number}" for number in (1, 2)]


def _organizations(district: District) -> Iterator[dict[str, Any]]:
    """Every organisation, parents before children."""
    for town in district.towns.all():
        yield from _of_town(town)
    for position, park in enumerate(
        Area.objects.filter(district=district, kind=Area.Kind.PARK, closed_on=None)
    ):
        if position % PARKS_WITHOUT:
            yield _of_park(park)
    for position, chain in enumerate(Chain.objects.filter(district=district).select_related("district")):
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


def _of_park(park: Area) -> dict[str, Any]:
    return {
        "code": f"YW-{park.code}",
        "name": f"中共{park.name}委员会",
        "kind": "committee",
        "town": park.town,
        "area": park,
        "parent": town_committee_code(park.town.code),
        "mode": "area_plane",
    }


def _of_chain(chain: Chain, position: int) -> Iterator[dict[str, Any]]:
    place = {"town": chain.lead_town, "chain": chain}
    parent = town_committee_code(chain.lead_town.code)
    if kind := CLUSTERS.get(chain.code):
        title = "委员会" if kind == "cluster_committee" else "总支部委员会"
        cluster = f"JQ-{chain.code}"
        yield {
            "code": cluster,
            "name": f"中共{chain.district.name}{chain.name}产业集群{title}",
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
            "name": f"中共{chain.district.name}{chain.name}{('行业', '项目')[number]}联合支部委员会",
            "kind": "joint_branch",
            "parent": parent,
            "mode": CHAIN_MODES[(position + number) % len(CHAIN_MODES)] if number == 0 else "project_shared",
            **place,
        }
    yield {
        "code": f"LM-{chain.code}",
        "name": f"{chain.district.name}{chain.name}产业链党建联盟",
        "kind": "chain_alliance",
        **place,
    }


def _load_ended(demo: DemoRun, district: District, clerk, kinds: dict, modes: dict) -> None:
    """Some organisations were merged or dissolved over the years."""
    known = {row.code: row for row in PartyOrganization.objects.filter(district=district)}
    towns = list(district.towns.all())
    for number in range(1, ENDED + 1):
        town, code, day = towns[number % len(towns)], f"LS-{number:03d}", demo.days_ago(60 * number)
        if code in known:
            continue
        row = create_organization(
            district=district, by=clerk, code=code, name=f"中共{town.short_name}原第{number}联合支部委员会",
            kind=kinds["joint_branch"], establishment_mode=modes["area_joint"], town=town,
            parent=known[town_committee_code(town.code)], set_up_on=date(2012, 7, 1),
        )  # fmt: skip
        into = next((one for one in map(known.get, joint_branch_codes(town.code)) if _stood(one, day)), None)
        end = {"organization": row, "by": clerk, "version": row.version, "ended_on": day}
        if number % 2 == 0 and into is not None:
            merge(into=into, reason="所在片区统一组建联合党支部", **end)
        else:
            dissolve(reason="企业迁出本区，党员组织关系已转出", children_to=None, **end)


def _stood(row: PartyOrganization | None, day: date) -> bool:
    return row is not None and row.status == PartyOrganization.Status.ACTIVE and row.set_up_on <= day


def _load_history(demo: DemoRun, district: District, clerk) -> None:
    """Some were renamed, some went under another parent; once each, and not where somebody has done so since."""
    kind = OrganizationEvent.Kind
    changed = set(
        OrganizationEvent.objects.filter(
            organization__district=district, kind__in=(kind.RENAMED, kind.MOVED)
        ).values_list("organization__code", flat=True)
    )
    known = {row.code: row for row in PartyOrganization.objects.filter(district=district, status="active")}
    wanted: dict[str, dict[str, Any]] = {}
    for town in list(district.towns.all())[:RENAMED]:
        code = joint_branch_codes(town.code)[0]
        if code in known:
            wanted[code] = {"name": known[code].name.replace("联合支部", "“红链”联合支部")}
    for chain in Chain.objects.filter(district=district):
        code = chain_branch_codes(chain.code)[1]
        park = next((row for row in known.values() if _is_park_committee_of(row, chain.lead_town)), None)
        if (
            chain.code not in CLUSTERS
            and park is not None
            and code in known
            and len(wanted) < RENAMED + MOVED
        ):
            wanted[code] = {"parent": park}
    for number, (code, changes) in enumerate(wanted.items()):
        row = known[code]
        if code not in changed:
            update_organization(
                organization=row, by=clerk, version=row.version, changes=changes,
                changed_on=max(demo.days_ago(90 + 20 * number), row.set_up_on),
            )  # fmt: skip


def _is_park_committee_of(row: PartyOrganization, town: Town) -> bool:
    return row.town_id == town.pk and row.code.startswith("YW-")


def _load_guidance(demo: DemoRun, district: District, clerk) -> None:
    """以大带小: committees guide the branches of their chain, strong joint branches build together with younger ones."""
    known = {row.code: row for row in PartyOrganization.objects.filter(district=district, status="active")}
    stored = set(
        GuidanceLink.objects.filter(guide__district=district).values_list("guide__code", "guided__code")
    )
    for number, (guide, guided, kind) in enumerate(_pairs(district)):
        if (guide, guided) in stored or guide not in known or guided not in known:
            continue
        ends = known[guide], known[guided]
        link = create_guidance(
            guide=ends[0], guided=ends[1], by=clerk, kind=kind, note=NOTES[number % len(NOTES)],
            started_on=max(demo.days_ago(40 + 9 * number), *(one.set_up_on for one in ends)),
        )  # fmt: skip
        if number % 10 == 9:
            ended_on = max(demo.days_ago(20), link.started_on)
            update_guidance(link=link, by=clerk, version=1, changes={"ended_on": ended_on})


def _pairs(district: District) -> Iterator[tuple[str, str, str]]:
    for chain in Chain.objects.filter(district=district):
        upper = f"JQ-{chain.code}" if chain.code in CLUSTERS else f"LW-{chain.code}"
        guide = (
            upper
            if chain.code in (*CLUSTERS, *JOINT_COMMITTEES)
            else town_committee_code(chain.lead_town.code)
        )
        yield guide, chain_branch_codes(chain.code)[0], GuidanceLink.Kind.GUIDANCE
        if chain.code in CLUSTERS:
            yield guide, chain_branch_codes(chain.code)[1], GuidanceLink.Kind.CO_BUILDING
    for town in district.towns.all():
        first, _second, third, *_rest = joint_branch_codes(town.code)
        yield first, third, GuidanceLink.Kind.CO_BUILDING
