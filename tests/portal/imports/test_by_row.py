"""Rows taken one by one: what the check says is what the commit does, whatever the file looks like."""

from dataclasses import asdict
from unittest.mock import patch

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chains.models import PartyOrganization
from portal.imports import actions, by_row
from portal.imports.models import SheetImportRow
from portal.imports.reading import SheetReader, child
from portal.imports.reading.text_table import open_rows
from portal.jobs.runner import Cancelled, run_now
from tests.factories.chains import OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.imports import checked, committed, errors_of, uploaded
from tests.factories.sheets import as_csv

pytestmark = pytest.mark.django_db
KIND = "party_organizations"
CODES = ("P-0", "P-1", "P-2", "P-3", "P-4", "P-5")
NAMES = ("甲", "乙", "丙", "丁", "戊", "己")
HEADERS = ("编号", "名称", "类别", "上级党组织", "状态")

row = st.fixed_dictionaries(
    {
        "编号": st.sampled_from(CODES),
        "名称": st.sampled_from(NAMES),
        "类别": st.just("党支部"),
        "上级党组织": st.sampled_from(("", *CODES, *NAMES)),
        "状态": st.sampled_from(("", "", "", "正常", "已撤销")),
    }
)


def outcomes(sheet_import) -> dict[int, str]:
    return dict(sheet_import.rows.values_list("row_no", "outcome"))


def world() -> list[tuple]:
    rows = PartyOrganization.objects.order_by("code")
    return list(rows.values_list("code", "name", "parent__code", "status"))


@pytest.fixture
def three(place):
    """Three organisations in a row, and one that has ended."""
    OrganizationKindFactory()
    above = None
    for code, name in zip(CODES[:3], NAMES[:3], strict=True):
        above = PartyOrganizationFactory(district=place.district, code=code, name=name, parent=above)
    PartyOrganizationFactory(district=place.district, code=CODES[3], name=NAMES[3], dissolved=True)


def starts_no_child(self) -> None:
    """The parsing child's own code in this process: a process for each file would be most of what the test costs."""
    messages, text = [], open_rows(self.file.path, self.file.encoding)
    with patch.object(child, "send", lambda message: messages.append(orjson.loads(orjson.dumps(message)))):
        child.stream("", self.file.lines, text, asdict(self.limits))
    self._messages = iter(messages)


def under(code: str, name: str, parent: str) -> dict[str, str]:
    return {"编号": code, "名称": name, "类别": "党支部", "上级党组织": parent, "状态": ""}


# The second row stays where it is, below the first.
@example(rows=[under("P-0", "丁", "P-1"), under("P-1", "甲", "P-1")], rehearsed=0)
@given(rows=st.lists(row, min_size=1, max_size=7), rehearsed=st.sampled_from((0, by_row.REHEARSED_ROWS)))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_check_says_is_what_the_commit_does(place, three, rows, rehearsed):
    """Whether the file is rehearsed through the actions or, as a large one, in memory."""
    here = patch.multiple(SheetReader, _start=starts_no_child, _receive=lambda self: next(self._messages))
    with here, transaction.atomic(), patch.object(by_row, "REHEARSED_ROWS", rehearsed):
        before = world()
        found = checked(as_csv(rows, HEADERS), place.bureau, kind=KIND, filename="a.csv")
        assert found.status == "ready", found.message
        assert world() == before
        said = outcomes(found)
        assert all(text.endswith("。") for _number, _column, text in errors_of(found))
        if found.valid:
            actions.request_commit(sheet_import=found, by=place.bureau, skip_invalid=True)
            found.refresh_from_db()
            run_now(found.job)
            found.refresh_from_db()
            assert found.status == "done", found.message
        assert outcomes(found) == said
        assert found.created == len(world()) - len(before)
        _stands_for_itself(place, rows, said)
        transaction.set_rollback(True)


def _stands_for_itself(place, rows, said) -> None:
    """What was taken is stored, nobody stands above itself, and the same rows again change nothing."""
    stored = {code: (name, parent) for code, name, parent, _status in world()}
    for code in stored:
        seen = []
        while code is not None:
            assert code not in seen
            seen.append(code)
            code = stored[code][1]
    taken = [cells for number, cells in enumerate(rows, start=2) if said[number] != "invalid"]
    for cells in taken:
        assert stored[cells["编号"]][0] == cells["名称"]
    if taken:
        again = checked(as_csv(taken, HEADERS), place.bureau, kind=KIND, filename="b.csv")
        assert set(outcomes(again).values()) <= {"unchanged", "invalid"}


