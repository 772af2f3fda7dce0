"""`/livez` and `/readyz` (contract.md): answered before any other middleware, so that no session is opened for them."""

from functools import lru_cache
from urllib.parse import urlparse

import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

CONNECT_SECONDS = 2
BROKER_SECONDS = 1


def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers. Touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration is applied, else 503. A lost broker only degrades."""
    state = {**database_state(), "broker": broker_state()}
    ready = state["database"] == state["migrations"] == "ok"
    return JsonResponse(state, status=200 if ready else 503)


def database_state() -> dict[str, str]:
    """Asks over a connection of its own: waiting for a place in a dry pool would outlast the probe."""
    parameters = {**connection.get_connection_params(), "connect_timeout": CONNECT_SECONDS}
    for ours in ("pool", "cursor_factory", "context", "prepare_threshold", "server_side_binding"):
        parameters.pop(ours, None)
    try:
        with psycopg.connect(**parameters, autocommit=True) as probe:
            applied = set(probe.execute("SELECT app, name FROM django_migrations").fetchall())
    except psycopg.errors.UndefinedTable:
        return {"database": "ok", "migrations": "pending"}
    except psycopg.Error:
        return {"database": "down", "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if newest_migrations() <= applied else "pending"}


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code that is running has them on disk."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def broker_state() -> str:
    """ "ok" or "degraded": work is accepted without a broker, it only waits."""
    if urlparse(settings.REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
        return "degraded"
    broker = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS
    )
    try:
        broker.ping()
    except (redis.RedisError, OSError):
        return "degraded"
    finally:
        broker.close()
    return "ok"


class HealthMiddleware:
    """First of all middleware: no host check, no redirect to https, no log line, no session."""

    views = {"/livez": livez, "/readyz": readyz}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info)
        if view is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return view(request)
