"""What the embedded PostgreSQL and Valkey have in common: a folder, a log, a process that may be gone."""

import contextlib
import signal
from abc import ABC, abstractmethod
from pathlib import Path

import psutil

from .ports import bind_error, free_port

START_SECONDS = 30
STOP_SECONDS = 15


class EmbeddedError(RuntimeError):
    """A service could not be started; the message says why and where to look."""


class Server(ABC):
    """One embedded service of a PORTAL_HOME. `fast` gives up durability (tests)."""

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, portal_home: Path, *, fast: bool = False):
        self.home = portal_home
        self.fast = fast
        self.folder = portal_home / self.name
        self.log = portal_home / "log" / f"{self.name}.log"

    @abstractmethod
    def process(self) -> psutil.Process | None:
        """The running server, None when there is none; a stale pid file names nobody."""

    @abstractmethod
    def start(self, port: int, password: str) -> int:
        """Starts the server and waits until it answers. Returns its port: another one when `port` is taken.

        Raises EmbeddedError with a sentence when it does not come up.
        """

    def stop(self) -> None:
        """Stops the server politely, after STOP_SECONDS without mercy. Nothing when it is not running."""
        process = self.process()
        if process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(self.stop_signal)
            try:
                process.wait(STOP_SECONDS)
            except psutil.TimeoutExpired:
                process.kill()

    def failure(self) -> EmbeddedError:
        """The sentence for a server that does not come up, with the end of its log."""
        with contextlib.suppress(OSError):
            said = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
            return EmbeddedError(
                f"{self.name} 未能启动，日志：{self.log} / {self.name} did not start.\n{said}"
            )
        return EmbeddedError(f"{self.name} 未能启动 / {self.name} did not start.")


def usable(port: int) -> int:
    """The port itself, or a free one when it is taken."""
    return free_port() if bind_error(port) else port
