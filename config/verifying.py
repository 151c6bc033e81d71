"""The one check before a push: every tool and every test, against real servers.

Steps that fail do not stop the others, so that one run tells everything. There are two processors
to keep busy: what takes one of them alone runs beside something else.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from config.embedded import broker, browser, postgres

PRODUCTION = {
    "ALLOWED_HOSTS": "cellgate.example.gov",
    "EMAIL_URL": "smtp+tls://mail.example.gov:587",
    "REDIS_URL": "redis://redis.example.gov:6379/0",
    "SITE_URL": "https://cellgate.example.gov",
}
CLOSING_LINE = re.compile(r"\d+ (passed|failed|error|skipped|deselected).* in [\d.]+s|no tests ran")
MANAGE = (sys.executable, "manage.py")
LAW = "compliance/law"
LAW_TESTS = ("tests/law", "tests/test_verifier.py")
PURE = (
    "tests/formats",
    "tests/intake",
    "tests/law",
    "tests/screening",
    "tests/test_verifier.py",
    "tests/test_verifier_mutants.py",
)
"""Tests that need no server. They run before the others, which lean on what these compile at its
first use: that takes a minute, and several processes that need it at once would each do it."""
SHARED = ("-n", "2", "--dist", "worksteal")
SQLITE_REDIS = 8
"""The first of Redis' sixteen databases that the tests on SQLite take; those on PostgreSQL run
beside them and take the first."""


@dataclass
class Step:
    name: str
    code: int
    seconds: float
    closing: str = ""


@dataclass
class Verification:
    """One run. `only` is pytest's -k: with it, tests alone are run."""

    say: Callable[[str], object]
    only: str = ""
    long: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return Path(settings.VAR) / "verify"

    def run(self) -> bool:
        """Do everything; True when all of it is well."""
        began = time.monotonic()
        with self.services() as env:
            words: list[str] = []
            if not self.only:
                with (
                    self.beside(lambda it: it.step("mypy", sys.executable, "-m", "mypy")),
                    self.beside(lambda it: it.test("tests of pure code", env, *SHARED, *PURE)),
                ):
                    self.read_code(env)
                words = [f"--ignore={path}" for path in PURE]
            on_sqlite = {key: value for key, value in env.items() if key != "DATABASE_URL"}
            on_sqlite["REDIS_URL"] = f"{env['REDIS_URL'].rpartition('/')[0]}/{SQLITE_REDIS}"
            with self.beside(
                lambda it: it.test("database tests on SQLite", on_sqlite, "-m", "database")
            ):
                self.test("tests on PostgreSQL", env, *SHARED, *words)
            if self.long and not self.only:
                self.cover_law(on_sqlite)
        self.summarise(time.monotonic() - began)
        return all(step.code == 0 for step in self.steps)

    @contextmanager
    def beside(self, do: Callable[["Verification"], object]) -> Iterator[None]:
        """Does it while the block goes on; what it says is shown when both have ended."""
        lines: list[str] = []
        apart = replace(self, say=lines.append, steps=[])
        with ThreadPoolExecutor(1) as thread:
            done = thread.submit(do, apart)
            yield
            done.result()
        for line in lines:
            self.say(line)
        self.steps += apart.steps

    def read_code(self, env: Mapping[str, str]) -> None:
        python = (sys.executable, "-m")
        kept = {"PYTHONPYCACHEPREFIX": env["PYTHONPYCACHEPREFIX"]}
        plain = os.environ | kept
        production = {k: v for k, v in plain.items() if k != "CELLGATE_DEMO"} | PRODUCTION
        self.step("ruff check", *python, "ruff", "check", ".")
        self.step("ruff format", *python, "ruff", "format", "--check", ".")
        self.step("djlint", *python, "djlint", "--lint", "--quiet", *template_folders())
        self.step("migrations", *MANAGE, "makemigrations", "--check", "--dry-run", env=plain)
        deploy = ("check", "--deploy", "--fail-level", "WARNING")
        self.step("deploy check", *MANAGE, *deploy, env=production)
        if "readings_due" in get_commands():
            self.step("readings due", *MANAGE, "readings_due", env=plain)

    @contextmanager
    def services(self) -> Iterator[dict[str, str]]:
        """Start what tests need. Yields the environment that names it; stops it afterwards."""
        env = {**os.environ, "CELLGATE_VERIFY": "1"}
        # We start dozens of processes; each would compile all our code and libraries again.
        env["PYTHONPYCACHEPREFIX"] = str(self.folder / "pycache")
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        with ExitStack() as stack:
            began = time.monotonic()
            redis = broker.find(unpack_into=self.folder / "debian-redis")
            log = self.folder / "redis.log"
            child, env["REDIS_URL"] = broker.start(redis, self.folder / "redis", log, keep=False)
            stack.callback(child.stop)
            self.started("Redis", redis.says, began)

            began = time.monotonic()
            if binaries := postgres.find():
                server = postgres.start(binaries, self.folder / "postgres.log")
                stack.callback(server.stop)
                env["DATABASE_URL"] = server.url
                self.started("PostgreSQL", server.says, began)
            else:
                self.missing("PostgreSQL", "neither installed nor in a wheel for this machine")

            began = time.monotonic()
            if found := browser.find_or_install(self.folder / "chromium"):
                env["CELLGATE_BROWSER"] = str(found.path)
                env["CELLGATE_LIBRARIES"] = str(found.libraries or "")
                self.started("Chromium", found.says, began)
            else:
                self.missing("Chromium", "not installed; needs root with apt, or npm")
            self.say("SMTP: a receiver on a free port, inside each test process")
            yield env

    def test(self, name: str, env: Mapping[str, str], *words: str) -> None:
        command = [sys.executable, "-m", "pytest", "-q"]
        command += ["-p", "no:cacheprovider", "--durations", "10", *words]
        if self.only:
            command += ["-k", self.only]
        passed = self.folder / f"{tree_digest()}-{name.replace(' ', '-')}"
        if self.long:
            command += ["--long", "--timeout", "3000", "--resume", str(passed)]
        self.step(name, *command, env=env)
        if self.steps[-1].code == 0:
            passed.unlink(missing_ok=True)  # the next run begins anew

    def cover_law(self, env: Mapping[str, str]) -> None:
        """Every line and branch of the law is run by its own tests, compiled kernels included."""
        data = self.folder / "coverage"
        plain = {**env, "NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": str(data)}
        coverage = (sys.executable, "-m", "coverage")
        pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *LAW_TESTS)
        self.step("law under coverage", *coverage, "run", "--source", LAW, *pytest, env=plain)
        report = ("report", "--skip-covered", "--show-missing", "--fail-under", "100")
        self.step("law covered whole", *coverage, *report, env=plain)

    def step(self, name: str, *command: str, env: Mapping[str, str] | None = None) -> None:
        """Run one command, show its output as it comes, and keep how it ended."""
        self.say(f"\n--- {name}")
        began = time.monotonic()
        closing = ""
        with subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                self.say(line.rstrip("\n"))
                if CLOSING_LINE.search(line):
                    closing = line.strip(" =\n")
        code = process.returncode
        if code == 5 and (self.only or self.long):
            code = 0  # pytest ran nothing: -k matched nothing, or everything passed before
        self.steps.append(Step(name, code, time.monotonic() - began, closing))

    def started(self, name: str, what: str, began: float) -> None:
        self.say(f"{name}: {what} ({time.monotonic() - began:.1f} s)")

    def missing(self, name: str, why: str) -> None:
        self.say(f"{name}: NOT STARTED: {why}")
        self.steps.append(Step(f"{name} could not be started", 1, 0))

    def summarise(self, seconds: float) -> None:
        self.say("\n=== verify")
        for step in self.steps:
            verdict = "ok    " if step.code == 0 else "FAILED"
            self.say(f"{verdict} {step.seconds:6.1f} s  {step.name}")
        for step in self.steps:
            if step.closing:
                self.say(f"{step.name}: {step.closing}")
        failed = sum(step.code != 0 for step in self.steps)
        self.say(f"{len(self.steps) - failed} steps ok, {failed} failed, {seconds:.1f} s")


def template_folders() -> list[str]:
    folders = {
        str(path.relative_to(settings.BASE_DIR))
        for top in ("config", "procurement", "compliance")
        for path in (settings.BASE_DIR / top).rglob("templates")
    }
    return sorted(folders)


def tree_digest() -> str:
    """Names this very code, so that a --long run goes on only where nothing has changed since."""
    digest = hashlib.sha256()
    for top in ("config", "procurement", "compliance", "tests", "pyproject.toml"):
        root = settings.BASE_DIR / top
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
