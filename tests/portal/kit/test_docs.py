"""The REST reference: OpenAPI at schema/, browsable at docs/, with nothing from another host."""

import re

import pytest
import yaml

pytestmark = pytest.mark.django_db


def test_the_schema_is_openapi_3(client):
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    document = yaml.safe_load(answer.content)
    assert document["openapi"].startswith("3.")
    assert "/api/v1/auth/token" in document["paths"]
    assert document["components"]["securitySchemes"]["token"]
    creates = document["paths"]["/api/v1/enterprises"]["post"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in creates["parameters"]]


def test_the_reference_loads_nothing_from_elsewhere(client):
    answer = client.get("/api/v1/docs/")
    assert answer.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.content.decode())
