"""Fixtures for every test.

Plain `pytest tests/law` needs no service: SQLite in a temporary folder. A test that asks for
`redis_url`, `smtp`, `celery_worker`, `page` or `live` gets the real thing, started when first
asked for. `manage.py verify` names a PostgreSQL, a Redis and a Chromium, and sets
CELLGATE_VERIFY, under which a missing service is a failure, not a skip.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from config.celery import app as celery_app
from config.embedded import broker
from config.embedded import browser as chromium
from procurement.models import Procurement, User
from tests import factory
from tests.services import QUEUES, CeleryProcess, Inbox, database_url, go_through, stop_forkers

AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

hypothesis.settings.register_profile("try", deadline=None)
# Fixed seeds: the same commit gives the same result everywhere.
hypothesis.settings.register_profile("verify", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("verify" if "CELLGATE_VERIFY" in os.environ else "try")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="full counts: 100 kills, 10,000 sequences")
    parser.addoption("--resume", help="a file: leave out what passed before, add what passes now")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    passed = set(passed_before(config))
    items[:] = [item for item in items if item.nodeid not in passed]
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="full counts only: --long"))


def passed_before(config: pytest.Config) -> list[str]:
    """Read once, before anything runs: all xdist processes must collect the same tests."""
    path = config.getoption("--resume")
    return Path(path).read_text().splitlines() if path and Path(path).exists() else []


class Remember:
    """Adds each passed test to the --resume file, in the one process that hears of all."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            with self.path.open("a") as file:
                file.write(f"{report.nodeid}\n")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--resume")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Remember(Path(path)))


def pytest_unconfigure() -> None:
    """Take the folder of tests/settings.py away: xdist ends its processes without `atexit`."""
    stop_forkers()
    shutil.rmtree(os.environ["CELLGATE_VAR"], ignore_errors=True)


