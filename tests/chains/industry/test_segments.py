"""The bureau's segments and arrows: what may be drawn, what may be taken away, and what two clerks cannot do together."""

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from chains.industry.actions import connect, disconnect
from chains.industry.models import Segment, SegmentLink
from portal.kit.problems import Invalid
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, SegmentFactory, SegmentLinkFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.territory import DistrictFactory
from tests.races import together


@pytest.fixture
def district(db):
    return DistrictFactory()


@pytest.fixture
def chain(district):
    return ChainFactory(district=district, code="ic", name="集成电路")


@pytest.fixture
def bureau(district) -> APIClient:
    client = APIClient()
    client.force_login(make_user("bureau", district=district))
    return client


@pytest.fixture
def line(chain) -> list[Segment]:
    """硅片 → 设计 → 封测"""
    made = [
        SegmentFactory(chain=chain, code=f"ic-{n}", name=name, stage=stage, position=n)
        for n, (name, stage) in enumerate(
            [("硅片", "upstream"), ("设计", "midstream"), ("封测", "downstream")], start=1
        )
    ]
    SegmentLinkFactory(source=made[0], target=made[1])
    SegmentLinkFactory(source=made[1], target=made[2])
    return made


URL = "/api/v1/chains/ic"


def test_a_segment_is_added_with_its_arrows(bureau, line):
    body = {
        "name": "光刻胶",
        "stage": "upstream",
        "is_gap": True,
        "gap_note": "依赖进口",
        "targets": ["ic-2"],
    }
    answer = bureau.post(f"{URL}/segments", body)
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert row["code"] == "ic-01"
    assert (row["is_gap"], row["gap_note"], row["targets"], row["version"]) == (True, "依赖进口", ["ic-2"], 1)
    names = [one["name"] for one in bureau.get(f"{URL}/segments").json()]
    assert names == ["硅片", "光刻胶", "设计", "封测"], "at the end of its stage"


@pytest.mark.parametrize(
    "body,status,attr",
    [
        ({"name": "硅片", "stage": "upstream"}, 409, None),
        ({"name": "甲", "stage": "upstream", "code": "ic-1"}, 409, None),
        ({"name": "甲", "stage": "upstream", "gap_note": "缺"}, 400, "gap_note"),
        ({"name": "甲", "stage": "sideways"}, 400, "stage"),
        ({"name": " ", "stage": "upstream"}, 400, "name"),
        ({"name": "甲", "stage": "upstream", "targets": ["nowhere"]}, 400, None),
        ({"name": "甲", "stage": "upstream", "code": "new"}, 400, "code"),
        ({"name": "甲", "stage": "upstream", "chain": "ic"}, 400, "chain"),
    ],
)
def test_what_a_new_segment_may_not_be(bureau, line, body, status, attr):
    answer = bureau.post(f"{URL}/segments", body)
    assert answer.status_code == status, answer.json()
    if attr:
        assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert Segment.objects.count() == 3


def test_a_segment_is_corrected_and_a_stale_edit_learns_the_row(bureau, line):
    url = f"{URL}/segments/ic-2"
    assert bureau.patch(url, {"version": 1, "name": "芯片设计"}).json()["version"] == 2
    stale = bureau.patch(url, {"version": 1, "name": "别的"})
    assert stale.status_code == 409
    assert stale.json()["current"]["name"] == "芯片设计"
    same = bureau.patch(url, {"version": 2, "name": "芯片设计", "targets": ["ic-3"]})
    assert same.json()["version"] == 2, "nothing changed"


def test_a_gap_that_is_filled_loses_its_note(bureau, line):
    url = f"{URL}/segments/ic-2"
    row = bureau.patch(url, {"version": 1, "is_gap": True, "gap_note": "缺"}).json()
    assert row["gap_note"] == "缺"
    row = bureau.patch(url, {"version": 2, "is_gap": False}).json()
    assert (row["is_gap"], row["gap_note"]) == (False, "")


def test_a_segment_is_moved_within_its_stage(bureau, chain, line):
    for code in ("ic-7", "ic-8"):
        SegmentFactory(chain=chain, code=code, name=code, stage="midstream", position=int(code[3:]))
    bureau.patch(f"{URL}/segments/ic-8", {"version": 1, "position": 2})
    assert [row["code"] for row in bureau.get(f"{URL}/segments").json()] == [
        "ic-1", "ic-8", "ic-2", "ic-7", "ic-3",
    ]  # fmt: skip
    assert [row["position"] for row in bureau.get(f"{URL}/segments").json()] == [1, 2, 3, 4, 5]


