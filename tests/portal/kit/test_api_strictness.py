"""What a REST view of the portal refuses, with real requests (reliability F16, F17)."""

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.urls import include, path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.models import User
from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters, require_version
from portal.territory.models import District, Town
from portal.urls import urlpatterns as portal_urls
from tests.factories.accounts import make_user
from tests.factories.territory import DistrictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
URL = "/api/v1/echo"


class EchoInput(StrictSerializer):
    name = serializers.CharField(max_length=40)
    amount = serializers.IntegerField(required=False)
    details = serializers.JSONField(required=False)
    labels = serializers.ListField(child=serializers.CharField(), required=False)
    filters = serializers.DictField(child=serializers.CharField(), required=False)
    town = serializers.SlugRelatedField(slug_field="code", queryset=Town.objects.all(), required=False)


class EchoView(APIView):
    def get(self, request):
        refuse_unknown_parameters(request, {"name"})
        return Response(
            list(User.objects.filter(username=request.query_params.get("name", "")).values("username"))
        )

    def post(self, request):
        given = bind(EchoInput, request)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::text, %s::int", [given["name"], given.get("amount")])
        return Response(given, status=201)

    def patch(self, request):
        require_version(request.data.get("version"), 3, {"version": 3, "name": "现值"})
        return Response({})


class DistrictView(APIView):
    @transaction.atomic
    def post(self, request):
        row = District.objects.create(code=request.data["code"], slug="duplicate", name="新区")
        return Response({"code": row.code}, status=201)


class BrokenView(APIView):
    def get(self, request):
        raise RuntimeError("SELECT secret FROM somewhere")


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("echo", EchoView.as_view()),
                path("districts", DistrictView.as_view()),
                path("broken", BrokenView.as_view()),
            ]
        ),
    ),
    *portal_urls,
]
handler404 = "portal.kit.failures.not_found"
handler500 = "portal.kit.failures.server_error"


@pytest.fixture
def api(client):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    return client


def post(api, body, url=URL, content_type="application/json", **headers):
    return api.post(url, body, content_type=content_type, headers=headers)


def test_a_good_body_passes(api):
    answer = post(api, {"name": "测试", "amount": 5})
    assert (answer.status_code, answer.json()) == (201, {"name": "测试", "amount": 5})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "5",
        "null",
        '"text"',
        '{"name": "a", "name": "b"}',
        '{"name": NaN}',
        '{"name": "a", "amount": Infinity}',
        '{"name": "a", "details": 1e999}',
        '{"name": "a\\u0000b"}',
        '{"name": "a", "details": {"x": ["\\ud800"]}}',
        '{"name": "a", "details": {"\\udfff": 1}}',
        '{"name": "a", "amount": ' + "9" * 5000 + "}",
        '{"name": "a", "details": ' + "[" * 40 + "]" * 40 + "}",
        '{"name": "a", "details": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"name": "a", "details": ' + "[" * 200_000 + "}",
        b'{"name": "\xff\xfe"}',
        "{'name': 'a'}",
        "﻿{}",
    ],
)
def test_what_is_not_plain_json_is_400(api, body):
    answer = post(api, body)
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == {"type", "errors"}


@pytest.mark.parametrize("amount", [2**31, 2**63, -(2**40), 10**30, "1_000", "٣", 1.5, True, [], "x"])
def test_a_number_out_of_range_or_kind_is_400(api, amount):
    assert post(api, {"name": "a", "amount": amount}).status_code == 400


@pytest.mark.parametrize(
    "field",
    [{"name": 0}, {"name": 1.5}, {"name": True}, {"labels": ["a", 5]}, {"filters": {"a": 5}}, {"town": 12}],
)
def test_a_number_is_no_text(api, field):
    answer = post(api, {"name": "a"} | field)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].split(".")[0] == next(iter(field))


def test_unknown_fields_and_parameters_are_400(api):
    answer = post(api, {"name": "a", "nmae": "b"})
    assert answer.json()["errors"] == [{"code": "unknown_field", "detail": "没有这个字段。", "attr": "nmae"}]
    answer = api.get(URL, {"tonw": "x"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0] == {
        "code": "unknown_parameter",
        "detail": "没有这个查询参数。",
        "attr": "tonw",
    }


def test_a_nul_in_a_parameter_is_400(api):
    assert api.get(URL + "?name=a%00b").status_code == 400
    assert (
        api.get(URL + "?name=%ED%A0%80").status_code == 200
    )  # undecodable bytes are replaced, and match nothing


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_another_content_type_is_415(api, content_type):
    answer = post(api, "name=a", content_type=content_type)
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["code"] == "unsupported_media_type"


def test_a_huge_body_is_413(api):
    assert post(api, '{"name": "' + "a" * (3 * 1024 * 1024) + '"}').status_code == 413


def test_unknown_address_wrong_method_and_failure_are_json(api):
    for url in ("/api/v1/nothing", "/api/v1/echo/x/y", "/api/v2/me", "/api/"):
        answer = api.get(url)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")
    answer = api.delete(URL)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (405, "method_not_allowed")
    answer = api.get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "server_error"
    assert "错误编号" in answer.json()["errors"][0]["detail"]
    assert b"secret" not in answer.content


def test_a_trailing_slash_is_the_same_address(api):
    assert api.get(URL + "/").status_code == 200
    assert post(api, {"name": "a"}, url=URL + "/").status_code == 201


def test_a_stale_version_shows_the_current_row(api):
    answer = api.patch(URL, {"version": 2}, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "stale"
    assert answer.json()["current"] == {"version": 3, "name": "现值"}
    assert api.patch(URL, {"version": 3}, content_type="application/json").status_code == 200


def test_a_session_needs_the_csrf_token(api):
    api.handler.enforce_csrf_checks = True
    answer = post(api, {"name": "a"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "permission_denied")


def test_no_sign_in_is_401(client):
    answer = client.get(URL)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"


def test_a_duplicate_is_409_and_says_no_sql(api):
    DistrictFactory(code="310999")
    answer = post(api, {"code": "310999"}, url="/api/v1/districts")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "duplicate")
    assert "constraint" not in answer.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=50)
def test_the_limit_is_the_setting(api):
    assert post(api, {"name": "a" * 40}).status_code == 413
