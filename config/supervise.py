"""Runs every process of Cellgate on one machine, watches them, and stops them in reverse order."""

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from celery import Celery
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections

from config.celery import GIVES_WAY, WORKERS
from config.embedded import broker
from config.embedded.process import Child, is_free

FIRST_PORT, PORTS_TRIED = 8000, 50
STATIC_UNUSED = ("redoc",)  # part of the package that brings Swagger UI


class CannotStartError(Exception):
    """Something a person must settle first; the message says what."""


class StopAskedError(BaseException):
    """Ctrl-C or SIGTERM. Not an Exception: nothing on the way may take it for a failure."""


class House:
    """The processes of one installation. Everything they write is under `settings.VAR`."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self.began = time.monotonic()
        self.children: list[Child] = []
        self.logs = settings.VAR / "log"
        self.note = settings.VAR / "running"
        self.held: tuple[int, ...] = ()
        self.env = dict(os.environ)
        self.port = FIRST_PORT

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def seconds(self) -> float:
        return time.monotonic() - self.began

    @contextlib.contextmanager
    def running(self, port: int | None, demo: bool) -> Iterator[None]:
        """Everything is up inside the `with`, and gone after it, however it was left."""
        with take_lock(self.note) as lock:
            self.held = (lock.fileno(),)
            answer_stops_with(ask_to_stop)
            try:
                self.start(port, demo)
                yield
            finally:
                answer_stops_with(signal.SIG_IGN)  # stopping takes seconds; let it finish
                self.stop()
                self.note.write_text("")

    def start(self, port: int | None, demo: bool) -> None:
        self.port = choose_port(port)
        self.env.setdefault("SITE_URL", self.address)
        self.note.write_text(f"{os.getpid()} {self.address}")
        if not settings.REDIS_URL:
            binary = broker.find()
            log, folder = self.logs / "broker.log", settings.VAR / "broker"
            child, url = broker.start(binary, folder, log, keep=True, pass_fds=self.held)
            self.children.append(child)
            self.env["REDIS_URL"] = url
            self.tell(f"broker: {binary.says}")
        static = static_digest()
        stamp = Path(settings.STATIC_ROOT) / "gathered-from"
        gather = None
        if not stamp.exists() or stamp.read_text() != static:
            ignored = [word for name in STATIC_UNUSED for word in ("--ignore", name)]
            gather = self.manage("collectstatic", "--no-input", "--clear", "-v", "0", *ignored)
        call_command("migrate", interactive=False, verbosity=0)
        self.tell("database: up to date")
        workers = [self.worker(name, queues) for name, queues in WORKERS.items()]
        is_new = not get_user_model().objects.exists()
        connections.close_all()
        if demo and is_new:
            self.wait_for(self.manage("demo_load"))
            self.tell("demo: loaded")
        if gather:
            self.wait_for(gather)
            stamp.write_text(static)
        web = self.web()
        self.beat()
        self.wait(web, lambda: self.is_ready(web))
        self.wait(workers[0], self.workers_answer)
        self.announce(demo)

    def stop(self) -> None:
        """Those that need the broker first, all at once; it stays up to take their tasks back."""
        others = [child for child in reversed(self.children) if child.name != "broker"]
        for child in others:
            child.ask_to_stop()
        for child in (*others, *self.children):
            child.stop()

    def announce(self, demo: bool) -> None:
        self.say(f"\nCellgate is ready after {self.seconds():.1f} s: {self.address}/")
        self.say(f"  API         {self.address}/api/docs/")
        mail = "sent through EMAIL_URL"
        if settings.EMAIL_BACKEND == "config.mailbox.FolderBackend":
            mail = f"kept as files in {settings.EMAIL_FILE_PATH}"
        self.say(f"  Mail        {mail}")
        self.say(f"  Logs        {self.logs}")
        sign_ins = settings.VAR / "demo-sign-ins.txt"
        if demo and sign_ins.exists():
            self.say(f"  Sign in as  (also in {sign_ins})")
            for line in sign_ins.read_text().splitlines():
                self.say(f"    {line}")
        self.say("  Stop        Ctrl-C\n")

    def watch(self) -> None:
        """Return never: a stop that was asked for, or a child that ended, leaves by exception."""
        while True:
            self.look_after_children()
            time.sleep(0.3)

    def look_after_children(self) -> None:
        for child in self.children:
            if child.has_ended():
                raise child.failure(f"ended with code {child.process.returncode}")

    def wait(self, child: Child, ready: Callable[[], bool]) -> None:
        """Wait for one child, while watching all."""

        def looked_after() -> bool:
            self.look_after_children()
            return ready()

        child.wait_until(looked_after, seconds=90)

    def python(self, name: str, *words: str | Path, niceness: int = 0) -> Child:
        """Start one of our own processes and keep it."""
        child = Child(
            name,
            [sys.executable, *words],
            self.logs / f"{name}.log",
            self.env,
            niceness,
            cwd=settings.BASE_DIR,
            pass_fds=self.held,
        )
        self.children.append(child)
        return child

    def worker(self, name: str, queues: Sequence[str]) -> Child:
        child = self.python(
            f"worker-{name}", "-m", "celery", "-A", "config.celery", "worker",
            "--queues", ",".join(queues), "--hostname", named(name), "--concurrency", "2",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
            niceness=GIVES_WAY.get(name, 0),
        )  # fmt: skip
        # After SIGTERM Celery finishes what it began; SIGQUIT makes it hand that back instead.
        child.stop_signals = (signal.SIGTERM, signal.SIGQUIT)
        return child

    def beat(self) -> Child:
        return self.python(
            "beat", "-m", "celery", "-A", "config.celery", "beat",
            "--schedule", settings.VAR / "timetable", "--pidfile=",
        )  # fmt: skip

    def web(self) -> Child:
        return self.python(
            "web", "-m", "granian", "--interface", "wsgi", "config.wsgi:application",
            "--port", str(self.port), "--workers", str(max(1, (os.cpu_count() or 1) // 2)),
            "--blocking-threads", "8", "--log-level", "warning",
        )  # fmt: skip

    def manage(self, command: str, *words: str) -> Child:
        """Begin a management command, in a process that knows the broker."""
        return self.python(command, settings.BASE_DIR / "manage.py", command, *words)

    def wait_for(self, child: Child) -> None:
        """Wait for a command to end well."""
        while not child.has_ended():
            time.sleep(0.03)
        self.children.remove(child)
        if child.process.returncode:
            raise child.failure(f"failed with code {child.process.returncode}")

    def is_ready(self, web: Child) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            if error.code == 503:  # what it needs is still starting
                return False
            raise web.failure(f"answers with status {error.code}") from error
        except OSError:
            return False

    def workers_answer(self) -> bool:
        asked = [named(name) for name in WORKERS]
        with Celery(broker=self.env.get("REDIS_URL", settings.REDIS_URL)) as app:
            return len(app.control.ping(asked, timeout=0.5) or ()) == len(asked)

    def tell(self, what: str) -> None:
        self.say(f"{self.seconds():5.1f} s  {what}")


def named(worker: str) -> str:
    """A worker's name among all that share the broker, perhaps from several machines."""
    return f"{worker}@{socket.gethostname()}"


