"""Dashboards: every figure is the sum of the rows it leads to; what they cost; what they say without data."""

import datetime
import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chains.models import Chain
from enterprises.ledger.models import DealChain
from enterprises.registry.models import Enterprise
from portal.dashboards.sections import BY_CHAIN, BY_TOWN, SCREEN, SECTIONS, Form
from portal.metrics.actions import recount_all
from portal.metrics.models import MetricDaily, MetricState, MetricTarget
from portal.metrics.registry import Rate, counted, metric_of, metrics, rows_of
from tests.factories.accounts import make_user
from tests.factories.booking import SessionFactory, StationFactory, make_booking, make_follow_up
from tests.factories.ledger import CreditGrantFactory, DealFactory, PledgeFactory
from tests.factories.territory import DistrictFactory, TownFactory
from tests.factories.workorders import DemandFactory
from tests.portal.metrics.conftest import make_district

pytestmark = pytest.mark.django_db  # without a marked test no test database is made
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["dashboards"]
DIST = Path(__file__).parents[3] / "static" / "dist"
FIRST_LOAD = ("dashboard-district", "dashboard-places")
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """A district with something of everything, counted once for this file and taken out again by rolling back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield full()
        transaction.set_rollback(True)


@pytest.fixture
def district(told, django_db_blocker):
    """The same for one test; what it changes, the next does not see."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield told
        transaction.set_rollback(True)


def full():
    """Something of everything, purchases inside a chain among it."""
    district = make_district()
    buyer, seller = Enterprise.objects.filter(district=district).order_by("pk")[:2]
    chain = Chain.objects.filter(district=district).order_by("pk").first()
    for amount in ("1973464.05", "120000.00"):
        deal = DealFactory(
            buyer=buyer, seller=seller, verified=True, intra_chain=True, amount=Decimal(amount),
            signed_on=timezone.localdate() - datetime.timedelta(days=3),
        )  # fmt: skip
        DealChain.objects.create(district=district, deal=deal, chain=chain, is_common=True)
    CreditGrantFactory(enterprise=buyer, granted_on=datetime.date(2024, 6, 1))
    PledgeFactory(enterprise=seller)
    town = district.towns.order_by("pk").first()
    for code, bookings in (("two-bookings", 2), ("one-booking", 1)):
        session = SessionFactory(station=StationFactory(town=town, code=code))
        made = [make_booking(session, enterprise=one) for one in (buyer, seller)[:bookings]]
        make_follow_up(made[0])
        # asked for and served today, so that the day's figures have both
        type(session).objects.filter(pk=session.pk).update(
            starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(minutes=30)
        )
    demands_of_two_years(buyer, chain)
    recount_all()
    return district


def demands_of_two_years(enterprise, chain):
    """Four of last year, three of them solved this month, and an open one of today: this month solves more than it finds."""
    now = timezone.now()
    own = {"enterprise": enterprise, "town": enterprise.town, "chain": chain}
    for solved in (True, True, True, False):
        end = {"status": "verified", "resolved_at": now, "verified_at": now} if solved else {}
        DemandFactory(created_at=now - datetime.timedelta(days=400), **own, **end)
    DemandFactory(**own)


@pytest.fixture
def sign_in(client, district):
    """`sign_in("leader")`: the browser of somebody of that role; a station is of the first town."""

    def as_role(role: str):
        where = (
            {"town": district.towns.order_by("pk").first()} if role == "station" else {"district": district}
        )
        client.force_login(make_user(role, **where))
        return client

    return as_role


def places_of(district) -> dict[str, str]:
    return {
        "chain": Chain.objects.filter(district=district).order_by("pk").first().code,
        "town": district.towns.order_by("pk").first().code,
        "station": "two-bookings",
    }


def test_every_declared_figure_stands_once_and_no_other():
    listed = [shown.code for section in SECTIONS for shown in section.shown]
    trends = [code for section in SECTIONS for code in section.trend.codes]
    declared = {metric.code for metric in metrics()}
    assert len(listed) == len(set(listed))
    assert set(listed) == declared
    assert {*BY_TOWN, *BY_CHAIN, *SCREEN, *trends} <= declared


def test_the_rows_of_every_figure_are_told_by_name():
    today = timezone.localdate()
    models = {metric.rows_in(today, today).model for metric in counted()}
    assert [model.__name__ for model in models if not rows_of(model).columns] == []


