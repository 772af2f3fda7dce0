"""What stands in a bulletin, in which order: figures by code, in the three chains (三链融合, domain.md).

A code that no feature declares is left out. Figures that are named nowhere stand in the workbook only.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A section: `told` are told in sentences and stand in the table, `listed` in the table only, `drawn` by month."""

    title: str
    told: tuple[str, ...]
    listed: tuple[str, ...]
    drawn: str


PARTS = (
    Part(
        "组织嵌链",
        ("organizations_formal", "coverage_organizational_rate", "coverage_effective_rate", "activities_held"),
        (
            "coverage_base", "coverage_organizational", "coverage_stand_alone_rate", "coverage_work_rate", "party_set_up",
            "party_alliances", "should_establish_alone", "should_join", "members_full", "instructors", "liaison_points",
            "liaison_visits", "surveys_done", "surveys_due", "activity_attendances",
        ),
        "activities_held",
    ),
    Part(
        "服务强链",
        ("service_stations", "bookings_made", "bookings_completed", "booking_satisfaction"),
        (
            "institutions", "element_lists", "service_items", "station_members", "bookings_cancelled", "bookings_no_show",
            "booking_no_show_rate", "booking_lead_time", "booking_average_score", "session_fill_rate", "chains",
            "chain_places", "segments_without_supplier",
        ),
        "bookings_made",
    ),
    Part(
        "协同聚链",
        ("credit_amount", "pledge_amount", "intra_chain_amount", "intra_chain_share"),
        (
            "credit_grants", "credit_enterprises", "pledges", "pledge_enterprises", "deals", "deal_amount",
            "intra_chain_deals",
        ),
        "intra_chain_amount",
    ),
)  # fmt: skip
BY_TOWN = (
    "coverage_base", "coverage_organizational_rate", "coverage_effective_rate", "activities_held", "intra_chain_amount"
)  # fmt: skip
BY_CHAIN = (
    "chain_places",
    "coverage_organizational_rate",
    "deals",
    "intra_chain_amount",
    "intra_chain_share",
)