def answer_stops_with(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise StopAskedError


def choose_port(wanted: int | None) -> int:
    """The port asked for, or the first free one from 8000 up."""
    if wanted is not None:
        if not is_free(wanted):
            raise CannotStartError(
                f"Port {wanted} is in use. Free it, or name another with --port."
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if is_free(port):
            return port
    raise CannotStartError(f"No port from {FIRST_PORT} on is free. Name one with --port.")


def static_digest() -> str:
    """What the gathered style sheets and scripts are made from: our own files, and the pins."""
    files = [settings.BASE_DIR / "requirements.txt"]
    for folder in settings.STATICFILES_DIRS:
        files += sorted(path for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def take_lock(note: Path) -> TextIO:
    """Hold `note` against a second start; it says who holds it.

    Our children inherit the lock, so it is free only when the last of them is gone: after a crash
    we wait for those, since two brokers in one folder would spoil it.
    """
    lock = note.open("a+")
    for attempt in range(200):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder, _, address = note.read_text().partition(" ")
            if attempt and holder.isdigit() and Path(f"/proc/{holder}").exists():
                lock.close()
                raise CannotStartError(
                    f"Cellgate already runs here: {address}, process {holder}. Stop that first, or "
                    "name another folder in CELLGATE_VAR."
                ) from None
            time.sleep(0.1)
        else:
            return lock
    lock.close()
    raise CannotStartError(f"Processes of an earlier start will not end; see who holds {note}.")