def test_every_figure_is_in_the_list_of_definitions(district, sign_in):
    page = sign_in("leader").get(reverse("metric-list")).content.decode()
    assert [one.code for one in metrics() if reverse("metric", args=[one.code]) not in page] == []


def test_each_figure_is_the_sum_of_the_rows_it_leads_to(district, sign_in):
    """Over all sections, for the district, a chain, a town and a station; a rate leads to the rows of its part."""
    browser, codes, told = sign_in("leader"), places_of(district), {}
    for kind, address in (
        ("district", reverse("api:dashboard-district")),
        ("chain", reverse("api:dashboard-chain", args=[codes["chain"]])),
        ("town", reverse("api:dashboard-town", args=[codes["town"]])),
        ("station", reverse("api:dashboard-station", args=[codes["station"]])),
    ):
        body = browser.get(address).json()
        by_code = {figure["code"]: figure for figure in body["figures"]}
        assert body["as_of"]
        assert [len(one["points"]) for one in body["series"]] == [24] * len(by_code)
        for code, figure in by_code.items():
            metric = metric_of(code)
            if kind != "district" and not figure["value"]:
                continue
            answer = browser.get(figure["rows"]).json()
            part = by_code.get(metric.part) if isinstance(metric, Rate) else figure
            if part and part["period"] == figure["period"]:
                assert Decimal(str(answer["sum"])) == Decimal(str(part["value"])), (kind, code)
        told[kind] = sum(bool(figure["value"]) for figure in by_code.values())
    assert told["district"] > 30
    assert told["chain"] > 10
    assert told["town"] > 20
    assert told["station"] > 10


def test_the_page_shows_value_comparison_target_and_way_to_the_rows(district, sign_in):
    MetricTarget.objects.create(
        metric="intra_chain_amount",
        year=timezone.localdate().year,
        district=district,
        value=Decimal(4_000_000),
    )
    page = sign_in("leader").get(reverse("dashboard-district")).content.decode()

    card = re.search(r'<article[^>]*id="figure-intra_chain_amount".*?</article>', page, re.DOTALL)[0]
    assert "本年 209.35 万元" in card
    assert "上年同期 0" in card
    assert "年度目标 400 万元，完成 52.3%" in card
    assert f'href="/metrics/intra_chain_amount/?to={timezone.localdate()}"' in card
    assert "截至" in card
    assert page.index("组织嵌链") < page.index("协同聚链")


@pytest.mark.parametrize("kind", ["district", "chain", "town", "station"])
def test_behind_each_card_the_page_states_its_value_period_and_rows(district, sign_in, kind):
    """All time, this year, as of today and rates: what is written large is on the page, its rows add up to it or its part."""
    browser, codes = sign_in("leader"), places_of(district)
    place = [codes[kind]] if kind != "district" else []
    board = browser.get(reverse(f"dashboard-{kind}", args=place)).context["board"]
    cards = [tile for part in board.parts for tile in part.cards]
    words = set()
    for tile in cards:
        page = browser.get(tile.rows_url)
        said = page.context
        assert said["value"] == tile.value, tile.code
        words.add(said["period"].partition("：")[0])
        assert said["period"] in page.content.decode()
        part = said["parts"][0]["figure"] if said["parts"] else said["figure"]
        assert said["behind"].sum == part.value, tile.code
        for one in said["parts"]:
            behind = browser.get(one["url"]).context
            assert behind["value"] == (one["number"], one["unit"]), (tile.code, one["url"])
            assert behind["behind"].sum == one["figure"].value
    assert len(cards) >= 8
    assert len(words) >= 2 + (kind != "station"), words


def test_a_share_of_all_is_never_above_a_hundred_in_any_month(district, sign_in):
    """Three of five are solved: the card, its page and both years' months say so, though this month solved three of one."""
    get = sign_in("leader").get
    rows = get(reverse("api:dashboard-district")).json()
    card = next(one for one in rows["figures"] if one["code"] == "demand_resolution_rate")
    assert (card["value"], card["year"]) == ("60.00", "60.00")
    page = get(f"{reverse('metric', args=['demand_resolution_rate'])}?to={timezone.localdate()}")
    headline = re.search(r'id="headline".*?</section>', page.content.decode(), re.DOTALL)[0]
    assert re.findall(r">([\d.]+)<", headline) == ["60.00", "3", "5"]
    for by in ("month", "town", "chain"):
        told = get(
            f"{reverse('api:metric-series', args=['demand_resolution_rate'])}?by={by}&from={timezone.localdate():%Y-%m}-01"
        ).json()
        values = {point["value"] for point in told["points"]}
        assert told["total"] == "60.00"
        assert values <= {"60.00", None}
        assert "60.00" in values
    months = next(one for one in rows["series"] if one["code"] == "demand_resolution_rate")["points"]
    assert [point["value"] for point in months][-2:] == ["0.00", "60.00"]


