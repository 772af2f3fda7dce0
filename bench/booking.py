"""Booking: the action and its REST against bare statements, and free times on large tables against a tenth of them.

* action: 16 threads book 50 sessions × 20 places, then one hot session; reference: the bare conditional UPDATE + INSERT
  by pgbench with 16 clients, on tables without any index but the key.
* rest: POST /api/v1/bookings through the whole middleware; reference: an endpoint that only authenticates and inserts
  the same row.
* free times: the page's reads over three months with 500 000 sessions and 1 000 000 bookings; reference: with a tenth.

Portal and reference take short turns; a ratio is the median of the turns' ratios. `ratio_cpu` compares what an attempt
costs in processor time (portal or pgbench, and the database behind it): a busy machine shares its cores by processes,
and the portal's 16 threads are one process where pgbench's clients are sixteen backends.
"""

import contextlib
import itertools
import json as json_text
import operator
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from . import scratch

THREADS = 16
TURNS = 7
SESSIONS, PLACES = 50, 20
HOT_ATTEMPTS = 1000
NEARBY = 30
REST_TURNS, REST_REQUESTS = 21, 20
BIG = 500_000
WANTED = {"subject": "量具校准咨询", "contact_name": "测试联系人", "contact_phone": "13800000000"}

BARE_TABLES = """
CREATE TABLE bench_slot (id int PRIMARY KEY, capacity int NOT NULL, booked int NOT NULL DEFAULT 0);
CREATE TABLE bench_booking (id bigserial PRIMARY KEY, slot int NOT NULL, enterprise int NOT NULL, at timestamptz);
"""
BARE_ATTEMPT = """
\\set slot random(1, {slots})
\\set enterprise random(1, 100000)
WITH taken AS (UPDATE bench_slot SET booked = booked + 1 WHERE id = :slot AND booked < capacity RETURNING id)
INSERT INTO bench_booking (slot, enterprise, at) SELECT id, :enterprise, now() FROM taken;
"""
BIG_SESSIONS = """
INSERT INTO services_servicesession (district_id, station_id, item_id, starts_at, ends_at, capacity, booked, waiting,
                                     closed_reason, version)
SELECT s.district_id, s.id, i.id, at, at + interval '30 minutes', 4, (n %% 5)::int, 0, '', 1
FROM generate_series(%(first)s, %(last)s) n
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM services_servicestation) s ON s.place = n %% 18
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM services_serviceitem) i ON i.place = n / 18 %% 10
CROSS JOIN LATERAL (SELECT now() + interval '92 days' - (n / 180) * interval '4 hours' AS at) t
"""
BIG_BOOKINGS = """
INSERT INTO services_booking (district_id, number, session_id, enterprise_id, mode, subject, note, contact_name,
    contact_phone, status, check_in_code, ticket, is_walk_in, eligibility_version, calendar_sequence, result,
    created_at, version)
SELECT s.district_id, 'B' || s.id || '-' || k, s.id, e.id, 'onsite', '咨询', '', '', '', 'completed', '000000', '',
       false, 1, 0, '', s.starts_at - interval '3 days', 1
FROM services_servicesession s CROSS JOIN generate_series(1, 2) k
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM enterprises_enterprise) e
  ON e.place = (s.id * 2 + k) %% (SELECT count(*) FROM enterprises_enterprise)
WHERE s.id > %(after)s
"""


def run(json: bool = False, rows: int = BIG) -> None:
    scratch.prepare(durable=True)  # what is promised to an enterprise outlives a power cut, on both sides
    with scratch.scratch_database("booking"):
        world = World()
        for measure in (many_sessions, hot_session, rest):
            show(measure(world), json)
    show(free_times(rows), json)


def show(result: dict, json: bool) -> None:
    if json:
        print(json_text.dumps(result, ensure_ascii=False), flush=True)
        return
    print(
        f"{result['case']:44} {result['portal']:>10} {result['unit']}  {result['reference']}:"
        f" {result['reference_value']}  ratio {result['ratio']}",
        flush=True,
    )