HOSTILE = {
    "编号": [
        "甲",
        "有 空格/斜线",
        "-1",
        "A" * 10_000,
        "\u202eABC",
        "a\x00b",
        "١٢٣",
        "=1+1",
        "1e5",
        "A'; DROP TABLE x;--",
    ],
    "名称": ["字" * 10_000, "\u200b\u200b", "\u202e倒", "\x07", "\ud7ff\ufffe", ""],
    "类别": ["", "没有的类别", "=党支部", "党" * 10_000],
    "组建方式": ["乱写", "\x00"],
    "所属街镇": ["没有的镇", "撤掉的镇", "310000"],
    "产业链": ["没有的链", "集成电路;"],
    "园区或楼宇": ["没有的园", "园" * 61],
    "上级党组织": ["没有的组织", "字" * 200],
    "成立日期": ["2020-13-01", "1900-01-01", "2999-01-01", "昨天", "20200230", "٢٠٢٠-٠١-٠١"],
    "书记姓名": ["\u202e诸葛", "字" * 41],
    "书记电话": ["1381234", "１３８", "abc", "1" * 10_000],
    "状态": ["正", "active", "TRUE"],
}


@pytest.mark.parametrize("column", HOSTILE)
def test_hostile_cells_end_in_a_sentence_at_their_cell(place, column):
    OrganizationKindFactory()
    good = {"编号": "", "名称": "", "类别": "党支部"}
    rows = [
        {**good, "编号": f"H-{n}", "名称": f"支部{n}", column: text} for n, text in enumerate(HOSTILE[column])
    ]
    headers = list(dict.fromkeys([*good, column]))
    content = as_csv(rows, headers).replace(b"\x00", "\ufffd".encode())
    found = checked(content, place.bureau, kind=KIND, filename="a.csv")
    assert found.status == "ready", found.message
    told = errors_of(found)
    assert {number for number, _column, _text in told} == set(range(2, len(rows) + 2)), told
    assert {name for _number, name, _text in told} == {column}
    assert all(text.endswith(("。", "？")) for *_, text in told)
    assert all(len(error["value"]) <= 80 for line in found.rows.all() for error in line.errors)


def test_formulas_and_numbers_in_a_workbook(place):
    OrganizationKindFactory()
    rows = [
        {"编号": "=A1", "名称": "甲", "类别": "党支部"},
        {"编号": 101, "名称": "乙", "类别": "党支部"},
        {"编号": 1.5, "名称": "丙", "类别": "党支部"},
        {"编号": True, "名称": "丁", "类别": "党支部"},
        {"编号": "B-1", "名称": "戊", "类别": "党支部", "书记电话": 13812348000},
    ]
    done = committed(rows, place.bureau, kind=KIND, skip_invalid=True)
    assert done.status == "done", done.message
    assert [(number, column) for number, column, _text in errors_of(done)] == [
        (2, "编号"), (4, "编号"), (5, "编号"), (6, "书记电话")
    ]  # fmt: skip
    assert PartyOrganization.objects.get().code == "101"


def test_a_longer_file_than_a_small_kind_takes(place, monkeypatch):
    from dataclasses import replace

    from portal.imports import registry

    small = replace(registry.kind_of(KIND), max_rows=3)
    monkeypatch.setitem(registry._kinds, KIND, small)
    rows = [{"编号": f"M-{n}", "名称": f"支部{n}", "类别": "党支部"} for n in range(4)]
    found = checked(rows, place.bureau, kind=KIND)
    assert found.status == "failed"
    assert "3" in found.message


def test_a_cancelled_check_stops_between_rows(place, monkeypatch):
    OrganizationKindFactory()
    from portal.jobs.runner import JobRun

    def progress(self, done, total, stage=""):
        if done >= 50:
            raise Cancelled

    rows = [{"编号": f"M-{n}", "名称": f"支部{n}", "类别": "党支部"} for n in range(120)]
    waiting = uploaded(rows, place.bureau, kind=KIND)
    monkeypatch.setattr(JobRun, "progress", progress)
    assert run_now(waiting.job).state == "cancelled"
    assert not SheetImportRow.objects.exists()
    assert not PartyOrganization.objects.exists()


def test_statements_a_row_stay_few(place, django_assert_max_num_queries):
    OrganizationKindFactory()
    rows = [{"编号": f"Q-{n}", "名称": f"支部{n}", "类别": "党支部"} for n in range(100)]
    committed(rows, place.bureau, kind=KIND)
    waiting = uploaded(rows, place.bureau, kind=KIND)
    with django_assert_max_num_queries(60):  # a hundred unchanged rows cost none of their own
        run_now(waiting.job)


def test_what_only_the_commit_finds_is_told_by_the_next_check(place, monkeypatch):
    """A large file is compared in memory; here the name is taken by something that the comparison cannot see."""
    OrganizationKindFactory()
    monkeypatch.setattr(by_row, "REHEARSED_ROWS", 0)
    rows = [{"编号": "new", "名称": "甲", "类别": "党支部"}, {"编号": "M-1", "名称": "乙", "类别": "党支部"}]
    done = committed(rows, place.bureau, kind=KIND)
    assert (done.status, done.valid) == ("queued", 2)
    assert not PartyOrganization.objects.exists()
    run_now(done.job)
    done.refresh_from_db()
    assert (done.status, done.valid, done.invalid) == ("ready", 1, 1)
    assert [(number, column) for number, column, _text in errors_of(done)] == [(2, "编号")]