# -- Arrows -----------------------------------------------------------------------------------------------------------
def test_a_loop_is_told_by_the_way_it_takes(bureau, line):
    answer = bureau.post(f"{URL}/links", {"source": "ic-3", "target": "ic-1"})
    assert answer.status_code == 400
    assert "封测 → 硅片 → 设计 → 封测" in answer.json()["errors"][0]["detail"]
    answer = bureau.patch(f"{URL}/segments/ic-3", {"version": 1, "targets": ["ic-2"]})
    assert answer.status_code == 400
    assert SegmentLink.objects.count() == 2


def test_arrows_come_and_go(bureau, line):
    body = {"source": "ic-1", "target": "ic-3"}
    assert bureau.post(f"{URL}/links", body).status_code == 201
    assert bureau.post(f"{URL}/links", body).status_code == 409
    assert body in bureau.get(f"{URL}/links").json()
    assert bureau.delete(f"{URL}/links/ic-1/ic-3").status_code == 204
    assert bureau.delete(f"{URL}/links/ic-1/ic-3").status_code == 409
    assert body not in bureau.get(f"{URL}/links").json()


def test_an_arrow_to_itself_or_to_another_chain_is_refused(bureau, district, line):
    other = SegmentFactory(chain=ChainFactory(district=district), code="elsewhere")
    for target in ("ic-1", "elsewhere"):
        answer = bureau.post(f"{URL}/links", {"source": "ic-1", "target": target})
        assert answer.status_code == 400, target
        answer = bureau.patch(f"{URL}/segments/ic-1", {"version": 1, "targets": [target]})
        assert answer.status_code == 400, target
    assert not other.incoming.exists()


@pytest.mark.parametrize("ends", [(2, 0), (0, None)])
def test_the_database_itself_refuses_a_loop_and_another_chain(district, line, ends):
    other = SegmentFactory(chain=ChainFactory(district=district))
    source, target = line[ends[0]], line[ends[1]] if ends[1] is not None else other
    with pytest.raises(IntegrityError), transaction.atomic():
        SegmentLink.objects.bulk_create([SegmentLink(source=source, target=target)])
    with pytest.raises(IntegrityError), transaction.atomic():
        SegmentLink.objects.filter(source=line[0]).update(source=source, target=target)


def test_the_database_keeps_a_segment_on_its_chain(district, line):
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Segment.objects.filter(pk=line[0].pk).update(chain=ChainFactory(district=district))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded_by", ["action", "database"])
def test_two_clerks_cannot_close_a_loop_together(guarded_by):
    """Each arrow alone is fine; the two together are a loop. Without the lock both would pass."""
    chain = ChainFactory()
    by = make_user("bureau", district=chain.district)
    ends = [SegmentFactory(chain=chain, name=name) for name in "甲乙"]

    def draw(source: Segment, target: Segment) -> SegmentLink:
        if guarded_by == "action":
            return connect(source=source, target=target, by=by)
        return SegmentLink.objects.create(source=source, target=target)

    for _round in range(5):
        results = together(lambda: draw(*ends), lambda: draw(*ends[::-1]))
        assert sum(isinstance(one, Invalid | IntegrityError) for one in results) == 1
        link = SegmentLink.objects.get()
        disconnect(source=link.source, target=link.target, by=by)


# -- Closing and removing ---------------------------------------------------------------------------------------------
def test_a_segment_nobody_ever_stood_on_is_removed_with_its_arrows(bureau, line):
    assert bureau.delete(f"{URL}/segments/ic-2?version=1").status_code == 204
    assert [row["code"] for row in bureau.get(f"{URL}/segments").json()] == ["ic-1", "ic-3"]
    assert not SegmentLink.objects.exists()


