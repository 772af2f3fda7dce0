"""The demo of suqian: the 561 alliances that Jiangsu counts in the whole province (published), as rows without a town.

One for each of the district's own chains comes with the organisations; the others stand here under names put together of
the province's other cities and of industries. Written by COPY; their timelines are completed with the others'.
"""

from datetime import date, timedelta
from itertools import product

from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun
from portal.territory.models import District

from .models import OrganizationKind, PartyOrganization

DISTRICT, PROVINCE_WIDE = "suqian", 561
CITIES = ("南京", "无锡", "徐州", "常州", "苏州", "南通", "连云港", "淮安", "盐城", "扬州", "镇江", "泰州")
INDUSTRIES = (
    "集成电路", "生物医药", "新能源汽车", "智能电网", "工程机械", "物联网", "软件", "高端装备", "新型显示", "船舶海工",
    "钢铁冶金", "石化化工", "轨道交通", "航空航天", "智能机器人", "通信设备", "光伏", "风电装备", "动力电池", "储能",
    "节能环保", "纳米材料", "碳纤维", "特种合金", "医疗器械", "中医药", "品牌服装", "家用纺织", "家居建材", "绿色建筑",
    "粮油食品", "酿造", "畜禽养殖", "水产", "果蔬园艺", "数字创意", "现代物流", "电子商务", "文化旅游", "检验检测",
    "人工智能", "工业软件", "日用化工", "玻璃陶瓷", "农业机械", "时尚消费",
)  # fmt: skip
COLUMNS = (
    "district_id", "code", "name", "kind_id", "status", "set_up_on", "end_reason", "secretary_name", "secretary_phone",
    "version",
)  # fmt: skip
FIRST_DAY = date(2022, 7, 1)


def load_province(demo: DemoRun, district: District, kind: OrganizationKind) -> None:
    """The alliances that the published number has beyond those of the district's own chains."""
    if demo.district != DISTRICT:
        return
    names = [f"{city}市{industry}产业链党建联盟" for industry, city in product(INDUSTRIES, CITIES)]
    wanted = PROVINCE_WIDE - district.chains.count()
    rows = {f"LM-JS-{number:03d}": name for number, name in enumerate(names[:wanted], start=1)}
    known = set(PartyOrganization.objects.filter(code__in=rows).values_list("code", flat=True))
    copy_rows(
        PartyOrganization,
        COLUMNS,
        (
            (
                district.pk, code, name, kind.pk, "active",
                FIRST_DAY + timedelta(days=demo.chance("province", code).randrange(700)), "", "", "", 1,
            )
            for code, name in rows.items()
            if code not in known
        ),
    )  # fmt: skip
