"""Celery processes that start in no time: forks of one process that has read all our code.

Run as `python -m tests.forking`, it reads orders from standard input, a JSON object a line, and
answers each with a process id. What it forks is a worker or a timetable like any other: a session
of its own, children of its own, killed as hard. Only reading the code anew, five seconds of it, is
spared.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import time_machine
from celery.__main__ import main as celery_main

from config.celery import app
from config.embedded.process import ChildFailedError, die_with


class Forked:
    """A process that the forker made, with what `config.embedded.process.Child` can do."""

    def __init__(self, name: str, pid: int, log: Path) -> None:
        self.name, self.pid, self.log = name, pid, log

    def has_ended(self) -> bool:
        return not Path(f"/proc/{self.pid}").exists()

    def signal(self, number: int) -> None:
        """To it and, for SIGKILL, to all that it started."""
        try:
            (os.killpg if number == signal.SIGKILL else os.kill)(self.pid, number)
        except ProcessLookupError:
            return

    def wait(self, seconds: float = 20) -> bool:
        end = time.monotonic() + seconds
        while not self.has_ended() and time.monotonic() < end:
            time.sleep(0.01)
        return self.has_ended()

    def stop(self, patience: float = 10) -> None:
        for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
            self.signal(number)
            if self.wait(patience):
                return


class Forker:
    """Makes Celery processes in one environment, which was read once and is theirs for good."""

    def __init__(self, env: Mapping[str, str], root: Path, log: Path, *prefix: str) -> None:
        """prefix: a command to run it under, such as `ip netns exec NAME`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "tests.forking"],
                cwd=root,
                env=dict(env),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        self.log = log

    def fork(self, name: str, words: Sequence[str], log: Path, ahead: timedelta) -> Forked:
        """A Celery process; `words` follow its command. ahead: how far its clock is wrong."""
        order = {"words": words, "log": str(log), "ahead": ahead.total_seconds()}
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(f"{json.dumps(order)}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its log, below, says why
        if answer := self.process.stdout.readline():
            return Forked(name, int(answer), log)
        raise ChildFailedError(f"no fork: {self.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(20)


def become(order: Mapping[str, Any]) -> None:
    """In the fork: a session, a log and a clock of its own, and then Celery. Does not return."""
    os.setsid()
    die_with(os.getppid())()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, stream)
    if order["ahead"]:
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=order["ahead"])).start()
    sys.argv = ["celery", "-A", "config.celery", *order["words"]]
    celery_main()


def main() -> None:
    django.setup()
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: none stays a zombie
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            try:
                become(order)
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
