"""A bench of one database, in a process of its own: Django has one database for each."""

import json
import os
import subprocess
import sys
from typing import Any

from django.conf import settings

HERE = """
import json, sys, django
django.setup()
from compliance.benches.{bench} import here
here(*json.loads(sys.argv[1]))
"""


def measured_apart(bench: str, url: str, folder: str, *told: float | bool) -> Any:
    """What `here(*told)` of a bench prints as its last line, a JSON value, on the database at url.

    Raises RuntimeError, with the end of what it complained of, where it did not come through.
    """
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CELLGATE_VAR": folder,
        "DATABASE_URL": url,
        "REDIS_URL": "",
    }
    done = subprocess.run(  # noqa: S603 - this Python, these words
        [sys.executable, "-c", HERE.format(bench=bench), json.dumps(told)],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4_000:])
    return json.loads(done.stdout.splitlines()[-1])