def test_cards_of_which_the_district_has_no_row_make_way(district, sign_in):
    """No credit and no stations, but visits: as in a district that publishes its visits and demands only."""
    address = reverse("dashboard-district")

    def front(code):
        parts = sign_in("leader").get(address).context["board"].parts
        return next([t.code for t in part.cards] for part in parts if part.section.code == code)

    declared = [one.code for one in SECTIONS[1].shown if one.form is Form.CARD]
    assert [code for code in front("services") if code in declared][:4] == declared[:4]
    ours = MetricDaily.objects.filter(district_id=district.pk)
    bare = (
        "service_stations",
        "institutions",
        "element_lists",
        "courses",
        "bookings_made",
        "booking_ratings",
    )
    ours.filter(metric__in=bare).delete()
    for code in ("enterprises_visited", "projects_visited"):
        MetricDaily.objects.create(
            metric=code, day=timezone.localdate(), district_id=district.pk, value=7, version=1,
            counted_at=timezone.now(),
        )  # fmt: skip
    assert front("services")[:6] == [
        "enterprises_visited", "projects_visited", "demands_found", "demands_solved", "demands_in_progress",
        "demand_resolution_rate",
    ]  # fmt: skip
    assert not set(front("services")) & {*bare, "booking_satisfaction"}


def test_pages_stay_within_their_budgets(district, sign_in):
    over = {}
    for name, budget in BUDGETS.items():
        browser, address = sign_in(budget["role"]), budget["address"].format(**places_of(district))
        browser.get(address)  # the first request of a minute also moves the session's end forward
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
        assert answer.status_code == 200, name
        if len(queries) > budget["queries"]:
            over[name] = len(queries)
    assert over == {}


def test_a_first_visit_is_light(district, sign_in):
    """Everything that the page loads, compressed by gzip: 120 KB without the pictures' library, 350 KB with it."""
    browser = sign_in("leader")
    pages = [browser.get(reverse(name), headers={"Accept-Encoding": "gzip"}) for name in FIRST_LOAD]
    assert {page.headers["Content-Encoding"] for page in pages} == {"gzip"}
    size = sum(len(page.content) for page in pages)
    size += sum(
        (DIST / f"{name}.gz").stat().st_size for name in ("style.css", "app.js", "icons.svg", "favicon.svg")
    )
    assert size <= 120_000
    assert size + (DIST / "charts.js.gz").stat().st_size <= 350_000


def test_an_open_page_gets_only_what_changed(district, sign_in):
    browser, address = sign_in("bureau"), reverse("dashboard-district")
    seen = SEEN.findall(browser.get(address).content.decode())
    asked = {"headers": {"HX-Request": "true", "X-Background": "1"}}

    still = browser.get(address, {"seen": seen}, **asked)
    assert still.content.strip() == b""
    assert "figures-as-of" in still.headers["HX-Trigger"]

    MetricDaily.objects.filter(metric="instructors", town_id=0, chain_id=0).update(value=707)
    changed = browser.get(address, {"seen": seen}, **asked).content.decode()
    assert re.findall(r'id="(figure-[a-z_]+|table-\w+|picture-[\w-]+)"', changed) == ["figure-instructors"]
    assert "hx-swap-oob" in changed


def test_a_figure_that_cannot_be_counted_keeps_its_value_and_says_since_when(district, sign_in):
    then = timezone.now() - datetime.timedelta(hours=7)
    MetricState.objects.filter(metric="instructors").update(
        as_of=then, failed_at=timezone.now(), error="broken"
    )
    page = sign_in("leader").get(reverse("dashboard-district")).content.decode()

    card = re.search(r'<article[^>]*id="figure-instructors".*?</article>', page, re.DOTALL)[0]
    assert "统计失败，为上次数值" in card
    assert timezone.localtime(then).strftime("%m-%d %H:%M") in card
    assert page.count("统计失败，为上次数值") == 1
    assert "1 项指标统计失败，显示的是上次的数值和时间，系统会自动重试：党建工作指导员。" in page


