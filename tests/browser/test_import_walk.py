"""The clerk's spreadsheet: wrong cells named, preview, commit as a whole, and a second run that changes nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from portal.kit.uscc import complete

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

HEADERS = (
    "统一社会信用代码*", "企业名称*", "企业类型*", "所属街镇*", "正式党员数", "党组织形式", "摸排日期", "摸排方式",
)  # fmt: skip
NEW = complete("91310117MA9DEMA01")
NAME = "上海浏览器试验仪器有限公司"


def workbook(path: Path, rows: list[list[str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate([list(HEADERS), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def upload(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name=re.compile("上传表格")).first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("#main")).to_contain_text("检查完成", timeout=30_000)


def test_clerk_imports_with_errors_and_commits(
    visit: Callable[..., Page], tmp_path: Path, picture, accessible
):
    page = visit("bureau")
    page.goto("/enterprises/?freshness=fresh&status=active")
    known = page.locator("#main td.row-title a").first
    known_name, known_code = known.inner_text(), known.get_attribute("href").strip("/").split("/")[-1]
    path = workbook(
        tmp_path / "年报.xlsx",
        [
            [NEW, NAME, "小微企业", "九亭镇", "3", "单独组建", "2026-11-01", "走访"],
            [NEW[:-1] + "?", "写错的企业", "小微", "九停镇", "-1", "无", "2026-13-01", "走访"],
            [known_code, known_name, "小微企业", "九亭镇", "96", "", "2026-11-20", "年报"],
        ],
    )
    upload(page, path)
    main = page.locator("#main")
    expect(main).to_contain_text("共 3 行，其中 1 行有误")
    expect(main.get_by_role("row").filter(has_text="所属街镇")).to_contain_text("九亭镇")
    expect(main.get_by_role("row").filter(has_text="企业类型")).to_contain_text("可填：小微企业")
    picture(page, "import")
    accessible(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载需更正的行").click()
    download.value.save_as(tmp_path / "errors.xlsx")
    errors = openpyxl.load_workbook(tmp_path / "errors.xlsx")
    assert "写错的企业" in [cell.value for cell in errors.worksheets[0][2]]

    page.get_by_role("link", name=re.compile("^变更")).click()
    changed = main.get_by_role("row").filter(has_text=known_name)
    expect(changed).to_contain_text("正式党员数")
    expect(changed).to_contain_text("96")
    accessible(page)

    page.get_by_label("跳过有误的行").check()
    page.get_by_role("button", name=re.compile("^提交")).click()
    if page.locator("dialog[open]").count():
        page.get_by_role("button", name="确定").click()
    expect(main).to_contain_text(re.compile("已写入|导入完成|已完成"), timeout=30_000)
    accessible(page)

    page.goto(f"/enterprises/?search={NAME[:8]}")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.locator("#main")).to_contain_text("单独组建")
    page.goto(f"/enterprises/{known_code}/")
    expect(page.locator("#main dd").filter(has_text=re.compile("^96$"))).to_be_visible()


def test_the_second_run_of_a_file_changes_nothing(visit: Callable[..., Page], tmp_path: Path):
    page = visit("station-sheshan")
    row = [
        complete("91310117MA9DEMA02"),
        "上海佘山重复导入有限公司",
        "个体工商户",
        "佘山",
        "0",
        "无",
        "2026-10-01",
        "走访",
    ]
    path = workbook(tmp_path / "佘山.xlsx", [row])
    upload(page, path)
    page.get_by_role("button", name=re.compile("^提交")).click()
    if page.locator("dialog[open]").count():
        page.get_by_role("button", name="确定").click()
    expect(page.locator("#main")).to_contain_text(re.compile("已写入|导入完成|已完成"), timeout=30_000)
    upload(page, path)
    expect(page.locator(".figure", has_text="不变")).to_contain_text("1")
    expect(page.locator(".figure", has_text="新建")).to_contain_text("0")


def test_a_hostile_file_ends_in_a_sentence(visit: Callable[..., Page], tmp_path: Path, accessible):
    page = visit("bureau", phone=True)
    path = tmp_path / "年报.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    page.goto("/imports/new/")
    accessible(page)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("#main")).to_contain_text("另存为 .xlsx", timeout=30_000)
    accessible(page)
