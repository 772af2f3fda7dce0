"""How the demo invents an enterprise: everything follows from its number, and no name or code belongs to anybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chains.industry.demo import STAGES, chain_data, segment_code
from portal.kit.demo import DemoRun, invented_uscc, weighted

# Three syllables make a brand; 60 × 60 × 60 numbers give different brands before a fourth is needed.
FIRST = "岱澜枫衡朗睿崧屹昱禾沐泓溯芮珩璟臻岚筑启翎骐舜尧颢霖潼沅汀淳皓昊灏瀚骏铂锐钧铭锦锋炜烁焕煜曦晟晖旻昭暄桁楷桐梓榕柏槐栩筠"
SECOND = "枢衢序川岑原野帆舟桥渡汐浦泽润渝洲湾源沛涌溪峦岭岳峰崖岩石垒墨笙弦韵章篇简策图谱纹彩绘染织锻铸磐砺琢瑜琳瑞祺祥禄祯禧福佑"
THIRD = "昇嘉达远通和信诚恒久盛兴茂荣欣悦乐康宁安泰平顺利华美佳优卓越超群英杰俊豪迈捷敏慧智巧匠工成业基本元一合同力联创新进博广厚"

KINDS = (
    ("small_micro", 62),
    ("self_employed", 20),
    ("above_scale", 10),
    ("specialised_market", 2),
    ("other", 6),
)
STATUSES = (("active", 93), ("suspended", 4), ("deregistered", 3))
TOWN_WEIGHTS = {  # enterprises in a thousand; the rest of the towns take 40 each
    "310117107": 90, "310117103": 62, "310117501": 105, "310117105": 78, "310117104": 76, "310117102": 70,
    "310117004": 66, "310117106": 60, "310117006": 52,
}  # fmt: skip
OTHER_TOWN = 40
STAFF = {
    "small_micro": (3, 90),
    "self_employed": (1, 9),
    "specialised_market": (12, 120),
    "above_scale": (80, 1200),
    "other": (4, 150),
}
CITIES = {  # district → (what names begin with, what addresses begin with)
    "songjiang": ("上海", "松江区"), "baoshan": ("上海", "宝山区"), "pukou": ("南京", "浦口区"), "suqian": ("宿迁", "宿迁市"),
}  # fmt: skip
STREETS = (
    "科创路",
    "产业路",
    "兴业路",
    "工业园一路",
    "工业园二路",
    "茸北路",
    "新城路",
    "文昌路",
    "广济路",
    "同兴路",
)
SHOPS = ("小吃店", "便利店", "五金店", "水果店", "理发店", "文具店", "服装店", "花店", "修理铺", "面馆")
SHOP_CODES = ("6210", "5219", "5271", "5223", "8040", "5241", "5232", "5283", "8191", "6210")
MARKETS = ("建材", "农副产品", "家居", "五金机电", "花卉", "汽配")


@dataclass(frozen=True)
class Place:
    """A place on a chain, by codes."""

    chain: str
    segment: str
    role: str


@dataclass(frozen=True)
class Invented:
    number: int
    uscc: str
    name: str
    kind: str
    status: str
    town: str
    street: str
    founded_on: date
    industry_code: str
    employees: int
    places: tuple[Place, ...]

    @property
    def is_showcase(self) -> bool:
        """The leads of the chains: always active, rich in every panel of the portrait."""
        return any(place.role == "lead" for place in self.places)


@lru_cache(maxsize=4)
def _map(district: str) -> dict[str, dict]:
    """Each chain with the codes of its segments that somebody fills (a gap has nobody)."""
    chains = {}
    for row in chain_data(district):
        names = [name for stage in STAGES for name in row[stage]]
        filled = [
            segment_code(row["code"], i) for i, name in enumerate(names, start=1) if name not in row["gaps"]
        ]
        chains[row["code"]] = {**row, "filled": filled}
    return chains


@lru_cache(maxsize=4)
def _towns(district: str) -> tuple[tuple[str, int], ...]:
    """Each town with its weight; the towns are those that lead a chain."""
    return tuple(
        (row["lead_town"], TOWN_WEIGHTS.get(row["lead_town"], OTHER_TOWN)) for row in chain_data(district)
    )


def brand(number: int) -> str:
    """Three syllables, different for every number below 60³; from there on a fourth tells the rounds apart."""
    left = number * 100_003 % 60**3  # coprime to 60: a permutation
    text = FIRST[left % 60] + SECOND[left // 60 % 60] + THIRD[left // 3600]
    round_ = number // 60**3
    return text + THIRD[round_ - 1] if round_ else text


def invent(demo: DemoRun, number: int, area: str) -> Invented:
    """The enterprise with this number. The first ones are the leads of the chains, in the chains' order."""
    chance = demo.chance("enterprise", number)
    chains = _map(demo.district)
    leads = list(chains.values())
    only = _member_of(leads, number)
    lead = leads[number - 1] if number <= len(leads) else None
    kind = "above_scale" if lead else weighted(chance, KINDS)
    if only and kind == "self_employed":
        kind = "small_micro"
    town = lead["lead_town"] if lead else weighted(chance, _towns(demo.district))
    places = _places(chance, chains, kind, town, lead, only)
    low, high = STAFF[kind]
    name, industry_code = _name(
        demo.district, chance, number, kind, chains[places[0].chain] if places else chance.choice(leads)
    )
    return Invented(
        number=number,
        uscc=invented_uscc(number, area=area, category="2" if kind == "self_employed" else "1"),
        name=name,
        kind=kind,
        status="active" if lead or only else weighted(chance, STATUSES),
        town=town,
        street=f"{chance.choice(STREETS)}{chance.randint(1, 1999)}号{chance.choice(('', '', f'{chance.randint(1, 18)}幢'))}",
        founded_on=date(1996, 1, 1) + timedelta(days=chance.randrange(int(29.5 * 365))),
        industry_code=industry_code,
        employees=round(low * (high / low) ** chance.random()),
        places=places,
    )


