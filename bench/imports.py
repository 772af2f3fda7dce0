"""Check and commit of an enterprise workbook, half new and half known, history on, against two references.

`stock`: a django-import-export resource, row by row (import_stock.py). `floor`: the least that an import can do
(import_floor.py). Each round measures all three on fresh copies of one database. Beside it: the worker's memory, the
longest pause between two visible changes of progress, and how the list page answers meanwhile.
"""

import json as json_text
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import scratch

ROWS = 100_000
STOCK_ROWS = 2_000
ROUNDS = 2
WORKER = """
import sys, uuid
from bench import scratch
scratch.prepare()
import portal.celery
from portal.jobs.runner import run_job
print("ready", flush=True)
for line in sys.stdin:
    job = run_job(uuid.UUID(line.strip()))
    print(job.state, flush=True)
"""


def run(json: bool = False, rows: int = ROWS) -> None:
    scratch.prepare()
    with scratch.scratch_database("import"), tempfile.TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), rows)
        for turn in range(ROUNDS if rows >= ROWS else 1):
            bench.round(turn)
        for result in bench.results():
            print(json_text.dumps(result, ensure_ascii=False) if json else _line(result), flush=True)


def _line(result: dict) -> str:
    ratio = (
        f"{result['ratio']:>8.2f} × {result['reference']} ({result['target']})" if "ratio" in result else ""
    )
    return f"{result['name']:<44}{result['value']:>12.2f} {result['unit']:<8}{ratio}"


