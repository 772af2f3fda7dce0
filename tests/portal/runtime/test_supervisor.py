"""What a person at the terminal sees when the portal starts, stops and breaks."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from portal.runtime.supervisor import Child, Supervisor, SupervisorError, claim, require_free_port, trim_logs

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_taken_port_is_a_sentence_with_another_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SupervisorError, match=f"端口 {port} 已被占用"):
            require_free_port("127.0.0.1", port)


def test_second_supervisor_of_the_same_home_is_told(tmp_path: Path):
    first = claim(tmp_path)
    with pytest.raises(SupervisorError, match="门户已在运行"):
        claim(tmp_path)
    first.close()
    claim(tmp_path).close()


def run_supervisor(tmp_path: Path, children: str) -> subprocess.Popen:
    code = (
        "import sys; from pathlib import Path; from portal.runtime.supervisor import Child, Supervisor;"
        f"sys.exit(Supervisor([{children}], Path({str(tmp_path)!r})).run())"
    )
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)


def child_of(process: subprocess.Popen, timeout: float = 5) -> psutil.Process:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := psutil.Process(process.pid).children():
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no child was started")


def test_ctrl_c_stops_the_children(tmp_path: Path):
    supervisor = run_supervisor(tmp_path, f"Child('web', {SLEEPER!r})")
    child = child_of(supervisor)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(10) == 0
    assert not child.is_running()


def test_children_die_with_a_killed_supervisor(tmp_path: Path):
    supervisor = run_supervisor(tmp_path, f"Child('web', {SLEEPER!r})")
    child = child_of(supervisor)
    time.sleep(0.3)
    supervisor.kill()
    supervisor.wait(5)
    child.wait(5)


def test_a_killed_child_comes_back(tmp_path: Path):
    supervisor = run_supervisor(tmp_path, f"Child('worker', {SLEEPER!r})")
    first = child_of(supervisor)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(5)
    time.sleep(1.2)
    assert child_of(supervisor).pid != first.pid
    supervisor.terminate()
    assert supervisor.wait(10) == 0
    assert "正在重新启动" in supervisor.stderr.read()


def test_a_child_that_will_not_live_stops_everything_and_names_its_log(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr("portal.runtime.supervisor.RESTARTS_A_MINUTE", 2)
    broken = Child("web", [sys.executable, "-c", "raise SystemExit(3)"])
    healthy = Child("beat", SLEEPER)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert Supervisor([broken, healthy], tmp_path).run() == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert healthy.process.poll() is not None
    said = capsys.readouterr().err
    assert "web 反复退出" in said
    assert str(tmp_path / "web.log") in said


def test_a_service_that_cannot_come_back_stops_everything_with_its_sentence(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from portal.runtime import supervisor as s;"
        "from portal.runtime.server import EmbeddedError; s.SERVICES_SECONDS = 0.1\n"
        "def keep(): raise EmbeddedError('postgres 未能启动')\n"
        f"sys.exit(s.Supervisor([s.Child('web', {SLEEPER!r})], Path({str(tmp_path)!r}), keep_services=keep).run())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )
    assert ended.returncode == 1
    assert "postgres 未能启动" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_long_log_is_moved_aside_while_its_writer_goes_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("portal.runtime.supervisor.LOG_BYTES", 10)
    with (tmp_path / "web.log").open("a") as writer:
        writer.write("old lines, too many\n")
        writer.flush()
        trim_logs(tmp_path)
        writer.write("new\n")
    assert (tmp_path / "web.log").read_text() == "new\n"
    assert "old lines" in (tmp_path / "web.log.1").read_text()


def test_logs_are_for_the_portals_own_user(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("line")
    log.chmod(0o644)
    trim_logs(tmp_path)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
