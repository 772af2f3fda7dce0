"""What stands on the dashboards: figures by code, in the three chains (三链融合, domain.md), and in which form.

One list for the district, its chains, towns and stations: each shows of it what can be broken down that far. Every declared
figure stands here once, and only those (a test holds the two together).
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Metric, Rate, metrics


class Form(Enum):
    """CARD: a card of its own with its trend as a picture; ROW: a line of the section's table."""

    CARD = "card"
    ROW = "row"


@dataclass(frozen=True)
class Shown:
    """A figure by its code. `total`: what has come together since the beginning leads, the year stands below.
    `first`: a line that, where it becomes a card, stands before the section's own cards."""

    code: str
    form: Form = Form.ROW
    total: bool = False
    first: bool = False


@dataclass(frozen=True)
class Trend:
    """The picture of a section: these figures by month. Those of one picture share their unit."""

    title: Any
    codes: tuple[str, ...]
    type: str = "bar"


@dataclass(frozen=True)
class Section:
    """One of the three chains: its figures, and its picture of two years."""

    code: str
    name: Any
    subtitle: Any
    shown: tuple[Shown, ...]
    trend: Trend
    otherwise: Trend | None = None  # where the figures of `trend` are not told

    @property
    def has_lines(self) -> bool:
        """Whether a line could come up where a card has nothing to tell."""
        return any(one.form is Form.ROW for one in self.shown)


def _cards(*codes: str, total: bool = False) -> tuple[Shown, ...]:
    return tuple(Shown(code, Form.CARD, total) for code in codes)


def _rows(*codes: str, total: bool = False, first: bool = False) -> tuple[Shown, ...]:
    return tuple(Shown(code, Form.ROW, total, first) for code in codes)


SECTIONS = (
    Section(
        "organisations",
        _("组织嵌链"),
        _("摸排、组建、规范化"),
        (
            *_cards(
                "coverage_organizational_rate", "coverage_work_rate", "coverage_stand_alone_rate",
                "coverage_effective_rate", "organizations_formal", "party_alliances", "instructors",
                "liaison_points",
            ),
            *_rows(
                "coverage_base", "enterprises_small", "coverage_organizational", "coverage_stand_alone",
                "coverage_work", "coverage_three_builds", "should_establish_alone", "should_join",
                "needs_work_coverage", "members_full", "members_probationary", "party_organizations",
                "party_branches", "party_joint_branches", "party_committees", "organizations_effective",
                "party_set_up", "party_guidance_links", "alliances", "alliance_members", "alliance_meetings", "agreements",
                "co_building_members", "pioneer_boards", "guidance_stations", "instructor_postings",
                "liaison_visits",
            ),
            *_rows(
                "activities_held", "activity_attendances", "cluster_activities", "cluster_attendances", total=True,
            ),
            *_rows("surveys_done", "surveys_fresh", "surveys_fresh_rate", "surveys_due", "surveys_overdue"),
        ),
        Trend(_("活动与摸排"), ("activities_held", "surveys_done")),
    ),
    Section(
        "services",
        _("服务强链"),
        _("诉求办理、走访、一站式服务、课程、预约"),
        (
            *_cards("demands_found", "demands_solved", total=True),
            *_cards("demands_in_progress"),
            *_cards("demand_resolution_rate", total=True),
            *_cards(
                "service_stations", "institutions", "element_lists", "courses", "bookings_made",
                "booking_satisfaction", "booking_no_show_rate", "booking_lead_time",
            ),
            *_rows(
                "demand_response_rate", "demand_in_time_rate", "demand_satisfaction", "demand_average_days",
                "demands_overdue", "demands_reopened", "demands_signed", "demands_signed_in_time",
                "demands_solved_in_time", "demands_verified", "demands_satisfied", "demand_days",
                "joint_meetings", "meeting_tasks_done", "meeting_tasks_open",
            ),
            *_rows("visit_findings", total=True),
            *_rows("visits"),
            *_rows("enterprises_visited", "projects_visited", first=True),
            *_rows("policies"),
            *_rows("service_items", "station_members", "work_guides", "simplified_items"),
            *_rows(
                "bookings_pending", "bookings_confirmed", "bookings_waiting", "bookings_checked_in",
                "bookings_in_service", "bookings_completed", "bookings_rated", "bookings_cancelled",
                "bookings_declined", "bookings_no_show", "bookings_of_day", "bookings_due", "bookings_ahead",
                "bookings_to_rate", "booking_lead_hours", "session_places", "session_places_taken",
                "session_fill_rate", "booking_ratings", "booking_ratings_good", "booking_scores",
                "booking_average_score", "booking_cancel_rate",
            ),
        ),
        Trend(_("诉求收集与办结"), ("demands_found", "demands_solved")),
        Trend(_("预约申请与办结"), ("bookings_made", "bookings_completed")),
    ),
    Section(
        "collaboration",
        _("协同聚链"),
        _("授信、质押、链内采购、深度融合"),
        (
            *_cards("intra_chain_amount", "credit_amount", "pledge_amount", "integration_projects", total=True),
            *_cards("intra_chain_share", "enterprises_on_chains", "credit_enterprises", "pledge_enterprises"),
            *_rows(
                "intra_chain_deals", "intra_chain_deals_large", "deal_amount", "deals", "credit_grants", "pledges",
                "integration_participants", "integration_patents", total=True,
            ),
            *_rows(
                "chains", "towns", "segments", "chain_gaps", "segments_without_supplier",
                "chain_places", "chain_leads",
            ),
        ),
        Trend(_("每月链内采购金额"), ("intra_chain_amount",)),
    ),
)  # fmt: skip

