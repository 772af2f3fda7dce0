"""Reads of proposals: the current run, its proposals by town and chain, one with its members as they stand today."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from chains.party.models import PartyOrganization
from portal.jobs.models import Job
from portal.kit.problems import Invalid
from portal.territory.models import District

from ...registry.models import ChainMembership
from ..models import JointProposal, ProposalMember, ProposalRun
from ..rules.naming import branch_name, member_problem, road_of
from ..rules.standing import BRANCH_MEMBERS, can_decide
from .conditions import place_ids

WORKING = (Job.State.QUEUED, Job.State.RUNNING)
STATES = JointProposal.State


@dataclass(frozen=True)
class Member:
    """An enterprise of a proposal as it stands today; `problem` says why it can no longer take part."""

    row: ProposalMember
    full_members: int
    problem: str

    @property
    def is_changed(self) -> bool:
        """The count of full members is not the one that the proposal was worked out with."""
        return self.full_members != self.row.full_members


def latest_run(user) -> ProposalRun | None:
    """The newest finished run in the user's district: its proposals are the current ones."""
    return (
        ProposalRun.objects.visible_to(user)
        .filter(finished_at__isnull=False)
        .select_related("requested_by", "district")
        .order_by("-finished_at")
        .first()
    )


def newest_run(user) -> ProposalRun | None:
    """The run that was asked for last, with its job: what the page shows the progress of."""
    return ProposalRun.objects.visible_to(user).select_related("job").order_by("-requested_at").first()


def running_run(district: District) -> ProposalRun | None:
    """The run that is being worked out for a district."""
    return (
        ProposalRun.objects.filter(district=district, finished_at=None, job__state__in=WORKING)
        .select_related("job")
        .order_by("-requested_at")
        .first()
    )


def proposals(
    user, run: ProposalRun | None, *, town: str = "", chain: str = "", state: str = ""
) -> QuerySet[JointProposal]:
    """The proposals of a run that the user sees: by a town that a member lies in, by chain, by state.

    Raises Invalid for a state or code that does not exist.
    """
    if state and state not in STATES.values:
        sentence = _("应为这些值之一：%(values)s。") % {"values": "、".join(STATES.values)}
        raise Invalid({"state": sentence})
    known = place_ids(town=town, chain=chain)
    rows = with_places(user).filter(run=run)
    if state:
        rows = rows.filter(state=state)
    if "town" in known:
        members = ProposalMember.objects.filter(run=run, enterprise__town_id=known["town"])
        rows = rows.filter(pk__in=members.values("proposal"))
    return rows.filter(chain_id=known["chain"]) if "chain" in known else rows


def with_places(user) -> QuerySet[JointProposal]:
    """Every proposal that the user sees, of any run, with what its row and its detail show."""
    return (
        JointProposal.objects.visible_to(user)
        .select_related("run__district", "town", "chain", "organization", "decided_by")
        .defer("organization__secretary_name", "organization__secretary_phone")
    )


def open_by_town(user, run: ProposalRun | None) -> dict[int, int]:
    """Open proposals by the towns of their members: {town id: count}, the same rows as the list of that town."""
    rows = (
        ProposalMember.objects.visible_to(user)
        .filter(run=run, proposal__state=STATES.OPEN)
        .order_by()
        .values_list("enterprise__town_id")
        .annotate(count=Count("proposal", distinct=True))
    )
    return dict(rows)


def state_counts(rows: QuerySet[JointProposal]) -> dict[str, int]:
    """How many of the proposals are in each state."""
    return dict(rows.order_by().values_list("state").annotate(count=Count("pk")))


def member_rows(proposal: JointProposal) -> list[ProposalMember]:
    """Every member of a proposal with enterprise and profile, in the order of the enterprises' ids."""
    return list(
        ProposalMember.objects.filter(proposal=proposal)
        .select_related("enterprise__town", "enterprise__area", "enterprise__profile")
        .defer(
            *(
                f"enterprise__profile__{name}_{part}"
                for name in ("secretary", "contact")
                for part in ("name", "phone")
            )
        )
        .order_by("enterprise_id")
    )


def as_they_stand(proposal: JointProposal, rows: list[ProposalMember]) -> list[Member]:
    """The members with what changed since the proposal was worked out. One statement, for a chain's proposal."""
    ids = [row.enterprise_id for row in rows]
    if proposal.basis == JointProposal.Basis.CHAIN:
        places = ChainMembership.objects.filter(chain_id=proposal.chain_id, enterprise__in=ids, ended_on=None)
        in_place = set(places.values_list("enterprise_id", flat=True))
    else:
        in_place = {row.enterprise_id for row in rows if row.enterprise.town_id == proposal.town_id}
    return [_member(row, in_place) for row in rows]


def _member(row: ProposalMember, in_place: set[int]) -> Member:
    enterprise, profile = row.enterprise, getattr(row.enterprise, "profile", None)
    problem = member_problem(
        status=enterprise.status,
        status_label=str(enterprise.get_status_display()),
        form=profile.organization_form if profile else "none",
        organization=profile.organization_name if profile else "",
        is_in_place=enterprise.pk in in_place,
    )
    return Member(row, profile.full_members if profile else 0, problem)


@dataclass(frozen=True)
class Decision:
    """What a reader of a proposal may do with it: `members` are those of the own towns, `hidden` counts the others."""

    members: list[Member]
    hidden: int
    may_decide: bool
    enough: bool


def decision(user, proposal: JointProposal) -> Decision:
    """The members that the user may see as they stand today, and whether the user may accept or decline."""
    every = as_they_stand(proposal, member_rows(proposal))
    scope = user.scope
    whole = scope.is_admin or proposal.run.district_id in scope.districts
    seen = [one for one in every if whole or one.row.enterprise.town_id in scope.towns]
    fit = [one for one in every if not one.problem]
    return Decision(
        members=seen,
        hidden=len(every) - len(seen),
        may_decide=can_decide(
            user,
            district_id=proposal.run.district_id,
            town_ids={one.row.enterprise.town_id for one in every},
        ),
        enough=sum(one.full_members for one in fit) >= BRANCH_MEMBERS and len(fit) > 1,
    )


def suggested_name(proposal: JointProposal, rows: list[ProposalMember]) -> str:
    """A free name for the branch: after the park or building that all share, the chain, or the most common road."""
    enterprises = [row.enterprise for row in rows]
    towns = {one.town_id: one.town.short_name for one in enterprises}
    district = proposal.run.district
    place = next(iter(towns.values())) if len(towns) == 1 else district.name
    areas = {one.area_id: one.area.name for one in enterprises if one.area}
    roads = Counter(road for one in enterprises if (road := road_of(one.address)))
    if len(areas) == 1 and all(one.area_id for one in enterprises):
        what = next(iter(areas.values()))
    elif proposal.chain:
        what = proposal.chain.name
    else:
        what = min(roads, key=lambda road: (-roads[road], road)) if roads else ""
    taken = PartyOrganization.objects.filter(
        district=district, status=PartyOrganization.Status.ACTIVE, name__startswith=f"中共{place}{what}"
    )
    return branch_name(place, what, set(taken.values_list("name", flat=True)))
