"""Children that never outlive us, and the ports they listen on."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class ChildFailedError(Exception):
    """A child ended, or did not answer in time. Its last log lines are in the message."""


def die_with(parent: int, niceness: int = 0) -> Callable[[], None]:
    """What the child runs before its program: give way to others for the processor by so much, and
    ask Linux for SIGTERM when `parent` dies.
    """
    linux = sys.platform.startswith("linux")
    prctl = ctypes.CDLL(None, use_errno=True).prctl if linux else None

    def ask() -> None:
        os.nice(niceness)
        if prctl is None:
            return
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), signal.SIGTERM)

    return ask


class Child:
    """A program running under us, with what it prints in a file.

    It has a session of its own, so that Ctrl-C reaches only us and we stop children in order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str] | None = None,
        niceness: int = 0,
        **options: Any,
    ) -> None:
        self.name = name
        self.log = log
        self.stop_signals: tuple[int, ...] = (signal.SIGTERM,)
        self.asked = False
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
                preexec_fn=die_with(os.getpid(), niceness),
                **options,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def failure(self, what: str) -> ChildFailedError:
        """An error that shows the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        shown = "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
        return ChildFailedError(f"{self.name} {what}. The end of {self.log}:\n{shown}")

    def wait_until(self, ready: Callable[[], bool], seconds: float = 20) -> None:
        """Return when `ready()` holds; raise when the child ends first or time is up."""
        end = time.monotonic() + seconds
        while not ready():
            if self.has_ended():
                raise self.failure(f"ended with code {self.process.returncode}")
            if time.monotonic() > end:
                raise self.failure(f"did not answer within {seconds:.0f} seconds")
            time.sleep(0.03)

    def ask_to_stop(self) -> None:
        """Send the first of `stop_signals`, once, and do not wait."""
        if not self.asked and not self.has_ended():
            self.process.send_signal(self.stop_signals[0])
        self.asked = True

    def stop(self, patience: float = 10) -> None:
        """Ask with each of `stop_signals` in turn; then kill it, with all that it started."""
        self.ask_to_stop()
        for number in (*self.stop_signals[1:], None):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                return
            if number is not None:
                self.process.send_signal(number)
        os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