def test_without_data_the_page_says_so(client, district):
    empty = DistrictFactory()
    TownFactory(district=empty)
    client.force_login(make_user("leader", district=empty))

    page = client.get(reverse("dashboard-district")).content.decode()
    assert "还没有数据" in page
    assert "还没有数据" in client.get(reverse("dashboard-slide")).content.decode()
    assert client.get(reverse("dashboard-places")).status_code == 200

    MetricState.objects.all().delete()
    assert "尚未统计" in client.get(reverse("dashboard-district")).content.decode()
    body = client.get(reverse("api:dashboard-district")).json()
    assert body["as_of"] is None
    assert {figure["value"] for figure in body["figures"]} == {None}


def test_a_station_has_the_dashboard_of_its_town(district, sign_in):
    browser = sign_in("station")
    page = browser.get(reverse("dashboard-district"), follow=True)
    town = district.towns.order_by("pk").first()

    assert page.redirect_chain[-1][0] == reverse("dashboard-town", args=[town.code])
    assert town.name in page.content.decode()
    other = district.towns.order_by("pk").last()
    assert browser.get(reverse("dashboard-town", args=[other.code])).status_code == 404


def test_a_service_station_has_its_own_figures_and_its_towns(district, sign_in):
    """Two stations share a town: bookings are told apart, what the guidance station does is the whole town's."""
    browser, found = sign_in("station"), {}
    for code in ("two-bookings", "one-booking"):
        body = browser.get(reverse("api:dashboard-station", args=[code])).json()
        found[code] = {figure["code"]: figure for figure in body["figures"]}
    town = browser.get(reverse("api:dashboard-town", args=[places_of(district)["town"]])).json()["figures"]
    town = {figure["code"]: figure["value"] for figure in town}

    def told(name, code):
        return found[name][code]["value"]

    assert [told(name, "bookings_made") for name in found] == [2, 1]
    assert town["bookings_made"] == 3
    assert [told(name, "session_places_taken") for name in found] == [2, 1]
    assert told("two-bookings", "booking_average_score") == "2.00"
    around = {
        figure["code"]: figure for figure in found["one-booking"].values() if figure["section"] == "around"
    }
    assert len(around) == 8
    assert {code: one["value"] for code, one in around.items()} == {code: town[code] for code in around}

    page = browser.get(reverse("dashboard-station", args=["one-booking"])).content.decode()
    assert "党建工作指导站负责全街镇" in page
    detail = browser.get(
        found["two-bookings"]["bookings_made"]["rows"].replace("/api/v1/", "/").replace("/rows", "/")
    )
    assert "two-bookings" in detail.wsgi_request.GET["station"]
    assert detail.context["behind"].sum == 2
    assert detail.context["figure"].value == 2
    assert (
        'href="/dashboards/stations/one-booking/"'
        in browser.get(reverse("dashboard-places"), {"town": places_of(district)["town"]}).content.decode()
    )


@pytest.mark.parametrize(
    "query",
    ["station=no-such", "station=two-bookings&by=town", "station=two-bookings&chain=C-1", "station=%00"],
)
def test_a_garbled_station_is_refused(district, sign_in, query):
    assert (
        sign_in("leader").get(reverse("api:metric-series", args=["bookings_made"]) + f"?{query}").status_code
        == 400
    )
    without = sign_in("leader").get(
        reverse("api:metric-rows", args=["instructors"]) + "?station=two-bookings"
    )
    assert without.status_code == 400


def test_purchases_and_their_sum(district, sign_in):
    code = places_of(district)["chain"]
    page = sign_in("leader").get(reverse("dashboard-purchases", args=[code]))
    flows, leads = page.context["pictures"]

    assert sum(row[-1] for row in flows.rows) == Decimal("209.346405")
    assert flows.chart["links"][0]["value"] == pytest.approx(209.346405)
    assert leads.is_empty or leads.rows[0][1] == 2


@pytest.mark.parametrize("query", ["", "?picture=towns&metric=instructors", "?picture=trend-collaboration"])
def test_the_numbers_come_as_a_workbook(district, sign_in, query):
    answer = sign_in("leader").get(reverse("dashboard-workbook") + query)
    book = load_workbook(BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))

    assert "filename*=utf-8''" in answer.headers["Content-Disposition"]
    assert len(rows) > 2
    if not query:
        found = {row[2]: row for row in rows}
        assert found["intra_chain_amount"][3:5] == ("万元", pytest.approx(209.346405))
    assert sign_in("leader").get(reverse("dashboard-workbook") + "?picture=none").status_code == 404