def _member_of(chains: list[dict], number: int) -> dict | None:
    """A chain with a published number of `members` takes its lead and the numbers that follow the leads, nobody else."""
    next_number = len(chains) + 1
    for row in chains:
        if "members" in row:
            last = next_number + row["members"] - 1
            if next_number <= number < last:
                return row
            next_number = last
    return None


def _places(
    chance, chains: dict, kind: str, town: str, lead: dict | None, only: dict | None
) -> tuple[Place, ...]:
    """Most enterprises stand on one chain, often the town's own; few on two, shops mostly on none."""
    if lead:
        return (Place(lead["code"], chance.choice(lead["filled"]), "lead"),)
    if only:
        return (Place(only["code"], chance.choice(only["filled"]), "supporting"),)
    chains = {code: row for code, row in chains.items() if "members" not in row}
    if chance.random() < (0.75 if kind == "self_employed" else 0.08):
        return ()
    own = next((row for row in chains.values() if row["lead_town"] == town), None)
    first = own if chance.random() < 0.42 and own else chance.choice(list(chains.values()))
    chosen = {first["code"]: first}
    if kind == "above_scale" and chance.random() < 0.3:
        second = chance.choice(list(chains.values()))
        chosen.setdefault(second["code"], second)
    role = "backbone" if chance.random() < (0.6 if kind == "above_scale" else 0.08) else "supporting"
    return tuple(Place(row["code"], chance.choice(row["filled"]), role) for row in chosen.values())


def _name(district: str, chance, number: int, kind: str, chain: dict) -> tuple[str, str]:
    """(name, GB/T 4754 code)."""
    city, place = CITIES[district]
    if kind == "self_employed":
        which = chance.randrange(len(SHOPS))
        return f"{city}市{place.removeprefix(f'{city}市')}{brand(number)}{SHOPS[which]}", SHOP_CODES[which]
    if kind == "specialised_market":
        return f"{city}{brand(number)}{chance.choice(MARKETS)}市场经营管理有限公司", "7222"
    suffix = "股份有限公司" if kind == "above_scale" and chance.random() < 0.25 else "有限公司"
    if kind == "other":
        suffix = chance.choice(("合作社", "有限合伙企业", "有限公司"))
    return f"{city}{brand(number)}{chance.choice(chain['words'])}{suffix}", chance.choice(
        chain["industry_codes"]
    )
