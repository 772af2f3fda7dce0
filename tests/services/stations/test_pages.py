"""The public pages as a visitor and as an enterprise see them, and the bureau's editing."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.audit.models import PersonalView
from services.stations.models import ServiceItem, StationHours
from tests.factories.booking import SessionFactory
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.services import ElementEntryFactory, ElementFactory, HandbookEntryFactory, ItemFactory

PUBLIC = (
    "/services/",
    "/services/metrology/",
    "/service-stations/",
    "/service-stations/jiuting/",
    "/institutions/",
    "/institutions/JG01/",
    "/handbook/",
    "/element-lists/",
)


def text(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_reads_it_and_it_can_be_kept(scene, address):
    ElementEntryFactory(town=scene.here, element=ElementFactory(code="tax"))
    answer = scene.browser().get(address)
    page = text(answer)
    assert "沈测试员" not in page
    assert "13900004321" not in page
    assert not answer.cookies
    assert "csrf" not in answer.content.decode().lower()
    assert "public" in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]
    assert {"Cookie", "HX-Request"} <= set(answer["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("role", ["bureau", "leader", "enterprise"])
def test_what_somebody_signed_in_reads_is_kept_by_nobody(scene, address, role):
    answer = scene.browser(role).get(address)
    assert "private" in answer["Cache-Control"]
    assert "沈测试员" not in text(answer)


@pytest.mark.parametrize("address", ["/services/none/", "/service-stations/none/", "/institutions/a%20b/"])
def test_what_does_not_exist_is_not_found(scene, address):
    assert scene.browser().get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["chain=none", "town=%00", "search=%00", "search=" + "长" * 99, "town=1&town=2"]
)
def test_odd_filters_break_nothing(scene, query):
    for address in ("/services/", "/service-stations/", "/institutions/", "/handbook/"):
        assert scene.browser().get(f"{address}?{query}").status_code == 200


def test_items_are_found_by_words_and_near_misses_are_offered(scene):
    ItemFactory(code="ip", name="知识产权", keywords="商标 专利")
    page = text(scene.browser().get("/services/?search=商标"))
    assert "知识产权" in page
    assert "计量" not in page.split("已选条件")[-1].split("知识产权")[0]
    page = text(scene.browser().get("/services/?search=我的电子秤坏了"))
    assert "没有完全相符" in page
    assert "计量" in page
    assert "没有找到事项" in text(scene.browser().get("/services/?search=zzzz"))


def test_the_nearest_stations_of_my_town_come_first(scene):
    page = text(scene.browser().get(f"/service-stations/?town={scene.there.code}"))
    assert page.index("佘山服务站") < page.index("九亭服务站")
    page = text(scene.browser().get(f"/services/?town={scene.there.code}"))
    assert "离佘山镇最近的服务站" in page


def test_an_item_says_what_to_bring_and_for_whom(scene):
    ServiceItem.objects.filter(pk=scene.item.pk).update(
        materials="营业执照\n器具清单\n", eligibility={"employees": {"max": 10}}, eligibility_version=2
    )
    page = text(scene.browser().get("/services/metrology/"))
    for piece in ("营业执照", "器具清单", "从业人数不超过 10 人。", "茸城质检中心", "九亭服务站"):
        assert piece in page
    assert "还不符合" not in page
    assert "还不符合" in text(scene.browser("enterprise").get("/services/metrology/"))


def test_an_enterprise_sees_what_suits_its_chain(scene):
    chain = ChainFactory(district=scene.district)
    scene.item.chains.set([chain])
    ItemFactory(code="other", name="其他事项")
    ChainMembershipFactory(enterprise=scene.enterprise, chain=chain)
    page = text(scene.browser("enterprise").get("/services/"))
    assert page.count("适合您的产业链") == 1
    assert "离九亭镇最近的服务站" in page


def test_the_finder_says_what_is_free_today_and_leads_to_booking(scene):
    with time_machine.travel(
        datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False
    ):  # Monday 09:00 in Shanghai
        SessionFactory(station=scene.station, item=scene.item, hours=26)  # tomorrow
        SessionFactory(
            station=scene.station,
            item=scene.item,
            capacity=5,
            booked=2,
            starts_at=timezone.now() + timedelta(hours=2),
        )
        page = scene.browser().get(f"/service-stations/?town={scene.here.code}").content.decode()
        assert "今天余 3 个名额" in page
        assert "今天已无名额" in page  # the neighbour
        assert "/bookings/new/?station=jiuting" in page
        open_now = text(scene.browser().get("/service-stations/?now=on"))
        assert "九亭服务站" in open_now
        assert "今天余 3 个名额" in text(scene.browser().get("/service-stations/jiuting/"))
        item = scene.browser().get(f"/services/metrology/?town={scene.here.code}").content.decode()
        assert "最早可约 11月23日 11:00" in item
        assert "item=metrology&amp;station=jiuting" in item
    with time_machine.travel(datetime(2026, 11, 22, 1, 0, tzinfo=UTC), tick=False):  # a Sunday
        assert "没有找到服务站" in text(scene.browser().get("/service-stations/?now=on"))


@pytest.mark.parametrize(
    "role, books", [(None, True), ("enterprise", True), ("station", True), ("leader", False)]
)
def test_who_never_books_sees_no_way_to_book(scene, role, books):
    for address in ("/service-stations/jiuting/", "/services/metrology/"):
        assert ("/bookings/new/" in scene.browser(role).get(address).content.decode()) is books


def test_an_element_list_is_read_by_everyone_and_taken_along_by_staff(scene):
    tax, loans = ElementFactory(code="tax", name="纳税开票"), ElementFactory(code="loans", name="融资贷款")
    ElementEntryFactory(town=scene.here, element=tax, title="数电发票开通", provider="=办税服务点")
    ElementEntryFactory(town=scene.there, element=loans, title="茸质贷推荐")
    page = text(scene.browser().get("/element-lists/"))
    assert page.index("九亭镇") < page.index("佘山镇")
    assert "您所在的街镇" in text(scene.browser("enterprise").get("/element-lists/"))
    address = f"/element-lists/{scene.here.code}/"
    page = text(scene.browser().get(address))
    assert "数电发票开通" in page
    assert "茸质贷推荐" not in page
    assert "导出 Excel" not in page
    assert "导出 Excel" in text(scene.browser("station").get(address))
    assert scene.browser().get("/element-lists/999/").status_code == 404

    def rows(file: str) -> list:
        answer = scene.browser("leader").get(f"/element-lists/{file}.xlsx")
        return [list(row) for row in load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values]

    assert rows(scene.here.code)[1][1:4] == ["纳税开票", "数电发票开通", "=办税服务点"]
    assert [row[0] for row in rows("all")] == ["街镇", "九亭镇", "佘山镇"]
    assert scene.browser("enterprise").get("/element-lists/all.xlsx").status_code == 403


# -- The bureau edits --------------------------------------------------------------------------------------------------
def submit(scene, address, **changes):
    """Fills in the form as a browser does: what it shows, then what I change."""
    client = scene.browser("bureau")
    form = client.get(address).context["form"]
    shown = client.get(address).context
    data = {"version": shown.get("version", ""), **(shown.get("shown") or {})}
    for bound in form:
        value = bound.value()
        if value is not None:
            data[bound.html_name] = value
    data = {name: value for name, value in (data | changes).items() if value is not False}
    return client.post(address, data)


def test_the_bureau_changes_a_stations_week(scene):
    address = reverse("service-station-edit", args=["jiuting"])
    answer = submit(scene, address, day_5="９：００—11：30", day_0="")
    assert answer.status_code == 302, text(answer)
    rows = StationHours.objects.filter(station=scene.station)
    assert not rows.filter(weekday=0).exists()
    assert rows.filter(weekday=5).get().opens_at.hour == 9
    assert rows.filter(weekday=1).count() == 2
    wrong = submit(scene, address, day_1="from nine")
    assert wrong.status_code == 400
    assert "请按" in wrong.content.decode()
    assert submit(scene, address, day_1="12:00-09:00").status_code == 400
    assert submit(scene, address, day_1="99:00-100:00").status_code == 400


def test_the_bureau_changes_for_whom_an_item_is(scene):
    address = reverse("service-item-edit", args=["metrology"])
    answer = submit(scene, address, only_kind=["small_micro"], max_revenue="2000")
    assert answer.status_code == 302, text(answer)
    scene.item.refresh_from_db()
    assert scene.item.eligibility == {"kind": ["small_micro"], "revenue": {"max": "20000000.00"}}
    assert scene.item.eligibility_version == 2
    assert submit(scene, address, fee_note="免费").status_code == 302
    scene.item.refresh_from_db()
    assert (scene.item.eligibility_version, scene.item.fee_note) == (2, "免费")


def test_a_stale_edit_shows_both(scene):
    address = reverse("service-station-edit", args=["jiuting"])
    client = scene.browser("bureau")
    context = client.get(address).context
    data = {"version": context["version"], **context["shown"], "name": "我的名字"}
    submit(scene, address, name="别人的名字")
    answer = client.post(address, data)
    assert answer.status_code == 409
    assert "别人的名字" in answer.content.decode()


def test_the_bureau_enters_an_item_and_an_institution(scene):
    answer = submit(
        scene, reverse("service-item-create"), code="green", name="绿色产品", group="core", modes=["door"]
    )
    assert answer.status_code == 302, text(answer)
    again = submit(
        scene, reverse("service-item-create"), code="green", name="别的", group="core", modes=["door"]
    )
    assert again.status_code == 400
    assert "已被使用" in again.content.decode()
    answer = submit(scene, reverse("institution-create"), code="JG27", name="新机构", offer_metrology="校准")
    assert answer.status_code == 302, text(answer)
    assert "校准" in text(scene.browser().get("/institutions/JG27/"))
    edit = reverse("institution-edit", args=["JG27"])
    assert submit(scene, edit, offer_metrology="").status_code == 302
    assert "校准" not in text(scene.browser().get("/institutions/JG27/"))


def test_the_team_is_masked_and_a_full_view_is_noted(scene):
    address = reverse("service-station-team", args=["jiuting"])
    page = text(scene.browser("station").get(address))
    assert "沈***" in page
    assert "139****4321" in page
    assert scene.browser("leader").get(address).status_code == 403
    neighbour = reverse("service-station-team", args=["sheshan"])
    assert scene.browser("station").get(neighbour).status_code == 404
    code = scene.station.team.get().code
    personal = reverse("service-station-member-personal", args=["jiuting", code])
    assert scene.browser("station").post(personal, {"reason": " "}).status_code == 400
    assert not PersonalView.objects.exists()
    shown = scene.browser("station").post(personal, {"reason": "联系上门服务"})
    assert "13900004321" in text(shown)
    assert PersonalView.objects.get().reason == "联系上门服务"


def test_a_person_of_the_team_is_changed_without_showing_the_phone(scene):
    member = scene.station.team.get()
    address = reverse("service-station-member", args=["jiuting", member.code])
    assert "13900004321" not in scene.browser("bureau").get(address).content.decode()
    assert submit(scene, address, unit="新单位").status_code == 302
    member.refresh_from_db()
    assert (member.phone, member.unit) == ("13900004321", "新单位")
    assert submit(scene, address, phone="abc").status_code == 400
    added = submit(
        scene, reverse("service-station-member-add", args=["jiuting"]),
        role="quality_envoy", name="新人", phone="13800000001",
    )  # fmt: skip
    assert added.status_code == 302
    assert scene.station.team.count() == 2


def test_somebody_of_the_team_is_away_and_what_stands_on_these_days_is_named(scene):
    member = scene.station.team.get()
    day = timezone.localdate() + timedelta(days=3)
    SessionFactory(station=scene.station, item=scene.item, member=member, hours=72)
    address = reverse("service-station-leaves", args=["jiuting", member.code])
    station = scene.browser("station")
    given = {"starts_on": day.isoformat(), "ends_on": day.isoformat(), "reason": "培训"}
    assert station.post(address, given).status_code == 302
    page = text(station.get(address))
    assert "有 1 个场次还开着" in page
    assert "沈测试员" not in page
    assert station.post(address, given).status_code == 400  # away then anyhow
    assert station.post(address, given | {"ends_on": "2020-01-01"}).status_code == 400
    remove = reverse("service-station-leave-remove", args=["jiuting", member.code, member.leaves.get().pk])
    assert scene.browser("leader").post(remove).status_code == 403
    assert station.post(remove).status_code == 302
    assert not member.leaves.exists()


def test_the_element_list_of_a_town(scene):
    element = ElementFactory(code="tax", name="纳税开票")
    address = reverse("service-station-elements", args=["jiuting"])
    answer = submit(scene, address, element=element.pk, title="开票辅导", provider="办税服务点", position="1")
    assert answer.status_code == 302, text(answer)
    assert "开票辅导" in text(scene.browser().get("/service-stations/jiuting/"))
    entry = scene.here.element_list.get()
    edit = reverse("service-station-element", args=["jiuting", entry.pk])
    assert submit(scene, edit, how="每月第二周").status_code == 302
    remove = reverse("service-station-element-remove", args=["jiuting", entry.pk])
    scene.browser("bureau").post(remove, {"version": 1})
    assert scene.here.element_list.exists()  # somebody changed it since
    scene.browser("bureau").post(remove, {"version": 2})
    assert not scene.here.element_list.exists()


def test_questions_stand_where_they_belong(scene):
    HandbookEntryFactory(question="电子秤多久检一次？").items.set([scene.item])
    HandbookEntryFactory(question="还没写完？", draft=True).items.set([scene.item])
    page = text(scene.browser().get("/services/metrology/"))
    assert "电子秤多久检一次？" in page
    assert "还没写完？" not in page
