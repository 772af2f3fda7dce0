"""The sheet of organisations from file to tables: order does not matter, every refusal stands at its cell."""

import datetime

import pytest

from chains.models import PartyOrganization
from portal.imports.models import SheetImport, SheetImportRow
from tests.factories.accounts import make_user
from tests.factories.chains import (
    EstablishmentModeFactory,
    OrganizationKindFactory,
    PartyOrganizationFactory,
)
from tests.factories.imports import checked, committed, errors_of

pytestmark = pytest.mark.django_db
KIND = "party_organizations"


@pytest.fixture(autouse=True)
def words(place):
    OrganizationKindFactory()
    OrganizationKindFactory(code="committee", name="党委")
    EstablishmentModeFactory(code="area", name="区域联建", is_joint=True)


def row(code: str = "A-1", **cells) -> dict:
    return {"编号": code, "名称": f"中共{code}支部委员会", "类别": "党支部", **cells}


def check(rows, by, **how) -> SheetImport:
    return checked(rows, by, kind=KIND, **how)


def commit(rows, by, **how) -> SheetImport:
    return committed(rows, by, kind=KIND, **how)


def sentences(sheet_import) -> dict[tuple[int, str], str]:
    return {(number, column): text for number, column, text in errors_of(sheet_import)}


FULL = {
    "组建方式": "区域联建",
    "所属街镇": "九亭",
    "产业链": "集成电路",
    "成立日期": "2020年7月1日",
    "书记姓名": "诸葛孔明",
    "书记电话": "13812348000",
    "状态": "正常",
}


def test_a_new_organisation_with_every_cell(place):
    done = commit([row(**FULL)], place.bureau)
    assert (done.status, done.created) == ("done", 1), errors_of(done)
    found = PartyOrganization.objects.get()
    assert (found.code, found.name, found.kind.name) == ("A-1", "中共A-1支部委员会", "党支部")
    assert (found.district, found.town, found.chain) == (place.district, place.here, place.chain)
    assert (found.establishment_mode.name, found.set_up_on) == ("区域联建", datetime.date(2020, 7, 1))
    assert (found.secretary_name, found.secretary_phone) == ("诸葛孔明", "13812348000")
    assert found.status == "active"


def test_a_second_run_changes_nothing_and_a_check_writes_nothing(place):
    check([row(**FULL)], place.bureau)
    assert not PartyOrganization.objects.exists()
    commit([row(**FULL), row("A-2", 上级党组织="A-1")], place.bureau)
    before = list(PartyOrganization.objects.order_by("pk").values())
    events = PartyOrganization.pgh_event_model.objects.count()
    again = commit([row(**FULL), row("A-2", 上级党组织="中共A-1支部委员会")], place.bureau)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert list(PartyOrganization.objects.order_by("pk").values()) == before
    assert PartyOrganization.pgh_event_model.objects.count() == events


def test_blank_cells_keep_and_the_preview_speaks_in_words(place):
    commit([row(**FULL)], place.bureau)
    found = check([row(名称="新名称", 类别="党委", 所属街镇="佘山镇", 书记电话="13912349111")], place.bureau)
    assert (found.updated, found.invalid) == (1, 0), errors_of(found)
    changes = {change["field"]: (change["old"], change["new"]) for change in found.rows.get().changes}
    assert changes == {
        "name": ("中共A-1支部委员会", "新名称"),
        "kind": ("党支部", "党委"),
        "town": ("九亭镇", "佘山镇"),
        "secretary_phone": ("138****8000", "139****9111"),
    }
    commit([row(名称="新名称")], place.bureau)
    stored = PartyOrganization.objects.get()
    renamed = stored.timeline.get(kind="renamed")
    assert (renamed.old, renamed.new) == ("中共A-1支部委员会", "新名称")
    assert renamed.recorded_by == place.bureau
    assert (stored.name, stored.secretary_name, stored.town) == ("新名称", "诸葛孔明", place.here)


def test_parents_may_stand_anywhere_in_the_file(place):
    rows = [
        row("C-3", 上级党组织="C-2"),
        row("C-2", 上级党组织="中共C-1支部委员会"),
        row("C-1", 上级党组织="OLD"),
    ]
    PartyOrganizationFactory(district=place.district, code="OLD", name="老委员会")
    done = commit(rows, place.bureau)
    assert (done.status, done.created) == ("done", 3), errors_of(done)
    tree = dict(PartyOrganization.objects.values_list("code", "parent__code"))
    assert tree == {"OLD": None, "C-1": "OLD", "C-2": "C-1", "C-3": "C-2"}


def test_a_tree_may_be_turned_over(place):
    top = PartyOrganizationFactory(district=place.district, code="T-1")
    middle = PartyOrganizationFactory(district=place.district, code="T-2", parent=top)
    rows = [row("T-1", 上级党组织="T-2"), row("T-2", 上级党组织="N-1"), row("N-1")]
    done = commit(rows, place.bureau)
    assert done.status == "done", errors_of(done)
    top.refresh_from_db()
    middle.refresh_from_db()
    assert (top.parent.code, middle.parent.code) == ("T-2", "N-1")


def test_a_loop_is_named_on_both_rows(place):
    PartyOrganizationFactory(district=place.district, code="L-9")
    rows = [
        row("L-1", 上级党组织="L-2"),
        row("L-2", 上级党组织="L-1"),
        row("L-3", 上级党组织="L-1"),
        row("L-4", 上级党组织="L-4"),
        row("L-9", 名称="不受影响"),
    ]
    found = check(rows, place.bureau)
    told = sentences(found)
    assert told.keys() == {(2, "上级党组织"), (3, "上级党组织"), (4, "上级党组织"), (5, "上级党组织")}
    assert "L-1 → L-2 → L-1" in told[2, "上级党组织"]
    assert "L-2 → L-1 → L-2" in told[3, "上级党组织"]
    assert "第 2 行" in told[4, "上级党组织"]
    assert "自己" in told[5, "上级党组织"]
    assert (found.created, found.updated, found.invalid) == (0, 1, 4)


