"""Which kinds there are, who brings in which, and what each hands out: template, export, command."""

import csv
import io

import openpyxl
import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from portal.audit.models import PersonalView
from portal.imports.models import SheetExport
from portal.imports.registry import kinds, kinds_for
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.chains import OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.imports import checked, errors_of
from tests.factories.outreach import InstructorFactory
from tests.factories.sheets import as_csv, as_xlsx

pytestmark = pytest.mark.django_db
ALL = ["enterprises", "party_organizations", "chain_memberships", "instructors"]
LEDGERS = ["procurement_deals", "credit_grants", "pledges"]  # what they hand out: tests/enterprises/ledger
PERSONAL = {
    "party_organizations": {"书记姓名", "书记电话"},
    "instructors": {"姓名", "联系电话"},
    "chain_memberships": set(),
}


def api(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def export(user, kind, **filters) -> list[dict[str, str]]:
    """The rows of a finished export as CSV."""
    answer = api(user).post(
        "/api/v1/exports", {"kind": kind, "filters": filters, "format": "csv"}, format="json"
    )
    assert answer.status_code == 202, answer.json()
    for job in Job.objects.filter(state="queued"):
        run_now(job)
    found = SheetExport.objects.get(pk=answer.json()["id"])
    assert found.status == "done", found.message
    file = api(user).get(f"/api/v1/exports/{found.pk}/file", HTTP_ACCEPT="text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def stored(place):
    """One row of each kind in each town, with names and phones."""
    OrganizationKindFactory()
    for number, town in enumerate((place.here, place.there)):
        firm = EnterpriseFactory(town=town)
        ChainMembershipFactory(enterprise=firm, chain=place.chain)
        parent = PartyOrganizationFactory(
            district=place.district, town=town, code=f"ORG-{number}", with_secretary=True, chain=place.chain
        )
        PartyOrganizationFactory(district=place.district, town=town, parent=parent, dissolved=True)
        InstructorFactory(town=town, district=place.district, name="=诸葛孔明")


def test_the_kinds_and_who_brings_them_in(place):
    assert [kind.code for kind in kinds()] == [*ALL, *LEDGERS]
    assert [kind.code for kind in kinds_for(place.bureau)] == [*ALL, *LEDGERS]
    assert [kind.code for kind in kinds_for(place.station)] == [ALL[0], *ALL[2:], *LEDGERS]
    assert kinds_for(make_user("leader", district=place.district)) == []


def test_a_station_is_told_that_organisations_are_the_bureaus(place):
    file = io.BytesIO(as_xlsx([], ["编号*", "名称*", "类别*"]))
    file.name = "党组织.xlsx"
    answer = api(place.station).post(
        "/api/v1/imports", {"kind": "party_organizations", "file": file}, format="multipart"
    )
    assert answer.status_code == 403
    address = "/api/v1/imports/templates/party_organizations.xlsx"
    assert api(place.station).get(address).status_code == 403


@pytest.mark.parametrize("kind", ALL[1:])
def test_the_template_takes_itself_back(place, kind, tmp_path):
    OrganizationKindFactory()
    answer = api(place.bureau).get(f"/api/v1/imports/templates/{kind}.xlsx")
    content = b"".join(answer.streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    assert page.data_validations.dataValidation
    found = checked(content, place.bureau, kind=kind, filename="模板.xlsx")
    assert "没有数据行" in found.message


@pytest.mark.parametrize("kind", ALL[1:])
def test_an_export_comes_back_unchanged(place, stored, kind):
    rows = export(place.bureau, kind)
    assert rows
    again = checked(as_csv(rows, list(rows[0])), place.bureau, kind=kind, filename="导出.csv")
    assert (again.status, again.total) == ("ready", len(rows))
    assert (again.unchanged, again.invalid) == (len(rows), 0), errors_of(again)


@pytest.mark.parametrize("kind", ALL[1:])
def test_personal_columns_by_right_and_noted(place, stored, kind):
    (row, *rest) = export(place.station, kind)
    assert row.keys() >= PERSONAL[kind]
    assert all(row[name] for name in PERSONAL[kind])
    assert {line.get("所属街镇", "九亭镇") for line in (row, *rest)} == {"九亭镇"}
    assert PersonalView.objects.count() == (1 if PERSONAL[kind] else 0)
    for view in PersonalView.objects.all():
        assert (view.user, view.district) == (place.station, place.district)
    leader = make_user("leader", district=place.district)
    rows = export(leader, kind)
    assert len(rows) >= 2
    assert not PERSONAL[kind] & rows[0].keys()
    assert "诸葛" not in str(rows)
    assert "测试书记" not in str(rows)
    assert PersonalView.objects.count() == (1 if PERSONAL[kind] else 0)


def test_no_cell_of_an_export_runs(place, stored):
    answer = api(place.bureau).post(
        "/api/v1/exports", {"kind": "instructors", "format": "csv"}, format="json"
    )
    for job in Job.objects.filter(state="queued"):
        run_now(job)
    file = api(place.bureau).get(f"/api/v1/exports/{answer.json()['id']}/file", HTTP_ACCEPT="text/csv")
    assert ",'=诸葛孔明," in b"".join(file.streaming_content).decode()


@pytest.mark.parametrize("kind", ALL[1:])
@pytest.mark.parametrize("filters", [{"colour": "red"}, {"town": "nowhere"}])
def test_unknown_filters(place, kind, filters):
    body = {"kind": kind, "filters": filters}
    assert api(place.bureau).post("/api/v1/exports", body, format="json").status_code == 400


def test_the_command_acts_for_the_bureau(place, stored, settings, tmp_path):
    settings.PORTAL_DISTRICT = place.district.slug
    path = tmp_path / "sheet.xlsx"
    row = {"编号": "K-1", "名称": "中共新支部委员会", "类别": "党支部", "上级党组织": "ORG-0"}
    path.write_bytes(as_xlsx([row], list(row)))
    output = io.StringIO()
    call_command("import_sheet", "party_organizations", str(path), "--commit", stdout=output)
    assert "已写入：新建 1" in output.getvalue()
    row["上级党组织"] = "K-1"
    path.write_bytes(as_xlsx([row], list(row)))
    with pytest.raises(SystemExit) as stop:
        call_command("import_sheet", "party_organizations", str(path), stdout=output)
    assert stop.value.code == 2
    assert "第 2 行 上级党组织" in output.getvalue()
