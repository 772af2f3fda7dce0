"""`/livez` touches nothing; `/readyz` tells database, migrations and broker apart (contract.md)."""

import socket

import pytest
from django.db import connection
from django.test import Client


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_livez_needs_no_database(client, settings):
    settings.ALLOWED_HOSTS = []  # nor a known host name
    answer = client.get("/livez", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies


@pytest.mark.django_db
def test_readyz_when_all_is_well(client, django_assert_num_queries):
    with django_assert_num_queries(0):  # it asks over a connection of its own
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_a_lost_broker_only_degrades(client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["broker"] == "degraded"


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_is_503(client):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = name || '_x' WHERE app = 'audit'")
    try:
        answer = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = left(name, -2) WHERE app = 'audit'")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "pending"


@pytest.mark.django_db
def test_a_lost_database_is_503(client, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(closed_port()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"


@pytest.mark.parametrize("url", ["/livez", "/readyz"])
def test_only_get(url):
    assert Client().post(url).status_code == 405
