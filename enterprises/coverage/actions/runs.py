"""A run: the bureau asks for proposals, a job works them out for the whole district and writes them at once."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Chain
from portal.accounts.models import User
from portal.jobs.actions import enqueue
from portal.jobs.runner import JobRun
from portal.kit.bulk import copy_rows
from portal.territory.models import District

from ...registry.models import ChainMembership, Enterprise
from ..models import JointProposal, ProposalMember, ProposalRun
from ..queries.conditions import in_operation, stands_in
from ..queries.proposals import running_run
from ..rules.proposals import Candidate, Group, propose
from ..rules.standing import Standing, can_start_run

KIND = "coverage.proposals"
STEP = 1_000
PROPOSAL_COLUMNS = (
    "run_id", "number", "basis", "town_id", "chain_id", "enterprises", "full_members", "state", "decided_by_id",
    "decided_at", "decline_reason", "version",
)  # fmt: skip
MEMBER_COLUMNS = ("run_id", "proposal_id", "enterprise_id", "full_members")
Progress = Callable[..., None]
UNDECIDED = (JointProposal.State.OPEN, None, None, "")


@transaction.atomic
def start_run(*, district: District, by: User) -> tuple[ProposalRun, bool]:
    """The bureau has joint branches proposed for its district. Returns the run and whether it is a new one.

    One run a district at a time: while one is being worked out, everybody who asks gets that one. Raises
    PermissionDenied for anyone but the bureau.
    """
    if not can_start_run(by, district.pk):
        raise PermissionDenied(_("只有区局工作人员可以计算组建建议。"))
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    if (running := running_run(district)) is not None:
        return running, False
    run = ProposalRun(id=uuid.uuid4(), district=district, requested_by=by)
    run.job = enqueue(kind=KIND, payload={"run": str(run.pk)}, owner=by)
    run.save(force_insert=True)
    return run, True


def work_out(job: JobRun) -> None:
    """Works out the proposals of one run as a job. Started again, it replaces nothing but what the same run left."""
    run = ProposalRun.objects.get(pk=job.payload["run"])
    if run.finished_at is None:
        fill_run(run=run, progress=job.progress, before_commit=job.hold_lease)


def fill_run(
    *,
    run: ProposalRun,
    progress: Progress = lambda *told: None,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """The proposals of a run are worked out and written in one transaction. `progress(done, total, stage)` is told how
    far it is; `before_commit` may still stop it."""
    progress(0, 1, _("读取企业"))
    ids, candidates = _candidates(run.district_id)
    total = 3 * len(candidates) + 1
    progress(len(candidates), total, _("编组"))
    chains = list(Chain.objects.filter(district=run.district_id).values_list("pk", flat=True))
    groups = propose(candidates, chains)
    progress(2 * len(candidates), total, _("写入建议"))
    with transaction.atomic():
        tell = partial(_every_thousand, progress, 2 * len(candidates), total)
        _write(run, groups, ids, tell)
        run.finished_at = timezone.now()
        run.candidates = len(candidates)
        run.placed = sum(len(group.members) for group in groups)
        run.proposals = len(groups)
        run.save(update_fields=["finished_at", "candidates", "placed", "proposals"])
        before_commit()


def _candidates(district_id: int) -> tuple[dict[str, int], list[Candidate]]:
    """({USCC: enterprise id}, the enterprises that should join a joint branch). Two statements."""
    rows = in_operation(Enterprise.objects.filter(district_id=district_id)).filter(stands_in(Standing.JOIN))
    places: dict[int, list[int]] = defaultdict(list)
    open_places = ChainMembership.objects.filter(ended_on=None, enterprise__in=rows).order_by()
    for enterprise_id, chain_id in open_places.values_list("enterprise_id", "chain_id"):
        places[enterprise_id].append(chain_id)
    ids, found = {}, []
    values = rows.order_by().values_list("pk", "uscc", "town_id", "profile__full_members", "area_id")
    for pk, uscc, town_id, members, area_id in values:
        ids[uscc] = pk
        found.append(Candidate(uscc, town_id, members, tuple(places.get(pk, ())), area_id))
    return ids, found


def _write(
    run: ProposalRun,
    groups: list[Group],
    ids: dict[str, int],
    tell: Callable[[Iterable[tuple]], Iterator[tuple]],
) -> None:
    ProposalMember.objects.filter(run=run).delete()
    JointProposal.objects.filter(run=run).delete()
    copy_rows(JointProposal, PROPOSAL_COLUMNS, _proposal_rows(run, groups, ids, _declined_before(run)))
    numbers = dict(JointProposal.objects.filter(run=run).values_list("number", "pk"))
    members = (
        (run.pk, numbers[number], ids[one.uscc], one.members)
        for number, group in enumerate(groups, start=1)
        for one in group.members
    )
    copy_rows(ProposalMember, MEMBER_COLUMNS, tell(members))


def _every_thousand(progress: Progress, done: int, total: int, rows: Iterable[tuple]) -> Iterator[tuple]:
    """The rows; every thousand it is told how far they are."""
    for position, row in enumerate(rows):
        if position % STEP == 0:
            progress(done + position, total)
        yield row


def _proposal_rows(
    run: ProposalRun, groups: list[Group], ids: dict[str, int], declined: dict[frozenset[int], tuple]
) -> Iterator[tuple]:
    for number, group in enumerate(groups, start=1):
        decided = declined.get(frozenset(ids[one.uscc] for one in group.members), UNDECIDED)
        yield (
            run.pk, number, group.pool.basis, group.shared_town, group.shared_chain, len(group.members),
            group.full_members, *decided, 1,
        )  # fmt: skip


def _declined_before(run: ProposalRun) -> dict[frozenset[int], tuple]:
    """What was declined in the run before, by its members: the same group is not put before the clerk again."""
    before = (
        ProposalRun.objects.filter(district=run.district_id, finished_at__isnull=False)
        .exclude(pk=run.pk)
        .order_by("-finished_at")
        .first()
    )
    decided: dict[int, tuple] = {
        row.pk: (row.state, row.decided_by_id, row.decided_at, row.decline_reason)
        for row in JointProposal.objects.filter(run=before, state=JointProposal.State.DECLINED)
    }
    members: dict[int, set[int]] = defaultdict(set)
    for proposal_id, enterprise_id in ProposalMember.objects.filter(proposal__in=decided).values_list(
        "proposal_id", "enterprise_id"
    ):
        members[proposal_id].add(enterprise_id)
    return {frozenset(members[pk]): values for pk, values in decided.items()}
