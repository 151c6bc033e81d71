"""Starts the real thing, without demo data, in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config import supervise
from config.embedded.process import free_port
from tests.services import eventually
from tests.source import ROOT

UNSET = (
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_URL",
    "PYTHONUNBUFFERED",
    "REDIS_URL",
    "SITE_URL",
)


class Start:
    """`manage.py start`, as a person runs it."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.port = folder, free_port()
        env = {key: value for key, value in os.environ.items() if key not in UNSET}
        self.output = folder.with_suffix(".out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start", "--port", str(self.port), *words],
                cwd=ROOT,
                env={**env, "CELLGATE_VAR": str(folder)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def until_ready(self) -> None:
        def settled() -> bool:
            return "Cellgate is ready" in self.said() or self.process.poll() is not None

        eventually(settled, 120, otherwise=self.said)
        assert self.process.poll() is None, self.said()

    def children(self) -> dict[str, int]:
        """Name and process id of what it runs, from the process table."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                env = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"CELLGATE_VAR={self.folder}\0" in env and int(folder.name) != self.process.pid:
                name = re.search(r"beat|worker|granian|valkey|redis", " ".join(words))
                found[name[0] if name else words[0]] = int(folder.name)
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Start]]:
    started: list[Start] = []

    def begin(folder: str = "var", *words: str) -> Start:
        started.append(Start(tmp_path / folder, *words))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def test_it_serves_refuses_a_second_start_stops_whole_and_falls_with_a_child(
    start: Callable[..., Start],
) -> None:
    first = start("var", "--no-demo")
    first.until_ready()
    with urllib.request.urlopen(f"http://127.0.0.1:{first.port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    assert {"beat", "worker", "granian"} <= set(first.children())

    second = start("var", "--no-demo")
    assert second.process.wait(60) == 1
    assert f"already runs here: http://127.0.0.1:{first.port}" in second.said()

    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(60) == 0
    assert "Stopped" in first.said()
    eventually(lambda: not first.children(), 20)

    again = start("var", "--no-demo")
    again.until_ready()
    os.kill(again.children()["beat"], signal.SIGKILL)
    assert again.process.wait(60) == 1
    assert "beat ended with code -9" in again.said()
    assert str(again.folder / "log" / "beat.log") in again.said()
    eventually(lambda: not again.children(), 20)


def test_a_port_that_was_asked_for_and_is_taken_is_not_swapped_for_another() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(supervise.CannotStartError, match=f"Port {port} is in use"):
            supervise.choose_port(port)


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "is_free", lambda port: port == 8002)
    assert supervise.choose_port(None) == 8002
    monkeypatch.setattr(supervise, "is_free", lambda port: False)
    with pytest.raises(supervise.CannotStartError, match="--port"):
        supervise.choose_port(None)


def test_a_lock_left_by_a_crash_is_taken_over(tmp_path: Path) -> None:
    note = tmp_path / "running"
    note.write_text("999999999 http://127.0.0.1:8000")
    with supervise.take_lock(note) as lock:
        assert not lock.closed


def test_static_files_are_gathered_again_only_when_they_changed(
    settings: Any, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements.txt").write_text("django==5.2.19")
    (tmp_path / "static/a.css").write_text("a{}")
    before = supervise.static_digest()
    assert supervise.static_digest() == before
    (tmp_path / "static/a.css").write_text("b{}")
    changed = supervise.static_digest()
    assert changed != before
    (tmp_path / "static/a.css").rename(tmp_path / "static/b.css")
    assert supervise.static_digest() != changed
