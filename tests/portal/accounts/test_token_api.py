"""Programs sign in by token: contract.md, REST."""

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from knox.models import AuthToken

from tests.factories.accounts import PASSWORD, make_user
from tests.factories.territory import TownFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/auth/token"


def sign_in(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post(
        URL, {"username": username, "password": password, **more}, content_type="application/json"
    )


def bearer(token: str) -> dict:
    return {"headers": {"authorization": f"Token {token}"}}


def one_time_code(secret: str) -> str:
    import time

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_token_opens_me_and_ends_at_once(client):
    town = TownFactory(name="九亭镇")
    user = make_user("station", town=town, with_password=True, display_name="九亭站")
    answer = sign_in(client, user.username)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "expires_at", "user"}
    assert not answer.cookies, "a program gets a token, not a session"

    me = client.get("/api/v1/me", **bearer(body["token"])).json()
    assert me == body["user"]
    assert me["username"] == user.username
    assert me["roles"] == ["station"]
    assert me["memberships"][0]["town"] == town.code
    assert me["memberships"][0]["label"] == "指导站人员 九亭镇"
    assert me["permissions"] == {
        "manage_users": False,
        "manage_district": False,
        "record_data": True,
        "see_personal": True,
        "self_report": False,
    }

    assert client.delete(URL, **bearer(body["token"])).status_code == 204
    assert client.get("/api/v1/me", **bearer(body["token"])).status_code == 401


def test_the_token_is_stored_as_a_digest_only(client):
    user = make_user("bureau", with_password=True)
    token = sign_in(client, user.username).json()["token"]
    row = AuthToken.objects.get(user=user)
    assert token not in {row.digest, row.token_key}


@pytest.mark.parametrize("username", ["known", "unknown"])
def test_a_wrong_password_and_an_unknown_user_read_the_same(client, username):
    make_user("bureau", username="known", with_password=True)
    answer = sign_in(client, username, "wrong-password")
    assert answer.status_code == 401
    assert answer.json() == {
        "type": "client_error",
        "errors": [{"code": "authentication_failed", "detail": "用户名或密码错误。", "attr": None}],
    }


def test_an_inactive_user_reads_the_same_too(client):
    user = make_user("bureau", with_password=True, inactive=True)
    assert sign_in(client, user.username).json()["errors"][0]["code"] == "authentication_failed"


@pytest.mark.parametrize(
    "body",
    [{}, {"username": "a"}, {"username": "a", "password": ""}, {"username": "a", "password": "b", "x": 1}],
)
def test_a_broken_body_is_400(client, body):
    answer = client.post(URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


def test_five_wrong_passwords_close_the_account_for_fifteen_minutes(client):
    user = make_user("bureau", with_password=True)
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False) as clock:
        for _attempt in range(4):
            assert sign_in(client, user.username, "wrong-password").status_code == 401
        answer = sign_in(client, user.username, "wrong-password")
        assert answer.status_code == 429
        clock.shift(60)
        answer = sign_in(client, user.username)  # the right one, too late
        assert answer.status_code == 429
        assert answer["Retry-After"] == str(14 * 60)
        assert answer.json()["errors"][0]["code"] == "throttled"
        assert "14 分钟" in answer.json()["errors"][0]["detail"]
        clock.shift(14 * 60 + 1)
        assert sign_in(client, user.username).status_code == 200


def test_the_page_and_the_api_share_the_counter(client):
    user = make_user("bureau", with_password=True)
    for _attempt in range(3):
        sign_in(client, user.username, "wrong-password")
    for _attempt in range(2):
        page = client.post("/accounts/login/", {"login": user.username, "password": "wrong-password"})
    assert page.status_code == 429
    assert page["Retry-After"]
    assert sign_in(client, user.username).status_code == 429


def test_success_clears_the_counter(client):
    user = make_user("bureau", with_password=True)
    for _round in range(2):
        for _attempt in range(4):
            assert sign_in(client, user.username, "wrong-password").status_code == 401
        assert sign_in(client, user.username).status_code == 200


def test_tokens_cannot_go_round_the_second_factor(client):
    user = make_user("bureau", with_password=True)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    answer = sign_in(client, user.username)
    assert answer.status_code == 400
    assert answer.json()["errors"][0] == {
        "code": "otp_required",
        "detail": "该账号已启用动态口令，请同时提交 otp。",
        "attr": "otp",
    }
    assert sign_in(client, user.username, otp="000000").status_code == 401
    code = one_time_code(secret)
    assert sign_in(client, user.username, otp=code).status_code == 200
    assert sign_in(client, user.username, otp=code).status_code == 401, "a code serves once"


def test_a_recovery_code_serves_once(client):
    user = make_user("bureau", with_password=True)
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    assert sign_in(client, user.username, otp=code).status_code == 200
    assert sign_in(client, user.username, otp=code).status_code == 401


def test_one_time_codes_cannot_be_tried_out(client):
    user = make_user("bureau", with_password=True)
    TOTP.activate(user, generate_totp_secret())
    statuses = [sign_in(client, user.username, otp=f"{n:06d}").status_code for n in range(5)]
    assert statuses == [401, 401, 401, 401, 429]


def test_a_deactivated_user_loses_the_token_at_once(client):
    user = make_user("bureau", with_password=True)
    token = sign_in(client, user.username).json()["token"]
    user.is_active = False
    user.save()
    assert client.get("/api/v1/me", **bearer(token)).status_code == 401


def test_a_token_ends_after_its_hours(client):
    user = make_user("bureau", with_password=True)
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False) as clock:
        token = sign_in(client, user.username).json()["token"]
        clock.shift(10 * 3600 + 1)
        assert client.get("/api/v1/me", **bearer(token)).status_code == 401


def test_the_oldest_token_gives_way(client, settings):
    user = make_user("bureau", with_password=True)
    first = sign_in(client, user.username).json()["token"]
    for _again in range(20):
        sign_in(client, user.username)
    assert user.auth_token_set.count() == 20
    assert client.get("/api/v1/me", **bearer(first)).status_code == 401


@pytest.mark.parametrize("header", ["Token", "Token x y", "Token nonsense", "Bearer abc", ""])
def test_no_valid_token_is_401_and_no_redirect(client, header):
    answer = client.get("/api/v1/me", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["type"] == "client_error"


def test_a_token_that_is_not_text_is_401(client):
    answer = client.get("/api/v1/me", HTTP_AUTHORIZATION=b"Token \xff\xfe".decode("latin-1"))
    assert answer.status_code == 401
