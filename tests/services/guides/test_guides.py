"""Work guides: their sections and papers, who issues them, and the figure that counts those in force."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from portal.metrics.places import area_of
from portal.metrics.queries.figures import figures
from services.guides.models import WorkGuide
from services.guides.rules import HEADING, sections
from tests.cells import drained
from tests.factories.accounts import make_user
from tests.factories.catalogues import WorkGuideFactory
from tests.factories.import_fixtures import upload_folder  # noqa: F401
from tests.factories.territory import DistrictFactory

NEW = {
    "code": "ZY90", "title": "组建指引", "number": "测市监〔2024〕9号", "issuer": "区局", "issued_on": "2024-09-10",
    "body": "引言\n# 判断\n三名以上\n# 程序\n先报批",
}  # fmt: skip
line = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=1, max_size=8)


@given(st.lists(st.tuples(line, line), max_size=5))
@settings(max_examples=30)
def test_every_part_of_a_text_stands_in_its_section(parts):
    body = "\n".join(f"{HEADING}{heading}\n{text}" for heading, text in parts)
    assert [(part.heading, part.text) for part in sections(body)] == parts


@pytest.fixture
def district(db):
    return DistrictFactory(slug="songjiang")


@pytest.fixture
def user(district):
    return make_user("bureau", district=district)


@pytest.fixture
def bureau(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_guide_is_issued_read_and_abolished(bureau, district):
    assert bureau.post("/api/v1/work-guides", NEW, format="json").status_code == 201
    page = Client().get("/guides/ZY90/").content.decode()
    assert '<h2 class="h3">判断</h2>' in page
    assert "先报批" in page
    assert "修改" not in page
    assert "组建指引" in Client().get("/guides/?search=三名以上").content.decode()
    abolished = bureau.patch(
        "/api/v1/work-guides/ZY90", {"version": 1, "abolished_on": "2025-01-01"}, format="json"
    )
    assert (abolished.data["valid"], abolished.data["version"]) == (False, 2)
    assert "组建指引" not in Client().get("/guides/?valid=1").content.decode()
    assert "自 2025-01-01 起废止" in Client().get("/guides/ZY90/").content.decode()


def test_what_cannot_be_is_refused(bureau, district):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for change, status, field in (
        ({"issued_on": tomorrow.isoformat()}, 400, "issued_on"),
        ({"abolished_on": "2020-01-01"}, 400, "abolished_on"),
        ({"issued_on": "0001-01-01"}, 400, "issued_on"),
        ({"abolished_on": "9999-12-31"}, 400, "abolished_on"),
        ({"number": ""}, 400, "number"),
    ):
        answer = bureau.post("/api/v1/work-guides", NEW | change, format="json")
        assert (answer.status_code, answer.data["errors"][0]["attr"]) == (status, field)
    WorkGuideFactory(district=district, number=NEW["number"])
    assert bureau.post("/api/v1/work-guides", NEW, format="json").status_code == 409


def test_a_paper_is_added_by_the_bureau_and_taken_by_anybody(user, district, upload_folder):  # noqa: F811
    guide, client = WorkGuideFactory(district=district), Client()
    client.force_login(user)
    address = f"/guides/{guide.code}/attachments/"
    bad = client.post(address, {"file": SimpleUploadedFile("a.pdf", b"MZ no paper")})
    assert bad.status_code == 400
    assert not guide.attachments.exists()
    good = client.post(address, {"file": SimpleUploadedFile("原文.pdf", b"%PDF-1.7 text")})
    assert good.status_code == 302
    paper = guide.attachments.get()
    answer = Client().get(f"{address}{paper.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 text"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = WorkGuideFactory(district=district)
    assert Client().get(f"/guides/{other.code}/attachments/{paper.pk}/").status_code == 404


def test_the_figure_counts_what_is_in_force(bureau, user):
    bureau.post("/api/v1/work-guides", NEW, format="json")
    drained("work_guides")
    assert figures(["work_guides"], area=area_of(user))["work_guides"].value == 1
    bureau.patch("/api/v1/work-guides/ZY90", {"version": 1, "abolished_on": "2025-01-01"}, format="json")
    drained("work_guides")
    assert figures(["work_guides"], area=area_of(user))["work_guides"].value == 0
    assert WorkGuide.objects.count() == 1
