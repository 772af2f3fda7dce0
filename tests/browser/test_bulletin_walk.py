"""The bureau issues last month's bulletin; the leader takes it along, and Word and Excel can read it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from portal.metrics.rules import shifted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


def test_issue_download_open(visit: Callable[..., Page], picture, accessible, tmp_path: Path):
    month = shifted(timezone.localdate().replace(day=1), -1)
    staff = visit("bureau")
    staff.goto("/reports/new/")
    accessible(staff)
    staff.get_by_label("期间").select_option(f"{month:%Y-%m}")
    staff.get_by_role("button", name="印发").click()
    expect(staff.get_by_role("link", name="下载 Word 简报")).to_be_visible(timeout=30_000)
    expect(staff.locator("#report tbody tr").first).to_be_visible()
    accessible(staff)
    picture(staff, "bulletin")

    leader = visit("leader")
    leader.goto(staff.url)
    saved = {}
    for label, ending in (("下载 Word 简报", "docx"), ("下载 Excel 附表", "xlsx")):
        with leader.expect_download() as file:
            leader.get_by_role("link", name=label).click()
        saved[ending] = tmp_path / f"bulletin.{ending}"
        file.value.save_as(saved[ending])
        assert file.value.suggested_filename.endswith(f".{ending}")
    document = Document(str(saved["docx"]))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "松江区" in text
    assert f"{month.year}年{month.month}月" in text
    assert document.tables
    assert document.inline_shapes
    assert load_workbook(saved["xlsx"]).worksheets[0].max_row > 20
