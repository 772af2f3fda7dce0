"""`manage.py import_sheet`: the web's way without web and broker; exit 0 without bad rows, 2 with."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from enterprises.registry.models import Enterprise
from portal.imports.models import SheetImport
from tests.factories.sheets import as_xlsx, sheet_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.fixture
def run(tmp_path, settings, place):
    settings.PORTAL_DISTRICT = place.district.slug

    def call(rows, *arguments):
        path = tmp_path / "sheet.xlsx"
        path.write_bytes(rows if isinstance(rows, bytes) else as_xlsx(rows))
        output = io.StringIO()
        try:
            call_command("import_sheet", "enterprises", str(path), *arguments, stdout=output)
        except SystemExit as stop:
            return stop.code, output.getvalue()
        return 0, output.getvalue()

    return call


def test_a_check_writes_nothing(run):
    code, output = run([sheet_row(1)])
    assert code == 0
    assert "共 1 行：有效 1，有误 0；新建 1" in output
    assert SheetImport.objects.get().status == "cancelled"
    assert not Enterprise.objects.exists()


def test_a_commit(run):
    code, output = run([sheet_row(1)], "--commit")
    assert code == 0
    assert "已写入：新建 1" in output
    assert Enterprise.objects.count() == 1
    assert SheetImport.objects.get().uploaded_by is None


def test_bad_rows(run, tmp_path):
    target = tmp_path / "out.xlsx"
    code, output = run([sheet_row(1), sheet_row(2, 企业类型="大厂")], "--commit", "--errors", str(target))
    assert code == 2
    assert "第 3 行 企业类型" in output
    assert not Enterprise.objects.exists()
    assert openpyxl.load_workbook(target).worksheets[0].max_row == 2


def test_bad_rows_may_be_left_out(run):
    code, _output = run([sheet_row(1), sheet_row(2, 企业类型="大厂")], "--commit", "--skip-invalid")
    assert code == 2
    assert Enterprise.objects.count() == 1


def test_in_the_scope_of_a_user(run, place):
    code, output = run([sheet_row(1, 所属街镇="佘山镇")], "--user", place.station.username)
    assert code == 2
    assert "不在您负责的街镇范围内" in output


def test_an_unusable_file(run):
    with pytest.raises(CommandError, match="不完整"):
        run(b"PK\x03\x04")
    with pytest.raises(CommandError, match="没有用户"):
        run([sheet_row(1)], "--user", "nobody")
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("import_sheet", "enterprises", "missing.xlsx")