def test_a_loop_through_what_is_stored(place):
    top = PartyOrganizationFactory(district=place.district, code="S-1")
    PartyOrganizationFactory(district=place.district, code="S-2", parent=top)
    found = check([row("S-1", 上级党组织="S-2")], place.bureau)
    assert "成了环" in sentences(found)[2, "上级党组织"]


def test_names(place):
    PartyOrganizationFactory(district=place.district, code="N-1", name="已有的支部")
    PartyOrganizationFactory(district=place.district, code="N-2", name="撤掉的支部", dissolved=True)
    rows = [
        row("N-3", 名称="已有的支部"),
        row("N-4", 名称="撤掉的支部"),
        row("N-5", 名称="同名"),
        row("N-6", 名称="同名"),
    ]
    told = sentences(check(rows, place.bureau))
    assert told.keys() == {(2, "名称"), (4, "名称"), (5, "名称")}
    assert "编号 N-1" in told[2, "名称"]
    assert "第 5 行" in told[4, "名称"]
    assert "第 4 行" in told[5, "名称"]


def test_a_name_is_handed_from_one_row_to_the_next(place):
    PartyOrganizationFactory(district=place.district, code="H-1", name="第一支部")
    PartyOrganizationFactory(district=place.district, code="H-2", name="第二支部")
    done = commit([row("H-1", 名称="第二支部"), row("H-2", 名称="第三支部")], place.bureau)
    assert (done.status, done.updated) == ("done", 2), errors_of(done)
    assert dict(PartyOrganization.objects.values_list("code", "name")) == {
        "H-1": "第二支部",
        "H-2": "第三支部",
    }


def test_what_has_ended_stays(place):
    PartyOrganizationFactory(district=place.district, code="E-1", name="老支部", dissolved=True)
    unchanged = check([row("E-1", 名称="老支部", 状态="已撤销"), row("E-2")], place.bureau)
    assert (unchanged.unchanged, unchanged.created, unchanged.invalid) == (1, 1, 0)
    told = sentences(check([row("E-1", 名称="新支部")], place.bureau))
    assert "已撤销" in told[2, "名称"]
    assert "已撤销" in sentences(check([row("E-1", 名称="老支部", 状态="正常")], place.bureau))[2, "状态"]
    assert "已撤销" in sentences(check([row("E-3", 上级党组织="E-1")], place.bureau))[2, "上级党组织"]


@pytest.mark.parametrize("status", ["已合并", "已撤销"])
def test_nothing_is_ended_by_a_sheet(place, status):
    PartyOrganizationFactory(district=place.district, code="E-1", name="老支部")
    rows = [row("E-1", 名称="老支部", 状态=status), row("E-2", 状态=status)]
    told = sentences(check(rows, place.bureau))
    assert "企业的去向" in told[2, "状态"]
    assert "正常" in told[3, "状态"]
    assert PartyOrganization.objects.get().status == "active"


def test_the_code_of_another_district(place):
    other = PartyOrganizationFactory(code="X-1", name="外区支部")
    told = sentences(check([row("X-1"), row("X-2", 上级党组织="X-1")], place.bureau))
    assert told.keys() == {(2, "编号"), (3, "上级党组织")}
    assert "外区" not in "".join(told.values())
    assert other.district != place.district


def test_only_the_bureau(place):
    from rest_framework.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        check([row()], place.station)
    with pytest.raises(PermissionDenied):
        check([row()], make_user("leader", district=place.district))


def test_a_child_of_a_twin_is_refused_with_it(place):
    rows = [row("W-1"), row("W-1", 名称="另一个"), row("W-2", 上级党组织="W-1"), row("W-3")]
    done = commit(rows, place.bureau, skip_invalid=True)
    assert (done.status, done.created, done.invalid) == ("done", 1, 3), errors_of(done)
    assert PartyOrganization.objects.get().code == "W-3"


def test_personal_values_are_never_plain_in_the_staged_rows(place):
    rows = [
        row(**FULL),
        row("A-2", 书记姓名="司马仲达", 书记电话="1391234"),
        row("A-1", 书记电话="13900001111"),
    ]
    check(rows, place.bureau)
    stored = str(list(SheetImportRow.objects.values()))
    for plain in ("诸葛孔明", "13812348000", "司马仲达", "1391234", "13900001111"):
        assert plain not in stored


def test_areas_by_name_and_code(place):
    from tests.factories.outreach import AreaFactory

    here = AreaFactory(town=place.here, name="科创园")
    AreaFactory(town=place.there, name="科创园")
    closed = AreaFactory(town=place.here, name="旧园", closed=True)
    PartyOrganizationFactory(district=place.district, code="R-4", name="老支部", area=closed)
    rows = [
        row("R-1", 园区或楼宇="科创园", 所属街镇="九亭镇"),
        row("R-2", 园区或楼宇=here.code),
        row("R-3", 园区或楼宇="科创园"),
        row("R-4", 名称="老支部", 园区或楼宇="旧园"),
        row("R-5", 园区或楼宇="旧园"),
    ]
    done = commit(rows, place.bureau, skip_invalid=True)
    assert done.status == "done", done.message
    told = sentences(done)
    assert told.keys() == {(4, "园区或楼宇"), (6, "园区或楼宇")}
    assert "所属街镇" in told[4, "园区或楼宇"]
    areas = dict(PartyOrganization.objects.values_list("code", "area"))
    assert areas == {"R-1": here.pk, "R-2": here.pk, "R-4": closed.pk}
