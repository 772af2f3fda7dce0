"""The embedded services as a newcomer's machine meets them."""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.runtime import embedded
from portal.runtime.embedded import ensure_running, service_urls
from portal.runtime.postgres import Postgres
from portal.runtime.secrets import load_or_create
from portal.runtime.valkey import Valkey

START = (
    "import sys; from pathlib import Path; from portal.runtime.embedded import ensure_running;"
    "ensure_running(Path(sys.argv[1]), fast=True)"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    home = tmp_path / "home"
    yield home
    embedded._leave(home, os.getpid())
    embedded.stop(home)


def start_in_another_process(home: Path, then: str = "") -> None:
    subprocess.run([sys.executable, "-c", START + then, str(home)], check=True, timeout=60)


def servers_of(home: Path) -> list[psutil.Process | None]:
    return [Postgres(home).process(), Valkey(home).process()]


def gone(home: Path, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while any(servers_of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(servers_of(home))


@pytest.mark.slow
def test_first_start_makes_a_chinese_ready_database_and_the_last_user_stops_it(home: Path):
    check = (
        "; import psycopg; from portal.runtime.embedded import service_urls;"
        "c = psycopg.connect(service_urls(Path(sys.argv[1])).database_url);"
        "assert c.execute(\"select lower('Ａ松江') = 'ａ松江', datlocprovider from pg_database "
        "where datname = current_database()\").fetchone() == (True, 'b')"
    )
    start_in_another_process(home, check)
    assert servers_of(home) == [None, None]


@pytest.mark.slow
def test_two_processes_share_one_cluster_and_a_killed_last_user_leaves_nothing_running(home: Path):
    stay = START + "; print('up', flush=True); import time; time.sleep(60)"
    users = [
        subprocess.Popen([sys.executable, "-c", stay, str(home)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [user.stdout.readline() for user in users] == ["up\n", "up\n"]
    database, broker = servers_of(home)
    users[0].kill()
    users[0].wait(5)
    time.sleep(0.5)
    assert servers_of(home) == [database, broker]
    users[1].kill()
    users[1].wait(5)
    assert gone(home)


@pytest.mark.slow
def test_killed_servers_leave_nothing_that_stops_the_next_start(home: Path):
    ensure_running(home, fast=True)
    database, broker = servers_of(home)
    for process in (database, broker):
        process.kill()
    psutil.wait_procs([database], 5)
    assert (home / "postgres" / "postmaster.pid").exists()
    assert gone(home)
    assert ensure_running(home, fast=True) == service_urls(home)
    assert all(servers_of(home))


@pytest.mark.slow
def test_a_taken_port_is_exchanged_and_a_wrong_password_refused(home: Path):
    start_in_another_process(home)
    old = json.loads((home / "services.json").read_text())["database_port"]
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", old))
        squatter.listen()
        address = ensure_running(home, fast=True).database_url
    new = json.loads((home / "services.json").read_text())["database_port"]
    assert new != old
    assert f":{new}/" in address
    psycopg.connect(address).close()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://portal:wrong@127.0.0.1:{new}/portal")


def test_a_service_with_an_address_of_its_own_is_not_started(home: Path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    ensure_running(home, fast=True)
    assert Postgres(home).process() is None
    assert Valkey(home).process() is not None
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert not embedded.needed()


def test_secrets_are_made_once_however_many_ask_at_the_same_time(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        assert len({str(made) for made in pool.map(load_or_create, [tmp_path / "home"] * 32)}) == 1


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path):
    first = load_or_create(tmp_path)
    assert load_or_create(tmp_path) == first
    assert os.stat(tmp_path / "secrets.json").st_mode & 0o077 == 0
    assert load_or_create(tmp_path / "other") != first


def test_unstarted_services_have_addresses_that_lead_nowhere(tmp_path: Path):
    assert ":1/" in embedded.service_urls(tmp_path).database_url
