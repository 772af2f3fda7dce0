"""Keyset pages: every row once, in order, both ways, whatever NULLs and ties; a broken cursor is 400."""

import base64

import orjson
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.exceptions import ValidationError

from portal.kit.pagination import paginate
from portal.territory.models import Town
from tests.factories.accounts import make_user
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
ORDERINGS = [
    ("name",),
    ("-name",),
    ("position", "-code"),
    ("closed_on",),
    ("-closed_on", "position"),
    ("pk",),
    ("-pk",),
]


def nulls_last(part: str):
    """Rows without a value come last, whichever way the list is sorted."""
    column = F(part.lstrip("-"))
    return column.desc(nulls_last=True) if part.startswith("-") else column.asc(nulls_last=True)


def walk(queryset, ordering, size, step="next") -> list:
    """All rows by following the cursors, from one end to the other."""
    page = paginate(queryset, ordering=ordering, page_size=size)
    rows = list(page.rows)
    while page.next:
        page = paginate(queryset, ordering=ordering, page_size=size, cursor=page.next)
        rows += page.rows
    if step == "next":
        return rows
    back = list(page.rows)
    while page.previous:
        page = paginate(queryset, ordering=ordering, page_size=size, cursor=page.previous)
        back = page.rows + back
    return back


class TestEveryRowOnce(TestCase):
    @settings(max_examples=25)
    @given(
        rows=st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.dates())), max_size=12),
        ordering=st.sampled_from(ORDERINGS),
        size=st.integers(1, 5),
    )
    def test_forwards_and_backwards(self, rows, ordering, size):
        district = DistrictFactory()
        for position, closed_on in rows:
            TownFactory(district=district, position=position, closed_on=closed_on)
        towns = Town.objects.filter(district=district)
        expected = list(towns.order_by(*map(nulls_last, ordering), "pk"))
        assert walk(towns, ordering, size) == expected
        assert walk(towns, ordering, size, "previous") == expected


def cursor(*parts) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "中文",
        "%%%",
        "A" * 5000,
        cursor(),
        cursor(["-name", "pk"], ["a", 1], False),
        cursor(["position", "pk"], [1], False),
        cursor(["position", "pk"], ["one", 1], False),
        cursor(["position", "pk"], [1, "x"], False),
        cursor(["position", "pk"], [{"a": 1}, 1], False),
        cursor(["position", "pk"], [[1], 1], False),
        cursor(["position", "pk"], [1, 1], "yes"),
        cursor(["position", "pk"], ["a\0", 1], False),
        cursor(5),
    ],
)
def test_a_cursor_that_we_did_not_give_is_refused(text):
    with pytest.raises(ValidationError):
        paginate(Town.objects.all(), ordering=("position",), cursor=text)


def test_a_cursor_out_of_range_is_an_empty_page():
    TownFactory()
    page = paginate(
        Town.objects.all(), ordering=("position",), cursor=cursor(["position", "pk"], [2**62, 2**62], False)
    )
    assert page.rows == []


def test_values_page_too():
    TownFactory.create_batch(2)
    page = paginate(Town.objects.values("id", "name"), ordering=("name",), page_size=1, count=True)
    assert (page.count, page.count_is_capped, len(page.rows)) == (2, False, 1)
    assert paginate(Town.objects.values("id", "name"), ordering=("name",), cursor=page.next).next is None


def test_a_deep_page_starts_at_the_index():
    """The leading bound is what lets PostgreSQL start the index scan at the edge row."""
    towns = Town.objects.all()
    TownFactory.create_batch(2)
    page = paginate(towns, ordering=("code",), page_size=1)
    with CaptureQueriesContext(connection) as queries:
        paginate(towns, ordering=("code",), page_size=1, cursor=page.next)
    assert '"code" >= ' in queries[0]["sql"]


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=201",
        "page_size=x",
        "page_size=",
        "count=2",
        "ordering=password",
        "ordering=",
        "ordering=code,code",
        "cursor=zzz",
        "unknown=1",
    ],
)
def test_broken_list_parameters_are_400(client, query):
    client.force_login(make_user("bureau"))
    assert client.get(f"/api/v1/towns?{query}").status_code == 400


def test_links_keep_the_other_parameters(client):
    client.force_login(make_user("bureau"))
    TownFactory.create_batch(2)
    body = client.get("/api/v1/towns?page_size=1&count=1&ordering=-code").json()
    assert body["count"] == 2
    assert body["previous"] is None
    assert "page_size=1" in body["next"]
    assert "ordering=-code" in body["next"]
    second = client.get(body["next"]).json()
    assert second["results"] != body["results"]
    assert client.get(second["previous"]).json()["results"] == body["results"]


@pytest.mark.parametrize("value", [5, 5.5, True, "x", "2026-13-45", 10**30])
def test_a_cursor_fits_an_annotated_column_too(value):
    rows = Town.objects.annotate(until=F("closed_on"))
    raw = (
        orjson.dumps([["until", "pk"], [value, 1], False])
        if value != 10**30
        else b'[["until","pk"],[1e30,1],false]'
    )
    cursor = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    with pytest.raises(ValidationError):
        paginate(rows, ordering=("until",), cursor=cursor)


@pytest.mark.parametrize("page", ["/surveys/due/?", "/enterprises/?ordering=surveyed_on&"])
@pytest.mark.parametrize("value", ["x", 5.5, True])
def test_a_made_up_cursor_is_400_on_a_page(client, page, value):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    raw = orjson.dumps([["surveyed_on", "id"], [value, 1], False])
    answer = client.get(f"{page}cursor={base64.urlsafe_b64encode(raw).decode()}")
    assert answer.status_code == 400
    assert "翻页标记无效，请从第一页重新开始。" in answer.content.decode()
    assert f'<a href="{page.rstrip("?&")}">从第一页开始</a>' in answer.content.decode()


@pytest.mark.parametrize(
    "size", ["0", "201", "000001000000", "0" * 5000 + "1", "9" * 5000, "-1", "٣", "1.0", ""]
)
def test_the_page_size_has_one_spelling_and_a_limit(client, size):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    assert client.get(f"/api/v1/towns?page_size={size}").status_code == 400