class _Bench:
    def __init__(self, folder: Path, rows: int):
        from portal.accounts.models import Membership, User

        self.rows, self.times = (
            rows,
            {"stock": [], "register": [], "floor": [], "ours": [], "check": [], "commit": []},
        )
        self.rss, self.tree_rss, self.gaps = [], [], []
        self.idle: list[float] = []
        self.busy: list[float] = []
        how = _reference_rows()
        self.user = User.objects.create(username="bench")
        Membership.objects.create(user=self.user, role="bureau", district=how.pop("district"))
        from . import import_sheets

        known = import_sheets.write(folder / "known.xlsx", range(rows // 2), year=2025, **how)
        self.sheet = import_sheets.write(folder / "sheet.xlsx", range(rows), year=2026, **how)
        half = STOCK_ROWS // 2
        mixed = [*range(half), *range(rows, rows + half)]
        self.stock_sheet = import_sheets.write(folder / "stock.xlsx", mixed, year=2026, **how)
        self._import_here(known)
        _vacuum()
        self.base = _database_name()

    def _import_here(self, path: Path) -> None:
        from portal.imports import actions
        from portal.jobs.runner import run_now

        sheet_import = self._upload(path)
        run_now(sheet_import.job)
        sheet_import.refresh_from_db()
        assert sheet_import.status == "ready" and not sheet_import.invalid, sheet_import.message
        sheet_import = actions.request_commit(sheet_import=sheet_import, by=self.user)
        assert run_now(sheet_import.job).state == "done"

    def _upload(self, path: Path):
        from portal.imports import actions, storage

        stored, sha256, size = storage.keep_copy(path)
        return actions.start_import(
            kind="enterprises", filename=path.name, stored=stored, sha256=sha256, size=size, by=self.user
        )

    def round(self, turn: int) -> None:
        from . import import_floor, import_stock

        resources = {"stock": import_stock.SheetResource, "register": import_stock.RegisterResource}
        for name, resource in resources.items():
            with _copy(self.base, f"{name}_{turn}"):
                self.times[name].append(
                    _seconds(
                        lambda resource=resource: import_stock.check_and_import(self.stock_sheet, resource())
                    )
                )
        with _copy(self.base, f"floor_{turn}"):
            place = _place(self.user)
            self.times["floor"].append(_seconds(lambda: import_floor.check_and_upsert(self.sheet, place)))
        for quiet in (True, False):
            with _copy(self.base, f"ours_{turn}_{quiet}") as name:
                self.ours(name, quiet=quiet)

    def ours(self, database: str, *, quiet: bool) -> None:
        """One import by a worker of its own: `quiet` takes its time, the other one asks for the list page meanwhile."""
        worker = _Worker(database)
        list_page = _ListPage(self.user)
        try:
            if not quiet:
                self.idle += list_page.times(40)
            sheet_import = self._upload(self.sheet)
            check = self._watch(worker, sheet_import, list_page, quiet)
            from portal.imports import actions

            sheet_import.refresh_from_db()
            assert sheet_import.status == "ready" and sheet_import.valid == self.rows, sheet_import.message
            sheet_import = actions.request_commit(sheet_import=sheet_import, by=self.user)
            commit = self._watch(worker, sheet_import, list_page, quiet)
            sheet_import.refresh_from_db()
            half = self.rows // 2
            assert (sheet_import.created, sheet_import.updated) == (self.rows - half, half), vars(
                sheet_import
            )
        finally:
            worker.end()
        if quiet:
            self.times["check"].append(check)
            self.times["commit"].append(commit)
            self.times["ours"].append(check + commit)
        self.rss.append(worker.peak)
        self.tree_rss.append(worker.tree_peak)

    def _watch(self, worker: "_Worker", sheet_import, list_page: "_ListPage", quiet: bool) -> float:
        from django.db import connection

        start = time.perf_counter()
        worker.send(sheet_import.job_id)
        last_change, seen, gap = start, None, 0.0
        while not worker.answered():
            if quiet:
                time.sleep(0.05)
            else:
                self.busy += list_page.times(1)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT done, total, stage, state FROM jobs_job WHERE id = %s", [sheet_import.job_id]
                )
                now_seen = cursor.fetchone()
            now = time.perf_counter()
            if now_seen != seen:
                gap, last_change, seen = max(gap, now - last_change), now, now_seen
        taken = time.perf_counter() - start
        if quiet:
            self.gaps.append(gap)
        assert worker.answer == "done", worker.answer
        return taken

    def results(self) -> list[dict]:
        median = {name: statistics.median(times) for name, times in self.times.items() if times}
        stock, ours = STOCK_ROWS / median["stock"], self.rows / median["ours"]
        p95 = lambda times: sorted(times)[int(len(times) * 0.95)] * 1000  # noqa: E731
        results = [
            {"name": f"stock django-import-export, {STOCK_ROWS} rows", "value": stock, "unit": "rows/s"},
            {"name": f"stock, register columns only, {STOCK_ROWS} rows", "value": STOCK_ROWS / median["register"],
             "unit": "rows/s"},
            {"name": "check", "value": median["check"], "unit": "s"},
            {"name": "commit", "value": median["commit"], "unit": "s"},
            {"name": f"check + commit, {self.rows} rows", "value": ours, "unit": "rows/s", "reference": "stock rows/s",
             "ratio": ours / stock, "target": "≥ 60"},
            {"name": f"check + commit, {self.rows} rows", "value": ours, "unit": "rows/s",
             "reference": "stock rows/s, register columns only", "ratio": ours * median["register"] / STOCK_ROWS,
             "target": "no target"},
            {"name": "floor", "value": median["floor"], "unit": "s"},
            {"name": "check + commit", "value": median["ours"], "unit": "s", "reference": "floor time",
             "ratio": median["ours"] / median["floor"], "target": "≤ 3"},
            {"name": "worker's peak memory", "value": max(self.rss) / 2**20, "unit": "MB", "reference": "450 MB",
             "ratio": max(self.rss) / 2**20 / 450, "target": "< 1"},
            {"name": "worker's and parser's peak memory", "value": max(self.tree_rss) / 2**20, "unit": "MB",
             "reference": "450 MB", "ratio": max(self.tree_rss) / 2**20 / 450, "target": "< 1"},
            {"name": "longest pause of visible progress", "value": max(self.gaps), "unit": "s", "reference": "1 s",
             "ratio": max(self.gaps), "target": "≤ 1"},
        ]  # fmt: skip
        if self.busy:
            results.append(
                {"name": "list page p95 during the import", "value": p95(self.busy), "unit": "ms",
                 "reference": f"idle p95 ({p95(self.idle):.1f} ms)", "ratio": p95(self.busy) / p95(self.idle),
                 "target": "≤ 2"}
            )  # fmt: skip
        return results


class _Worker:
    """A process that runs jobs, with its peak memory alone and together with the parsing child."""

    def __init__(self, database: str):
        import psutil
        from django.conf import settings

        url = settings.DATABASE_URL.rsplit("/", 1)[0] + "/" + database
        environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY}
        environment |= {"FIELD_KEYS": settings.FIELD_KEYS, "REDIS_URL": settings.REDIS_URL}
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._measured = psutil.Process(self._process.pid)
        self.peak = self.tree_peak = 0
        self.answer = ""
        assert self._process.stdout.readline().strip() == "ready"
        threading.Thread(target=self._measure, daemon=True).start()

    def send(self, job_id) -> None:
        self.answer = ""
        self._process.stdin.write(f"{job_id}\n")
        self._process.stdin.flush()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        self.answer = self._process.stdout.readline().strip() or "died"

    def answered(self) -> bool:
        return bool(self.answer)

    def _measure(self) -> None:
        import psutil

        while self._process.poll() is None:
            try:
                own = self._measured.memory_info().rss
                children = sum(child.memory_info().rss for child in self._measured.children(recursive=True))
            except psutil.Error:
                continue
            self.peak, self.tree_peak = max(self.peak, own), max(self.tree_peak, own + children)
            time.sleep(0.1)

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)


