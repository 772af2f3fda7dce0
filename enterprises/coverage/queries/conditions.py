"""What the coverage figures mean as conditions of the database. Nothing is counted here.

Every condition is one that PostgreSQL answers from a hash of the few rows that fulfil it: who has an organisation
comes from a partial index, who is assigned from the open assignments, which activities count from their dates.
"""

import datetime
from typing import Any

from django.db.models import BigIntegerField, F, FilteredRelation, Func, Q, QuerySet
from django.utils.translation import gettext as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.problems import Invalid
from portal.territory.models import Town

from ...activities.models import Activity
from ...outreach.models import InstructorAssignment, LiaisonPoint
from ...profile.models import OrganizationForm, PartyProfile
from ...registry.models import ChainMembership, Enterprise
from ..rules.standing import BRANCH_MEMBERS, LISTED, Standing, activity_window

FORMS = (OrganizationForm.ALONE, OrganizationForm.JOINT)
EFFECTIVE_KINDS = (Activity.Kind.MEETINGS_AND_LECTURE, Activity.Kind.THEME_DAY)


def in_operation(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """The base of the rates: enterprises in real operation (存续)."""
    return rows.filter(status=Enterprise.Status.ACTIVE)


def organized(prefix: str = "") -> FilteredRelation:
    """The profile of an enterprise that has an organisation, its own or a joint one; nothing for the others.

    `prefix` leads from the row to the enterprise ("enterprise__"). Annotate it as `own`.
    """
    path = f"{prefix}profile"
    return FilteredRelation(path, condition=Q(**{f"{path}__organization_form__in": FORMS}))


def assigned(prefix: str = "") -> Q:
    """An instructor is posted to the enterprise or to its area, or it is a liaison point: today."""
    posted = InstructorAssignment.objects.filter(ended_on=None)
    to_enterprises = posted.filter(enterprise__isnull=False).values("enterprise")
    points = LiaisonPoint.objects.filter(released_on=None).values("enterprise")
    key = f"{prefix}pk" if not prefix else f"{prefix.removesuffix('__')}_id"
    return Q(**{f"{key}__in": to_enterprises.union(points, all=True)}) | Q(
        **{f"{prefix}area_id__in": posted.filter(area__isnull=False).values("area")}
    )


def has_organization() -> Q:
    return Q(profile__organization_form__in=FORMS)


def has_own_organization() -> Q:
    return Q(profile__organization_form=OrganizationForm.ALONE)


def stands_in(group: Standing) -> Q:
    """The condition for one group of the should-establish rule, of an enterprise in operation (rules/standing.py)."""
    none = Q(profile__organization_form=OrganizationForm.NONE)
    no_members = none & Q(profile__full_members=0)
    conditions = {
        Standing.ESTABLISH_ALONE: Q(profile__full_members__gte=BRANCH_MEMBERS) & ~has_own_organization(),
        Standing.JOIN: none & Q(profile__full_members__range=(1, BRANCH_MEMBERS - 1)),
        Standing.WORK: (no_members | Q(profile__isnull=True)) & ~assigned(),
    }
    return conditions[group]


def not_covered() -> Q:
    """Any of the listed groups."""
    groups = [stands_in(group) for group in LISTED]
    return groups[0] | groups[1] | groups[2]


def on_chain(chain_id: Any, prefix: str = "pk") -> Q:
    """The enterprise has an open place on the chain."""
    places = ChainMembership.objects.filter(chain_id=chain_id, ended_on=None)
    return Q(**{f"{prefix}__in": places.values("enterprise")})


def formal_organizations(
    rows: QuerySet[PartyOrganization], day: datetime.date
) -> QuerySet[PartyOrganization]:
    """Active formal organisations on `day`: an alliance is none. Those that ended later stood then."""
    return rows.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        Q(set_up_on__isnull=True) | Q(set_up_on__lte=day),
        kind__is_formal=True,
    )


def is_effective(day: datetime.date) -> Q:
    """The organisation held a 三会一课 or a 主题党日 in the three months that end with `day`."""
    held = Activity.objects.filter(
        kind__in=EFFECTIVE_KINDS, status=Activity.Status.HELD, held_on__range=activity_window(day)
    )
    return Q(pk__in=held.values("organization"))


def of_chain(chain_id: int) -> Q:
    """The organisation belongs to the chain, or covers an enterprise that stands on it."""
    covering = PartyProfile.objects.filter(on_chain(chain_id, "enterprise"), organization__isnull=False)
    return Q(chain_id=chain_id) | Q(pk__in=covering.values("organization"))


def with_chains(rows: QuerySet[PartyOrganization]) -> QuerySet[PartyOrganization]:
    """One row for each chain of an organisation, as `standing_chain` (may repeat, may be NULL: count distinct)."""
    path = "profiles__enterprise__memberships"
    return rows.annotate(
        place=FilteredRelation(path, condition=Q(**{f"{path}__ended_on__isnull": True})),
        standing_chain=Func(
            F("chain_id"), F("place__chain_id"), template="unnest(ARRAY[%(expressions)s])",
            output_field=BigIntegerField(), set_returning=True,
        ),
    )  # fmt: skip


def place_ids(*, town: str = "", chain: str = "") -> dict[str, int]:
    """The ids of a town's and a chain's code, those that are given. Raises Invalid for an unknown code."""
    found: dict[str, int] = {}
    unknown: dict[str, str] = {}
    for name, model, code in (("town", Town, town), ("chain", Chain, chain)):
        if not code:
            continue
        pk = model.objects.filter(code=code).values_list("pk", flat=True).first()
        if pk is None:
            what = model._meta.verbose_name
            unknown[name] = _("没有代码为“%(code)s”的%(what)s。") % {"code": code, "what": what}
        else:
            found[name] = pk
    if unknown:
        raise Invalid(unknown)
    return found
