"""Imports over REST: upload, progress, rows, errors, commit, cancel; who may, and what a race does."""

import io
import uuid

import openpyxl
import pytest
from rest_framework.test import APIClient

from enterprises.registry.models import Enterprise
from portal.imports.models import SheetImport, SheetImportRow
from portal.imports.storage import path_of
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory, valid_uscc
from tests.factories.imports import checked, committed, errors_of
from tests.factories.sheets import as_xlsx, sheet_row
from tests.portal.imports import hostile

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports"


def api(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def upload(client: APIClient, content: bytes, name: str = "企业.xlsx", kind: str = "enterprises", **headers):
    file = io.BytesIO(content)
    file.name = name
    return client.post(URL, {"kind": kind, "file": file}, format="multipart", **headers)


def run_jobs() -> None:
    for job in Job.objects.filter(state="queued"):
        run_now(job)


def test_from_upload_to_commit(place):
    client = api(place.bureau)
    answer = upload(client, as_xlsx([sheet_row(1), sheet_row(2)]))
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    address = f"{URL}/{answer.json()['id']}"
    run_jobs()
    found = client.get(address).json()
    expected = {
        "status": "ready", "total": 2, "valid": 2, "invalid": 0, "created": 2, "updated": 0, "unchanged": 0,
        "progress": 100, "status_label": "待确认",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert not Enterprise.objects.exists()
    answer = client.post(f"{address}/commit", {"skip_invalid": False}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (202, "committing")
    run_jobs()
    assert client.get(address).json()["status"] == "done"
    assert Enterprise.objects.count() == 2


@pytest.mark.parametrize("role", ["leader", "enterprise", "department", "institution"])
def test_other_roles_may_not(place, role):
    client = api(make_user(role, district=place.district))
    assert upload(client, as_xlsx([sheet_row()])).status_code == 403
    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}/templates/enterprises.xlsx").status_code == 403


def test_a_station_sees_its_own_and_the_bureau_all(place):
    mine = checked([sheet_row()], place.station)
    theirs = checked([sheet_row()], place.bureau)
    station, bureau = api(place.station), api(place.bureau)
    assert [row["id"] for row in station.get(URL).json()["results"]] == [str(mine.pk)]
    assert len(bureau.get(URL).json()["results"]) == 2
    for sub in ("", "/rows", "/errors.xlsx"):
        assert station.get(f"{URL}/{theirs.pk}{sub}").status_code == 404
    assert station.post(f"{URL}/{theirs.pk}/commit", {}, format="json").status_code == 404
    assert station.delete(f"{URL}/{theirs.pk}").status_code == 404
    assert api(make_user("bureau")).get(f"{URL}/{mine.pk}").status_code == 404


def test_unknown_kind_file_type_and_field(place):
    client = api(place.bureau)
    assert upload(client, as_xlsx([sheet_row()]), kind="nothing").status_code == 400
    assert upload(client, b"MZ", name="virus.exe").status_code == 400
    assert upload(client, b"").status_code == 400
    assert client.post(URL, {"kind": "enterprises"}, format="multipart").status_code == 400
    assert client.get(f"{URL}?status=ready").status_code == 400
    assert not SheetImport.objects.exists()
    assert not any(path.is_file() for path in path_of("").rglob("*"))


def test_a_file_over_the_limit(place, settings):
    settings.IMPORT_MAX_BYTES = 1000
    answer = upload(api(place.bureau), as_xlsx([sheet_row()]))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "file"


def test_the_same_key_uploads_once(place):
    client = api(place.bureau)
    content = as_xlsx([sheet_row()])
    first, second = (upload(client, content, HTTP_IDEMPOTENCY_KEY="k-1") for _ in range(2))
    assert first.json() == second.json()
    assert SheetImport.objects.count() == 1


def test_rows_by_outcome_with_row_column_value_and_sentence(place):
    sheet_import = checked([sheet_row(1), sheet_row(2, 企业类型="大厂")], place.bureau)
    client = api(place.bureau)
    (row,) = client.get(f"{URL}/{sheet_import.pk}/rows?outcome=invalid").json()["results"]
    assert (row["row"], row["outcome"], row["outcome_label"]) == (3, "invalid", "有误")
    (error,) = row["errors"]
    assert (error["column"], error["letter"], error["value"]) == ("企业类型", "C", "大厂")
    assert "小微企业" in error["message"]
    assert len(client.get(f"{URL}/{sheet_import.pk}/rows").json()["results"]) == 2
    assert client.get(f"{URL}/{sheet_import.pk}/rows?outcome=odd").status_code == 400
    assert client.get(f"{URL}/{sheet_import.pk}/rows?colour=1").status_code == 400


def test_bad_rows_block_the_commit_unless_skipped(place):
    sheet_import = checked([sheet_row(1), sheet_row(2, 企业类型="大厂")], place.bureau)
    client = api(place.bureau)
    address = f"{URL}/{sheet_import.pk}/commit"
    answer = client.post(address, {}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "invalid_rows")
    assert client.post(address, {"skip_invalid": "maybe"}, format="json").status_code == 400
    assert client.post(address, {"skip_invalid": True}, format="json").status_code == 202
    run_jobs()
    assert list(Enterprise.objects.values_list("uscc", flat=True)) == [valid_uscc(1)]
    sheet_import.refresh_from_db()
    assert (sheet_import.status, sheet_import.created, sheet_import.invalid) == ("done", 1, 1)


def test_two_commits_one_write(place):
    sheet_import = checked([sheet_row(1)], place.bureau)
    client = api(place.bureau)
    answers = [client.post(f"{URL}/{sheet_import.pk}/commit", {}, format="json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[1].json()["errors"][0]["code"] == "closed"
    assert Job.objects.filter(kind="imports.commit").count() == 1
    run_jobs()
    job = Job.objects.get(kind="imports.commit")
    Job.objects.filter(pk=job.pk).update(state="queued")  # a second delivery of the same message
    assert run_now(job).state == "done"
    assert Enterprise.objects.get().surveys.count() == 0
    assert client.post(f"{URL}/{sheet_import.pk}/commit", {}, format="json").status_code == 409


def test_only_a_checked_import_is_committed(place):
    client = api(place.bureau)
    pk = upload(client, as_xlsx([sheet_row()])).json()["id"]
    assert client.post(f"{URL}/{pk}/commit", {}, format="json").status_code == 409


def test_nothing_valid_nothing_to_commit(place):
    sheet_import = checked([sheet_row(1, 企业类型="大厂")], place.bureau)
    answer = api(place.bureau).post(f"{URL}/{sheet_import.pk}/commit", {"skip_invalid": True}, format="json")
    assert answer.json()["errors"][0]["code"] == "nothing_to_commit"


def test_a_delete_gives_it_up(place):
    sheet_import = checked([sheet_row()], place.bureau)
    client = api(place.bureau)
    assert client.delete(f"{URL}/{sheet_import.pk}").status_code == 204
    assert client.get(f"{URL}/{sheet_import.pk}").json()["status"] == "cancelled"
    assert not SheetImportRow.objects.exists()
    assert client.post(f"{URL}/{sheet_import.pk}/commit", {}, format="json").status_code == 409
    assert client.delete(f"{URL}/{sheet_import.pk}").status_code == 409


def test_a_delete_before_the_check_stops_it(place):
    client = api(place.bureau)
    pk = upload(client, as_xlsx([sheet_row()])).json()["id"]
    assert client.delete(f"{URL}/{pk}").status_code == 204
    run_jobs()
    assert client.get(f"{URL}/{pk}").json()["status"] == "cancelled"
    assert not SheetImportRow.objects.exists()


def test_no_delete_after_the_commit(place):
    sheet_import = committed([sheet_row()], place.bureau)
    answer = api(place.bureau).delete(f"{URL}/{sheet_import.pk}")
    assert (answer.status_code, answer.json()["open_moves"]) == (409, [])


def test_the_error_workbook_can_be_corrected(place):
    formula = sheet_row(2, 企业名称="=HYPERLINK(1)", 企业类型="大厂")
    sheet_import = checked([sheet_row(1), {**formula, "经营地址": "+1+1"}], place.bureau)
    client = api(place.bureau)
    answer = client.get(f"{URL}/{sheet_import.pk}/errors.xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][0] == valid_uscc(2)
    assert any("企业类型" in str(value) for value in rows[1])
    assert not any(cell.data_type == "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_no_error_workbook_without_errors(place):
    sheet_import = checked([sheet_row(1)], place.bureau)
    assert api(place.bureau).get(f"{URL}/{sheet_import.pk}/errors.xlsx").status_code == 404


def test_the_template_offers_the_own_towns(place):
    for user, towns in ((place.station, {"九亭镇"}), (place.bureau, {"九亭镇", "佘山镇"})):
        answer = api(user).get(f"{URL}/templates/enterprises.xlsx", HTTP_ACCEPT="application/vnd.ms-excel")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        cells = {cell for row in book["选项"].iter_rows(values_only=True) for cell in row}
        assert towns == cells & {"九亭镇", "佘山镇"}
    assert api(place.bureau).get(f"{URL}/templates/nothing.xlsx").status_code == 404


def test_a_hostile_file_ends_in_a_sentence(place, tmp_path):
    files = {
        "far.xlsx": hostile.workbook(
            tmp_path / "a", hostile.rows(hostile.HEADER) if False else ""
        ).read_bytes(),
        "locked.xlsx": hostile.locked_workbook(tmp_path / "b").read_bytes(),
        "renamed.xlsx": "统一社会信用代码,企业名称\n".encode(),
        "broken.xlsx": as_xlsx([sheet_row()])[:2000],
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "utf16.csv": "统一社会信用代码,企业名称".encode("utf-16"),
        "headers-only.xlsx": as_xlsx([]),
        "no-headers.csv": "甲,乙\n1,2\n".encode(),
    }
    client = api(place.bureau)
    for name, content in files.items():
        pk = upload(client, content, name=name).json()["id"]
        run_jobs()
        found = client.get(f"{URL}/{pk}").json()
        assert found["status"] == "failed", name
        assert found["message"].endswith(("。", "？")), (name, found["message"])
    assert not SheetImportRow.objects.exists()
    assert not Enterprise.objects.exists()


def test_csv_in_three_encodings(place):
    from tests.factories.sheets import as_csv

    for number, encoding in enumerate(("utf-8", "utf-8-sig", "gb18030"), start=1):
        sheet_import = checked(as_csv([sheet_row(number)], encoding=encoding), place.bureau, filename="a.csv")
        assert (sheet_import.status, sheet_import.valid) == ("ready", 1), (encoding, sheet_import.message)


def test_personal_values_are_never_plain_in_the_staged_rows(place):
    row = sheet_row(1, 书记姓名="诸葛孔明", 书记电话="13812348000", 联系人="司马仲达", 联系电话="1381234")
    checked([row, sheet_row(2, 联系电话="13900001111")], place.bureau)
    stored = str(list(SheetImportRow.objects.values()))
    for plain in ("诸葛孔明", "13812348000", "司马仲达", "1381234", "13900001111"):
        assert plain not in stored.replace("138****8000", "")


def test_the_preview_masks_old_and_new(place):
    committed([sheet_row(1, 书记电话="13812348000")], place.bureau)
    sheet_import = checked([sheet_row(1, 书记电话="13912349111")], place.bureau)
    (row,) = api(place.bureau).get(f"{URL}/{sheet_import.pk}/rows?outcome=updated").json()["results"]
    (change,) = row["changes"]
    assert change == {
        "field": "secretary_phone", "label": "书记电话", "old": "138****8000", "new": "139****9111"
    }  # fmt: skip


def test_the_preview_speaks_in_words(place):
    EnterpriseFactory(uscc=valid_uscc(1), town=place.there, kind="small_micro", name="老名字")
    row = sheet_row(1, 企业类型="规上企业", 企业名称="新名字", **{"上年营业收入(万元)": 12.5})
    sheet_import = checked([row], place.bureau)
    (found,) = api(place.bureau).get(f"{URL}/{sheet_import.pk}/rows?outcome=updated").json()["results"]
    assert {(c["label"], c["old"], c["new"]) for c in found["changes"]} == {
        ("企业名称", "老名字", "新名字"),
        ("企业类型", "小微企业", "规上企业"),
        ("所属街镇", "佘山镇", "九亭镇"),
        ("上年营业收入(万元)", "", "12.5"),
    }


def test_a_missing_import_is_404(place):
    assert api(place.bureau).get(f"{URL}/{uuid.uuid4()}").status_code == 404


def test_unknown_columns_are_mentioned_and_not_read(place):
    rows = [sheet_row(1, 备注="x")]
    content = as_xlsx(rows, headers=("统一社会信用代码", "企业名称", "企业类型*", "所属街镇", "备注"))
    sheet_import = checked(content, place.bureau)
    assert (sheet_import.status, sheet_import.valid) == ("ready", 1)
    assert "备注" in sheet_import.message


def test_an_import_of_someone_who_lost_the_role_takes_nothing(place):
    from tests.factories.imports import uploaded

    sheet_import = uploaded([sheet_row(1)], place.station)
    place.station.memberships.all().delete()
    run_jobs()
    sheet_import.refresh_from_db()
    assert sheet_import.status != "ready" or sheet_import.valid == 0
    assert errors_of(sheet_import) or sheet_import.status == "failed"
