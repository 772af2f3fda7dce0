"""The demo's proposals: a finished run, a few accepted, one declined; one branch has since fallen below three members.

Made through the actions. Every case of the should-establish rule is among the profiles (enterprises/profile/demo.py).
"""

from portal.accounts.demo import demo_user
from portal.kit.demo import DemoRun
from portal.territory.models import District

from ..profile.actions import record_survey
from .actions import accept_proposal, decline_proposal, fill_run
from .models import JointProposal, ProposalRun

ACCEPTED_TOWNS = ("310117107", "310117103", "310117001", "310117004")
DECLINED_TOWN = "310117002"


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    if ProposalRun.objects.filter(district=district, finished_at__isnull=False).exists():
        return
    clerk = demo_user(district, "bureau")
    run = ProposalRun.objects.create(district=district, requested_by=clerk)
    fill_run(run=run)
    for town in ACCEPTED_TOWNS:
        if (proposal := _first_of(run, town)) is not None:
            accept_proposal(proposal=proposal, by=clerk)
    if (proposal := _first_of(run, DECLINED_TOWN)) is not None:
        decline_proposal(proposal=proposal, by=clerk, reason="两家企业正在办理迁出，待落户后再议")
    _fall_below_three(demo, run, clerk)


def _first_of(run: ProposalRun, town: str) -> JointProposal | None:
    return JointProposal.objects.filter(run=run, state="open", town__code=town).order_by("number").first()


def _fall_below_three(demo: DemoRun, run: ProposalRun, clerk) -> None:
    """A visit found that members have moved away: nothing follows by itself, the branch is listed for review."""
    proposal = (
        JointProposal.objects.filter(run=run, state="accepted").order_by("full_members", "number").first()
    )
    members = proposal.members.select_related("enterprise").order_by("enterprise_id") if proposal else []
    left = proposal.full_members if proposal else 0
    for one in members:
        if left < 3:
            break
        record_survey(
            enterprise=one.enterprise, by=clerk, surveyed_on=demo.today, method="visit", full_members=0,
            note="党员组织关系已转出",
        )  # fmt: skip
        left -= one.full_members
