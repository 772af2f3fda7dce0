"""One supervisor for web, worker and beat: restarts what crashes, stops everything when something will not live."""

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .ports import bind_error
from .server import EmbeddedError

RESTARTS_A_MINUTE = 5
STOP_SECONDS = 20
LOOK_SECONDS = 0.3
SERVICES_SECONDS = 2
LOG_SECONDS = 60
LOG_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1


class SupervisorError(RuntimeError):
    """Why the portal cannot run, as a sentence for the person at the terminal."""


@dataclass
class Child:
    """A process that should live as long as the portal does."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    starts: deque = field(default_factory=lambda: deque(maxlen=RESTARTS_A_MINUTE + 1))
    due: float | None = None  # monotonic moment of the next start, while it waits for one

    @property
    def gave_up(self) -> bool:
        """Started too often within the last minute to be worth another try."""
        return len(self.recent_starts) > RESTARTS_A_MINUTE

    @property
    def recent_starts(self) -> list[float]:
        return [moment for moment in self.starts if time.monotonic() - moment < 60]

    @property
    def pause(self) -> float:
        """Seconds before the next start: half a second, doubled with each start of the last minute, at most 5."""
        return min(2 ** (len(self.recent_starts) - 1) * 0.5, 5)

    def end_group(self) -> None:
        """What the dead process left behind in its group must not work beside its successor."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def require_free_port(host: str, port: int) -> None:
    """Raises SupervisorError when the web port cannot be had: somebody else's, or not allowed."""
    error = bind_error(port, host)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise SupervisorError(
            f'端口 {port} 已被占用，请换一个端口，例如：make run ARGS="--port {port + 1}"\n'
            f'Port {port} is taken; choose another one: make run ARGS="--port {port + 1}"'
        ) from error
    raise SupervisorError(
        f"无法监听 {host}:{port}（{error.strerror}），请换一个地址或端口。\n"
        f"Cannot listen on {host}:{port}; choose another --host or --port."
    ) from error


def claim(portal_home: Path) -> IO:
    """The lock of the one supervisor of this PORTAL_HOME. Raises SupervisorError when another one runs."""
    portal_home.mkdir(parents=True, exist_ok=True)
    file = (portal_home / "supervisor.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise SupervisorError(
            f"门户已在运行（{portal_home}）。请先停止它，或设置另一个 PORTAL_HOME。\n"
            f"A portal with this PORTAL_HOME is running already."
        ) from error
    return file


LOG_MODE = 0o600  # paths and messages are for the portal's own user


def trim_logs(folder: Path) -> None:
    """Moves the text of a log that outgrew LOG_BYTES to `.1` and empties the file: its writer keeps appending to it."""
    for log in folder.glob("*.log"):
        log.chmod(LOG_MODE)
        if log.stat().st_size > LOG_BYTES:
            shutil.copy(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def _die_with_parent() -> None:
    """In the child: a kill -9 of the supervisor takes it along."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs children until told to stop. `run()` returns the exit code: 0 when asked to stop, 1 when a child gave up.

    `keep_services` is called every SERVICES_SECONDS and may raise EmbeddedError; `ready` answers whether the portal
    serves, and `on_ready` is called once when it first does.
    """

    def __init__(
        self,
        children: list[Child],
        log_folder: Path,
        *,
        keep_services: Callable[[], object] | None = None,
        ready: Callable[[], bool] = lambda: True,
        on_ready: Callable[[], object] = lambda: None,
    ):
        self.children = children
        self.log_folder = log_folder
        self.keep_services = keep_services
        self.ready = ready
        self.on_ready = on_ready
        self.stopping = False

    def run(self) -> int:
        self.log_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        trim_logs(self.log_folder)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                self._start(child)
            return self._watch()
        except EmbeddedError as error:
            print(f"{error}\n已停止全部服务。 / Everything is stopped.", file=sys.stderr, flush=True)
            return 1
        finally:
            self._stop_all()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _log(self, child: Child) -> Path:
        return self.log_folder / f"{child.name}.log"

    def _start(self, child: Child) -> None:
        self._log(child).touch(LOG_MODE)
        with self._log(child).open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                env={**os.environ, **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_die_with_parent,
                start_new_session=True,
            )
        child.starts.append(time.monotonic())
        child.due = None

    def _watch(self) -> int:
        greeted = False
        services_due = time.monotonic() + SERVICES_SECONDS
        logs_due = time.monotonic() + LOG_SECONDS
        while not self.stopping:
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            if self.keep_services and now >= services_due:
                self.keep_services()  # a killed database comes back on its old port
                services_due = now + SERVICES_SECONDS
            if now >= logs_due:
                trim_logs(self.log_folder)
                logs_due = now + LOG_SECONDS
            if not greeted and self.ready():
                greeted = True
                self.on_ready()
            if not all(self._look_after(child) for child in self.children):
                return 1
        return 0

    def _look_after(self, child: Child) -> bool:
        """Starts a dead child again when its pause is over. False when it died too often."""
        if child.due is not None:
            if time.monotonic() >= child.due:
                self._start(child)
            return True
        code = child.process.poll()
        if code is None or self.stopping:
            return True
        child.end_group()
        log = self._log(child)
        if child.gave_up:
            say = (
                f"{child.name} 反复退出（代码 {code}），已停止全部服务。原因见 {log}\n"
                f"{child.name} keeps dying (code {code}); everything is stopped. See {log}"
            )
        else:
            say = f"{child.name} 意外退出（代码 {code}），正在重新启动。日志：{log}"
            child.due = time.monotonic() + child.pause
        print(say, file=sys.stderr, flush=True)
        return not child.gave_up

    def _stop_all(self) -> None:
        alive = [child for child in self.children if child.process and child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            child.end_group()
