"""A body is refused by its announced size before anything reads it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
FORM = "multipart/form-data; boundary=b"


def announced(client, address: str, size: int):
    """The answer to a form that announces `size` bytes; none of them is ever sent."""
    return client.generic("POST", address, b"", FORM, CONTENT_LENGTH=str(size))


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/accounts/login/", "SIGN_IN_MAX_BYTES"),
        ("/api/v1/auth/token", "SIGN_IN_MAX_BYTES"),
        ("/nowhere", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("/api/v1/exports", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("/imports/new/", "UPLOAD_MAX_BYTES"),
        ("/api/v1/imports", "UPLOAD_MAX_BYTES"),
    ],
)
def test_a_body_above_the_limit_is_413(client, settings, address, limit):
    answer = announced(client, address, getattr(settings, limit) + 1)
    assert answer.status_code == 413
    if address.startswith("/api/"):
        assert answer.json()["errors"][0]["code"] == "too_large"
    else:
        assert "请求内容过大" in answer.content.decode()
    assert announced(client, address, getattr(settings, limit)).status_code != 413


@pytest.mark.parametrize("address", ["/accounts/login/", "/api/v1/auth/token"])
def test_a_body_of_unknown_length_is_411(client, address):
    answer = client.generic("POST", address, b"", FORM, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


@pytest.mark.parametrize(
    "form",
    [
        {f"f{number}": "1" for number in range(2_100)},
        {f"f{number}": SimpleUploadedFile("a.csv", b"1") for number in range(105)},
    ],
    ids=["fields", "files"],
)
def test_more_parts_than_a_form_has_are_400(client, form):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    answer = client.post("/api/v1/imports", form)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "parse_error"


@pytest.mark.parametrize("address", ["/api/v1/enterprises", "/api/v1/me", "/enterprises/"])
def test_more_parameters_than_an_address_has_are_400(client, address):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    assert client.get(f"{address}?{'&'.join(f'p{number}' for number in range(2_100))}").status_code == 400


def test_a_broken_form_is_told_in_chinese(client):
    client.force_login(make_user("bureau"))
    answer = client.generic("POST", "/api/v1/imports", b"broken", "multipart/form-data")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "上传的内容不完整或格式有误，请重新上传。"


def test_a_missing_csrf_token_is_told_in_chinese():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("bureau"))
    answer = client.post("/api/v1/exports", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "permission_denied")
    assert "CSRF" not in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "address", ["chains/%00", "towns/%00", "departments/%00", "party-organizations/%00", "enterprises/%00",
                "history/chain/%00"],
)  # fmt: skip
def test_an_address_with_a_nul_names_nothing(client, address):
    client.force_login(make_user("bureau"))
    assert client.get(f"/api/v1/{address}").status_code == 404


@pytest.mark.parametrize("page", ["schema", "docs"])
def test_the_description_refuses_like_every_other_address(client, page):
    client.raise_request_exception = False
    assert client.options(f"/api/v1/{page}/").status_code == 200
    for answer in (client.post(f"/api/v1/{page}/"), client.get(f"/api/v1/{page}/?format=odd")):
        assert answer.status_code in {404, 405}
        assert answer.json()["type"] == "client_error"
    assert client.get(f"/api/v1/{page}/").status_code == 200
