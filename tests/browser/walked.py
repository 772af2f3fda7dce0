"""The process behind the browser walks: made while other tests run, in the run's own process, for all its workers."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from portal.runtime.secrets import make_home
from portal.runtime.supervisor import _die_with_parent

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 280  # the first one waits for migrations and the demo


@dataclass
class Walked:
    """A portal of its own home and port. `start` returns at once; `address` waits until it serves."""

    home: str
    port: int

    @classmethod
    def planned(cls) -> "Walked":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        return cls(str(Path(tempfile.gettempdir(), f"portal-walked-{os.getpid()}")), port)

    @classmethod
    def told(cls, text: str) -> "Walked":
        return cls(**json.loads(text))

    def tell(self) -> str:
        """For the workers of the run."""
        return json.dumps(asdict(self))

    @property
    def log(self) -> Path:
        return Path(self.home) / "up.log"

    @property
    def pid(self) -> Path:
        return Path(self.home) / "up.pid"

    def start(self) -> None:
        if self.pid.exists():
            return
        shutil.rmtree(self.home, ignore_errors=True)  # of a process that had this number before
        make_home(Path(self.home))
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.walked", self.home, str(self.port)],
                cwd=ROOT, stdout=log, stderr=log, preexec_fn=_die_with_parent,
            )  # fmt: skip
        self.pid.write_text(str(process.pid))

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def address(self) -> str:
        """Where it answers, once it does."""
        process = psutil.Process(int(self.pid.read_text()))
        deadline = time.monotonic() + SECONDS
        while not self.serves():
            ended = not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
            assert not ended, f"manage.py up ended early:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"the portal did not come up:\n{self.log.read_text()}"
            time.sleep(0.3)
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self.pid.exists():
            pid = int(self.pid.read_text())
            os.kill(pid, signal.SIGINT)
            psutil.Process(pid).wait(40)
        shutil.rmtree(self.home, ignore_errors=True)


def main(home: str, port: str) -> None:
    """Makes the copy of the demo and becomes `manage.py up` on it."""
    import tests.conftest  # noqa: F401 - starts the services, sets up Django
    from tests.database import COPY_PREFIX, copy_demo, environment

    name = f"{COPY_PREFIX}{os.getpid()}"
    copy_demo(name)
    own = environment(name)
    left_out = {"REDIS_URL", "DB_POOL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    os.chdir(ROOT)
    os.execve(
        sys.executable, [sys.executable, "manage.py", "up", "--port", port],
        {**kept, **own, "PORTAL_HOME": home, "WEB_WORKERS": "1"},
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
