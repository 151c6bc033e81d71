"""The settings that tests run under: the demo's, with services where the environment names them.

Without DATABASE_URL the test database is an SQLite file of this process alone: a file, not
memory, so that threads and workers can reach it and WAL is real.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

os.environ["CELLGATE_DEMO"] = "1"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 4)
os.environ["CELLGATE_VAR"] = tempfile.mkdtemp(prefix="cellgate-test-")
atexit.register(shutil.rmtree, os.environ["CELLGATE_VAR"], ignore_errors=True)
os.environ.pop("EMAIL_URL", None)
os.environ.setdefault("DATABASE_SILENCE_SECONDS", "600")  # a test may think for long
# Playwright runs an event loop in the thread that also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
if "REDIS_URL" in os.environ:  # from that database on, each of pytest's processes has its own
    redis = urlsplit(os.environ["REDIS_URL"])
    number = int(redis.path[1:] or 0) + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    os.environ["REDIS_URL"] = redis._replace(path=f"/{number}").geturl()

# Everything else is config.settings', read now that the environment is ready.
from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, REST_FRAMEWORK, STATIC_ROOT, STORAGES, VAR  # noqa: E402

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed, nothing else
DATABASES["default"]["TEST"] = {}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = str(VAR / "test.sqlite3")
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": "1000000/min"}
STATIC_ROOT.mkdir()  # empty: pages take files from where they lie