class _ListPage:
    """The enterprise list as a signed-in clerk opens it."""

    def __init__(self, user):
        from django.test import Client

        self._client = Client(HTTP_HOST="127.0.0.1")
        self._client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.times(5)

    def times(self, count: int) -> list[float]:
        return [_seconds(self._ask) for _ in range(count)]

    def _ask(self) -> None:
        assert self._client.get("/enterprises/").status_code == 200


def _seconds(way) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _reference_rows() -> dict:
    """Towns, chains with segments, and ways of setting up: what sheet rows refer to."""
    from chains.models import Chain, EstablishmentMode, Segment
    from portal.territory.models import District, Town

    district = District.objects.create(code="310117", slug="songjiang", name="松江区")
    towns = [
        Town.objects.create(
            district=district, code=f"t{n:02d}", name=f"{n} 号镇", short_name=f"{n}", kind="town"
        ).name
        for n in range(18)
    ]
    places = []
    for n in range(18):
        chain = Chain.objects.create(district=district, code=f"c{n:02d}", name=f"{n} 号产业链")
        for m in range(5):
            segment = Segment.objects.create(
                chain=chain, code=f"s{n:02d}-{m}", name=f"环节{m}", stage="midstream"
            )
            places.append((chain.name, segment.name))
    modes = [EstablishmentMode.objects.create(code=f"m{n}", name=f"方式{n}").name for n in range(4)]
    return {"district": district, "towns": towns, "places": places, "modes": modes}


def _place(user):
    import datetime

    from portal.imports.registry import Place
    from portal.territory.models import District

    return Place(District.objects.get().pk, None, user.pk, "", datetime.date(2026, 11, 21))


def _database_name() -> str:
    from django.db import connection

    return connection.settings_dict["NAME"]


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


class _copy:
    """The default connection points to a fresh copy of database `base` while the block runs."""

    def __init__(self, base: str, suffix: str):
        self.base, self.name = base, f"{base}_{suffix}"

    def _admin(self, statement: str) -> None:
        from django.db import connection

        with connection.creation.connection._nodb_cursor() as cursor:
            cursor.execute(statement)

    def __enter__(self) -> str:
        from django.db import connection

        connection.close()
        self._admin(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.base}"')
        connection.settings_dict["NAME"] = self.name
        return self.name

    def __exit__(self, *error) -> None:
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.base
        self._admin(f'DROP DATABASE "{self.name}" WITH (FORCE)')
