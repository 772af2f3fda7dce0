"""The own password: wrong guesses count as when signing in, and a new one ends every other access."""

import pytest
from django.test import Client

from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
NEW = "another-horse-8"


def change(client, old: str = PASSWORD):
    return client.post(CHANGE, {"oldpassword": old, "password1": NEW, "password2": NEW})


@pytest.fixture
def user(client):
    user = make_user("bureau", with_password=True)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return user


def test_five_wrong_passwords_lock_the_change_and_the_sign_in(client, user):
    for _attempt in range(5):
        answer = change(client, "wrong-password")
    assert answer.status_code == 429
    assert change(client).status_code == 429, "the right one comes too late"
    sign_in = Client().post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert sign_in.status_code == 429
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_password_ends_tokens_and_other_sessions(client, user):
    body = {"username": user.username, "password": PASSWORD}
    token = Client().post("/api/v1/auth/token", body, content_type="application/json").json()["token"]
    header = {"authorization": f"Token {token}"}
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert Client().get("/api/v1/me", headers=header).status_code == 200
    assert change(client).status_code == 302
    assert Client().get("/api/v1/me", headers=header).status_code == 401
    assert elsewhere.get("/security/").status_code == 302
    assert client.get("/security/").status_code == 200, "whoever changed it stays signed in"


@pytest.mark.parametrize("address", ["http://[bad", "//[", "http://[::1"])
def test_an_unreadable_address_to_go_on_to_is_ignored(client, user, address):
    body = {"login": user.username, "password": PASSWORD, "next": address}
    anonymous = Client(raise_request_exception=False)
    assert anonymous.get("/accounts/login/", {"next": address}).status_code == 200
    assert anonymous.post("/accounts/login/", body)["Location"] == "/"
    assert anonymous.post("/accounts/logout/", {"next": address}).status_code == 302
