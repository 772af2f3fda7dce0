"""Stations side by side: what a figure says is what its rows hold, on the page, behind it and in the file."""

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.imports.actions import request_export
from portal.imports.registry import exported
from portal.kit.problems import Invalid
from services.booking.models import Rating
from services.booking.rules.periods import Span, days_of
from tests.factories.booking import InstitutionFactory, SessionFactory, make_booking
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory

BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["comparison"]


def page(user, address: str):
    client = Client()
    client.force_login(user)
    return client.get(address)


@pytest.fixture
def figures(cast):
    """Six bookings at two stations: two rated, one missed, one given up, one with a technical institution."""
    chain = ChainFactory(district=cast.district, code="c1", name="智能装备")
    ChainMembershipFactory(enterprise=cast.ours, chain=chain)
    lab = InstitutionFactory(town=cast.here, offering=cast.item)
    first, second = cast.session(capacity=4), cast.session(capacity=4, institution=lab, hours=30)
    away = SessionFactory(station=cast.nearby, item=cast.item, capacity=2)
    rows = [make_booking(first, enterprise=cast.ours, by=cast.us), *(make_booking(first) for _ in range(3))]
    rows += [make_booking(second, enterprise=cast.theirs, by=cast.them), make_booking(away)]
    for row, status in zip(rows, ("rated", "rated", "no_show", "cancelled"), strict=False):
        row.status = status
        row.save(update_fields=["status"])
    Rating.objects.create(booking=rows[0], score=5)
    Rating.objects.create(booking=rows[1], score=2)
    cast.days = f"period=free&first={timezone.localdate()}&last={timezone.localdate().year + 1}-01-01"
    cast.rows, cast.lab = rows, lab
    return cast


def test_every_figure_leads_to_the_rows_that_make_it(figures):
    shown = page(figures.leader, f"/service-comparison/?{figures.days}").content.decode()
    assert "33.3%" in shown  # one no-show of three who were to come
    assert "3.50" in shown
    assert "2 条评价" in shown
    links = re.findall(r'href="(/service-comparison/(?:bookings|sessions)/\?[^"]+)"', shown)
    assert len(links) > 12
    for link in set(links):
        assert "没有符合条件" not in page(figures.leader, link.replace("&amp;", "&")).content.decode()
    of_station = next(link for link in links if "no_shows" in link and figures.station.code in link)
    rows = page(figures.leader, of_station.replace("&amp;", "&")).content.decode()
    assert figures.rows[2].number in rows
    assert figures.rows[0].number not in rows
    assert "联系人" not in rows  # a leader never


def test_each_sees_the_own_and_finds_a_booking(figures):
    own = page(figures.clerk, "/service-comparison/bookings/").content.decode()
    assert own.count("YY2") >= 5
    assert figures.rows[5].number not in own
    assert "****" in own
    found = page(
        figures.bureau, f"/service-comparison/bookings/?search={figures.rows[4].number}"
    ).content.decode()
    assert figures.theirs.name in found
    assert figures.rows[0].number not in found
    named = page(figures.bureau, f"/service-comparison/bookings/?search={figures.ours.name}").content.decode()
    assert figures.rows[0].number in named
    assert figures.rows[4].number not in named
    lines = page(figures.clerk, f"/service-comparison/?by=institution&{figures.days}").content.decode()
    assert figures.lab.name in lines
    lines = page(figures.bureau, f"/service-comparison/?by=chain&{figures.days}").content.decode()
    assert "智能装备" in lines
    assert "满约率</a>" not in lines
    empty = page(figures.us, "/service-comparison/")
    assert empty.status_code == 403
    assert page(figures.bureau, "/service-comparison/?first=2026-13-01").status_code == 400
    assert page(figures.bureau, "/service-comparison/bookings/?figure=none&cursor=x").status_code == 400
    assert (
        "没有符合条件的场次"
        in page(figures.bureau, "/service-comparison/sessions/?last=2001-01-01").content.decode()
    )


def test_files_hold_what_the_page_shows_and_no_contact_for_a_leader(figures):
    today = timezone.localdate()
    filters = {"first": str(today), "last": str(today + timedelta(days=7)), "by": "station"}
    table = exported("service_comparison").export(figures.leader, filters, "x")
    rows = list(table.rows)
    assert [row[1] for row in rows] == [figures.station.name, figures.nearby.name, "合计"]
    assert rows[-1][5] == sum(row[5] for row in rows[:-1]) == 6
    with_contact = exported("bookings").export(figures.clerk, {"figure": "rated"}, "y")
    assert "联系电话" in with_contact.headers
    assert all(row[-1] for row in with_contact.rows)
    without = exported("bookings").export(figures.leader, {}, "z")
    assert "联系电话" not in without.headers
    assert without.count == 6
    assert csv.writer(io.StringIO()).writerows(without.rows) is None
    with pytest.raises(Invalid):
        request_export(kind="bookings", filters={"colour": "red"}, format="csv", by=figures.bureau)
    with pytest.raises(Invalid):
        request_export(kind="service_comparison", filters={}, format="csv", by=figures.us)
    assert request_export(kind="bookings", filters={}, format="csv", by=figures.leader).pk


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(figures, name):
    client = Client()
    client.force_login(getattr(figures, BUDGETS[name]["role"]))
    client.get(BUDGETS[name]["address"])
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(BUDGETS[name]["address"]).status_code == 200
    assert len(found) <= BUDGETS[name]["queries"], "\n".join(q["sql"][:160] for q in found)


@settings(max_examples=60)
@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)), st.sampled_from(Span.values))
def test_a_period_is_whole_days_in_order(today, span):
    first, last = days_of(span, today)
    assert first <= last <= today
    assert (today - first).days <= 92
    if span == Span.LAST_MONTH:
        assert first.day == 1
        assert (last.year, last.month) == (first.year, first.month)
        assert last < today.replace(day=1)
