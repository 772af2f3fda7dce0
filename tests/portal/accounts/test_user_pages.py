"""The administrator opens, changes and closes accounts; everybody looks after their own."""

import pytest
from axes.models import AccessAttempt
from django.utils import timezone
from knox.models import AuthToken

from portal.accounts.models import Membership, User
from tests.factories.accounts import PASSWORD, UserFactory, add_membership, make_user
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("admin")
    client.force_login(user)
    return user


def test_the_list_is_searched_and_filtered(client, admin):
    town = TownFactory(name="九亭镇")
    make_user("station", town=town, username="station-jiuting", display_name="九亭站")
    make_user("leader", username="leader-x", inactive=True)
    page = client.get("/users/").content.decode()
    assert "指导站人员 九亭镇" in page
    assert "leader-x" in page
    assert "leader-x" not in client.get("/users/", {"search": "九亭"}).content.decode()
    assert "station-jiuting" not in client.get("/users/", {"role": "leader"}).content.decode()
    assert "station-jiuting" not in client.get("/users/", {"state": "inactive"}).content.decode()


def test_the_list_takes_few_queries(client, admin, django_assert_max_num_queries):
    for _ in range(20):
        make_user("station")
    with django_assert_max_num_queries(12):
        client.get("/users/")


def test_a_broken_cursor_is_a_page_with_400(client, admin):
    assert client.get("/users/", {"cursor": "nonsense"}).status_code == 400


def test_opening_an_account_and_giving_a_role(client, admin):
    town = TownFactory()
    answer = client.post(
        "/users/new/", {"username": "new-one", "display_name": "新同志", "password": PASSWORD}
    )
    user = User.objects.get(username="new-one")
    assert answer["Location"] == f"/users/{user.pk}/"
    assert user.check_password(PASSWORD)
    assert '<option value="" selected>' in client.get(f"/users/{user.pk}/").content.decode(), (
        "no role by itself"
    )
    answer = client.post(f"/users/{user.pk}/roles/", {"role": "station", "town": town.pk})
    assert answer.status_code == 302
    membership = Membership.objects.get(user=user)
    assert (membership.town, membership.district) == (town, town.district)
    client.post(f"/users/{user.pk}/roles/", {"role": "station", "town": town.pk})
    assert user.memberships.count() == 1, "twice changes nothing"
    client.post(f"/users/{user.pk}/roles/{membership.pk}/revoke/")
    assert not user.memberships.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "", "display_name": "x", "password": PASSWORD},
        {"username": "TAKEN", "display_name": "x", "password": PASSWORD},
        {"username": "fresh", "display_name": "x", "password": "123456789"},
        {"username": "bad name!", "display_name": "x", "password": PASSWORD},
    ],
)
def test_a_broken_account_is_refused_beside_its_field(client, admin, fields):
    UserFactory(username="taken")
    answer = client.post("/users/new/", fields)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not User.objects.filter(display_name="x").exists()


@pytest.mark.parametrize("role", ["bureau", "leader", "station", "department", "institution", "enterprise"])
def test_a_role_needs_its_place(client, admin, role):
    user = UserFactory()
    answer = client.post(f"/users/{user.pk}/roles/", {"role": role})
    assert answer.status_code == 400
    assert "这个角色需要填写此项" in answer.content.decode()
    assert not user.memberships.exists()


def test_closing_and_opening_an_account(client, admin):
    user = make_user("bureau")
    AuthToken.objects.create(user=user)
    client.post(f"/users/{user.pk}/deactivate/")
    user.refresh_from_db()
    assert not user.is_active
    assert not user.auth_token_set.exists()
    client.post(f"/users/{user.pk}/activate/")
    user.refresh_from_db()
    assert user.is_active


def test_nobody_closes_their_own_account_or_takes_the_last_administrator(client, admin):
    assert client.post(f"/users/{admin.pk}/deactivate/").status_code == 409
    answer = client.post(f"/users/{admin.pk}/roles/{admin.memberships.get().pk}/revoke/")
    assert answer.status_code == 409
    assert "至少要保留一位系统管理员" in answer.content.decode()
    make_user("admin")
    assert client.post(f"/users/{admin.pk}/roles/{admin.memberships.get().pk}/revoke/").status_code == 302


def test_unlocking(client, admin):
    user = make_user("bureau")
    AccessAttempt.objects.create(
        username=user.username, ip_address="10.0.0.1", failures_since_start=5, attempt_time=timezone.now()
    )
    assert "解除锁定" in client.get(f"/users/{user.pk}/").content.decode()
    client.post(f"/users/{user.pk}/unlock/")
    assert not AccessAttempt.objects.exists()


def test_a_membership_of_somebody_else_is_not_found(client, admin):
    one, other = make_user("bureau"), make_user("bureau")
    answer = client.post(f"/users/{one.pk}/roles/{other.memberships.get().pk}/revoke/")
    assert answer.status_code == 404


def test_one_ends_only_the_own_tokens(client):
    user, other = make_user("bureau"), make_user("bureau")
    client.force_login(user)
    own, foreign = (AuthToken.objects.create(user=person)[0] for person in (user, other))
    assert own.token_key in client.get("/security/").content.decode()
    assert client.post(f"/security/tokens/{foreign.token_key}/end/").status_code == 404
    assert client.post(f"/security/tokens/{own.token_key}/end/").status_code == 302
    assert list(AuthToken.objects.all()) == [foreign]


def test_scope_is_the_union_of_memberships():
    town = TownFactory()
    user = make_user("station", town=town)
    assert user.scope.towns == {town.pk}
    district = DistrictFactory()
    add_membership(user, "leader", district=district)
    assert user.scope.roles == {"station", "leader"}
    assert user.scope.districts == {district.pk}
    assert user.scope.managed == frozenset()
    assert user.scope.sees_personal_of(uscc="x", town_id=town.pk, district_id=town.district_id)
    assert not user.scope.sees_personal_of(uscc="x", town_id=0, district_id=district.pk)
