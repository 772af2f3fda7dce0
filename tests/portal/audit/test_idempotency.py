"""`Idempotency-Key`: the first answer again, never a second row (contract.md)."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.actions import purge_idempotency_keys
from portal.audit.idempotency import idempotent
from portal.audit.models import IdempotencyKey
from portal.kit.api import StrictJSONParser
from portal.territory.models import District
from portal.urls import urlpatterns as portal_urls
from tests.factories.accounts import add_membership, make_user
from tests.factories.territory import DistrictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
URL = "/api/v1/districts"
entered, go_on = threading.Event(), threading.Event()


class DistrictView(APIView):
    parser_classes = (StrictJSONParser, MultiPartParser)

    @idempotent
    def post(self, request):
        if not request.user.scope.roles:
            raise PermissionDenied
        code = request.data["code"]
        row = District.objects.create(code=code, slug=f"d{code}", name=request.data.get("name", "新区"))
        if request.data.get("fail"):
            raise ValidationError({"fail": "不行"})
        if request.data.get("slow"):
            entered.set()
            go_on.wait(20)
        return Response({"id": row.pk, "at": timezone.now()}, status=201)


urlpatterns = [path("api/v1/", include([path("districts", DistrictView.as_view())])), *portal_urls]


@pytest.fixture
def api(client):
    client.force_login(make_user("bureau"))
    client.raise_request_exception = False
    return client


def post(api, body, key="key-1"):
    return api.post(URL, body, content_type="application/json", headers={"idempotency-key": key})


def test_the_same_key_and_body_give_the_first_answer(api):
    first = post(api, {"code": "310901", "name": "甲"})
    again = post(api, '{"name": "甲",   "code": "310901"}')
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    assert District.objects.filter(code="310901").count() == 1


def test_another_body_is_409(api):
    post(api, {"code": "310901"})
    answer = post(api, {"code": "310902"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "idempotency_conflict")
    assert not District.objects.filter(code="310902").exists()


def test_keys_belong_to_their_user(api):
    post(api, {"code": "310901"})
    other = Client()
    other.force_login(make_user("bureau"))
    assert post(other, {"code": "310902"}).status_code == 201


def test_a_failed_action_frees_the_key(api):
    assert post(api, {"code": "310901", "fail": True}).status_code == 400
    assert not District.objects.filter(code="310901").exists()
    assert post(api, {"code": "310901"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "键"])
def test_a_broken_key_is_400(api, key):
    answer = api.post(URL, {"code": "310901"}, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "Idempotency-Key"


def test_files_are_part_of_the_body(api):
    def upload(content: bytes):
        file = SimpleUploadedFile("a.csv", content)
        return api.post(URL, {"code": "310901", "file": file}, headers={"idempotency-key": "key-1"})

    first = upload(b"one")
    assert first.status_code == 201
    assert upload(b"one").json() == first.json()
    assert upload(b"two").status_code == 409


def test_another_scope_runs_the_request_anew(client):
    user = make_user("bureau")
    client.force_login(user)
    assert post(client, {"code": "310901"}).status_code == 201
    user.memberships.all().delete()
    assert post(client, {"code": "310901"}).status_code == 403
    add_membership(user, "leader", district=DistrictFactory())
    assert post(client, {"code": "310901"}).status_code == 409, "it exists already"
    assert "Idempotent-Replay" not in post(client, {"code": "310902"})
    assert post(client, {"code": "310902"})["Idempotent-Replay"] == "true"


def test_a_number_of_any_length_is_a_value_like_another(api):
    long = {"code": "310901", "name": "甲", "size": 10**29}
    assert post(api, long).json() == post(api, long).json()


def test_after_a_day_the_key_is_free(api):
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False) as clock:
        api.force_login(make_user("bureau"))
        post(api, {"code": "310901"})
        clock.shift(timedelta(hours=24, seconds=1))
        user = make_user("bureau")
        api.force_login(user)
        IdempotencyKey.objects.update(user=user)
        assert post(api, {"code": "310902"}).status_code == 201


def test_old_answers_are_purged(api):
    post(api, {"code": "310901"}, key="old")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    post(api, {"code": "310902"}, key="new")
    assert purge_idempotency_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_row(api):
    entered.clear()
    go_on.clear()
    session = api.cookies
    answers = []

    def click() -> None:
        client = Client()
        client.cookies = session
        answers.append(post(client, {"code": "310901", "slow": True}))
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    threads[0].start()
    assert entered.wait(20)
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive(), "the second waits for the first"
    go_on.set()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert District.objects.filter(code="310901").count() == 1
