import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from config import checks

ROOT = Path(__file__).parents[2]
ASK = """
import json
from config import settings
print(json.dumps({k: v for k, v in vars(settings).items() if k.isupper()}, default=str))
"""


def settings_under(folder: Path, **env: str) -> dict[str, Any]:
    """The settings of a process that has only this environment."""
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CELLGATE_VAR": str(folder), **env},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_production_is_the_default_and_is_strict(tmp_path: Path) -> None:
    found = settings_under(tmp_path)
    assert found["DEBUG"] is False
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert found[name] is True, name
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert found["SESSION_COOKIE_AGE"] == 15 * 60


def test_the_demo_runs_over_plain_http(tmp_path: Path) -> None:
    found = settings_under(tmp_path, CELLGATE_DEMO="1")
    assert found["SECURE_SSL_REDIRECT"] is False
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["DEBUG"] is False


def test_the_secret_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    first, second = settings_under(tmp_path), settings_under(tmp_path)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda _: settings_under(tmp_path)["SECRET_KEY"], range(4))
    assert len(set(found)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key"]


def test_a_secret_from_the_environment_is_taken_and_not_stored(tmp_path: Path) -> None:
    assert settings_under(tmp_path, SECRET_KEY="given")["SECRET_KEY"] == "given"
    assert not (tmp_path / "secret-key").exists()


def test_postgresql_and_mail_come_from_their_addresses(tmp_path: Path) -> None:
    found = settings_under(
        tmp_path,
        DATABASE_URL="postgres://u:p@db.example.gov:5433/cellgate",
        EMAIL_URL="smtp+tls://u:p@mail.example.gov:587",
    )
    database = found["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == (
        "db.example.gov",
        5433,
        "cellgate",
    )
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == (
        "mail.example.gov",
        587,
        True,
    )


def test_a_killed_workers_task_comes_back_only_after_its_time_limit(tmp_path: Path) -> None:
    found = settings_under(tmp_path, REDIS_URL="redis://localhost/0")
    visible = found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    # One may wait, fetched, while the one before it runs to its own limit.
    assert visible > 2 * found["CELERY_TASK_TIME_LIMIT"]
    assert found["CELERY_TASK_SOFT_TIME_LIMIT"] < found["CELERY_TASK_TIME_LIMIT"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_readers_pass_a_writer() -> None:
    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def test_the_deploy_check_asks_for_the_servers_that_production_needs(settings: Any) -> None:
    settings.REDIS_URL = ""
    settings.EMAIL_BACKEND = "config.mailbox.FolderBackend"
    settings.SITE_URL = "http://127.0.0.1:8000"
    found = [message.id for message in checks.servers_are_named(None)]
    assert found == ["cellgate.E001", "cellgate.W001", "cellgate.W002"]
    settings.REDIS_URL = "redis://redis.example.gov/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = "https://cellgate.example.gov"
    assert checks.servers_are_named(None) == []


def test_every_file_that_a_style_sheet_names_is_there(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["redoc"])
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())
    assert "uswds/css/uswds.min.css" in manifest["paths"]
