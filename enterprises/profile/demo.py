"""The demo's Party profiles with two years of surveys, and the branches of single enterprises.

Written by COPY and not through `record_survey`: there are about three surveys an enterprise. Each profile is what its
last survey left behind, and each survey's changes are what it altered, exactly as the action would have kept them.
Freshness is counted back from the day of loading, so that fresh, due, overdue and never all occur.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.contrib.auth import get_user_model
from django.db import transaction

from chains.party.demo import chain_branch_codes, joint_branch_codes, town_committee_code
from chains.party.models import EstablishmentMode, OrganizationKind, PartyOrganization
from portal.accounts.demo import demo_user
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, in_chunks, invented_person, weighted
from portal.kit.encryption import blind_index
from portal.territory.models import District

from ..registry.demo import CHUNK, numbers_of
from ..registry.demo_names import Invented, invent
from ..registry.models import Enterprise
from . import rules
from .models import PartyProfile, Survey

FRESHNESS = (
    ((2, 170), 62),
    ((190, 355), 20),
    ((375, 700), 10),
    (None, 8),
)  # days since the last survey, weight
METHODS = (("annual_report", 40), ("inspection", 25), ("visit", 30), ("self_report", 5))
NOTES = ("", "", "", "现场核对信息", "电话核实", "企业主动联系更新", "结合年报核对", "随双随机检查一并摸排")
PERSONAL = rules.PERSONAL_FIELDS

ORGANIZATION_COLUMNS = (
    "district_id", "town_id", "chain_id", "parent_id", "code", "name", "kind_id", "establishment_mode_id", "status",
    "set_up_on", "end_reason", "secretary_name", "secretary_phone", "version",
)  # fmt: skip
PROFILE_COLUMNS = (
    "enterprise_id", "full_members", "probationary_members", "organization_form", "organization_id", "organization_name",
    "establishment_mode_id", *PERSONAL, *(f"{name}_bidx" for name in PERSONAL), "surveyed_on", "survey_method", "version",
)  # fmt: skip
SURVEY_COLUMNS = (
    "enterprise_id", "surveyed_on", "method", "full_members", "probationary_members", "organization_form",
    "organization_name", "establishment_mode_id", "employees", "note", "changes", "applied", "recorded_by_id", "recorded_at",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """What a survey found: the profile at one time. `establishment_mode` is a code."""

    full_members: int = 0
    probationary_members: int = 0
    organization_form: str = "none"
    organization_name: str = ""
    establishment_mode: str = ""
    employees: int = 0


@dataclass(frozen=True)
class Known:
    """Rows that profiles point to, read once a run."""

    district: District
    towns: dict
    chains: dict
    kinds: dict
    modes: dict
    mode_names: dict
    organizations: dict  # code → (id, name, mode code) of the joint ones
    recorders: dict  # town code → user id


def load(demo: DemoRun) -> None:
    known = _known(demo)
    for numbers in in_chunks(numbers_of(demo), CHUNK):
        invented = {
            row.uscc: row for row in (invent(demo, number, known.district.code) for number in numbers)
        }
        bare = Enterprise.objects.filter(uscc__in=list(invented), profile__isnull=True).values_list(
            "uscc", "pk"
        )
        if missing := [(invented[uscc], pk) for uscc, pk in bare]:
            _write(demo, known, sorted(missing, key=lambda pair: pair[0].number))


@transaction.atomic
def _write(demo: DemoRun, known: Known, missing: list[tuple[Invented, int]]) -> None:
    plans = [(Plan(demo, known, row), pk) for row, pk in missing]
    own = [plan for plan, _pk in plans if plan.own_code]
    stored = set(
        PartyOrganization.objects.filter(code__in=[plan.own_code for plan in own]).values_list(
            "code", flat=True
        )
    )
    copy_rows(
        PartyOrganization,
        ORGANIZATION_COLUMNS,
        (plan.organization_row() for plan in own if plan.own_code not in stored),
    )
    ids = dict(
        PartyOrganization.objects.filter(code__in=[plan.own_code for plan in own]).values_list("code", "pk")
    )
    copy_rows(PartyProfile, PROFILE_COLUMNS, (plan.profile_row(pk, ids) for plan, pk in plans))
    copy_rows(Survey, SURVEY_COLUMNS, (survey for plan, pk in plans for survey in plan.survey_rows(pk)))


def _known(demo: DemoRun) -> Known:
    district = District.objects.get(slug=demo.district)
    users = dict(get_user_model().objects.values_list("username", "pk"))
    modes = {mode.code: mode for mode in EstablishmentMode.objects.all()}
    joint = PartyOrganization.objects.filter(district=district, status="active").exclude(
        code__startswith="QY-"
    )
    return Known(
        district=district,
        towns={town.code: town.pk for town in district.towns.all()},
        chains={chain.code: chain.pk for chain in district.chains.all()},
        kinds={kind.code: kind.pk for kind in OrganizationKind.objects.all()},
        modes={code: mode.pk for code, mode in modes.items()},
        mode_names={code: mode.name for code, mode in modes.items()},
        organizations={
            row.code: (row.pk, row.name, row.establishment_mode.code if row.establishment_mode else "")
            for row in joint.select_related("establishment_mode").defer("secretary_name", "secretary_phone")
        },
        recorders={
            "": demo_user(district, "bureau").pk, "310117107": users["station-jiuting"],
            "310117103": users["station-sheshan"],
        },
    )  # fmt: skip


class Plan:
    """What becomes of one enterprise: its last state, its organisation, and the surveys that led there."""

    def __init__(self, demo: DemoRun, known: Known, row: Invented):
        self.demo, self.known, self.row = demo, known, row
        self.chance = demo.chance("profile", row.number)
        self.own_code = self.joint_code = ""
        self.people = dict.fromkeys(PERSONAL, "")
        self.last = self._last_survey()
        self.state = self._final_state() if self.last else State(employees=row.employees)

    def _last_survey(self) -> date | None:
        window = (2, 60) if self.row.is_showcase else weighted(self.chance, FRESHNESS)
        if not window:
            return None
        return max(self.demo.days_ago(self.chance.randint(*window)), self.row.founded_on)

    def _final_state(self) -> State:
        full = self._members()
        state = State(
            full_members=full,
            probationary_members=self.chance.randint(0, 1 + full // 6) if full else 0,
            employees=self.row.employees,
        )
        contact = invented_person(self.chance)
        self.people |= {"contact_name": contact[0], "contact_phone": contact[1]}
        form = self._form(full)
        if form == "none":
            return state
        secretary = invented_person(self.chance)
        self.people |= {"secretary_name": secretary[0], "secretary_phone": secretary[1]}
        if form == "alone":
            self.own_code = f"QY-{self.demo.prefix}{self.row.number:06d}"
            mode = "lead_point" if self.row.is_showcase else "alone"
            return replace(
                state, organization_form=form, organization_name=self._own_name(full), establishment_mode=mode
            )
        self.joint_code = self._joint_branch()
        _pk, name, mode = self.known.organizations[self.joint_code]
        return replace(state, organization_form=form, organization_name=name, establishment_mode=mode)

    def _members(self) -> int:
        if self.row.is_showcase:
            return self.chance.randint(24, 130)
        draw = self.chance.random()
        if self.row.kind == "above_scale":
            return round(3 + 60 * draw**3)
        if self.row.kind == "self_employed":
            return int(draw > 0.85)
        return (0, 0, 0, 1, 1, 2, 3, 3, 4, 6)[int(draw * 10)]

    def _form(self, full: int) -> str:
        """Three members make a branch; the table leaves some 应建未建 for the should-establish list to find."""
        if self.row.is_showcase:
            return "alone"
        if full >= 3:
            return weighted(self.chance, (("alone", 53), ("joint", 24), ("none", 23)))
        return weighted(self.chance, (("joint", 55), ("none", 45))) if full else "none"

    def _own_name(self, full: int) -> str:
        title = "委员会" if full > 100 else "总支部委员会" if full > 50 else "支部委员会"
        return f"中共{self.row.name}{title}"

    def _joint_branch(self) -> str:
        """区域联建 in the same town, or 行业统建 in the same chain."""
        if self.row.places and self.chance.random() < 0.35:
            return self.chance.choice(chain_branch_codes(self.row.places[0].chain))
        return self.chance.choice(joint_branch_codes(self.row.town))

    # -- rows -----------------------------------------------------------------------------------------------------
    def organization_row(self) -> tuple:
        full = self.state.full_members
        kind = "committee" if full > 100 else "general_branch" if full > 50 else "branch"
        chain = self.row.places[0].chain if self.row.places else None
        parent = (
            self.known.organizations.get(f"JQ-{chain}")
            or self.known.organizations[town_committee_code(self.row.town)]
        )
        set_up = max(self.row.founded_on + timedelta(days=200), date(2004, 7, 1))
        return (
            self.known.district.pk, self.known.towns[self.row.town], self.known.chains.get(chain), parent[0],
            self.own_code, self.state.organization_name, self.known.kinds[kind],
            self.known.modes[self.state.establishment_mode], "active", min(set_up, self.last), "",
            self.people["secretary_name"], self.people["secretary_phone"], 1,
        )  # fmt: skip

    def profile_row(self, enterprise: int, own_ids: dict) -> tuple:
        state = self.state
        organization = own_ids.get(self.own_code) if self.own_code else None
        if self.joint_code:
            organization = self.known.organizations[self.joint_code][0]
        return (
            enterprise, state.full_members, state.probationary_members, state.organization_form, organization,
            state.organization_name, self.known.modes.get(state.establishment_mode),
            *(self.people[name] for name in PERSONAL),
            *(blind_index(self.people[name], f"enterprises.PartyProfile.{name}") for name in PERSONAL),
            self.last, self.surveys[-1][1] if self.surveys else "", 1 + len(self.surveys),
        )  # fmt: skip

    def survey_rows(self, enterprise: int) -> Iterator[tuple]:
        before: State | None = None
        for day, method, state, note, minute in self.surveys:
            recorded = f"{day} {9 + minute // 60:02d}:{minute % 60:02d}:00+08"
            yield (
                enterprise, day, method, state.full_members, state.probationary_members, state.organization_form,
                state.organization_name, self.known.modes.get(state.establishment_mode), state.employees, note,
                self._changes(before, state), True,
                self.known.recorders.get(self.row.town, self.known.recorders[""]), recorded,
            )  # fmt: skip
            before = state

    @cached_property
    def surveys(self) -> list[tuple]:
        """(day, method, state, note, minute) oldest first; walking back from today's state, some of it was not yet."""
        if self.last is None:
            return []
        chance = self.demo.chance("surveys", self.row.number)
        wanted = 5 if self.row.is_showcase else weighted(chance, ((1, 20), (2, 30), (3, 30), (4, 20)))
        oldest = max(self.demo.days_ago(730), self.row.founded_on)
        day, state, surveys = self.last, self.state, []
        while len(surveys) < wanted and day >= oldest:
            method = weighted(chance, METHODS)
            surveys.append((day, method, state, chance.choice(NOTES), chance.randrange(480)))
            day -= timedelta(days=chance.randint(70, 230))
            state = _earlier(chance, state)
        return surveys[::-1]

    def _changes(self, before: State | None, after: State) -> list[dict]:
        """What `record_survey` would have kept; the first survey also learns the names and phones."""
        known, found = self._plain(before or State()), self._plain(after)
        if before is None:
            found |= {name: text for name, text in self.people.items() if text}
        return rules.changes(known, found)

    def _plain(self, state: State) -> dict:
        """The state under the names that a profile's history uses."""
        return {
            "full_members": state.full_members,
            "probationary_members": state.probationary_members,
            "organization_form": state.organization_form,
            "organization": state.organization_name,
            "establishment_mode": self.known.mode_names.get(state.establishment_mode, ""),
            "employees": state.employees,
        }


def _earlier(chance, state: State) -> State:
    """The state one survey before: fewer members and staff, and now and then no organisation yet."""
    full = max(0, state.full_members - chance.choice((0, 0, 1, 1, 2)))
    probationary = max(0, state.probationary_members - chance.choice((0, 0, 1)))
    employees = max(1, round(state.employees * chance.uniform(0.9, 1.03)))
    state = replace(state, full_members=full, probationary_members=probationary, employees=employees)
    if state.organization_form != "none" and chance.random() < 0.18:
        state = replace(state, organization_form="none", organization_name="", establishment_mode="")
    return state
