"""Every route × every role × own, neighbouring and foreign rows: a row outside the scope answers like a missing one.

The routes are read from the URLconf. A route without a line in `tests/scope` fails here: whoever adds one says who
may use it and how a row outside the scope is named in its address.
"""

import copy
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.scope import (
    EVERYBODY,
    PUBLIC,
    ROUTES,
    SEES_FOREIGN,
    SEES_NEIGHBOUR,
    SEES_OWN,
    THIRD_PARTY,
    Route,
    World,
    make_world,
)

pytestmark = pytest.mark.django_db
CASES = [(name, verb) for name, route in ROUTES.items() for verb in route.verbs]


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(
                pattern.url_patterns, namespace + f"{pattern.namespace}:" * bool(pattern.namespace)
            )
        else:
            yield f"{namespace}{pattern.name}"


def ours() -> set[str]:
    """The routes of the portal itself."""
    every = set(names(get_resolver("portal.urls").url_patterns))
    return {name for name in every if name not in PUBLIC and not name.startswith(THIRD_PARTY)}


def test_every_route_has_its_line():
    assert ours() - set(ROUTES) == set(), "add a line to tests/scope"


def test_no_line_without_its_route():
    assert set(ROUTES) - ours() == set()


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for thousands of cases, in a transaction around theirs: what a case writes is gone with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        for role, user in world.users.items():
            client = Client()
            client.force_login(user)
            world.sessions[role] = client.cookies
        connection.check_constraints()  # once, and not again after every case
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> World:
    """A copy: rows remembered on an object during one case are not there in the next."""
    return copy.deepcopy(shared_world)


def call(client: Client, route: Route, name: str, verb: str, address: dict):
    url = reverse(name, kwargs=address)
    client.raise_request_exception = False
    if verb == "get":
        return client.get(url)
    if name.startswith("api:"):
        return getattr(client, verb)(url, route.body, content_type="application/json")
    return getattr(client, verb)(url, route.body)


@pytest.mark.parametrize("name,verb", CASES)
def test_without_a_sign_in(world, client, name, verb):
    answer = call(client, ROUTES[name], name, verb, ROUTES[name].own(world))
    if name.startswith("api:"):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Token"
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name,verb", CASES)
def test_scope(world, name, verb):
    """All roles in one test: a world and its rows are dear, and a fault names its role."""
    route = ROUTES[name]
    rows = [
        (whose, address(world), seen_by)
        for whose, address, seen_by in (
            ("own", route.own, SEES_OWN if route.foreign else EVERYBODY),
            ("neighbour", route.neighbour, SEES_NEIGHBOUR),
            ("foreign", route.foreign, SEES_FOREIGN),
        )
        if address is not None
    ]
    faults = []
    for role in sorted(EVERYBODY):
        with transaction.atomic():
            faults += wrong_answers(world, name, verb, role, rows)
            transaction.set_rollback(True)
    assert faults == []


def wrong_answers(world: World, name: str, verb: str, role: str, rows: list[tuple]) -> Iterator[str]:
    """What the role should not have been answered, for its own, a neighbour's and a foreign row."""
    route = ROUTES[name]
    client = Client()
    client.cookies = world.sessions[role]
    may = role in route.verbs[verb]
    for whose, address, seen_by in rows:
        answer = call(client, route, name, verb, address)
        status = answer.status_code
        if role not in seen_by:
            right = status == 404 or (status == 403 and not may)
        elif not may:
            right = status in {403, 404}
        else:
            right = status not in ({401, 403, 405} if route.sub_row else {401, 403, 404, 405})
        if not right or status >= 500:
            yield f"{role} on {whose}: {status} {answer.content[:500]!r}"


@pytest.mark.parametrize("name,verb", [case for case in CASES if ROUTES[case[0]].foreign])
def test_a_foreign_row_reads_like_a_missing_one(world, client, name, verb):
    """Byte by byte: neither status nor sentence gives away that the row exists."""
    route = ROUTES[name]
    role = next((role for role in ("station", "bureau", "enterprise") if role in route.verbs[verb]), None)
    client.cookies = world.sessions[role]
    foreign = route.foreign(world)
    nobody = {world.foreign.uscc: "91310000MA1FL00005"}
    missing = {
        key: uuid.uuid4() if isinstance(value, uuid.UUID) else nobody.get(value, value)
        for key, value in foreign.items()
    }
    answers = [call(client, route, name, verb, address) for address in (foreign, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    if name.startswith("api:"):
        assert answers[0].content == answers[1].content
