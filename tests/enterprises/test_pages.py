"""Pages of register and profile as people meet them: by role, empty, stale, with and without htmx."""

import datetime

import pytest
from django.utils import timezone

from enterprises.profile.models import PartyProfile, Survey
from enterprises.registry.models import ChainMembership, Enterprise
from portal.audit.models import PersonalView
from tests.factories.chains import ChainFactory, EstablishmentModeFactory, SegmentFactory
from tests.factories.enterprises import (
    AnnualFigureFactory,
    ChainMembershipFactory,
    EnterpriseFactory,
    HonourFactory,
    PartyProfileFactory,
    SurveyFactory,
    valid_uscc,
)

HTMX = {"HX-Request": "true"}
STAFF = ["admin", "bureau", "station"]


def text(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


# -- the list -------------------------------------------------------------------------------------------------


def test_a_list_shows_the_scope_and_counts_it(world):
    page = text(world.browser("station").get("/enterprises/"))

    assert world.ours.name in page
    assert world.theirs.name not in page
    assert "共 1 条" in page


def test_htmx_gets_the_fragment_and_a_history_restore_the_page(world):
    browser = world.browser("station")

    assert "<html" not in text(browser.get("/enterprises/", headers=HTMX))
    assert "<html" in text(
        browser.get("/enterprises/", headers=HTMX | {"HX-History-Restore-Request": "true"})
    )
    assert "HX-Request" in browser.get("/enterprises/")["Vary"]


def test_filters_narrow_the_list_and_stand_as_chips(world):
    EnterpriseFactory(town=world.here, name="个体小店", kind="self_employed")

    page = text(world.browser("station").get("/enterprises/?kind=self_employed&ordering=-updated_at"))

    assert "个体小店" in page
    assert world.ours.name not in page
    assert 'class="chip"' in page


def test_the_segments_to_choose_from_are_those_of_the_chain(world):
    segment = SegmentFactory(
        chain=ChainFactory(district=world.district, code="robot"), code="robot-1", name="关节件"
    )
    ChainMembershipFactory(enterprise=world.ours, chain=segment.chain, segment=segment)

    assert "关节件" in text(world.browser("station").get("/enterprises/?chain=robot&segment=robot-1"))
    assert world.ours.name in text(world.browser("station").get("/enterprises/?segment=robot-1"))


@pytest.mark.parametrize("query", ["?twon=x", "?kind=zzz", "?town=zzz", "?ordering=id", "?cursor=zzz"])
def test_an_unknown_filter_is_refused_with_a_page(world, query):
    page = text(world.browser("bureau").get(f"/enterprises/{query}"), 400)

    assert world.ours.name not in page


@pytest.mark.parametrize(
    "role, sentence",
    [("department", "您的角色目前没有分管的企业"), ("station", "还没有企业")],
)
def test_an_empty_list_says_what_to_do(world, role, sentence):
    Enterprise.objects.all().delete()

    assert sentence in text(world.browser(role).get("/enterprises/"))


def test_a_search_without_result_offers_the_way_back(world):
    assert "没有符合条件的企业" in text(world.browser("station").get("/enterprises/?search=火星"))


# -- the portrait ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(world):
    """`ours` with everything that a portrait shows."""
    PartyProfileFactory(
        enterprise=world.ours, with_personal=True, alone=True, surveyed_on=timezone.localdate()
    )
    HonourFactory(enterprise=world.ours)
    AnnualFigureFactory(enterprise=world.ours)
    ChainMembershipFactory(enterprise=world.ours, with_segment=True)
    SurveyFactory(
        enterprise=world.ours,
        changes=[
            {"field": "full_members", "old": 0, "new": 5},
            {"field": "organization_form", "old": "none", "new": "alone"},
            {"field": "contact_phone", "old": "", "new": "139****4321"},
        ],
    )
    return world


@pytest.mark.parametrize("role", [*STAFF, "leader", "enterprise"])
def test_a_portrait_opens_for_everyone_in_scope(known, role):
    page = text(known.browser(role).get(f"/enterprises/{known.ours.uscc}/"))

    for part in (
        "生产经营",
        "高新技术企业",
        "1,234.57 万元",
        "测试环节",
        "单独组建",
        "正式党员数",
        "服务记录",
        "要素台账",
    ):
        assert part in page


def test_personal_fields_are_masked_and_for_a_leader_absent(known):
    address = f"/enterprises/{known.ours.uscc}/"
    staff, leader = (text(known.browser(role).get(address)) for role in ("station", "leader"))

    assert "138****8000" in staff
    assert "13812348000" not in staff
    for trace in ("138****", "139****", "书记电话", "联系电话", "书记姓名"):
        assert trace not in leader


def test_buttons_follow_the_role(known):
    address = f"/enterprises/{known.ours.uscc}/"
    pages = {role: text(known.browser(role).get(address)) for role in ("station", "leader", "enterprise")}

    assert "填写摸排" in pages["station"]
    assert f"{address}edit/" in pages["station"]
    assert "自报信息" in pages["enterprise"]
    assert f"{address}edit/" not in pages["enterprise"]
    assert f"{address}survey/" not in pages["leader"]


@pytest.mark.parametrize(
    "path",
    ["", "edit/", "survey/", "surveys/", "changes/", "chains/", "figures/", "personal/?field=contact_phone"],
)
@pytest.mark.parametrize("role", ["station", "enterprise", "department", "institution"])
def test_a_foreign_enterprise_is_not_found_on_any_page(world, role, path):
    browser = world.browser(role)

    assert browser.get(f"/enterprises/{world.theirs.uscc}/{path}").status_code == 404
    assert browser.get(f"/enterprises/{valid_uscc(999_999)}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["edit/", "chains/", "figures/"])
@pytest.mark.parametrize("role", ["leader", "enterprise"])
def test_who_only_reads_is_refused_on_pages_that_write(world, role, path):
    assert world.browser(role).get(f"/enterprises/{world.ours.uscc}/{path}").status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, world):
    answer = client.get(f"/enterprises/{world.ours.uscc}/")

    assert answer.status_code == 302
    assert "/accounts/login" in answer["Location"]


def test_a_phone_in_full_needs_a_reason_and_is_recorded(known):
    browser, address = known.browser("station"), f"/enterprises/{known.ours.uscc}/personal/"
    assert "13987654321" not in text(browser.get(f"{address}?field=contact_phone"))
    assert "13987654321" not in text(browser.post(address, {"field": "contact_phone", "reason": ""}), 400)
    assert not PersonalView.objects.exists()

    page = text(browser.post(address, {"field": "contact_phone", "reason": "核对信息"}, headers=HTMX))

    assert "13987654321" in page
    assert "<html" not in page
    view = PersonalView.objects.get()
    assert (view.user, view.field, view.reason) == (known.user("station"), "contact_phone", "核对信息")


def test_a_leader_never_sees_a_phone(known):
    answer = known.browser("leader").post(
        f"/enterprises/{known.ours.uscc}/personal/", {"field": "contact_phone", "reason": "想看看"}
    )

    assert answer.status_code == 403
    assert not PersonalView.objects.exists()


def test_changes_are_told_in_words(known):
    known.ours.address = "新路 9 号"
    known.ours.save()

    page = text(known.browser("station").get(f"/enterprises/{known.ours.uscc}/changes/"))

    assert "新路 9 号" in page
    assert "书记电话" not in text(known.browser("leader").get(f"/enterprises/{known.ours.uscc}/changes/"))


# -- recording and changing -----------------------------------------------------------------------------------


def test_a_station_records_an_enterprise(world):
    body = {
        "uscc": valid_uscc(700),
        "name": "新来的公司",
        "town": world.here.code,
        "kind": "small_micro",
        "status": "active",
    }

    answer = world.browser("station").post("/enterprises/new/", body | {"honours": "专精特新、高新技术企业"})

    assert answer.status_code == 302, text(answer)
    assert Enterprise.objects.get(uscc=valid_uscc(700)).honours.count() == 2


def test_a_wrong_code_is_told_beside_its_field_and_nothing_typed_is_lost(world):
    body = {
        "uscc": "123",
        "name": "新来的公司",
        "town": world.there.code,
        "kind": "small_micro",
        "status": "active",
    }

    page = text(world.browser("bureau").post("/enterprises/new/", body), 400)

    assert "应为 18 位" in page
    assert "新来的公司" in page


def test_towns_to_choose_from_are_ones_own(world):
    page = text(world.browser("station").get("/enterprises/new/"))

    assert world.here.name in page
    assert world.there.name not in page


def edit_body(world, browser) -> dict:
    """The edit form as the browser would send it back untouched."""
    page = browser.get(f"/enterprises/{world.ours.uscc}/edit/")
    form = page.context["form"]
    body = {name: "" if form[name].value() is None else str(form[name].value()) for name in form.fields}
    return body | page.context["shown"] | {"version": str(page.context["version"])}


def test_an_edit_saves_what_changed(world):
    browser = world.browser("station")
    body = edit_body(world, browser) | {"address": "新路 2 号"}

    assert browser.post(f"/enterprises/{world.ours.uscc}/edit/", body).status_code == 302
    world.ours.refresh_from_db()
    assert (world.ours.address, world.ours.version) == ("新路 2 号", 2)


def test_a_stale_edit_shows_both_values_and_overwrites_nothing(world):
    mine, theirs = world.browser("station"), world.browser("bureau")
    address = f"/enterprises/{world.ours.uscc}/edit/"
    my_body, their_body = edit_body(world, mine), edit_body(world, theirs)
    theirs.post(address, their_body | {"address": "他人路 1 号", "industry_code": "36"})

    page = mine.post(address, my_body | {"address": "我的路 2 号", "employees": "77"})

    shown = text(page, 409)
    assert "他人路 1 号" in shown
    assert "我的路 2 号" in shown
    assert "您没有改这一项" in shown  # the industry code, which only the other changed
    world.ours.refresh_from_db()
    assert (world.ours.address, world.ours.employees) == ("他人路 1 号", 40)

    # choosing mine for the address and theirs for the employees
    again = {f.name: str(f.value() or "") for f in page.context["form"]} | page.context["shown"]
    again |= {"version": str(page.context["version"]), "choose-industry_code": "theirs"}
    again |= {"choose-address": "mine", "choose-employees": "theirs"}
    assert mine.post(address, again).status_code == 302
    world.ours.refresh_from_db()
    assert (world.ours.address, world.ours.employees, world.ours.industry_code) == ("我的路 2 号", 40, "36")


def test_a_refused_edit_keeps_what_was_shown(world):
    browser = world.browser("station")
    body = edit_body(world, browser)

    page = browser.post(f"/enterprises/{world.ours.uscc}/edit/", body | {"industry_code": "zzzz"})

    assert "行业代码应为" in text(page, 400)
    assert page.context["version"] == body["version"]


def test_a_place_is_taken_changed_and_left(world):
    segment = SegmentFactory(chain=ChainFactory(district=world.district, code="robot"), code="robot-1")
    browser, address = world.browser("station"), f"/enterprises/{world.ours.uscc}/chains/"

    browser.post(address, {"place": "robot", "role": "lead"})
    browser.post(address, {"place": "robot/robot-1", "role": "backbone"})
    row = ChainMembership.objects.get()
    assert (row.role, row.segment) == ("backbone", segment)
    assert "robot" in text(browser.get(address))

    browser.post(f"{address}robot/leave/")
    assert ChainMembership.objects.get().ended_on == timezone.localdate()


def test_a_yearly_figure_is_written_in_wan_and_kept_in_yuan(world):
    browser, address = world.browser("station"), f"/enterprises/{world.ours.uscc}/figures/"

    assert browser.post(address, {"year": "2025", "revenue": "12.5", "employees": ""}).status_code == 302
    assert str(world.ours.figures.get().revenue) == "125000.00"
    assert "12.5 万元" in text(browser.get(address))


# -- surveys --------------------------------------------------------------------------------------------------


def test_a_survey_on_the_phone_updates_the_profile(known):
    EstablishmentModeFactory()
    browser, address = known.browser("station"), f"/enterprises/{known.ours.uscc}/survey/"
    page = text(browser.get(address))
    assert 'inputmode="numeric"' in page
    assert 'value="5"' in page
    assert "13987654321" not in page

    answer = browser.post(
        address,
        {
            "surveyed_on": timezone.localdate().isoformat(),
            "method": "visit",
            "full_members": "6",
            "probationary_members": "1",
            "organization_form": "alone",
            "organization": "中共测试公司支部委员会",
            "contact_phone": "13900001111",
            "employees": "55",
            "note": "现场走访",
        },
    )

    assert answer.status_code == 302, text(answer)
    profile = PartyProfile.objects.get(enterprise=known.ours)
    assert (profile.full_members, profile.contact_phone, profile.contact_name) == (6, "13900001111", "李联系")
    history = text(browser.get(f"/enterprises/{known.ours.uscc}/surveys/"))
    assert "正式党员数" in history
    assert "139****1111" in history
    assert "13900001111" not in history


def test_form_none_needs_no_organisation_cleared_by_hand(known):
    body = {
        "surveyed_on": timezone.localdate().isoformat(),
        "method": "visit",
        "organization_form": "none",
        "organization": "中共测试公司支部委员会",
    }

    assert known.browser("station").post(f"/enterprises/{known.ours.uscc}/survey/", body).status_code == 302
    assert PartyProfile.objects.get(enterprise=known.ours).organization_name == ""


def test_a_broken_survey_is_told_beside_its_fields(world):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    body = {
        "surveyed_on": tomorrow.isoformat(),
        "method": "visit",
        "organization_form": "none",
        "contact_phone": "12345678901",
    }

    page = text(world.browser("station").post(f"/enterprises/{world.ours.uscc}/survey/", body), 400)

    assert "摸排日期不能晚于今天" in page
    assert "电话应为" in page
    assert not Survey.objects.exists()


def test_an_enterprise_reports_on_itself_only_as_self_report(world):
    browser, address = world.browser("enterprise"), f"/enterprises/{world.ours.uscc}/survey/"
    assert "自报信息" in text(browser.get(address))
    body = {"surveyed_on": timezone.localdate().isoformat(), "organization_form": "none", "full_members": "2"}

    assert browser.post(address, body | {"method": "visit"}).status_code == 400
    assert browser.post(address, body | {"method": "self_report"}).status_code == 302
    assert Survey.objects.get().method == "self_report"


def test_a_leader_does_not_survey(world):
    assert world.browser("leader").get(f"/enterprises/{world.ours.uscc}/survey/").status_code == 403


# -- the work list --------------------------------------------------------------------------------------------


def test_the_worklist_puts_never_first_then_the_oldest_and_counts_each_state(world):
    today = timezone.localdate()
    for name, days in (("超期甲", 400), ("超期乙", 500), ("到期", 200), ("新近", 3)):
        one = EnterpriseFactory(town=world.here, name=name)
        PartyProfileFactory(
            enterprise=one, surveyed_on=today - datetime.timedelta(days=days), contact_phone="13912345678"
        )
    EnterpriseFactory(town=world.here, name="已注销", deregistered=True)
    browser = world.browser("station")

    answer = browser.get("/surveys/due/")
    page = text(answer)

    assert [row["enterprise"].name for row in answer.context["rows"]] == [
        world.ours.name,
        "超期乙",
        "超期甲",
        "到期",
    ]
    assert [(url.partition("state=")[2], count) for _label, url, _here, count in answer.context["tabs"]] == [
        ("", 4), ("never", 1), ("overdue", 2), ("due", 1),
    ]  # fmt: skip
    assert "139****5678" in page
    assert "已注销" not in page
    only_due = browser.get("/surveys/due/?state=due", headers=HTMX)
    assert [row["enterprise"].name for row in only_due.context["rows"]] == ["到期"]
    assert "<html" not in text(only_due)


def test_an_empty_worklist_says_so(world):
    PartyProfileFactory(enterprise=world.ours, surveyed=True)

    assert "没有待摸排的企业" in text(world.browser("station").get("/surveys/due/"))


@pytest.mark.parametrize("role", ["leader", "enterprise", "department", "institution"])
def test_the_worklist_is_for_those_who_survey(world, role):
    assert world.browser(role).get("/surveys/due/").status_code == 403


def test_an_unknown_state_is_refused(world):
    assert world.browser("station").get("/surveys/due/?state=old").status_code == 400
