"""《质惠手册》: what a search finds, what a visitor reads, and how the bureau writes it."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Stale
from portal.kit.search import normalise
from services.handbook import queries
from services.handbook.actions import create_entry, update_entry
from services.handbook.rules import EXCERPT, excerpt, search_text
from tests.factories.accounts import make_user
from tests.factories.services import HandbookEntryFactory, ItemFactory

han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=200)


@given(han, han, han)
def test_every_part_can_be_searched(question, keywords, answer):
    text = search_text(question, keywords, answer)
    assert question in text
    assert keywords in text
    assert answer in text


@given(st.text(max_size=300), st.text(max_size=10))
def test_an_excerpt_is_short_and_of_the_answer(answer, text):
    piece = excerpt(answer, text)
    assert len(piece) <= EXCERPT + 2
    assert piece.strip("…") in " ".join(answer.split()) or "…" in answer


def test_an_excerpt_shows_the_place_that_was_found():
    answer = "开头" * 60 + "电子秤检定周期" + "结尾" * 60
    assert "电子秤" in excerpt(answer, "电子秤")
    assert excerpt("短", "没有") == "短"


@pytest.fixture
def bureau(db):
    return make_user("bureau")


@pytest.fixture
def two(bureau):
    item = ItemFactory(code="metrology")
    scales = create_entry(
        code="q-1", by=bureau, question="电子秤多久要检定一次？", answer="一般一年。费用免收。",
        keywords="台秤 强检", links={"items": [item]},
    )  # fmt: skip
    marks = create_entry(
        code="q-2", by=bureau, question="商标怎么续展？", answer="期满前十二个月内办理，别忘了带秤。"
    )
    return scales, marks


def found(text: str, **more) -> list[str]:
    return [row.code for row in queries.entries(None, {"search": text, **more})]


def test_words_are_found_in_question_keywords_and_answer(two):
    assert found("检定") == ["q-1"]
    assert found("强检") == ["q-1"]
    assert found("免收") == ["q-1"]
    assert found("十二个月内") == ["q-2"]
    assert found("秤") == ["q-1", "q-2"]  # in the question counts more
    assert found("商标 续展") == ["q-2"]
    assert found("商标 检定") == []
    assert found("", item="metrology") == ["q-1"]


def test_a_whole_sentence_comes_near(two):
    assert queries.near_entries(None, "我家电子秤要检定吗")[0].code == "q-1"


def test_the_search_follows_a_change(two, bureau):
    scales, _marks = two
    update_entry(entry=scales, by=bureau, version=1, changes={"answer": "半年一次。"})
    assert found("免收") == []
    assert found("半年") == ["q-1"]
    scales.refresh_from_db()
    assert scales.version == 2
    assert normalise("半年一次。") in scales.search_text
    with pytest.raises(Stale):
        update_entry(entry=scales, by=bureau, version=1, changes={"answer": "旧"})
    update_entry(entry=scales, by=bureau, version=2, changes={"answer": "半年一次。"}, links={})
    scales.refresh_from_db()
    assert scales.version == 2


def test_a_withdrawn_entry_is_read_by_the_bureau_only(two, bureau):
    scales, _marks = two
    update_entry(entry=scales, by=bureau, version=1, changes={"is_published": False})
    assert found("检定") == []
    assert Client().get("/handbook/q-1/").status_code == 404
    client = Client()
    client.force_login(make_user("leader"))
    assert client.get("/handbook/q-1/").status_code == 404
    client.force_login(bureau)
    assert "草稿" in client.get("/handbook/q-1/").content.decode()


def test_nobody_else_writes(two):
    scales, _marks = two
    for role in ("station", "leader", "enterprise"):
        with pytest.raises(PermissionDenied):
            update_entry(entry=scales, by=make_user(role), version=1, changes={"answer": "我的"})


def test_pages_find_answer_and_lead_on(two):
    page = Client().get("/handbook/?search=秤").content.decode()
    assert page.index("电子秤多久要检定一次？") < page.index("商标怎么续展？")
    page = Client().get("/handbook/q-1/").content.decode()
    assert "/services/metrology/" in page
    assert "没有找到答案" in Client().get("/handbook/?search=zzzz").content.decode()
    near = Client().get("/handbook/?search=我家电子秤要检定吗").content.decode()
    assert "没有完全相符" in near
    fragment = Client().get("/handbook/?search=秤", headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="entries">')


def test_the_bureau_writes_and_publishes_on_pages(two, bureau):
    client = Client()
    client.force_login(bureau)
    given = {"code": "q-9", "question": "电梯多久检验？", "answer": "看标志。", "items": ["metrology"]}
    assert client.post("/handbook/new/", given).status_code == 302
    assert found("电梯") == []  # the box "published" was not ticked
    assert client.post("/handbook/new/", given).status_code == 400
    context = client.get("/handbook/q-9/edit/").context
    data = {"version": context["version"], **context["shown"], **given, "is_published": "on"}
    assert client.post("/handbook/q-9/edit/", data).status_code == 302
    assert found("电梯") == ["q-9"]
    assert HandbookEntryFactory(code="q-10", draft=True).is_published is False
