"""Surveys over REST and as actions: the profile follows, the history keeps what was, rights hold."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from enterprises.profile.actions import record_survey
from enterprises.profile.models import PartyProfile, Survey
from enterprises.registry.models import Enterprise
from portal.audit.models import PersonalView
from tests.factories.chains import (
    EstablishmentModeFactory,
    OrganizationKindFactory,
    PartyOrganizationFactory,
)
from tests.factories.enterprises import PartyProfileFactory, SurveyFactory
from tests.races import together


def url(enterprise, tail="surveys") -> str:
    return f"/api/v1/enterprises/{enterprise.uscc}/{tail}"


def today(days: int = 0) -> str:
    return (timezone.localdate() - datetime.timedelta(days=days)).isoformat()


def body(**changes) -> dict:
    return {"surveyed_on": today(), "method": "visit"} | changes


WHOLE = {
    "full_members": 6,
    "probationary_members": 1,
    "organization_form": "alone",
    "organization": "中共云间精密支部委员会",
    "establishment_mode": "alone",
    "secretary_name": "王小明",
    "secretary_phone": "13812348000",
    "contact_name": "李小红",
    "contact_phone": "021-67800000",
    "employees": 88,
    "note": "走访，现场核对",
}


def attrs(response) -> set[str]:
    assert response.status_code == 400, response.json()
    return {error["attr"] for error in response.json()["errors"]}


def test_a_survey_updates_the_profile_and_tells_what_changed(world):
    EstablishmentModeFactory()

    answer = world.api("station").post(url(world.ours), body(**WHOLE))

    assert answer.status_code == 201, answer.json()
    changes = {c["field"]: (c["old"], c["new"]) for c in answer.json()["changes"]}
    assert changes["full_members"] == (0, 6)
    assert changes["organization_form"] == ("none", "alone")
    assert changes["employees"] == (40, 88)
    assert changes["secretary_phone"] == ("", "138****8000")
    assert "13812348000" not in answer.content.decode()
    profile = PartyProfile.objects.get(enterprise=world.ours)
    assert profile.secretary_phone == "13812348000"
    assert profile.secretary_phone_bidx
    assert (profile.surveyed_on.isoformat(), profile.survey_method, profile.version) == (today(), "visit", 2)
    world.ours.refresh_from_db()
    assert (world.ours.employees, world.ours.version) == (88, 2)
    assert answer.json()["note"] == "走访，现场核对"


def test_names_and_phones_are_ciphertext_in_the_table(world):
    world.api("station").post(url(world.ours), body(**{k: v for k, v in WHOLE.items() if "mode" not in k}))

    with connection.cursor() as cursor:
        cursor.execute("SELECT secretary_name, contact_phone FROM enterprises_partyprofile")
        row = cursor.fetchone()
        cursor.execute("SELECT changes::text FROM enterprises_survey")
        kept = cursor.fetchone()[0]
    assert all(value.startswith("v1:") for value in row)
    assert "13812348000" not in kept


def test_what_is_not_asked_stays_and_an_empty_text_clears(world):
    PartyProfileFactory(enterprise=world.ours, alone=True, with_personal=True)

    world.api("station").post(url(world.ours), body(full_members=None, contact_name="", employees=None))

    profile = PartyProfile.objects.get(enterprise=world.ours)
    assert (profile.full_members, profile.contact_name, profile.contact_name_bidx) == (5, "", "")
    assert profile.contact_phone == "13987654321"
    assert Survey.objects.get().changes == [{"field": "contact_name", "old": "李**", "new": ""}]


def test_an_older_survey_is_kept_and_changes_nothing(world):
    PartyProfileFactory(enterprise=world.ours, surveyed=True)

    answer = world.api("station").post(
        url(world.ours), body(surveyed_on=today(30), full_members=99, employees=1)
    )

    assert answer.json()["applied"] is False
    assert answer.json()["changes"] == []
    assert PartyProfile.objects.get(enterprise=world.ours).full_members == 2
    world.ours.refresh_from_db()
    assert world.ours.employees == 40


def test_a_second_survey_of_the_same_day_counts(world):
    api = world.api("station")
    api.post(url(world.ours), body(full_members=1))

    assert api.post(url(world.ours), body(full_members=2)).json()["applied"] is True
    assert PartyProfile.objects.get(enterprise=world.ours).full_members == 2


def test_an_organisation_is_found_by_code_or_name_and_else_kept_as_name(world):
    branch = PartyOrganizationFactory(district=world.district, code="ORG-1", name="中共九亭联合支部委员会")
    api = world.api("station")

    for text, row, name in (
        ("ORG-1", branch, branch.name),
        (branch.name, branch, branch.name),
        ("新支部", None, "新支部"),
    ):
        api.post(url(world.ours), body(organization_form="joint", organization=text))
        profile = PartyProfile.objects.get(enterprise=world.ours)
        assert (profile.organization, profile.organization_name) == (row, name)


def test_an_organisation_that_has_ended_is_refused(world):
    PartyOrganizationFactory(district=world.district, code="ORG-1", dissolved=True)

    answer = world.api("station").post(url(world.ours), body(organization_form="joint", organization="ORG-1"))

    assert attrs(answer) == {"organization"}


def test_form_none_clears_organisation_and_mode(world):
    PartyProfileFactory(enterprise=world.ours, alone=True, establishment_mode=EstablishmentModeFactory())

    answer = world.api("station").post(url(world.ours), body(organization_form="none"))

    changed = {c["field"] for c in answer.json()["changes"]}
    assert changed == {"organization_form", "organization", "establishment_mode"}
    profile = PartyProfile.objects.get(enterprise=world.ours)
    assert (profile.organization, profile.organization_name, profile.establishment_mode) == (None, "", None)


def test_chinese_labels_do_for_codes(world):
    mode = EstablishmentModeFactory(code="area", name="区域联建")

    answer = world.api("station").post(
        url(world.ours), body(method="走访", organization_form="联合组建", establishment_mode="区域联建")
    )

    assert answer.status_code == 201, answer.json()
    assert PartyProfile.objects.get(enterprise=world.ours).establishment_mode == mode


@pytest.mark.parametrize(
    "change, attr",
    [
        ({"surveyed_on": "2999-01-01"}, "surveyed_on"),
        ({"surveyed_on": "2015-05-31"}, "surveyed_on"),
        ({"surveyed_on": "x"}, "surveyed_on"),
        ({"method": "dream"}, "method"),
        ({"full_members": -1}, "full_members"),
        ({"full_members": "1.5"}, "full_members"),
        ({"probationary_members": 10**7}, "probationary_members"),
        ({"organization_form": "x"}, "organization_form"),
        ({"organization": "支部"}, "organization"),
        ({"establishment_mode": "x"}, "establishment_mode"),
        ({"secretary_phone": "12345678901"}, "secretary_phone"),
        ({"contact_phone": "打电话"}, "contact_phone"),
        ({"employees": 10**9}, "employees"),
        ({"note": "长" * 501}, "note"),
        ({"members": 1}, "members"),
    ],
)
def test_a_broken_value_is_told_by_field_and_nothing_is_written(world, change, attr):
    assert attr in attrs(world.api("station").post(url(world.ours), body(**change)))
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    "role, method, status",
    [
        ("admin", "visit", 201),
        ("bureau", "annual_report", 201),
        ("station", "inspection", 201),
        ("enterprise", "self_report", 201),
        ("enterprise", "visit", 403),
        ("leader", "visit", 403),
        ("department", "visit", 404),
        ("institution", "visit", 404),
    ],
)
def test_who_may_survey(world, role, method, status):
    assert world.api(role).post(url(world.ours), body(method=method)).status_code == status


@pytest.mark.parametrize("role", ["station", "enterprise"])
@pytest.mark.parametrize("tail", ["surveys", "portrait", "figures"])
def test_a_foreign_enterprise_is_not_found(world, role, tail):
    assert world.api(role).get(url(world.theirs, tail)).status_code == 404
    assert world.api(role).post(url(world.theirs, "surveys"), body()).status_code == 404


def test_the_history_is_newest_first_and_pages(world):
    for days in (3, 1, 2):
        SurveyFactory(enterprise=world.ours, surveyed_on=timezone.localdate() - datetime.timedelta(days=days))
    SurveyFactory(enterprise=world.theirs)
    api = world.api("station")

    first = api.get(url(world.ours), {"page_size": 2, "count": 1}).json()
    second = api.get(first["next"]).json()

    assert first["count"] == 3
    assert [row["surveyed_on"] for row in first["results"] + second["results"]] == [
        today(1),
        today(2),
        today(3),
    ]


def test_a_leader_reads_the_history_without_personal_changes(world):
    world.api("station").post(url(world.ours), body(contact_phone="13812348000", full_members=3))

    rows = world.api("leader").get(url(world.ours)).json()["results"]

    assert [change["field"] for change in rows[0]["changes"]] == ["full_members"]


# -- portrait and personal fields -----------------------------------------------------------------------------


def test_the_portrait_has_every_panel(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True, alone=True)

    answer = world.api("station").get(url(world.ours, "portrait")).json()

    assert set(answer) == {"enterprise", "figures", "party", "chains", "services", "ledger", "history"}
    assert answer["enterprise"]["uscc"] == world.ours.uscc
    assert answer["party"]["contact_phone"] == "139****4321"
    assert answer["services"] == {"available": True, "items": []}


def test_a_portrait_for_a_leader_has_no_trace_of_people(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True, alone=True)

    text = world.api("leader").get(url(world.ours, "portrait")).content.decode()

    for trace in ("secretary_", "contact_", "138****", "张*"):
        assert trace not in text


def test_a_personal_field_in_full_is_recorded_with_its_reason(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True)

    answer = world.api("enterprise").post(
        url(world.ours, "personal"), {"field": "secretary_phone", "reason": "核对"}
    )

    assert answer.json() == {"field": "secretary_phone", "value": "13812348000"}
    assert PersonalView.objects.get().object_key == world.ours.uscc


def test_a_personal_field_without_reason_or_by_a_leader_is_refused_and_not_given(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True)
    address = url(world.ours, "personal")

    assert attrs(world.api("station").post(address, {"field": "secretary_phone"})) == {"reason"}
    assert attrs(world.api("station").post(address, {"field": "address", "reason": "核对"})) == {"field"}
    assert attrs(
        world.api("station").post(address, {"field": "secretary_phone", "reason": "\u200b\u200b"})
    ) == {"reason"}
    assert (
        world.api("leader").post(address, {"field": "secretary_phone", "reason": "核对"}).status_code == 403
    )
    assert world.api("station").post(url(world.theirs, "personal"), {}).status_code == 404
    assert not PersonalView.objects.exists()


# -- races ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_surveys_at_the_same_moment_are_all_kept_and_counted_one_by_one(transactional_db):
    from tests.factories.accounts import make_user
    from tests.factories.enterprises import EnterpriseFactory

    enterprise = EnterpriseFactory()
    by = make_user("station", town=enterprise.town)

    def survey(members: int) -> Survey:
        return record_survey(
            enterprise=enterprise,
            by=by,
            surveyed_on=timezone.localdate(),
            method="visit",
            full_members=members,
            employees=members,
        )

    together(*[lambda n=n: survey(n) for n in range(1, 7)])

    assert Survey.objects.count() == 6
    profile = PartyProfile.objects.get()
    last = Survey.objects.order_by("-id").first()
    assert (profile.full_members, profile.version) == (last.full_members, 7)
    assert Enterprise.objects.get().employees == last.full_members
    steps = [s.changes[0] for s in Survey.objects.order_by("id")]
    assert [step["old"] for step in steps[1:]] == [step["new"] for step in steps[:-1]]


def test_a_self_report_opens_no_organisation(world):
    """To belong to an organisation is to see it: what an enterprise says of itself must not let it in."""
    for code, more in {"ORG-7": {}, "ORG-8": {"dissolved": True}}.items():
        PartyOrganizationFactory(district=world.district, town=world.there, code=code, **more)
    api = world.api("enterprise")
    for code in ("ORG-7", "ORG-8", "ORG-9"):
        report = body(method="self_report", organization_form="joint", organization=code)
        assert api.post(url(world.ours), report).status_code == 201, "an ended one reads like an unknown one"
        profile = PartyProfile.objects.get(enterprise=world.ours)
        assert (profile.organization, profile.organization_name) == (None, code)
        assert api.get(f"/api/v1/party-organizations/{code}").status_code == 404


def test_a_self_report_may_confirm_the_own_organisation(world):
    own = PartyOrganizationFactory(
        district=world.district, town=world.here, code="ORG-7", name="云间联合支部"
    )
    PartyProfileFactory(enterprise=world.ours, organization_form="joint", organization=own)
    for text in ("ORG-7", "云间联合支部"):
        answer = world.api("enterprise").post(url(world.ours), body(method="self_report", organization=text))
        assert answer.status_code == 201, answer.json()
        assert PartyProfile.objects.get(enterprise=world.ours).organization == own


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1949-12-31"])
def test_a_survey_is_not_older_than_the_figures_it_tells(world, day):
    Enterprise.objects.update(founded_on=None)
    assert attrs(world.api("station").post(url(world.ours), body(surveyed_on=day, employees=3))) == {
        "surveyed_on"
    }


def test_the_name_of_an_ended_organisation_is_refused_like_its_code(world):
    ended = PartyOrganizationFactory(district=world.ours.district, town=world.ours.town, dissolved=True)
    for text in (ended.code, ended.name):
        report = body(organization_form="alone", organization=text)
        assert attrs(world.api("station").post(url(world.ours), report)) == {"organization"}


def test_an_own_organisation_is_nobody_elses(world):
    row = PartyOrganizationFactory(district=world.ours.district, town=world.ours.town)
    PartyProfileFactory(enterprise__town=world.ours.town, organization=row, organization_form="alone")
    report = body(organization_form="alone", organization=row.code)
    assert attrs(world.api("station").post(url(world.ours), report)) == {"organization"}
    report = body(organization_form="joint", organization=row.code)
    assert world.api("station").post(url(world.ours), report).status_code == 201


def test_an_alliance_covers_nobody(world):
    kind = OrganizationKindFactory(code="chain_alliance", name="产业链党建联盟", is_formal=False)
    row = PartyOrganizationFactory(district=world.ours.district, town=world.ours.town, kind=kind)
    report = body(organization_form="joint", organization=row.code)
    assert attrs(world.api("station").post(url(world.ours), report)) == {"organization"}


def test_a_self_report_leaves_the_organisation_where_staff_put_it(world):
    row = PartyOrganizationFactory(district=world.ours.district, town=world.ours.town)
    profile = PartyProfile.objects.get_or_create(enterprise=world.ours)[0]
    profile.organization, profile.organization_form, profile.organization_name = row, "alone", row.name
    profile.save()
    api = world.api("enterprise")
    report = body(method="self_report", organization_form="joint")
    assert attrs(api.post(url(world.ours), report)) == {"organization_form"}
    report = body(method="self_report", organization="中共别处支部委员会")
    assert attrs(api.post(url(world.ours), report)) == {"organization"}
    profile.refresh_from_db()
    assert (profile.organization, profile.organization_form) == (row, "alone")