# What a station's dashboard tells of its town: the guidance station (指导站) there works for all of it.
AROUND = Section(
    "around",
    _("所在街镇"),
    _("党建工作指导站负责全街镇，以下各项按全街镇统计"),
    _cards(
        "coverage_base", "coverage_organizational_rate", "coverage_work_rate", "surveys_due", "enterprises_visited",
        "demands_in_progress", "demand_resolution_rate", "intra_chain_amount",
    ),
    Trend(_("诉求收集与办结"), ("demands_found", "demands_solved")),
)  # fmt: skip

# What the map and the ranking of chains offer to choose from, the first of them to begin with.
BY_TOWN = (
    "coverage_organizational_rate", "coverage_work_rate", "coverage_base", "members_full", "organizations_formal",
    "instructors", "liaison_points", "activities_held", "surveys_due", "demands_in_progress", "demand_resolution_rate",
    "enterprises_visited", "bookings_made", "intra_chain_amount", "credit_amount", "pledge_amount",
)  # fmt: skip
BY_CHAIN = (
    "intra_chain_amount", "enterprises_on_chains", "coverage_organizational_rate", "chain_gaps", "party_alliances",
    "activities_held", "demands_found", "demand_resolution_rate",
)  # fmt: skip

# What the big screen has room for.
SCREEN = (
    "coverage_organizational_rate", "coverage_work_rate", "organizations_formal", "party_alliances", "instructors",
    "liaison_points", "enterprises_on_chains", "service_stations", "courses", "demands_found", "demands_solved",
    "demand_resolution_rate", "bookings_made", "intra_chain_amount", "credit_amount", "pledge_amount",
)  # fmt: skip


def declared(codes: Iterable[str], *needed: str) -> list[Metric | Rate]:
    """The figures with these codes that a feature declares and that can be narrowed as needed, in this order."""
    known = {metric.code: metric for metric in metrics()}
    found = (known[code] for code in codes if code in known)
    return [metric for metric in found if set(needed) <= set(metric.filters)]


def arranged(section: Section, offered: Container[str], known: Container[str]) -> list[Shown]:
    """The offered figures of a section, cards before lines. A card of which the district never had a row becomes a line;
    in its place comes up the next line that is `known`, those that say so before the section's own cards."""
    here = [one for one in section.shown if one.code in offered]
    cards = [one for one in here if one.form is Form.CARD and one.code in known]
    free = sum(one.form is Form.CARD for one in here) - len(cards)
    spare = sorted(
        (one for one in here if one.form is Form.ROW and one.code in known), key=lambda one: not one.first
    )
    raised = [replace(one, form=Form.CARD) for one in spare[:free]]
    front = [*(one for one in raised if one.first), *cards, *(one for one in raised if not one.first)]
    shown = {one.code for one in front}
    return [*front, *(replace(one, form=Form.ROW) for one in here if one.code not in shown)]


TOTALS = frozenset(one.code for section in SECTIONS for one in section.shown if one.total)
