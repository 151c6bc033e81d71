import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import redis

from config.embedded import broker
from config.embedded.process import Child, ChildFailedError, free_port, is_free, listens
from tests.services import eventually

ROOT = Path(__file__).parents[2]


def python(name: str, code: str, log: Path) -> Child:
    return Child(name, [sys.executable, "-uc", textwrap.dedent(code)], log)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_the_broker_was_told_outlives_a_restart(tmp_path: Path) -> None:
    binary = broker.find()
    first, url = broker.start(binary, tmp_path / "data", tmp_path / "log", keep=True)
    redis.from_url(url).rpush("interactive", "a task")
    first.stop()
    assert first.process.returncode == 0  # it ended by itself: nobody had to kill it
    second, url = broker.start(binary, tmp_path / "data", tmp_path / "log", keep=True)
    assert redis.from_url(url).lrange("interactive", 0, -1) == [b"a task"]
    second.stop()


def test_the_broker_listens_to_this_machine_alone(tmp_path: Path) -> None:
    server, url = broker.start(broker.find(), tmp_path, tmp_path / "log", keep=False)
    bound = redis.from_url(url).config_get("bind")["bind"]
    server.stop()
    assert bound == "127.0.0.1"


def test_a_child_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = """
        import sys, time
        from pathlib import Path
        from config.embedded.process import Child
        child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"],
                      Path(sys.argv[1]))
        print(child.pid, flush=True)
        time.sleep(600)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "log")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    eventually(lambda: not is_alive(child), 10)


def test_a_child_may_give_way_to_others_for_the_processor(tmp_path: Path) -> None:
    code = "import os; print(os.nice(0))"
    child = Child("kind", [sys.executable, "-c", code], tmp_path / "log", niceness=3)
    assert child.process.wait(30) == 0
    assert int((tmp_path / "log").read_text()) == min(19, os.nice(0) + 3)


def test_a_child_that_will_not_stop_is_killed_with_all_it_started(tmp_path: Path) -> None:
    child = python(
        "stubborn",
        """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(grandchild.pid)
        time.sleep(600)
        """,
        tmp_path / "log",
    )
    grandchild = int(eventually(lambda: (tmp_path / "log").read_text().strip()))
    child.stop(patience=0.2)
    assert child.process.returncode == -signal.SIGKILL
    eventually(lambda: not is_alive(grandchild), 10)


def test_a_second_signal_is_tried_before_killing(tmp_path: Path) -> None:
    child = python(
        "slow",
        """
        import signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGQUIT, lambda *_: sys.exit(7))
        print("ready")
        time.sleep(600)
        """,
        tmp_path / "log",
    )
    eventually(lambda: "ready" in (tmp_path / "log").read_text())
    child.stop_signals = (signal.SIGTERM, signal.SIGQUIT)
    child.stop(patience=0.5)
    assert child.process.returncode == 7


def test_a_child_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    child = python("web", "print('port is taken'); raise SystemExit(3)", tmp_path / "web.log")
    with pytest.raises(ChildFailedError, match=r"web ended with code 3[\s\S]*port is taken"):
        child.wait_until(lambda: False)


def test_a_child_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    child = python("web", "import time; time.sleep(600)", tmp_path / "web.log")
    with pytest.raises(ChildFailedError, match="did not answer within 0 seconds"):
        child.wait_until(lambda: False, seconds=0.1)
    child.stop()


def test_a_port_in_use_is_seen() -> None:
    port = free_port()
    assert is_free(port)
    assert not listens(port)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()
        assert not is_free(port)
        assert listens(port)


def test_debians_redis_is_left_alone_where_apt_is_not_to_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.debian(tmp_path / "debian") is None
    assert "Valkey" in broker.find(unpack_into=tmp_path / "debian").says
    assert os.listdir(tmp_path) == []
