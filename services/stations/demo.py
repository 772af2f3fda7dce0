"""The demo's stations with hours and teams, the catalogue, institutions and element lists, from readable files."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from chains.industry.models import Chain
from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun, invented_person
from portal.territory.models import District, ServiceElement

from .actions import add_member, create_institution, create_station, load_catalogue, load_element_lists
from .models import Institution, ServiceItem, ServiceStation, StationMember
from .rules.opening import Hours

HERE = Path(__file__).parent
SATURDAY = 5
MORNING = (datetime.time(9), datetime.time(11, 30))
AFTERNOON = (datetime.time(13, 30), datetime.time(17))
UNITS = {
    "enterprise_manager": "{town}经济发展办公室",
    "quality_manager": "区质量发展促进中心",
    "market_officer": "{town}市场监督管理所",
    "finance_officer": "合作银行{district}支行",
    "quality_envoy": "技术机构派驻",
    "quality_volunteer": "企业首席质量官联盟",
}
ELEMENTS = (  # as the reference file has them, for a database that was loaded before it did
    ("registration", "登记注册"),
    ("tax", "纳税开票"),
    ("financing", "融资贷款"),
    ("insurance", "员工参保"),
    ("funds", "资金扶持申报"),
    ("ip", "知识产权保护"),
)


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    clerk = demo_user(district, "bureau")
    load_catalogue(rows=_read("reference/items.toml")["items"])
    for row in _optional(f"demo_{demo.district}_stations.toml", "stations"):
        _station(demo, row, district, clerk)
    _institutions(_optional(f"demo_{demo.district}_institutions.toml", "institutions"), district, clerk)
    for position, (code, name) in enumerate(ELEMENTS, start=1):
        ServiceElement.objects.get_or_create(code=code, defaults={"name": name, "position": position})
    lead = dict(Chain.objects.filter(district=district).values_list("lead_town", "name"))
    if lines := _optional(f"demo_{demo.district}_elements.toml", "entries"):
        load_element_lists(district=district, lines=lines, chains=lead)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _optional(name: str, key: str) -> list[dict[str, Any]]:
    """The rows of a file that not every demo district has."""
    return _read(name)[key] if (HERE / name).exists() else []


def _station(demo: DemoRun, row: dict[str, Any], district: District, clerk) -> None:
    """A station with its week and its six people, unless it is there already."""
    if ServiceStation.objects.filter(code=row["code"]).exists():
        return
    town = district.towns.get(code=row["town"])
    texts = {name: row[name] for name in ("name", "address", "phone", "directions")}
    hours = [Hours(day, *half) for day in range(5) for half in (MORNING, AFTERNOON)]
    if row.get("saturday"):
        hours.append(Hours(SATURDAY, *MORNING))
    station = create_station(town=town, code=row["code"], by=clerk, hours=hours, **texts)
    for number, role in enumerate(StationMember.Role.values, start=1):
        name, phone = invented_person(demo.chance("station-member", row["code"], role))
        add_member(
            station=station,
            code=f"{row['code']}-{number:02d}",
            by=clerk,
            role=role,
            name=name,
            phone=phone,
            unit=UNITS[role].format(town=town.short_name, district=district.name[:-1]),
        )


def _institutions(rows: list[dict[str, Any]], district: District, clerk) -> None:
    items = {item.code: item for item in ServiceItem.objects.all()}
    towns = {town.code: town for town in district.towns.all()}
    known = set(Institution.objects.values_list("code", flat=True))
    for number, row in enumerate(rows, start=1):
        if row["code"] in known:
            continue
        create_institution(
            district=district,
            code=row["code"],
            by=clerk,
            name=row["name"],
            town=towns[row["town"]],
            address=row["address"],
            phone=f"021-00000{200 + number}",
            introduction=row["introduction"],
            offers={items[code]: note for code, note in row["items"].items()},
        )
