"""Invented enterprise sheets of any size for the import's measurement: 25 columns, nearly all cells filled."""

import random
from pathlib import Path

import xlsxwriter
from stdnum.cn.uscc import calc_check_digit

HEADERS = (
    "统一社会信用代码*", "企业名称*", "企业类型*", "所属街镇*", "经营地址", "成立日期", "登记状态", "行业代码", "产业链",
    "链上环节", "链上角色", "从业人数", "上年营业收入(万元)", "正式党员数", "预备党员数", "党组织形式", "党组织名称",
    "组建方式", "书记姓名", "书记电话", "联系人", "联系电话", "摸排日期", "摸排方式", "资质荣誉",
)  # fmt: skip
KINDS = ("小微企业", "个体工商户", "专业市场", "规上企业", "其他")
WORDS = (
    "恒",
    "瑞",
    "泰",
    "宏",
    "诚",
    "佳",
    "博",
    "远",
    "凯",
    "天",
    "华",
    "新",
    "嘉",
    "盛",
    "德",
    "安",
    "云",
    "帆",
)
TRADES = ("科技", "精密机械", "新材料", "电子", "贸易", "物流", "食品", "半导体", "信息技术", "医疗器械")
HONOURS = ("高新技术企业", "专精特新", "上海品牌", "绿色工厂", "质量标杆")


def uscc(number: int) -> str:
    body = f"91310117MA{number:07d}"
    return body + calc_check_digit(body)


def row(number: int, *, year: int, towns: list[str], places: list[tuple[str, str]], modes: list[str]) -> list:
    """The sheet row of enterprise `number` as reported in `year`: another year changes figures, people and date."""
    fixed, of_year = random.Random(number), random.Random(number * 10_000 + year)
    name = "".join(fixed.choice(WORDS) for _ in range(3)) + fixed.choice(TRADES)
    chain, segment = fixed.choice(places)
    members = of_year.randint(0, 30)
    form = "无" if members < 3 else of_year.choice(("单独组建", "联合组建"))
    return [
        uscc(number), f"上海{name}{number % 977}有限公司", fixed.choice(KINDS), fixed.choice(towns),
        f"沪松公路{fixed.randint(1, 3000)}弄{fixed.randint(1, 99)}号", f"{fixed.randint(1995, 2022)}-{fixed.randint(1, 12):02d}-05",
        "存续", f"{fixed.randint(13, 43)}", chain, segment, fixed.choice(("骨干", "配套")), of_year.randint(1, 900),
        round(of_year.random() * 20_000, 2), members, of_year.randint(0, 5), form,
        None if form == "无" else f"中共{name}{number}支部委员会", None if form == "无" else of_year.choice(modes),
        f"{of_year.choice('赵钱孙李周吴郑王')}{of_year.choice(WORDS)}", f"139{of_year.randint(0, 99_999_999):08d}",
        f"{fixed.choice('冯陈褚卫蒋沈韩杨')}{fixed.choice(WORDS)}", f"138{fixed.randint(0, 99_999_999):08d}",
        f"{year}-{of_year.randint(1, 6):02d}-{of_year.randint(1, 28):02d}", of_year.choice(("年报", "走访")),
        "；".join(fixed.sample(HONOURS, fixed.randint(0, 2))) or None,
    ]  # fmt: skip


def write(path: Path, numbers: range, **how) -> Path:
    """A workbook with one row for each number."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("企业信息")
    page.write_row(0, 0, HEADERS)
    for line, number in enumerate(numbers, start=1):
        page.write_row(line, 0, row(number, **how))
    book.close()
    return path
