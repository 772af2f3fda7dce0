"""One supervisor for web, worker and beat: restarts what crashes, stops everything when something will not live."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

RESTARTS_A_MINUTE = 5
STOP_SECONDS = 20
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
    starts: deque = field(default_factory=lambda: deque(maxlen=RESTARTS_A_MINUTE))

    @property
    def gave_up(self) -> bool:
        """Started too often within the last minute to be worth another try."""
        return len(self.starts) == RESTARTS_A_MINUTE and time.monotonic() - self.starts[0] < 60


def require_free_port(host: str, port: int) -> None:
    """Raises SupervisorError when somebody else listens on the web port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SupervisorError(
                f"端口 {port} 已被占用，请换一个端口，例如：python manage.py up --port {port + 1}\n"
                f"Port {port} is taken; choose another one with --port."
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


def _die_with_parent() -> None:
    """In the child: a kill -9 of the supervisor takes it along."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs children until told to stop. `run()` returns the exit code: 0 when asked to stop, 1 when a child gave up."""

    def __init__(
        self, children: list[Child], log_folder: Path, keep_services: Callable[[], object] | None = None
    ):
        self.children = children
        self.log_folder = log_folder
        self.keep_services = keep_services
        self.stopping = False

    def run(self) -> int:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                self._start(child)
            return self._watch()
        finally:
            self._stop_all()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, child: Child) -> None:
        log = self.log_folder / f"{child.name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
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

    def _watch(self) -> int:
        checked = time.monotonic()
        while not self.stopping:
            time.sleep(0.3)
            if self.keep_services and time.monotonic() - checked > 2:
                self.keep_services()  # a killed database comes back on its old port
                checked = time.monotonic()
            for child in self.children:
                code = child.process.poll() if child.process else None
                if code is None or self.stopping:
                    continue
                log = self.log_folder / f"{child.name}.log"
                if child.gave_up:
                    print(
                        f"{child.name} 反复退出（代码 {code}），已停止全部服务。原因见 {log}\n"
                        f"{child.name} keeps dying (code {code}); everything is stopped. See {log}",
                        file=sys.stderr,
                        flush=True,
                    )
                    return 1
                print(
                    f"{child.name} 意外退出（代码 {code}），正在重新启动。日志：{log}",
                    file=sys.stderr,
                    flush=True,
                )
                time.sleep(min(2 ** (len(child.starts) - 1) * 0.5, 5))
                self._start(child)
        return 0

    def _stop_all(self) -> None:
        alive = [child for child in self.children if child.process and child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