def test_one_that_was_used_says_by_how_many_and_can_be_closed_when_empty(bureau, chain, line):
    towns = {"town__district": chain.district}
    ChainMembershipFactory(enterprise=EnterpriseFactory(**towns), chain=chain, segment=line[1], ended=True)
    still = ChainMembershipFactory(enterprise=EnterpriseFactory(**towns), chain=chain, segment=line[1])
    url = f"{URL}/segments/ic-2"
    refused = bureau.delete(f"{url}?version=1")
    assert refused.status_code == 409
    assert "2 条" in refused.json()["errors"][0]["detail"]
    assert "1 家" in refused.json()["errors"][0]["detail"]
    assert bureau.patch(url, {"version": 1, "closed": True}).status_code == 409
    still.segment = line[0]
    still.save()
    assert bureau.patch(url, {"version": 1, "closed": True}).json()["closed_on"]
    assert "ic-2" not in {node["id"] for node in bureau.get(f"{URL}/graph").json()["nodes"]}
    assert bureau.get(f"{URL}/graph").json()["links"] == []
    assert bureau.patch(url, {"version": 2, "closed": False}).json()["closed_on"] is None
    assert len(bureau.get(f"{URL}/graph").json()["links"]) == 2, "its arrows come back with it"


def test_removing_asks_for_the_version(bureau, line):
    assert bureau.delete(f"{URL}/segments/ic-2").status_code == 400
    assert bureau.delete(f"{URL}/segments/ic-2?version=9").status_code == 409


# -- Pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def clerk(client, district):
    client.force_login(make_user("bureau", district=district))
    return client


def test_a_chain_is_opened_and_its_first_segment_registered_on_pages(clerk, district):
    answer = clerk.post("/chains/new/", {"code": "robot", "name": "机器人"})
    assert answer["Location"] == "/chains/robot/segments/"
    assert "还没有环节" in clerk.get("/chains/robot/segments/").content.decode()
    assert "登记环节" in clerk.get("/chains/robot/").content.decode(), "says what to do"
    answer = clerk.post("/chains/robot/segments/new/", {"name": "减速器", "stage": "upstream"})
    assert answer.status_code == 302
    assert "减速器" in clerk.get("/chains/robot/").content.decode()
    assert clerk.post("/chains/new/", {"code": "robot", "name": "别名"}).status_code == 400
    assert clerk.post("/chains/new/", {"code": "new", "name": "别名"}).status_code == 400


def shown(answer) -> dict[str, str]:
    """The hidden fields of an edit page: what it was made for."""
    context = answer.context
    return {"version": context["version"], **context["shown"]}


def test_two_edits_of_a_segment_are_settled_field_by_field(clerk, line):
    url = "/chains/ic/segments/ic-2/"
    first = shown(clerk.get(url))
    base = {"stage": "midstream", "targets": ["ic-3"]}
    assert clerk.post(url, {**first, **base, "name": "芯片设计"}).status_code == 302
    mine = {**first, **base, "name": "IC设计", "targets": []}
    answer = clerk.post(url, mine)
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "芯片设计" in told
    assert "IC设计" in told
    assert (
        clerk.post(
            url, {**mine, **shown(answer), "choose-name": "theirs", "choose-targets": "mine"}
        ).status_code
        == 302
    )
    row = Segment.objects.get(code="ic-2")
    assert row.name == "芯片设计"
    assert not row.outgoing.exists()


def test_a_loop_is_told_beside_the_arrows(clerk, line):
    url = "/chains/ic/segments/ic-3/"
    body = {**shown(clerk.get(url)), "name": "封测", "stage": "downstream", "targets": ["ic-1"]}
    answer = clerk.post(url, body)
    assert answer.status_code == 400
    assert "封测 → 硅片 → 设计 → 封测" in answer.content.decode()


def test_buttons_move_close_and_remove(clerk, chain, line):
    SegmentFactory(chain=chain, code="ic-9", name="靶材", stage="upstream", position=9)
    clerk.post("/chains/ic/segments/ic-9/up/")
    assert Segment.objects.get(code="ic-9").position == 1
    clerk.post("/chains/ic/segments/ic-9/up/")
    assert Segment.objects.get(code="ic-9").position == 1
    clerk.post("/chains/ic/segments/ic-9/close/", {"version": 1})
    assert 'data-node="ic-9"' not in clerk.get("/chains/ic/").content.decode()
    clerk.post("/chains/ic/segments/ic-9/remove/", {"version": 2})
    assert not Segment.objects.filter(code="ic-9").exists()
    enterprise = EnterpriseFactory(town__district=chain.district)
    ChainMembershipFactory(enterprise=enterprise, chain=chain, segment=line[0])
    answer = clerk.post("/chains/ic/segments/ic-1/remove/", {"version": 1}, follow=True)
    assert "不能删除" in answer.content.decode()
    assert clerk.post("/chains/ic/segments/ic-1/explode/").status_code == 404
