"""A clerk decides on a proposal: the joint branch stands with its enterprises, or the proposal is set aside."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.party.actions import set_up_organization
from chains.party.models import EstablishmentMode, OrganizationKind, PartyOrganization
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty
from portal.territory.models import Town

from ...profile.models import OrganizationForm, PartyProfile
from ...registry.models import Enterprise
from ..models import JointProposal, ProposalMember
from ..queries.proposals import Member, as_they_stand, member_rows, suggested_name
from ..rules.naming import listing
from ..rules.standing import BRANCH_MEMBERS, can_decide

MODES = {JointProposal.Basis.TOWN: "area_joint", JointProposal.Basis.CHAIN: "industry_unified"}
KIND, COMMITTEE = "joint_branch", "comprehensive_committee"
ATTEMPTS = 3


@transaction.atomic
def accept_proposal(
    *,
    proposal: JointProposal,
    by: User,
    version: int | None = None,
    name: str = "",
    members: Collection[str] | None = None,
) -> JointProposal:
    """The joint branch is set up today and covers the enterprises, in one step (domain.md, 联合党支部).

    `members`: the USCCs that the clerk kept (all when None), at least two enterprises with three full members;
    `name`: the suggested one when empty. Proposal, parent organisation, enterprises and profiles are locked in this
    order, each by id, so of two clerks who accept overlapping proposals one is told. Raises Conflict that names the
    enterprises which are covered, deregistered or short of members by now; Stale for another version; Invalid for a
    choice that makes no branch; PermissionDenied for who may not decide it.
    """
    stored, rows = _locked(proposal, by, version)
    chosen = _chosen(rows, members)
    town = stored.town or (stored.chain.lead_town if stored.chain else None)
    parent = _committee(town)
    today = _as_they_stand_locked(stored, chosen)
    _require_fit(today)
    mode = EstablishmentMode.objects.get(code=MODES[JointProposal.Basis(stored.basis)])
    organization = _set_up(
        stored,
        by,
        name=_clean_name(name),
        members=today,
        kind=OrganizationKind.objects.get(code=KIND),
        establishment_mode=mode,
        town=town,
        chain=stored.chain if stored.basis == JointProposal.Basis.CHAIN else None,
        parent=parent,
    )
    PartyProfile.objects.filter(enterprise__in=[one.row.enterprise_id for one in today]).update(
        organization_form=OrganizationForm.JOINT,
        organization=organization,
        organization_name=organization.name,
        establishment_mode=mode,
        version=F("version") + 1,
    )
    mark_dirty("profile", "cover")
    return _decided(stored, by, state=JointProposal.State.ACCEPTED, organization=organization)


@transaction.atomic
def decline_proposal(
    *, proposal: JointProposal, by: User, reason: str, version: int | None = None
) -> JointProposal:
    """The proposal is set aside with a reason. Raises as `accept_proposal` does, Invalid without a reason."""
    reason = clean_line(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明不采纳的原因。")})
    stored, _rows = _locked(proposal, by, version)
    return _decided(stored, by, state=JointProposal.State.DECLINED, decline_reason=reason)


def _locked(
    proposal: JointProposal, by: User, version: int | None
) -> tuple[JointProposal, list[ProposalMember]]:
    """The open proposal, locked, with its members, when the user may decide on it."""
    stored = (
        JointProposal.objects.select_for_update(of=("self",))
        .select_related("run__district", "town", "chain__lead_town", "decided_by", "organization")
        .defer("organization__secretary_name", "organization__secretary_phone")
        .get(pk=proposal.pk)
    )
    rows = member_rows(stored)
    towns = {row.enterprise.town_id for row in rows}
    if not can_decide(by, district_id=stored.run.district_id, town_ids=towns):
        raise PermissionDenied(_("只有区局，或企业全部在本街镇的指导站，可以处理这条建议。"))
    if stored.state != JointProposal.State.OPEN:
        sentence = _("这条建议已由%(who)s处理：%(state)s。")
        who = stored.decided_by or _("其他人")
        raise Conflict(sentence % {"who": who, "state": stored.get_state_display()}, code="decided")
    if version is not None and version != stored.version:
        raise Stale()
    return stored, rows


def _chosen(rows: list[ProposalMember], members: Collection[str] | None) -> list[ProposalMember]:
    """The rows that the clerk kept. Raises Invalid when they make no branch, even by the counts of the proposal."""
    if members is None:
        return rows
    if unknown := set(members) - {row.enterprise.uscc for row in rows}:
        sentence = _("不在这条建议中：%(codes)s。") % {"codes": "、".join(sorted(unknown)[:5])}
        raise Invalid({"members": sentence})
    chosen = [row for row in rows if row.enterprise.uscc in set(members)]
    if len(chosen) < 2 or sum(row.full_members for row in chosen) < BRANCH_MEMBERS:
        raise Invalid({"members": _("联合党支部至少需要两家企业、合计 3 名正式党员。")})
    return chosen


def _committee(town: Town | None) -> PartyOrganization | None:
    """The town's comprehensive Party committee, held so that it is not dissolved while it gets a branch."""
    return (
        PartyOrganization.objects.select_for_update(no_key=True)
        .filter(town=town, kind__code=COMMITTEE, status=PartyOrganization.Status.ACTIVE)
        .defer("secretary_name", "secretary_phone")
        .order_by("pk")
        .first()
        if town
        else None
    )