class World:
    """A district with a station, an item, a clerk and enterprises enough that nobody books a session twice."""

    def __init__(self, stations: int = 1, items: int = 1, enterprises: int = 1200):
        from enterprises.registry.models import Enterprise
        from portal.accounts.models import Membership, User
        from portal.territory.models import District, Town
        from services.stations.models import ServiceItem, ServiceStation

        self.district = District.objects.create(code="310117", slug="songjiang", name="松江区")
        self.towns = [
            Town.objects.create(
                district=self.district, code=f"t{n:02d}", name=f"{n} 号镇", short_name=f"{n}", kind="town",
                tile_row=n // 5, tile_column=n % 5,
            )
            for n in range(stations)
        ]  # fmt: skip
        self.stations = [
            ServiceStation.objects.create(district=self.district, town=town, code=f"s{n}", name=f"{n} 号站")
            for n, town in enumerate(self.towns)
        ]
        self.items = [
            ServiceItem.objects.create(code=f"i{n}", name=f"事项 {n}", group="core", modes=["onsite"])
            for n in range(items)
        ]
        Enterprise.objects.bulk_create(
            [
                Enterprise(
                    uscc=f"91310117MA{n:08d}",
                    name=f"测试 {n} 公司",
                    kind="other",
                    district=self.district,
                    town=self.towns[0],
                )
                for n in range(enterprises)
            ]
        )
        self.enterprises = list(Enterprise.objects.order_by("pk"))
        self.clerk = User.objects.create(username="clerk")
        Membership.objects.create(user=self.clerk, role="station", town=self.towns[0], district=self.district)
        self.clerk.scope  # noqa: B018 - read once, as a request does

    def sessions(self, count: int, capacity: int) -> list:
        from datetime import timedelta

        from django.utils import timezone

        from services.booking.models import ServiceSession

        last = ServiceSession.objects.count()
        start = timezone.now() + timedelta(days=2)
        rows = [
            ServiceSession(
                district=self.district, station=self.stations[0], item=self.items[0], capacity=capacity,
                starts_at=start + timedelta(hours=last + n), ends_at=start + timedelta(hours=last + n, minutes=30),
            )
            for n in range(count)
        ]  # fmt: skip
        return ServiceSession.objects.bulk_create(rows)


def many_sessions(world: World) -> dict:
    def jobs() -> list:
        sessions = world.sessions(SESSIONS, PLACES)
        return [(row.pk, world.enterprises[n]) for n, row in enumerate(sessions * PLACES)]

    return in_turns(world, "action: 50 sessions × 20 places", jobs, slots=SESSIONS, capacity=PLACES)


