"""The three lists: what is in them, for whom, and that the file says what the page says."""

import io

import openpyxl
import pytest
from django.utils import timezone

from services.lists import queries
from services.visits.models import Visit
from services.workorders.models import Demand
from tests.factories.accounts import make_user
from tests.factories.booking import SessionFactory, make_booking
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.territory import DepartmentFactory, TownFactory
from tests.factories.visits import VisitFactory
from tests.factories.workorders import DemandFactory


@pytest.fixture
def scene(db):
    department = DepartmentFactory()
    district = department.district
    town, other = TownFactory(district=district, name="九亭镇"), TownFactory(district=district, name="佘山镇")
    enterprise = EnterpriseFactory(town=town, name="云间食品厂", kind="small_micro")
    chain = ChainMembershipFactory(enterprise=enterprise).chain
    neighbour = EnterpriseFactory(town=other, name="佘山机械厂")
    DemandFactory(enterprise=enterprise, title="仓库用地不够", chain=chain)
    DemandFactory(enterprise=neighbour, title="用工短缺")
    VisitFactory(enterprise=enterprise, note="负责人情绪低落")
    PolicyFactory(department=department, title="小微补贴", conditions={"kind": ["small_micro"]})
    users = {
        "bureau": make_user("bureau", district=district),
        "station": make_user("station", town=town),
        "enterprise": make_user("enterprise", enterprise=enterprise),
        "department": make_user("department", district=district),
    }
    return {"users": users, "enterprise": enterprise, "town": town, "other": other, "chain": chain}


def titles(user, subject, which):
    found = queries.listing(user, subject, which)
    return [str(row[0]) for row in found.rows(50)], found.total


def test_an_enterprise_reads_its_three_lists(scene):
    user, uscc = scene["users"]["enterprise"], scene["enterprise"].uscc
    own = queries.subject_for(user, "enterprises", uscc)
    assert titles(user, own, "demands") == (["仓库用地不够"], 1)
    assert titles(user, own, "policies") == (["小微补贴"], 1)
    assert titles(user, own, "services") == ([Visit.objects.get().get_method_display()], 1)
    # What is written of it is not for the enterprise.
    for who, reads in (("enterprise", False), ("bureau", True)):
        rows = queries.listing(scene["users"][who], own, "services").rows(50)
        assert ("情绪低落" in str([str(cell) for row in rows for cell in row])) == reads
    assert queries.subject_for(user, "towns", scene["town"].code) is None
    assert queries.subject_for(user, "chains", scene["chain"].code) is None


def test_a_town_and_a_chain_list_their_enterprises(scene):
    bureau, station = scene["users"]["bureau"], scene["users"]["station"]
    for kind, code in (("towns", scene["town"].code), ("chains", scene["chain"].code)):
        subject = queries.subject_for(bureau, kind, code)
        assert titles(bureau, subject, "demands") == (["仓库用地不够"], 1)
        assert titles(bureau, subject, "services") == (["云间食品厂"], 1)
        policy = next(queries.listing(bureau, subject, "policies").rows(5))
        assert (policy[0].value, policy[-1].value) == ("小微补贴", 1)
    assert queries.subject_for(station, "towns", scene["other"].code) is None
    assert queries.subject_for(scene["users"]["department"], "towns", scene["town"].code) is None


def test_what_was_merged_or_withdrawn_is_no_need_any_more(scene):
    user = scene["users"]["bureau"]
    subject = queries.subject_for(user, "towns", scene["town"].code)
    Demand.objects.filter(title="仓库用地不够").update(status="closed", withdrawn=True)
    assert titles(user, subject, "demands") == ([], 0)


def test_page_and_file_say_the_same(scene, client):
    client.force_login(scene["users"]["bureau"])
    address = f"/three-lists/towns/{scene['town'].code}"
    page = client.get(f"{address}/?list=demands")
    assert "仓库用地不够" in page.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{address}.xlsx?list=demands"))))
    rows = list(sheet.active.values)
    assert rows[1][0] == "仓库用地不够"
    assert rows[1][7].date() == timezone.localdate()
    for which in ("policies", "services", "nonsense"):
        assert client.get(f"{address}/?list={which}").status_code == 200
    assert client.get("/three-lists/").status_code == 200
    client.force_login(scene["users"]["enterprise"])
    assert client.get("/three-lists/")["Location"].endswith(
        f"/three-lists/enterprises/{scene['enterprise'].uscc}/"
    )


def test_an_enterprise_reads_what_stations_did_for_it(scene, client):
    booking = make_booking(SessionFactory(station__town=scene["town"]), enterprise=scene["enterprise"])
    booking.status, booking.completed_at = "completed", timezone.now()
    booking.save(update_fields=["status", "completed_at"])
    client.force_login(scene["users"]["enterprise"])
    page = client.get(f"/three-lists/enterprises/{scene['enterprise'].uscc}/?list=services")
    assert f'href="/bookings/{booking.number}/"' in page.content.decode()


def test_the_programs_answer(scene, client):
    client.force_login(scene["users"]["bureau"])
    answer = client.get(f"/api/v1/three-lists/enterprises/{scene['enterprise'].uscc}").json()
    assert answer["demands"]["total"] == answer["policies"]["total"] == answer["services"]["total"] == 1
    assert client.get("/api/v1/three-lists/towns/nowhere").status_code == 404
    one = f"/api/v1/three-lists/enterprises/{scene['enterprise'].uscc}?list=x"
    assert client.get(one).status_code == 400