def _as_they_stand_locked(proposal: JointProposal, rows: list[ProposalMember]) -> list[Member]:
    """The chosen members as they stand now that nobody else can change them."""
    ids = sorted(row.enterprise_id for row in rows)
    list(
        Enterprise.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    list(
        PartyProfile.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    chosen = {row.pk for row in rows}
    return as_they_stand(proposal, [row for row in member_rows(proposal) if row.pk in chosen])


def _require_fit(members: list[Member]) -> None:
    """Raises Conflict that names what has changed since the proposal was worked out."""
    if gone := [one for one in members if one.problem]:
        reasons = listing(f"{one.row.enterprise.name}（{one.problem}）" for one in gone)
        raise Conflict(
            _("这些企业已有变化：%(reasons)s。请取消勾选，或重新计算建议。") % {"reasons": reasons},
            code="members_changed",
        )
    total = sum(one.full_members for one in members)
    if total < BRANCH_MEMBERS:
        changed = [one for one in members if one.is_changed]
        names = listing(
            _("%(name)s（%(old)d → %(new)d 名）")
            % {"name": one.row.enterprise.name, "old": one.row.full_members, "new": one.full_members}
            for one in changed
        )
        sentence = _("正式党员现合计 %(total)d 名，不足 3 名：%(names)s。请重新计算建议。")
        raise Conflict(sentence % {"total": total, "names": names}, code="members_changed")


def _set_up(
    proposal: JointProposal, by: User, *, name: str, members: list[Member], **fields
) -> PartyOrganization:
    """The branch under the given name, or the suggested one. Raises Conflict when somebody else just took the name."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return set_up_organization(
                district=proposal.run.district,
                by=by,
                code=f"LJ-{proposal.pk:06d}",
                name=name or suggested_name(proposal, [one.row for one in members]),
                set_up_on=timezone.localdate(),
                **fields,
            )
        except (IntegrityError, Conflict) as error:  # the name is free to read until its taker commits
            is_taken = isinstance(error, IntegrityError) or error.get_codes() == "duplicate"
            if not is_taken:
                raise
            if name or attempt == ATTEMPTS:
                raise Conflict(_("本区刚有同名的党组织成立，请换一个名称。"), code="duplicate") from error
    raise AssertionError


def _clean_name(name: str) -> str:
    name = clean_line(name)
    if len(name) > 120:
        raise Invalid({"name": _("党组织名称最多 120 个字。")})
    return name


def _decided(stored: JointProposal, by: User, **changes) -> JointProposal:
    for field, value in {**changes, "decided_by": by, "decided_at": timezone.now()}.items():
        setattr(stored, field, value)
    stored.version += 1
    stored.save(update_fields=[*changes, "decided_by", "decided_at", "version"])
    return stored
