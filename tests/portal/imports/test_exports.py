"""Exports: filters as the list's, rows of the own scope, personal columns by right, nothing that executes."""

import csv
import io
import stat

import openpyxl
import pytest
from rest_framework.test import APIClient

from portal.audit.models import PersonalView
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.imports import checked, committed

pytestmark = pytest.mark.django_db
URL = "/api/v1/exports"


def export(user, *, filters=None, format="csv"):
    """(the finished export's JSON, the file's bytes)."""
    client = APIClient()
    client.force_authenticate(user)
    answer = client.post(
        URL, {"kind": "enterprises", "filters": filters or {}, "format": format}, format="json"
    )
    assert answer.status_code == 202, answer.json()
    address = f"{URL}/{answer.json()['id']}"
    assert client.get(f"{address}/file").status_code == 409
    for job in Job.objects.filter(state="queued"):
        run_now(job)
    found = client.get(address).json()
    assert found["status"] == "done", found["message"]
    file = client.get(f"{address}/file", HTTP_ACCEPT="text/csv")
    assert "attachment" in file["Content-Disposition"]
    return found, b"".join(file.streaming_content)


def table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def enterprises(place):
    here = EnterpriseFactory(town=place.here, name="甲厂")
    there = EnterpriseFactory(town=place.there, name="乙厂")
    PartyProfileFactory(enterprise=here, with_personal=True, alone=True)
    PartyProfileFactory(enterprise=there, with_personal=True)
    EnterpriseFactory(name="外区厂")
    return here, there


def test_the_own_scope(place, enterprises):
    names = {
        role: {row["企业名称"] for row in table(export(user)[1])}
        for role, user in {
            "bureau": place.bureau,
            "station": place.station,
            "leader": make_user("leader", district=place.district),
            "enterprise": make_user("enterprise", enterprise=enterprises[0], district=place.district),
        }.items()
    }
    assert names == {
        "bureau": {"甲厂", "乙厂"}, "station": {"甲厂"}, "leader": {"甲厂", "乙厂"}, "enterprise": {"甲厂"}
    }  # fmt: skip


def test_personal_columns_by_right_and_noted(place, enterprises):
    row = next(row for row in table(export(place.bureau)[1]) if row["企业名称"] == "甲厂")
    assert (row["书记电话"], row["联系人"]) == ("13812348000", "李联系")
    assert PersonalView.objects.get().user == place.bureau
    leader = make_user("leader", district=place.district)
    assert not {"书记姓名", "书记电话", "联系人", "联系电话"} & set(table(export(leader)[1])[0])
    assert PersonalView.objects.count() == 1


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_only_the_portals_own_user_reads_the_file(place, enterprises, upload_folder, format):
    export(place.bureau, format=format)
    (file,) = (path for path in (upload_folder / "exports").rglob("*") if path.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_filters_of_the_list(place, enterprises):
    found, content = export(place.bureau, filters={"town": place.there.code})
    assert (found["rows"], [row["企业名称"] for row in table(content)]) == (1, ["乙厂"])


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "enterprises", "filters": {"colour": "red"}},
        {"kind": "enterprises", "filters": {"town": "nowhere"}},
        {"kind": "enterprises", "filters": {"status": "odd"}},
        {"kind": "enterprises", "filters": "all"},
        {"kind": "enterprises", "format": "pdf"},
        {"kind": "nothing"},
        {"kind": "enterprises", "columns": ["name"]},
        {},
    ],
)
def test_broken_requests(place, body):
    client = APIClient()
    client.force_authenticate(place.bureau)
    assert client.post(URL, body, format="json").status_code == 400
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", ["department", "institution"])
def test_roles_without_lists(place, role):
    client = APIClient()
    client.force_authenticate(make_user(role, district=place.district))
    assert client.post(URL, {"kind": "enterprises"}, format="json").status_code == 403


def test_cells_never_execute(place):
    dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1"]
    for number, name in enumerate(dangerous):
        EnterpriseFactory(town=place.here, name=f"{name}厂", uscc=f"91310117MA10000{number:03d}")
    for row in table(export(place.bureau)[1]):
        assert row["企业名称"].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(export(place.bureau, format="xlsx")[1]))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_an_export_can_be_imported_again_without_a_change(place, enterprises):
    committed(export(place.bureau)[1], place.bureau, filename="导出.csv")  # brings in the year's figures
    for format in ("csv", "xlsx"):
        _found, content = export(place.bureau, format=format)
        sheet_import = checked(content, place.bureau, filename=f"导出.{format}")
        assert (sheet_import.status, sheet_import.unchanged) == ("ready", 2), sheet_import.message


def test_the_scope_at_run_time_counts(place, enterprises):
    client = APIClient()
    client.force_authenticate(place.bureau)
    pk = client.post(URL, {"kind": "enterprises"}, format="json").json()["id"]
    place.bureau.memberships.all().delete()
    for job in Job.objects.filter(state="queued"):
        run_now(job)
    place.bureau.__dict__.pop("scope", None)
    assert client.get(f"{URL}/{pk}").json()["status"] == "failed"
