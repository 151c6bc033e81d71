"""The real services that tests run against: a mail receiver, a Celery worker, a timetable.

Fixtures in conftest.py hand these out; a test never starts one itself.
"""

import email
import email.policy
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection

from config.celery import WORKERS
from config.embedded.process import ChildFailedError, free_port
from tests.forking import Forked, Forker

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


_forkers: dict[frozenset[tuple[str, str]], Forker] = {}


def forker_for(env: Mapping[str, str]) -> Forker:
    """What starts Celery processes in this environment: one for all who ask for the same."""
    env = {name: value for name, value in env.items() if name != "PYTEST_CURRENT_TEST"}
    key = frozenset(env.items())
    if key not in _forkers:
        log = Path(settings.VAR) / f"forker-{len(_forkers)}.log"
        _forkers[key] = Forker(env, settings.BASE_DIR, log)
    return _forkers[key]


def stop_forkers() -> None:
    while _forkers:
        _forkers.popitem()[1].stop()


def go_through(app: Celery, broker: str) -> None:
    """Send its tasks through this broker from now on, whatever it sent them through before."""
    app.conf.update(broker_url=broker)
    app.close()  # its connections; those of what publishes are kept apart
    app.__dict__.pop("amqp", None)


class CeleryProcess:
    """A Celery process of its own, working on the test's database; `words` follow its command.

    ahead: how far its clock is ahead. The test must be transactional: what is not committed,
    another process cannot see.
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
        self.child: Forked | None = None
        self.ahead = timedelta()

    def start(self) -> None:
        """Start it and wait until it takes work."""
        log = Path(settings.VAR) / f"{self.name}.log"
        log.unlink(missing_ok=True)
        self.child = forker_for(self.env).fork(self.name, self.words, log, self.ahead)
        if self.words[0] == "worker":
            eventually(self._takes_work, 60, self.log)

    def _takes_work(self) -> bool:
        if not self.is_running():
            raise ChildFailedError(f"{self.name} ended. The end of its log:\n{self.log()[-3000:]}")
        return "ready." in self.log()

    def is_running(self) -> bool:
        return self.child is not None and not self.child.has_ended()

    def log(self) -> str:
        if self.child is None or not self.child.log.exists():
            return ""
        return self.child.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to it and all its children: nothing is handed back, nothing tidied."""
        assert self.child is not None
        self.child.signal(signal.SIGKILL)
        assert self.child.wait()

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def throw_away(self) -> None:
        """Forget the queued tasks, and those that a killed process held: they would come back."""
        with self.app.connection_for_write() as connection:
            redis: Any = connection.default_channel  # of no closer type than any transport's
            redis.client.delete("unacked", "unacked_index")
        self.app.control.purge()

    def settle(self, seconds: float = 30) -> None:
        """Throw tasks away and wait for those that run, so that the next test is alone."""
        if self.is_running():
            self.throw_away()
            eventually(self.is_idle, seconds)

    def is_idle(self) -> bool:
        # One worker of this broker is asked: to wait for a second's answer takes the whole timeout.
        answers = self.app.control.inspect(timeout=2, limit=1).active() or {}
        return bool(answers) and not any(answers.values())


def database_url() -> str:
    """The test database as another process names it."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    return f"postgres://{of['USER']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"
