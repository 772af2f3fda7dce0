"""What coverage is counted from: instructors with postings, liaison points, activities, proposals of a run."""

import datetime
from collections.abc import Sequence

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enterprises.activities.models import Activity
from enterprises.coverage.models import JointProposal, ProposalMember, ProposalRun
from enterprises.outreach.models import Instructor, InstructorAssignment, LiaisonPoint
from enterprises.registry.models import Enterprise

from .chains import EstablishmentModeFactory, OrganizationKindFactory, PartyOrganizationFactory
from .enterprises import EnterpriseFactory, PartyProfileFactory
from .territory import TownFactory


class PostedInstructorFactory(DjangoModelFactory):
    """An instructor of a town; `posted_to` posts one to an enterprise or an area."""

    class Meta:
        model = Instructor

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"ZD-{n:05d}")
    started_on = datetime.date(2024, 5, 20)


def posted_to(*, enterprise=None, area=None, ended_on=None) -> InstructorAssignment:
    """A posting of a new instructor; open unless `ended_on` is given."""
    instructor = PostedInstructorFactory(town=(enterprise or area).town)
    return InstructorAssignment.objects.create(
        instructor=instructor, enterprise=enterprise, area=area, started_on=datetime.date(2025, 1, 1),
        ended_on=ended_on,
    )  # fmt: skip


def liaison_point(enterprise: Enterprise, *, released_on=None) -> LiaisonPoint:
    return LiaisonPoint.objects.create(
        enterprise=enterprise, code=f"LX-{enterprise.pk}-{bool(released_on)}", leader_title="副局长",
        taken_in_on=datetime.date(2025, 1, 1), released_on=released_on,
    )  # fmt: skip


class HeldActivityFactory(DjangoModelFactory):
    """A 主题党日 held today."""

    class Meta:
        model = Activity

    organization = factory.SubFactory(PartyOrganizationFactory)
    number = factory.Sequence(lambda n: f"HD{n:08d}")
    kind = Activity.Kind.THEME_DAY
    title = "主题党日"
    held_on = factory.LazyFunction(timezone.localdate)


def enterprise_with(full: int, form: str = "none", *, organization=None, **fields) -> Enterprise:
    """An enterprise in operation with so many full members and this form of organisation."""
    enterprise = EnterpriseFactory(**fields)
    PartyProfileFactory(
        enterprise=enterprise, full_members=full, organization_form=form, organization=organization,
        organization_name=organization.name if organization else "",
    )  # fmt: skip
    return enterprise


def accepting_reference() -> None:
    """The kind and the modes that an accepted proposal is set up with."""
    OrganizationKindFactory(code="joint_branch", name="联合党支部")
    EstablishmentModeFactory(code="area_joint", name="区域联建", is_joint=True)
    EstablishmentModeFactory(code="industry_unified", name="行业统建", is_joint=True)


def proposal_of(
    enterprises: Sequence[Enterprise], *, chain=None, run: ProposalRun | None = None
) -> JointProposal:
    """An open proposal of a finished run: in the first enterprise's town, or along `chain`."""
    accepting_reference()
    first = enterprises[0]
    run = run or ProposalRun.objects.create(district=first.district, finished_at=timezone.now())
    proposal = JointProposal.objects.create(
        run=run, number=JointProposal.objects.filter(run=run).count() + 1, basis="chain" if chain else "town",
        town=None if chain else first.town, chain=chain, enterprises=len(enterprises),
        full_members=sum(one.profile.full_members for one in enterprises),
    )  # fmt: skip
    ProposalMember.objects.bulk_create(
        ProposalMember(run=run, proposal=proposal, enterprise=one, full_members=one.profile.full_members)
        for one in enterprises
    )
    return proposal
