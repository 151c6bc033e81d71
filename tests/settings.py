"""The settings that tests run under: the demo's, with services where the environment names them.

Without DATABASE_URL the test database is an SQLite file of this process alone: a file, not
memory, so that threads and workers can reach it and WAL is real.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("CELLGATE_DEMO", "1")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 4)
if "CELLGATE_VAR" not in os.environ:
    os.environ["CELLGATE_VAR"] = tempfile.mkdtemp(prefix="cellgate-test-")
    atexit.register(shutil.rmtree, os.environ["CELLGATE_VAR"], ignore_errors=True)

# Everything else is config.settings', read after the environment is ready.
from config.settings import *  # noqa: F403
from config.settings import CACHES, DATABASES, REST_FRAMEWORK, STORAGES, VAR

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed, nothing else
DATABASES["default"]["TEST"] = {}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = str(Path(VAR) / "test.sqlite3")
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": "1000000/min"}
EMAIL_FILE_PATH = VAR / "mail"
