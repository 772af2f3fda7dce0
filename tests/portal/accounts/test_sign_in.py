"""People sign in with password and, if they chose so, a one-time code; idle sessions end."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings
from django.utils import timezone

from portal.accounts.actions import deactivate_user, set_password
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client, username: str, password: str = PASSWORD):
    return client.post(LOGIN, {"login": username, "password": password})


def test_a_right_password_opens_the_portal(client):
    user = make_user("bureau", with_password=True)
    answer = sign_in(client, user.username)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/security/").status_code == 200


def test_an_unknown_user_reads_like_a_wrong_password(client):
    make_user("bureau", username="known", with_password=True)
    texts = []
    for username in ("known", "nobody"):
        answer = sign_in(client, username, "wrong-password")
        assert answer.status_code == 200
        texts.append([str(error) for errors in answer.context["form"].errors.values() for error in errors])
    assert texts[0] == texts[1] != []


def test_five_wrong_passwords_close_the_page(client):
    user = make_user("bureau", with_password=True)
    for _attempt in range(5):
        answer = sign_in(client, user.username, "wrong-password")
    assert answer.status_code == 429
    assert 800 < int(answer["Retry-After"]) <= 900
    assert "15 分钟" in answer.content.decode()
    assert sign_in(client, user.username).status_code == 429, "the right password comes too late"


def test_a_session_ends_after_thirty_idle_minutes(client):
    user = make_user("bureau", with_password=True)
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False) as clock:
        sign_in(client, user.username)
        for _ in range(3):
            clock.shift(29 * 60)
            assert client.get("/security/").status_code == 200, "work keeps it open"
        clock.shift(30 * 60 + 1)
        answer = client.get("/security/")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/security/")


def test_a_deactivated_user_is_out_at_once(client):
    user, admin = make_user("bureau", with_password=True), make_user("admin")
    sign_in(client, user.username)
    deactivate_user(user=user, by=admin)
    assert client.get("/security/").status_code == 302


def test_a_reset_password_ends_sessions(client):
    user, admin = make_user("bureau", with_password=True), make_user("admin")
    sign_in(client, user.username)
    set_password(user=user, by=admin, password="another-horse-8")
    assert client.get("/security/").status_code == 302
    assert sign_in(client, user.username, "another-horse-8").status_code == 302


def test_the_second_factor_is_asked_for_and_counted(client):
    user = make_user("bureau", with_password=True)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    answer = sign_in(client, user.username)
    assert answer["Location"].startswith("/accounts/mfa/authenticate")
    assert client.get("/security/").status_code == 302, "the password alone opens nothing"
    for _attempt in range(2):
        assert client.post("/accounts/mfa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/accounts/mfa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/security/").status_code == 200


def test_one_time_codes_cannot_be_tried_out_on_the_page(client):
    user = make_user("bureau", with_password=True)
    TOTP.activate(user, generate_totp_secret())
    sign_in(client, user.username)
    statuses = [client.post("/accounts/mfa/authenticate/", {"code": "000000"}).status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_the_secret_is_encrypted_at_rest():
    user = make_user("bureau")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert stored.startswith("v1:")
    assert secret not in stored


@pytest.mark.parametrize(
    "page",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "inactive/",
        "confirm-email/abc/",
        "login/code/confirm/",
    ],
)
def test_accounts_are_opened_by_the_administrator_only(client, page):
    assert client.get(f"/accounts/{page}").status_code == 404
    assert client.post(f"/accounts/{page}", {"username": "x"}).status_code == 404


def test_there_is_no_second_way_in(client):
    """Django's own admin would ask for the password only."""
    assert client.get("/admin/").status_code == 404


def test_one_changes_the_own_password(client):
    user = make_user("bureau", with_password=True)
    sign_in(client, user.username)
    page = client.get("/accounts/password/change/")
    assert page.status_code == 200
    fields = {"oldpassword": PASSWORD, "password1": "another-horse-8", "password2": "another-horse-8"}
    assert client.post("/accounts/password/change/", fields).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another-horse-8")


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_argon2():
    user = make_user("bureau")
    user.set_password(PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"


def test_the_sign_in_is_noted(client):
    user = make_user("bureau", with_password=True)
    sign_in(client, user.username)
    page = client.get("/security/").content.decode()
    assert "127.0.0.1" in page
    user.refresh_from_db()
    assert (timezone.now() - user.last_login).total_seconds() < 60
