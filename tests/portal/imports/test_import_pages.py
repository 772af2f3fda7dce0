"""The pages of imports and exports: the whole walk without JavaScript, and the fragments that htmx asks for."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enterprises.registry.models import Enterprise
from portal.imports.models import SheetExport, SheetImport
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.imports import checked, committed, uploaded
from tests.factories.sheets import as_xlsx, sheet_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(place):
    client = Client()
    client.force_login(place.bureau, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def run_jobs() -> None:
    for job in Job.objects.filter(state="queued"):
        run_now(job)


def test_the_whole_walk(web):
    assert "还没有导入过表格" in text(web.get("/imports/"))
    assert "下载企业信息模板" in text(web.get("/imports/new/"))
    file = SimpleUploadedFile("年报.xlsx", as_xlsx([sheet_row(1), sheet_row(2, 企业类型="大厂")]))
    answer = web.post("/imports/new/", {"kind": "enterprises", "file": file})
    address = answer["Location"]
    page = text(web.get(address))
    assert "hx-trigger" in page
    assert "等待检查" in page
    run_jobs()
    page = text(web.get(address))
    assert "hx-trigger" not in page
    assert "其中 1 行有误" in page
    assert "大厂" in page
    assert "提交 1 行" in page
    page = text(web.post(f"{address}commit/", follow=True))
    assert "还有 1 行有误" in page
    web.post(f"{address}commit/", {"skip_invalid": "on"})
    run_jobs()
    page = text(web.get(address))
    assert "导入已完成：新建 1 行" in page
    assert Enterprise.objects.count() == 1
    assert "年报.xlsx" in text(web.get("/imports/"))


def test_what_would_change(web, place):
    committed([sheet_row(1, 正式党员数=2)], place.bureau)
    sheet_import = checked([sheet_row(1, 正式党员数=5)], place.bureau)
    page = text(web.get(f"/imports/{sheet_import.pk}/?outcome=updated"))
    assert "<del>2</del> → <ins>5</ins>" in page
    assert "没有这一类的行" in text(web.get(f"/imports/{sheet_import.pk}/?outcome=created"))
    assert web.get(f"/imports/{sheet_import.pk}/?outcome=odd").status_code == 400


def test_htmx_gets_only_the_state(web, place):
    sheet_import = uploaded([sheet_row(1)], place.bureau)
    answer = web.get(f"/imports/{sheet_import.pk}/", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="import-state"')
    assert "HX-Request" in answer["Vary"]


def test_the_workers_are_away(web, place):
    sheet_import = uploaded([sheet_row(1)], place.bureau)
    sentence = "后台服务暂时不可用，导入已保存，恢复后会自动继续。"
    assert sentence not in text(web.get(f"/imports/{sheet_import.pk}/"))
    job = sheet_import.job
    Job.objects.filter(pk=job.pk).update(run_after=job.run_after - timedelta(minutes=1))
    assert sentence in text(web.get(f"/imports/{sheet_import.pk}/"))


def test_a_failed_import_says_why(web, place):
    sheet_import = checked(b"PK\x03\x04 broken", place.bureau)
    page = text(web.get(f"/imports/{sheet_import.pk}/"))
    assert "文件不完整" in page
    assert "没有写入任何数据" in page


def test_cancel(web, place):
    sheet_import = checked([sheet_row(1)], place.bureau)
    page = text(web.post(f"/imports/{sheet_import.pk}/cancel/", follow=True))
    assert "没有写入任何数据" in page
    assert SheetImport.objects.get().status == "cancelled"
    assert "不能再次操作" in text(
        web.post(f"/imports/{committed([sheet_row(2)], place.bureau).pk}/cancel/", follow=True)
    )


def test_a_broken_upload_shows_the_form_again(web):
    answer = web.post("/imports/new/", {"kind": "enterprises", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert answer.status_code == 422, "htmx swaps it in: the sentence stands at the field"
    assert "请上传 .xlsx 工作簿" in text(answer)


def test_exports_from_the_list(web, place):
    committed([sheet_row(1)], place.bureau)
    page = text(web.get("/enterprises/"))
    assert 'action="/exports/new/"' in page
    answer = web.post(
        "/exports/new/", {"kind": "enterprises", "filters": "town=&search=导入", "format": "xlsx"}
    )
    assert answer["Location"] == "/exports/"
    assert "hx-trigger" in text(web.get("/exports/"))
    run_jobs()
    page = text(web.get("/exports/"))
    export = SheetExport.objects.get()
    assert f"/exports/{export.pk}/file" in page
    assert (export.filters, export.rows) == ({"search": "导入"}, 1)
    assert web.get(f"/exports/{export.pk}/file").status_code == 200
