"""One rule, said twice: what a scope sees of enterprises, as a filter and for one that was read."""

import pytest

from enterprises.registry.models import Enterprise
from portal.accounts.scope import Role
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db


def test_the_filter_and_the_predicate_agree_for_every_role():
    own, neighbour = EnterpriseFactory(), EnterpriseFactory()
    rows = [own, neighbour, EnterpriseFactory(town=TownFactory(district=own.district))]
    for role in Role.values:
        places = {Role.STATION: {"town": own.town}, Role.ENTERPRISE: {"enterprise": own}}
        places |= {whole: {"district": own.district} for whole in (Role.BUREAU, Role.LEADER)}
        user = make_user(role, **places.get(role, {}))
        visible = set(Enterprise.objects.visible_to(user).filter(pk__in=[row.pk for row in rows]))
        seen = {
            row
            for row in rows
            if user.scope.sees_enterprise(uscc=row.uscc, town_id=row.town_id, district_id=row.district_id)
        }
        assert seen == visible, role
