"""Real PostgreSQL and Valkey below PORTAL_HOME, from Python packages, when no outside address is given.

Every process that uses them holds a shared lock; the last one to leave stops them. A watcher waits for the same lock,
so that they stop too when the last user was killed. Passwords are random, in `services.json` (0600); both servers
listen on 127.0.0.1 only.
"""

import atexit
import contextlib
import fcntl
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from . import postgres, valkey
from .ports import free_port
from .secrets import make_home, write_private
from .server import EmbeddedError, Server

__all__ = ["EmbeddedError", "ServiceUrls", "ensure_running", "needed", "service_urls", "stop"]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ServiceUrls:
    database_url: str
    redis_url: str


@dataclass
class _Services:
    """What `services.json` keeps between runs."""

    database_port: int
    database_password: str
    redis_port: int
    redis_password: str

    @property
    def urls(self) -> ServiceUrls:
        return ServiceUrls(
            postgres.url(self.database_port, self.database_password),
            valkey.url(self.redis_port, self.redis_password),
        )


def needed() -> bool:
    """Whether the environment leaves the database or the broker to us."""
    return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def service_urls(portal_home: Path) -> ServiceUrls:
    """The addresses of the embedded services; starts nothing. Before the first start they lead nowhere."""
    services = _stored(portal_home)
    return services.urls if services else ServiceUrls(postgres.url(1, ""), valkey.url(1, ""))


def ensure_running(portal_home: Path, *, fast: bool = False) -> ServiceUrls:
    """Starts what is not running and keeps it while this process lives. `fast` gives up durability (tests).

    A service whose address the environment gives is left alone. Raises EmbeddedError with a sentence when a service
    does not come up.
    """
    make_home(portal_home)
    if portal_home not in _held:
        _held[portal_home] = _share(portal_home)
    with _exclusive(portal_home):
        services = _stored(portal_home) or _Services(
            free_port(), secrets.token_urlsafe(24), free_port(), secrets.token_urlsafe(24)
        )
        started = False
        if not os.environ.get("DATABASE_URL"):
            started |= _start(postgres.Postgres(portal_home, fast=fast), services, "database")
        if not os.environ.get("REDIS_URL"):
            started |= _start(valkey.Valkey(portal_home, fast=fast), services, "redis")
        if started:
            _store(portal_home, services)
            _watch(portal_home)
    return services.urls


def _start(server: Server, services: _Services, name: str) -> bool:
    if server.process():
        return False
    port = server.start(getattr(services, f"{name}_port"), getattr(services, f"{name}_password"))
    setattr(services, f"{name}_port", port)
    return True


def stop(portal_home: Path) -> None:
    """Stops both services, PostgreSQL by fast shutdown. Does nothing when they are not running."""
    for server in (postgres.Postgres(portal_home), valkey.Valkey(portal_home)):
        server.stop()


# -- Who uses them -------------------------------------------------------------------------------------------------
_held: dict[Path, IO] = {}


def _share(portal_home: Path) -> IO:
    file = (portal_home / "services.users").open("w")
    fcntl.flock(file, fcntl.LOCK_SH)
    atexit.register(_leave, portal_home, os.getpid())
    return file


def _leave(portal_home: Path, pid: int) -> None:
    """At exit: whoever can lock alone is the last user and stops the services. Forked children leave silently."""
    if os.getpid() != pid or portal_home not in _held:
        return
    file = _held.pop(portal_home)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop(portal_home)
    except BlockingIOError:
        pass
    finally:
        file.close()


_watchers: list[subprocess.Popen] = []


def _watch(portal_home: Path) -> None:
    """A process of its own that outlives us and, once every user is gone or killed, stops the services."""
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    command = [sys.executable, "-m", "portal.runtime.embedded", str(portal_home)]
    _watchers.append(subprocess.Popen(command, cwd=ROOT, start_new_session=True, **quiet))


def _stop_after_the_last_user(portal_home: Path) -> None:
    with contextlib.suppress(FileNotFoundError), (portal_home / "services.users").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        stop(portal_home)


@contextlib.contextmanager
def _exclusive(portal_home: Path) -> Iterator[None]:
    with (portal_home / "services.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stored(portal_home: Path) -> _Services | None:
    try:
        return _Services(**json.loads((portal_home / "services.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _store(portal_home: Path, services: _Services) -> None:
    write_private(portal_home / "services.json", json.dumps(asdict(services)))


if __name__ == "__main__":
    _stop_after_the_last_user(Path(sys.argv[1]))
