"""The embedded services as a newcomer's machine meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.runtime import embedded
from portal.runtime.secrets import load_or_create

START = (
    "import sys; from pathlib import Path; from portal.runtime.embedded import ensure_running;"
    "ensure_running(Path(sys.argv[1]), fast=True)"
)


@pytest.fixture
def home(tmp_path: Path):
    yield tmp_path / "home"
    embedded.stop(tmp_path / "home")


def start_in_another_process(home: Path, then: str = "") -> None:
    subprocess.run([sys.executable, "-c", START + then, str(home)], check=True, timeout=60)


@pytest.mark.slow
def test_first_start_makes_a_chinese_ready_database_and_the_last_user_stops_it(home: Path):
    check = (
        "; import psycopg; from portal.runtime.embedded import service_urls;"
        "c = psycopg.connect(service_urls(Path(sys.argv[1])).database_url);"
        "assert c.execute(\"select lower('Ａ松江') = 'ａ松江', datlocprovider from pg_database "
        "where datname = current_database()\").fetchone() == (True, 'b')"
    )
    start_in_another_process(home, check)
    assert embedded._postgres_process(home) is None
    assert embedded._valkey_process(home) is None


@pytest.mark.slow
def test_a_killed_server_leaves_nothing_that_stops_the_next_start(home: Path):
    start_in_another_process(home, "; import os; os._exit(0)")  # leaves both running, as a kill -9 does
    server = embedded._postgres_process(home)
    for process in (*server.children(recursive=True), server, embedded._valkey_process(home)):
        process.kill()
    psutil.wait_procs([server], 5)
    assert (home / "postgres" / "postmaster.pid").exists()
    start_in_another_process(home)


@pytest.mark.slow
def test_a_taken_database_port_is_exchanged_for_a_free_one(home: Path):
    import socket

    start_in_another_process(home)
    old = json.loads((home / "services.json").read_text())["database_port"]
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", old))
        squatter.listen()
        check = (
            "; import psycopg; from portal.runtime.embedded import service_urls;"
            "psycopg.connect(service_urls(Path(sys.argv[1])).database_url)"
        )
        start_in_another_process(home, check)
    assert json.loads((home / "services.json").read_text())["database_port"] != old


@pytest.mark.slow
def test_nobody_without_the_password_gets_in(home: Path):
    start_in_another_process(home, "; import os; os._exit(0)")
    port = json.loads((home / "services.json").read_text())["database_port"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://portal:wrong@127.0.0.1:{port}/portal")


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path):
    first = load_or_create(tmp_path)
    assert load_or_create(tmp_path) == first
    assert os.stat(tmp_path / "secrets.json").st_mode & 0o077 == 0
    assert load_or_create(tmp_path / "other") != first


def test_unstarted_services_have_addresses_that_lead_nowhere(tmp_path: Path):
    assert ":1/" in embedded.service_urls(tmp_path).database_url
