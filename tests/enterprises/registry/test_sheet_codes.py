"""The enterprise sheet also takes codes where it asks for names."""

import pytest

from enterprises.profile.models import PartyProfile
from tests.factories.chains import PartyOrganizationFactory
from tests.factories.imports import checked, committed, errors_of
from tests.factories.sheets import sheet_row

pytestmark = pytest.mark.django_db


def test_an_organisation_by_its_code(place):
    organization = PartyOrganizationFactory(
        district=place.district, code="LH-1", name="中共科创园联合支部委员会"
    )
    row = sheet_row(1, 党组织形式="联合组建", 党组织名称="LH-1", 所属街镇=place.here.code)
    done = committed([row], place.bureau)
    assert done.status == "done", errors_of(done)
    profile = PartyProfile.objects.get()
    assert (profile.organization, profile.organization_name) == (organization, "中共科创园联合支部委员会")
    assert profile.enterprise.town == place.here
    assert checked([row], place.bureau).unchanged == 1
    assert checked([{**row, "党组织名称": "中共科创园联合支部委员会"}], place.bureau).unchanged == 1


def test_the_code_of_an_organisation_that_has_ended(place):
    PartyOrganizationFactory(district=place.district, code="LH-2", name="撤掉的支部", dissolved=True)
    found = checked([sheet_row(1, 党组织形式="联合组建", 党组织名称="LH-2")], place.bureau)
    assert errors_of(found) == [(2, "党组织名称", "该党组织已合并或撤销，请选择现有的党组织。")]
