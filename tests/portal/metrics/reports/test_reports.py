"""A bulletin is made by its job, numbered, and never changes; its files show the engine's figures."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone
from docx import Document

from portal.jobs.runner import run_now
from portal.kit.money import in_wan
from portal.metrics.actions import recount_all
from portal.metrics.models import Report
from portal.metrics.places import Area
from portal.metrics.queries import figures, shown
from portal.metrics.reports.actions import issue_report
from tests.factories.accounts import make_user
from tests.factories.ledger import DealFactory
from tests.factories.metrics import DAY, make_district
from tests.kept import check_now, kept_for_the_file

pytestmark = pytest.mark.django_db


def bought(district, amount: str) -> None:
    """A purchase of March that both sides have confirmed."""
    DealFactory(
        district=district, town=district.towns.first(), amount=Decimal(amount), signed_on=DAY, status="confirmed",
        buyer_confirmed_at=timezone.now(), seller_confirmed_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker):
    with kept_for_the_file(django_db_blocker):
        made = make_district()
        bought(made, "1234567.00")
        recount_all()
        check_now()
        yield made


def issue(client, district, period="2026-03") -> Report:
    client.force_login(make_user("bureau", district=district))
    answer = client.post("/api/v1/reports", {"period": period, "kind": "bulletin"}, "application/json")
    assert answer.status_code == 202, answer.content
    report = Report.objects.get(pk=answer.json()["id"])
    again = client.post("/api/v1/reports", {"period": period}, "application/json")
    assert again.json()["id"] == str(report.pk)  # while it is being made, it is the same
    assert client.get(f"/api/v1/reports/{report.pk}/file").status_code == 409
    run_now(report.job)
    report.refresh_from_db()
    assert report.status == "done", report.message
    return report


def cells_of(document) -> dict[str, list[str]]:
    """The lines of every table by their first cell."""
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return {row[0]: row for row in reversed(rows)}


def test_files_show_the_engines_figures_and_stay_as_issued(client, district):
    report = issue(client, district)
    year = timezone.localdate().year
    assert report.number == f"简报〔{year}〕第1期"
    address = f"/api/v1/reports/{report.pk}/file"
    word = client.get(f"{address}?format=docx")
    excel = client.get(
        address, headers={"accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    )
    assert word.headers["Content-Disposition"].startswith("attachment")

    document = Document(BytesIO(word.content))
    found = figures(
        ["activities_held", "activity_attendances", "deal_amount", "organizations_formal"],
        area=Area((district.pk,)), day=date(2026, 3, 31), period="month",
    )  # fmt: skip
    lines = cells_of(document)
    for code, figure in found.items():
        value = in_wan(figure.value) if figure.metric.money else shown(figure.metric, figure.value)
        assert lines[str(figure.metric.name)][2] == value, code
    assert found["deal_amount"].value == Decimal("1234567.00")
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert f"〔{year}〕第1期" in text
    assert f"{district.name}2026年3月产业链党建工作情况" in text
    assert "{{" not in text
    assert "{%" not in text
    section = document.sections[0]
    assert [round(edge.mm) for edge in (section.top_margin, section.bottom_margin, section.left_margin)] == [
        37,
        35,
        28,
    ]
    charts = [
        part for part in document.part.package.iter_parts() if part.partname.startswith("/word/charts/")
    ]
    assert charts

    book = openpyxl.load_workbook(BytesIO(excel.content))
    assert book.sheetnames == ["指标", "逐月", "街镇", "产业链", "口径"]
    listed = {row[0]: row for row in book["指标"].iter_rows(min_row=2, values_only=True)}
    assert Decimal(str(listed["deal_amount"][3])) == Decimal("123.4567")
    assert listed["activities_held"][3] == found["activities_held"].value

    frozen = report.content
    bought(district, "500000.00")
    recount_all()
    second = issue(client, district)
    report.refresh_from_db()
    assert report.content == frozen
    assert client.get(f"{address}?format=docx").content == word.content
    assert second.number == f"简报〔{year}〕第2期"
    assert second.content["figures"]["deal_amount"]["value"] == "1734567.00"

    client.force_login(make_user("leader", district=district))
    row = client.get(f"/api/v1/reports/{second.pk}").json()
    assert row["figures"]
    assert row["files"]["xlsx"].endswith("format=xlsx")
    assert second.number in client.get(f"/reports/{second.pk}/").content.decode()
    assert report.number in client.get("/reports/").content.decode()
    assert client.get("/reports/new/").status_code == 403
    assert client.post("/api/v1/reports", {"period": "2026-03"}, "application/json").status_code == 403


def test_what_cannot_be_issued(client, district):
    client.force_login(make_user("bureau", district=district))
    ahead = f"{timezone.localdate().year + 1}-01"
    for body in (
        {"period": "2026-13"},
        {"period": ahead},
        {"period": "2026-03", "kind": "poem"},
        {},
        {"period": "2026-03", "district": "999999"},
        {"period": 202603},
    ):
        answer = client.post("/api/v1/reports", body, "application/json")
        assert answer.status_code == 400, (body, answer.content)
    report = issue_report(district=district, period="2026-Q1", by=make_user("bureau", district=district))
    assert client.get(f"/api/v1/reports/{report.pk}/file?format=pdf").status_code == 400


def test_work_that_fails_for_good_says_so_and_takes_no_number(client, district, monkeypatch):
    def broken(report):
        raise RuntimeError("no paper")

    monkeypatch.setattr("portal.metrics.reports.document.make_document", broken)
    client.force_login(make_user("bureau", district=district))
    answer = client.post("/reports/new/", {"period": f"{timezone.localdate():%Y-%m}"})
    assert answer.status_code == 302
    report = Report.objects.get()
    run_now(report.job)
    report.refresh_from_db()
    assert (report.status, report.issue, report.content) == ("failed", None, None)
    assert report.message in client.get(f"/reports/{report.pk}/").content.decode()
    monkeypatch.undo()
    assert issue(client, district).issue == 1
