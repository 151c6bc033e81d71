"""The real services that tests run against: a mail receiver, a Celery worker, a timetable.

Fixtures in conftest.py hand these out; a test never starts one itself.
"""

import email
import email.policy
import os
import signal
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection

from config.celery import WORKERS
from config.embedded.process import Child, free_port

QUEUES = ",".join(queue for queues in WORKERS.values() for queue in queues)
Found = TypeVar("Found")


def eventually(
    ask: Callable[[], Found], seconds: float = 30, otherwise: Callable[[], str] = str
) -> Found:
    """Ask again until the answer is truthy, and return it. Fails with what `otherwise` says."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, f"still {found!r} after {seconds} s. {otherwise()}"
        time.sleep(0.05)
    return found


class Inbox:
    """What a real SMTP server received. `refuse` makes it turn mail away, as servers do."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse = ""
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()

    @property
    def port(self) -> int:
        return int(self.controller.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)  # type: ignore[arg-type]
        return "250 OK"

    def wait_for(self, count: int = 1, seconds: float = 30) -> list[EmailMessage]:
        """The messages, once there are at least `count`."""
        eventually(lambda: len(self.messages) >= count, seconds)
        return self.messages

    def close(self) -> None:
        self.controller.stop()


class CeleryProcess:
    """A Celery process of its own, working on the test's database; `extra` follows its command.

    The test must be transactional: what is not committed, another process cannot see.
    """

    def __init__(
        self, name: str, redis_url: str, smtp_port: int, site_url: str, *words: str
    ) -> None:
        self.name, self.words = name, words
        self.app = Celery(broker=redis_url, set_as_current=False)
        self.env = {
            **os.environ,
            "CELLGATE_DEMO": "1",
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "REDIS_URL": redis_url,
            "SITE_URL": site_url,
            "TASK_VISIBILITY_SECONDS": "10",
        }
        self.child: Child | None = None

    def start(self, **env: str) -> None:
        """Start it and wait until it takes work. `env` adds to its environment."""
        self.child = Child(
            self.name,
            [sys.executable, "-m", "celery", "-A", "config.celery", *self.words],
            Path(settings.VAR) / f"{self.name}.log",
            {**self.env, **env},
            cwd=settings.BASE_DIR,
        )
        self.child.stop_signals = (signal.SIGTERM, signal.SIGQUIT)
        if self.words[0] == "worker":
            self.child.wait_until(lambda: bool(self.app.control.ping(timeout=0.3)), seconds=60)

    def is_running(self) -> bool:
        return self.child is not None and not self.child.has_ended()

    def log(self) -> str:
        return self.child.log.read_text(errors="replace") if self.child else ""

    def kill(self) -> None:
        """SIGKILL to it and all its children: nothing is handed back, nothing tidied."""
        assert self.child is not None
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.process.wait()

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def settle(self, seconds: float = 30) -> None:
        """Throw queued tasks away and wait for those that run, so that the next test is alone."""
        if self.is_running():
            self.app.control.purge()
            eventually(self.is_idle, seconds)

    def is_idle(self) -> bool:
        answers = self.app.control.inspect(timeout=2).active() or {}
        return bool(answers) and not any(answers.values())


def database_url() -> str:
    """The test database as another process names it."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    return f"postgres://{of['USER']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"
