"""The enterprise sheet from file to tables: each rule of the contract, and what a second run does."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from chains.models import Segment
from enterprises.profile.models import PartyProfile, Survey
from enterprises.registry.models import AnnualFigure, ChainMembership, Enterprise, Honour
from portal.audit.history import history_of
from portal.imports import actions
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory, valid_uscc
from tests.factories.imports import checked, committed, errors_of
from tests.factories.sheets import HEADERS, as_csv, as_xlsx, sheet_row
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db

FULL = {
    "经营地址": "沪松公路 1 号",
    "成立日期": "2020年1月5日",
    "登记状态": "停业",
    "行业代码": "C35",
    "产业链": "集成电路",
    "链上环节": "芯片设计",
    "链上角色": "骨干",
    "从业人数": 120,
    "上年营业收入(万元)": 1234.56,
    "正式党员数": 5,
    "预备党员数": 1,
    "党组织形式": "单独组建",
    "党组织名称": "中共测试公司支部委员会",
    "组建方式": "单独组建制",
    "书记姓名": "张三",
    "书记电话": "13812348000",
    "联系人": "李四",
    "联系电话": "021-67800000",
    "摸排日期": "2026/3/5",
    "摸排方式": "走访",
    "资质荣誉": "高新技术企业；专精特新、绿色工厂;质量标杆",
}


def only() -> Enterprise:
    return Enterprise.objects.get()


def test_a_new_enterprise_with_every_cell(place):
    organization = PartyOrganizationFactory(
        district=place.district, town=place.here, name="中共测试公司支部委员会"
    )
    sheet_import = committed([sheet_row(1, **FULL)], place.bureau)
    assert (sheet_import.status, sheet_import.created) == ("done", 1), sheet_import.message
    row = only()
    assert (row.uscc, row.kind, row.status, row.version) == (valid_uscc(1), "small_micro", "suspended", 1)
    assert (row.town, row.district, row.address) == (place.here, place.district, "沪松公路 1 号")
    assert (row.founded_on, row.industry_code, row.employees) == (datetime.date(2020, 1, 5), "35", 120)
    figure = AnnualFigure.objects.get()
    assert (figure.year, figure.employees, figure.revenue) == (2025, 120, Decimal("12345600.00"))
    member = ChainMembership.objects.get()
    assert (member.chain, member.segment, member.role) == (place.chain, place.segment, "backbone")
    assert (member.started_on, member.ended_on) == (datetime.date(2026, 3, 5), None)
    profile = row.profile
    assert (profile.full_members, profile.probationary_members) == (5, 1)
    assert (profile.organization_form, profile.organization) == ("alone", organization)
    assert profile.establishment_mode == place.mode
    assert (profile.secretary_name, profile.secretary_phone) == ("张三", "13812348000")
    assert (profile.contact_name, profile.contact_phone) == ("李四", "021-67800000")
    assert (profile.surveyed_on, profile.survey_method) == (datetime.date(2026, 3, 5), "visit")
    assert set(Honour.objects.values_list("name", flat=True)) == {
        "高新技术企业", "专精特新", "绿色工厂", "质量标杆"
    }  # fmt: skip
    survey = Survey.objects.get()
    assert (survey.method, survey.full_members, survey.applied) == ("visit", 5, True)
    assert (survey.recorded_by, survey.import_id) == (place.bureau, sheet_import.pk)
    assert {"field": "full_members", "old": 0, "new": 5} in survey.changes
    assert {"field": "secretary_phone", "old": "", "new": "138****8000"} in survey.changes


def test_only_the_required_cells(place):
    committed([sheet_row(1)], place.bureau)
    row = only()
    assert (row.status, row.address, row.employees, row.founded_on) == ("active", "", None, None)
    assert (row.profile.organization_form, row.profile.surveyed_on) == ("none", None)
    assert not Survey.objects.exists()
    assert not AnnualFigure.objects.exists()


def test_a_second_run_changes_nothing(place):
    committed([sheet_row(1, **FULL), sheet_row(2)], place.bureau)
    before = snapshot()
    again = committed([sheet_row(1, **FULL), sheet_row(2)], place.bureau)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert snapshot() == before


def snapshot() -> list:
    models = (Enterprise, PartyProfile, AnnualFigure, ChainMembership, Honour, Survey)
    events = (Enterprise.pgh_event_model, PartyProfile.pgh_event_model, ChainMembership.pgh_event_model)
    return [list(model.objects.order_by("pk").values()) for model in (*models, *events)]


def test_blank_cells_leave_the_stored_value(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    before = PartyProfile.objects.values().get()
    again = committed([sheet_row(1, 企业名称="改名有限公司")], place.bureau)
    assert again.updated == 1
    row = only()
    assert (row.name, row.version) == ("改名有限公司", 2)
    assert (row.address, row.status, row.employees) == ("沪松公路 1 号", "suspended", 120)
    assert PartyProfile.objects.values().get() == before
    assert Survey.objects.count() == 1
    assert Honour.objects.count() == 4


def test_only_what_changed_is_written(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    later = {**FULL, "摸排日期": "2026-06-01", "正式党员数": 6}
    committed([sheet_row(1, **later)], place.bureau)
    row = only()
    assert row.version == 1
    assert (row.profile.version, row.profile.full_members) == (2, 6)
    survey = Survey.objects.first()
    assert survey.changes == [{"field": "full_members", "old": 5, "new": 6}]
    assert Enterprise.pgh_event_model.objects.count() == 1


def test_old_personal_values_are_masked_in_the_survey(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    committed([sheet_row(1, 书记电话="13912349111", 联系人="王五五")], place.bureau)
    assert Survey.objects.first().changes == [
        {"field": "secretary_phone", "old": "138****8000", "new": "139****9111"},
        {"field": "contact_name", "old": "李*", "new": "王**"},
    ]
    assert only().profile.secretary_phone == "13912349111"
    stored = str(list(PartyProfile.objects.values_list("surveyed_on", "secretary_phone_bidx")))
    assert "139" not in stored


def test_an_older_survey_is_kept_and_changes_no_profile(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    told = {"正式党员数": 2, "从业人数": 80, "上年营业收入(万元)": 300}
    older = sheet_row(1, 摸排日期="2025-11-11", 摸排方式="年报", **told)
    sheet_import = committed([older], place.bureau)
    assert sheet_import.updated == 1
    row = only()
    assert (row.profile.full_members, row.profile.surveyed_on) == (5, datetime.date(2026, 3, 5))
    assert (row.employees, row.profile.version) == (120, 1)
    survey = Survey.objects.get(surveyed_on="2025-11-11")
    assert (survey.applied, survey.full_members, survey.changes) == (False, 2, [])
    assert AnnualFigure.objects.get(year=2024).employees == 80
    assert committed([older], place.bureau).unchanged == 1
    assert Survey.objects.count() == 2


def test_todays_staff_says_nothing_of_a_past_year(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    known = AnnualFigure.objects.get()
    committed([sheet_row(1, 从业人数=60)], place.bureau)
    assert only().employees == 60
    assert AnnualFigure.objects.get().employees == known.employees != 60


def test_a_profile_value_without_a_date_is_a_survey_of_today(place):
    committed([sheet_row(1)], place.bureau)
    committed([sheet_row(1, 正式党员数=3)], place.bureau)
    survey = Survey.objects.get()
    assert (survey.surveyed_on, survey.method) == (timezone.localdate(), "annual_report")
    assert only().profile.surveyed_on == timezone.localdate()
    assert committed([sheet_row(1, 正式党员数=3)], place.bureau).unchanged == 1


def test_form_none_clears_organisation_and_mode(place):
    committed([sheet_row(1, **FULL)], place.bureau)
    committed([sheet_row(1, 党组织形式="无")], place.bureau)
    profile = only().profile
    assert (profile.organization_form, profile.organization_name) == ("none", "")
    assert (profile.organization, profile.establishment_mode) == (None, None)
    assert {change["field"] for change in Survey.objects.first().changes} == {
        "organization_form", "organization", "establishment_mode"
    }  # fmt: skip


def test_an_organisation_without_a_form(place):
    assert errors_of(checked([sheet_row(1, 党组织名称="某支部")], place.bureau)) == [
        (2, "党组织名称", "党组织形式为“无”时不能填写党组织；请先选择单独组建或联合组建。")
    ]
    committed([sheet_row(1, 党组织形式="联合组建")], place.bureau)
    assert committed([sheet_row(1, 党组织名称="某支部")], place.bureau).updated == 1
    assert only().profile.organization_name == "某支部"


def test_an_organisation_that_ended_is_only_a_name(place):
    PartyOrganizationFactory(
        district=place.district, town=place.here, name="旧支部", status="dissolved",
        ended_on=datetime.date(2025, 1, 1),
    )  # fmt: skip
    committed([sheet_row(1, 党组织形式="联合组建", 党组织名称="旧支部")], place.bureau)
    assert (only().profile.organization, only().profile.organization_name) == (None, "旧支部")


def test_chains_are_added_and_changed_but_never_closed(place):
    other = ChainFactory(district=place.district, name="生物医药")
    committed([sheet_row(1, 产业链="集成电路", 链上角色="配套")], place.bureau)
    committed([sheet_row(1, 产业链="集成电路", 链上环节="芯片设计", 链上角色="链主")], place.bureau)
    committed([sheet_row(1, 产业链="生物医药")], place.bureau)
    rows = ChainMembership.objects.order_by("pk").values_list("chain", "segment", "role", "ended_on")
    assert list(rows) == [
        (place.chain.pk, place.segment.pk, "lead", None),
        (other.pk, None, "supporting", None),
    ]


def test_a_segment_of_another_chain(place):
    other = ChainFactory(district=place.district, name="生物医药")
    Segment.objects.create(chain=other, code="bio-1", name="新药研发", stage="upstream")
    (error,) = errors_of(checked([sheet_row(1, 产业链="集成电路", 链上环节="新药研发")], place.bureau))
    assert error[:2] == (2, "链上环节")


def test_duplicates_name_both_rows(place):
    rows = [sheet_row(1), sheet_row(2), sheet_row(1, 企业名称="又一次"), sheet_row(1, 企业类型="错")]
    sheet_import = checked(rows, place.bureau)
    assert (sheet_import.total, sheet_import.valid, sheet_import.invalid) == (4, 1, 3)
    found = {(row, column): text for row, column, text in errors_of(sheet_import)}
    assert "第 2 行" in found[4, "统一社会信用代码"]
    assert "第 2 行" in found[5, "统一社会信用代码"]
    assert "第 5 行" in found[2, "统一社会信用代码"]
    sheet_import.refresh_from_db()
    assert sheet_import.created == 1


BAD = [
    ({"统一社会信用代码": "91310117MA1J00000X"}, "统一社会信用代码", "校验"),
    ({"统一社会信用代码": 913101170000000005}, "统一社会信用代码", "数字"),
    ({"企业名称": "\u200b\u200b"}, "企业名称", "必须填写"),
    ({"企业名称": "好\u202e坏"}, "企业名称", "控制字符"),
    ({"企业类型": "外星企业"}, "企业类型", "小微企业"),
    ({"所属街镇": "火星镇"}, "所属街镇", "火星镇"),
    ({"成立日期": "2999-01-01"}, "成立日期", "今天"),
    ({"成立日期": "2026-02-30"}, "成立日期", "日期"),
    ({"行业代码": "Z9"}, "行业代码", "GB/T 4754"),
    ({"从业人数": -1}, "从业人数", "负数"),
    ({"从业人数": "1_000"}, "从业人数", "整数"),
    ({"从业人数": "١٢"}, "从业人数", "整数"),
    ({"上年营业收入(万元)": 1e12}, "上年营业收入(万元)", "过大"),
    ({"上年营业收入(万元)": "-5"}, "上年营业收入(万元)", "负数"),
    ({"书记电话": "12345"}, "书记电话", "手机"),
    ({"链上角色": "骨干"}, "链上角色", "产业链"),
    ({"摸排日期": "2019-01-01", "成立日期": "2020-01-01"}, "摸排日期", "成立日期"),
]


@pytest.mark.parametrize("cells,column,word", BAD, ids=[f"{c}-{n}" for n, (_v, c, _w) in enumerate(BAD)])
def test_a_bad_cell_is_named_and_the_rest_is_checked(place, cells, column, word):
    sheet_import = checked([{**sheet_row(1), **cells}, sheet_row(2)], place.bureau)
    assert (sheet_import.status, sheet_import.valid, sheet_import.invalid) == ("ready", 1, 1)
    found = errors_of(sheet_import)
    assert [(row, where) for row, where, _text in found if where == column] == [(2, column)], found
    assert any(word in text for _row, where, text in found if where == column), found
    assert not Enterprise.objects.exists()


def test_a_formula_is_no_value(place):
    sheet_import = checked([sheet_row(1, 企业名称="=1+1")], place.bureau)
    assert [column for _row, column, _text in errors_of(sheet_import)] == ["企业名称"]


def test_full_width_headers_in_any_order_without_stars(place):
    rows = [
        {**sheet_row(1), "上年营业收入(万元)": "１２．５", "统一社会信用代码": f" {valid_uscc(1).lower()} "}
    ]
    headers = [header.rstrip("*") for header in reversed(HEADERS)]
    content = (
        as_csv(rows, headers).decode().replace("上年营业收入(万元)", "上年营业收入（万元）").encode("gb18030")
    )
    sheet_import = committed(content, place.bureau, filename="a.csv")
    assert (sheet_import.status, sheet_import.created) == ("done", 1), sheet_import.message
    assert AnnualFigure.objects.get().revenue == Decimal("125000.00")


def test_a_missing_column_is_a_sentence(place):
    sheet_import = checked(as_xlsx([sheet_row(1)], headers=("统一社会信用代码", "企业名称")), place.bureau)
    assert sheet_import.status == "failed"
    assert "企业类型" in sheet_import.message


def test_a_station_brings_in_its_own_towns_only(place):
    EnterpriseFactory(uscc=valid_uscc(3), town=place.there, name="他镇企业")
    rows = [sheet_row(1), sheet_row(2, 所属街镇="佘山镇"), sheet_row(3), sheet_row(3, 所属街镇="佘山镇")]
    for extra in ([rows[0], rows[1], rows[2]], [rows[3]]):
        sheet_import = checked(extra, place.station)
        texts = {text for _row, _column, text in errors_of(sheet_import)}
        assert texts == {"不在您负责的街镇范围内，请交由相应街镇或区局导入。"}
    sheet_import = committed(rows[:3], place.station, skip_invalid=True)
    assert (sheet_import.created, sheet_import.invalid) == (1, 2)
    assert Enterprise.objects.get(uscc=valid_uscc(3)).town == place.there
    assert not any("他镇企业" in str(row.changes) for row in sheet_import.rows.all())


def test_another_districts_enterprise_stays_where_it_is(place):
    foreign = EnterpriseFactory(uscc=valid_uscc(1), town=TownFactory())
    sheet_import = checked([sheet_row(1)], place.bureau)
    assert sheet_import.invalid == 1
    foreign.refresh_from_db()
    assert foreign.district != place.district


def test_the_history_names_file_and_person(place):
    committed([sheet_row(1, **FULL)], place.bureau, filename="年报.xlsx")
    for row in (only(), only().profile, ChainMembership.objects.get()):
        (entry,) = history_of(row)
        assert entry.source == "表格导入《年报.xlsx》"
        assert entry.who == str(place.bureau)


def test_the_commit_compares_anew(place):
    sheet_import = checked([sheet_row(1, **FULL), sheet_row(2)], place.bureau)
    EnterpriseFactory(uscc=valid_uscc(2), town=place.here, name="上海导入2有限公司", kind="small_micro")
    sheet_import = actions.request_commit(sheet_import=sheet_import, by=place.bureau)
    run_now(sheet_import.job)
    sheet_import.refresh_from_db()
    assert (sheet_import.status, sheet_import.created, sheet_import.unchanged) == ("done", 1, 1)
    assert dict(sheet_import.rows.values_list("row_no", "outcome")) == {2: "created", 3: "unchanged"}


def test_a_row_that_became_impossible_is_checked_again(place):
    sheet_import = checked([sheet_row(1), sheet_row(2)], place.station)
    EnterpriseFactory(uscc=valid_uscc(2), town=place.there)
    sheet_import = actions.request_commit(sheet_import=sheet_import, by=place.station)
    run_now(sheet_import.job)
    sheet_import.refresh_from_db()
    assert sheet_import.status == "queued"
    assert not Enterprise.objects.filter(uscc=valid_uscc(1)).exists()
    run_now(sheet_import.job)
    sheet_import.refresh_from_db()
    assert (sheet_import.status, sheet_import.valid, sheet_import.invalid) == ("ready", 1, 1)
    assert "重新检查" in sheet_import.message


def test_an_enterprise_without_profile_gets_one(place):
    EnterpriseFactory(uscc=valid_uscc(1), town=place.here)
    committed([sheet_row(1, 正式党员数=4, 摸排日期="2026-01-05")], place.bureau)
    assert only().profile.full_members == 4
    assert Survey.objects.count() == 1


def test_a_stored_profile_is_compared_by_blind_index(place):
    enterprise = EnterpriseFactory(
        uscc=valid_uscc(1), town=place.here, name="上海导入1有限公司", kind="small_micro"
    )
    profile = PartyProfileFactory(enterprise=enterprise, with_personal=True)
    same = sheet_row(
        1, 书记姓名=profile.secretary_name, 书记电话=profile.secretary_phone, 联系电话=profile.contact_phone
    )
    assert checked([same], place.bureau).unchanged == 1


def test_a_commit_for_a_person_without_the_role(place):
    from rest_framework.exceptions import PermissionDenied

    sheet_import = checked([sheet_row(1)], place.bureau)
    with pytest.raises(PermissionDenied):
        actions.request_commit(sheet_import=sheet_import, by=make_user("leader", district=place.district))


def test_a_survey_before_the_first_figures_is_found_by_the_check(place):
    rows = [sheet_row(1, 摸排日期="1900-01-01", 从业人数=3), sheet_row(2, 摸排日期="1950-01-01", 从业人数=3)]
    sheet_import = checked(rows, place.bureau)
    assert [(row, column) for row, column, _text in errors_of(sheet_import)] == [(2, "摸排日期")]
    sheet_import = committed(rows, place.bureau, skip_invalid=True)
    assert (sheet_import.status, sheet_import.created) == ("done", 1), sheet_import.message


def test_a_failed_commit_has_written_nothing_and_says_so(place):
    sheet_import = checked([sheet_row(1)], place.bureau)
    sheet_import = actions.request_commit(sheet_import=sheet_import, by=place.bureau)
    sheet_import.job.message = "系统出错了"
    actions.mark_failed(sheet_import.job)
    sheet_import.refresh_from_db()
    assert (sheet_import.status, sheet_import.created, sheet_import.updated) == ("failed", 0, 0)