def hot_session(world: World) -> dict:
    """Half of those who come are too late: each gets the three nearest of the sessions that still have a place."""

    def jobs() -> list:
        hot = world.sessions(1, HOT_ATTEMPTS // 2)[0]
        return [(hot.pk, world.enterprises[n]) for n in range(HOT_ATTEMPTS)]

    world.sessions(NEARBY, PLACES)
    return in_turns(world, "action: one hot session", jobs, slots=1, capacity=HOT_ATTEMPTS // 2)


def in_turns(world: World, case: str, jobs: Callable[[], list], *, slots: int, capacity: int) -> dict:
    """The action and pgbench one after the other, the same number of attempts each; medians of the turns."""
    rates, bare_rates, ratios, cpu_ratios = [], [], [], []
    for _turn in range(TURNS):
        attempts = jobs()
        with Processor() as spent:
            seconds, sold = through_action(world, attempts)
        assert sold == slots * capacity, f"{sold} sold of {slots * capacity}"
        with Processor() as bare_spent:
            bare = by_pgbench(slots, capacity, len(attempts))
        rates.append(len(attempts) / seconds)
        bare_rates.append(bare)
        ratios.append(rates[-1] / bare)
        cpu_ratios.append(bare_spent.seconds / spent.seconds)
    assert_never_oversold()
    return {
        "bench": "booking",
        "case": case,
        "unit": "attempts/s",
        "portal": round(statistics.median(rates), 1),
        "reference": "conditional UPDATE + INSERT by pgbench",
        "reference_value": round(statistics.median(bare_rates), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ratio_cpu": round(statistics.median(cpu_ratios), 3),
        "wanted": 0.15,
    }


class Processor:
    """Processor seconds that the block takes: this process, those it starts, and the server's backends."""

    def __enter__(self) -> "Processor":
        self.before = self._now()
        return self

    def __exit__(self, *_failure) -> None:
        self.seconds = self._now() - self.before

    def _now(self) -> float:
        own = psutil.Process().cpu_times()
        return own.user + own.system + own.children_user + own.children_system + self._server()

    def _server(self) -> float:
        """Of the embedded server, whose postmaster counts in the backends that have left. An outside one: nothing."""
        from django.conf import settings

        from portal.runtime.postgres import Postgres

        server = Postgres(Path(settings.PORTAL_HOME)).process()
        if server is None:
            return 0.0
        spent = server.cpu_times()
        seconds = spent.user + spent.system + spent.children_user + spent.children_system
        for backend in server.children():
            with contextlib.suppress(psutil.Error):
                times = backend.cpu_times()
                seconds += times.user + times.system
        return seconds


def through_action(world: World, jobs: list) -> tuple[float, int]:
    """(seconds, bookings) of 16 threads that work through the jobs; anything but a full session is a failure."""
    from services.booking.actions import SessionFull, book

    sold = [0] * THREADS

    def work(part: int) -> None:
        for session, enterprise in jobs[part::THREADS]:
            try:
                book(by=world.clerk, sessions=[session], enterprise=enterprise, **WANTED)
                sold[part] += 1
            except SessionFull as full:
                assert len(full.alternatives) == 3, "who is too late is told where to go"

    return in_threads(work), sum(sold)


def in_threads(work: Callable[[int], None]) -> float:
    from django.db import connection

    gate, failures = threading.Barrier(THREADS + 1), []

    def run_one(part: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            work(part)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run_one, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise failures[0]
    return seconds


def assert_never_oversold() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM services_servicesession s WHERE booked <> (SELECT count(*) FROM services_booking b"
            " WHERE b.session_id = s.id AND b.status NOT IN ('waiting', 'cancelled', 'declined'))"
        )
        assert cursor.fetchone()[0] == 0, "booked is not the number of bookings"


def by_pgbench(slots: int, capacity: int, attempts: int) -> float:
    """Attempts a second of pgbench with as many clients, on bare tables in the same database."""
    from django.db import connection

    from portal.runtime.postgres import binary

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_booking; DROP TABLE IF EXISTS bench_slot")
        cursor.execute(BARE_TABLES)
        cursor.execute(
            "INSERT INTO bench_slot (id, capacity) SELECT n, %s FROM generate_series(1, %s) n",
            [capacity, slots],
        )
    given = connection.get_connection_params()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "book.sql"
        script.write_text(BARE_ATTEMPT.format(slots=slots))
        answer = subprocess.run(
            [
                binary("pgbench"), "-n", "-c", str(THREADS), "-j", "2", "-t", str(-(-attempts // THREADS)),
                "-h", given["host"], "-p", str(given["port"]), "-U", given["user"], "-f", str(script), given["dbname"],
            ],
            env={"PGPASSWORD": given.get("password", "")}, capture_output=True, text=True, timeout=300, check=True,
        )  # fmt: skip
    return float(re.search(r"tps = ([0-9.]+)", answer.stdout).group(1))


def rest(world: World) -> dict:
    """Both through the WSGI handler with a token, one after the other in turns."""
    from django.test import Client, override_settings
    from knox.models import AuthToken

    from .booking_urls import InsertView

    _row, token = AuthToken.objects.create(world.clerk)
    client = Client(headers={"Authorization": f"Token {token}"})
    sessions = world.sessions(2, REST_TURNS * REST_REQUESTS + 1)
    enterprises = itertools.cycle(world.enterprises)

    def post(address: str, session) -> None:
        given = {**WANTED, "session": session.pk, "enterprise": next(enterprises).uscc, "mode": "onsite"}
        answer = client.post(address, given, content_type="application/json")
        assert answer.status_code == 201, answer.content

    InsertView.template = {"district_id": world.district.pk, "enterprise_id": world.enterprises[0].pk}
    addresses = {"/api/v1/bookings": sessions[0], "/bench/insert": sessions[1]}
    taken: dict[str, list[float]] = {address: [] for address in addresses}
    spent: dict[str, list[float]] = {address: [] for address in addresses}
    with override_settings(ROOT_URLCONF="bench.booking_urls", ALLOWED_HOSTS=["testserver"]):
        for address, session in addresses.items():
            post(address, session)
        for _turn in range(REST_TURNS):
            for address, session in addresses.items():
                start = time.perf_counter()
                with Processor() as processor:
                    for _request in range(REST_REQUESTS):
                        post(address, session)
                taken[address].append(time.perf_counter() - start)
                spent[address].append(processor.seconds)
    portal, plain = taken.values()
    portal_spent, plain_spent = spent.values()
    return {
        "bench": "booking",
        "case": "REST: POST bookings",
        "unit": "requests/s",
        "portal": round(REST_REQUESTS / statistics.median(portal), 1),
        "reference": "an endpoint that authenticates and inserts the row",
        "reference_value": round(REST_REQUESTS / statistics.median(plain), 1),
        "ratio": round(statistics.median(map(operator.truediv, plain, portal)), 3),
        "ratio_cpu": round(sum(plain_spent) / sum(portal_spent), 3),
        "wanted": 0.6,
    }


def free_times(rows: int) -> dict:
    """Median database seconds of the page's reads with a tenth of the rows, and again when the rest has come."""
    with scratch.scratch_database("times"):
        world = World(stations=18, items=10, enterprises=1000)
        fill(1, rows // 10)
        small = free_times_now(world)
        fill(rows // 10 + 1, rows)
        big = free_times_now(world)
    return {
        "bench": "booking",
        "case": f"free times, {rows} sessions, {rows * 2} bookings",
        "unit": "ms",
        "portal": round(big["ms"], 2),
        "queries": big["queries"],
        "scans": big["scans"],
        "reference": "a tenth of the rows",
        "reference_value": round(small["ms"], 2),
        "ratio": round(big["ms"] / small["ms"], 2),
        "wanted": 2.0,
    }


class Clock:
    """Adds up what the database takes."""

    seconds = 0.0

    def __call__(self, execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - start


def fill(first: int, last: int) -> None:
    """Sessions of all stations and items, back in time with their number, two bookings each; settled as a used table."""
    from django.db import connection
    from django.db.models import Max

    from services.booking.models import ServiceSession

    known = ServiceSession.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers: these rows need no history
        cursor.execute(BIG_SESSIONS, {"first": first, "last": last})
        cursor.execute(BIG_BOOKINGS, {"after": known})
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE)")


def free_times_now(world: World) -> dict:
    from datetime import timedelta

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from services.booking.queries.times import free_times as page

    today = timezone.localdate()

    def ask():
        return page(
            station=world.stations[4], item=world.items[3], first=today, last=today + timedelta(days=91)
        )

    ask()
    spent = []
    for _ in range(25):
        clock = Clock()
        with connection.execute_wrapper(clock):
            ask()
        spent.append(clock.seconds)
    with CaptureQueriesContext(connection) as queries:
        ask()
    with connection.cursor() as cursor:
        scans = []
        for query in queries:
            cursor.execute("EXPLAIN " + query["sql"])
            scans += [
                row[0].strip()
                for row in cursor.fetchall()
                if re.search("Seq Scan on services_(s.*session|booking)", row[0])
            ]
    return {"ms": statistics.median(spent) * 1000, "queries": len(queries), "scans": scans}
