"""What the four demo districts have published (docs/published-figures.md), and how a figure is compared with it."""

from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge
from typing import Any

from django.test import Client
from django.urls import reverse

from portal.accounts.demo import suffix_of
from portal.accounts.models import User
from portal.metrics.registry import Rate, metric_of
from portal.territory.models import District

PUBLISHED = {
    "songjiang": {
        "towns": 18, "chains": 18, "guidance_stations": 18, "service_stations": 18, "instructors": 101,
        "liaison_points": 29, "co_building_members": 25, "institutions": 26, "element_lists": 18, "work_guides": 4,
        "courses": 52, "credit_enterprises": 7, "credit_amount": Decimal(248_000_000), "pledge_enterprises": 12,
        "pledge_amount": Decimal(175_000_000), "intra_chain_amount": Decimal(197_346_400),
        "integration_projects": 980, "integration_participants": 5_000, "integration_patents": 2_960,
        "cluster_activities": 2_000, "cluster_attendances": 20_000,
    },
    "baoshan": {"alliances": 5, "service_stations": 6, "pioneer_boards": 7, "simplified_items": 40},
    "pukou": {"alliance_members": 33},
    "suqian": {"chains": 16, "party_alliances": 561, "alliances": 16},
}  # fmt: skip
AT_LEAST = {
    "songjiang": {"intra_chain_deals_large": 1, "coverage_three_builds": 20}
}  # "one", "more than twenty"


@dataclass(frozen=True)
class Dashboard:
    """A district's dashboard as its leader gets it by REST."""

    browser: Client
    figures: dict[str, dict[str, Any]]

    def rows_sum(self, code: str) -> Decimal:
        """The sum of the rows that the figure leads to."""
        return Decimal(str(self.browser.get(self.figures[code]["rows"]).json()["sum"]))


def dashboard_of(slug: str) -> Dashboard:
    """The dashboard of a loaded demo district."""
    browser = Client()
    name = f"leader{suffix_of(District.objects.get(slug=slug))}"
    browser.force_login(User.objects.get(username=name))
    body = browser.get(reverse("api:dashboard-district")).json()
    return Dashboard(browser, {figure["code"]: figure for figure in body["figures"]})


def cases(*slugs: str) -> list[tuple[str, str]]:
    """(district, code) of every published figure of these districts."""
    return [(slug, code) for slug in slugs for code in (*PUBLISHED[slug], *AT_LEAST.get(slug, {}))]


def check_published(dashboard: Dashboard, slug: str, code: str) -> None:
    """The figure on the dashboard is the published one, and the sum of the rows it leads to."""
    exactly = code in PUBLISHED[slug]
    wanted, compare = (PUBLISHED[slug][code], eq) if exactly else (AT_LEAST[slug][code], ge)
    value = Decimal(str(dashboard.figures[code]["value"]))
    assert compare(value, wanted), f"{value} instead of {wanted}"
    assert not isinstance(metric_of(code), Rate)
    assert dashboard.rows_sum(code) == value