@pytest.fixture(scope="session")
def scale(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """`scale(short, long)`: how many of something to try; `long` under --long."""
    is_long = request.config.getoption("--long")
    return lambda short, long: long if is_long else short


@pytest.fixture(scope="session", autouse=True)
def flush_passes_triggers() -> Iterator[None]:
    """After a transactional test Django takes every row away; the triggers refuse, and step aside.

    On PostgreSQL a replica's session fires none; on SQLite they are dropped and put back.
    """
    operations = DatabaseWrapper.ops_class
    flush, truncate = operations.sql_flush, PostgresOperations.sql_flush
    execute = operations.execute_sql_flush

    def with_triggers_off(self: BaseDatabaseOperations, *args: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        off = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*off, *flush(self, *args, **options), *(sql for _, sql in triggers)]

    def without_keys(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        """SQLite would look for what refers to each row, without an index where none is needed."""
        with self.connection.constraint_checks_disabled():
            execute(self, sql_list)

    def as_replica(self: BaseDatabaseOperations, *args: Any, **options: Any) -> list[str]:
        role = "SET session_replication_role = "
        return [f"{role}replica", *truncate(self, *args, **options), f"{role}origin"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", with_triggers_off)
        patch.setattr(operations, "execute_sql_flush", without_keys)
        patch.setattr(PostgresOperations, "sql_flush", as_replica)
        yield


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a fixture of the module makes after this one is there for each of its tests, which takes
    back its own rows alone. For ids and the like: what a test does to a Python object stays done.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shared_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that this test's own process starts ask the tests' database."""
    monkeypatch.setenv("DATABASE_URL", database_url())


# --- services ---------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def smtp_server() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


@pytest.fixture
def smtp(smtp_server: Inbox, settings: Any) -> Inbox:
    """A real SMTP server, empty, and this process sending through it."""
    smtp_server.messages.clear()
    smtp_server.refuse = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = smtp_server.port
    return smtp_server


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of this pytest process alone, and this process's tasks going through it."""
    if django_settings.REDIS_URL:
        yield django_settings.REDIS_URL
        return
    folder = tmp_path_factory.mktemp("redis")
    server, url = broker.start(broker.find(), folder, folder / "redis.log", keep=False)
    go_through(celery_app, url)
    yield url
    celery_app.close()
    server.stop()


@pytest.fixture(scope="session")
def worker_process(
    django_db_setup: None, live_server: Any, redis_url: str, smtp_server: Inbox
) -> Iterator[CeleryProcess]:
    """Not started yet. The mail it writes links back to the live server."""
    words = ("worker", "--queues", QUEUES, "--concurrency", "2", "--loglevel", "INFO")
    worker = CeleryProcess("worker", redis_url, smtp_server.port, live_server.url, *words)
    yield worker
    worker.stop()


@pytest.fixture
def celery_worker(
    transactional_db: None, smtp: Inbox, worker_process: CeleryProcess
) -> Iterator[CeleryProcess]:
    """A real worker process for all queues, running, with nothing queued.

    `kill()` it and `start()` it again as often as the test likes.
    """
    worker_process.throw_away()
    if not worker_process.is_running():
        worker_process.start()
    yield worker_process
    worker_process.settle()


# --- browser ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the one `verify` names, or an installed one."""
    path, libraries = os.environ.get("CELLGATE_BROWSER"), os.environ.get("CELLGATE_LIBRARIES")
    if not path:
        found = chromium.installed()
        if found is None:
            pytest.skip("no Chromium on PATH; `manage.py verify` installs one")
        path = str(found.path)
    env = {**os.environ, "LD_LIBRARY_PATH": libraries} if libraries else dict(os.environ)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            env=env,  # type: ignore[arg-type]
        )
        yield running
        running.close()


@dataclass
class Underway:
    """How many requests the live server is answering."""

    count: int = 0
    change: threading.Condition = field(default_factory=threading.Condition)

    def began(self, **_: object) -> None:
        with self.change:
            self.count += 1

    def ended(self, **_: object) -> None:
        with self.change:
            self.count -= 1
            self.change.notify_all()

    def wait(self) -> None:
        with self.change:
            assert self.change.wait_for(lambda: self.count <= 0, timeout=60)


@pytest.fixture
def underway(live_server: Any) -> Iterator[Underway]:
    """A browser that closes leaves its last requests running; the flush that follows a test
    waits for what they lock, and they for the flush. So the test ends when they have.
    """
    requests = Underway()
    request_started.connect(requests.began)
    request_finished.connect(requests.ended)
    yield requests
    request_started.disconnect(requests.began)
    request_finished.disconnect(requests.ended)


@pytest.fixture
def page(browser: Browser, live_server: Any, underway: Underway) -> Iterator[Page]:
    """A page on the live server. At the end, no script failed and the CSP refused nothing."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    opened = context.new_page()
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    underway.wait()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)`: fail unless the page as it stands meets WCAG 2.1 A and AA, as axe sees it."""

    def check(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        options = {"runOnly": {"type": "tag", "values": WCAG}}
        found = page.evaluate("options => axe.run(document, options)", options)
        assert not found["violations"], "\n".join(
            f"{page.url}: {each['id']}: {each['help']}: {node['html'][:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        )

    return check


@dataclass(frozen=True)
class Live:
    """All of Cellgate, running: pages and API at `url`, a worker, the timetable, a mail server."""

    url: str
    worker: CeleryProcess
    smtp: Inbox


@pytest.fixture
def live(
    live_server: Any, celery_worker: CeleryProcess, smtp: Inbox, redis_url: str, settings: Any
) -> Iterator[Live]:
    settings.SITE_URL = live_server.url
    words = ("beat", "--schedule", str(Path(django_settings.VAR) / "timetable"), "--pidfile=")
    timetable = CeleryProcess("beat", redis_url, smtp.port, live_server.url, *words)
    timetable.start()
    yield Live(live_server.url, celery_worker, smtp)
    timetable.stop()


@pytest.fixture
def purchase() -> Procurement:
    return factory.procurement(factory.organisation())


@pytest.fixture
def officer(purchase: Procurement) -> User:
    assert purchase.organisation is not None
    return factory.user(purchase.organisation)
