"""A heavy file read in a process of its own.

A worker that judges has the law, the lists and their index in memory before it opens any file. This
process has none of them, may take MOST_MEMORY and MOST_SECONDS and no more, and gives all of it
back. Its lines come in a file, so that whoever stores them does not hold them all either.
"""

import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from typing import Any, BinaryIO

from django.conf import settings
from django.db import OperationalError

from procurement.formats.problem import Problem
from procurement.models import Upload, User
from procurement.problems import Refused
from procurement.services.boms import SubmittedLine
from procurement.services.mappings import Mapping
from procurement.services.reading import is_heavy, upload_bytes
from procurement.services.spool import Spool
from procurement.services.submission import Read, Watch, upload_lines

MOST_MEMORY = 480 * 1024 * 1024
"""Bytes that the process may have of its own, beside the files of programs and libraries."""
MOST_SECONDS = 900
PROGRAM = "import django; django.setup(); from procurement.services import apart; apart.here()"
TRY_AGAIN = 75  # the exit code of "temporary failure"


def upload_lines_bounded(
    *,
    upload: Upload,
    user: User,
    mapping: Mapping | None = None,
    watch: Watch | None = None,
    as_told: bool = False,
) -> Read:
    """As `upload_lines`, and a heavy file is read apart. The upload must be committed. Raises
    Refused also where it takes more memory or time than one file is given.
    """
    told: dict[str, Any] = {"mapping": mapping, "watch": watch, "as_told": as_told}
    if not is_heavy(upload_bytes(upload)):
        return upload_lines(upload=upload, user=user, **told)
    try:
        return _read_apart(upload.pk, user.pk, **told)
    finally:
        upload.refresh_from_db(fields=["state", "problems", "reading"])


def _read_apart(
    upload: int, user: int, mapping: Mapping | None, watch: Watch | None, as_told: bool
) -> Read:
    lines, rest = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 (lines stay)
    asked = [upload, user, mapping, as_told, lines.fileno(), rest.fileno(), MOST_MEMORY]
    with rest, tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 (this Python, these words)
            [sys.executable, "-c", PROGRAM, json.dumps(asked)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=(lines.fileno(), rest.fileno()),
            text=True,
        )
        late = threading.Timer(MOST_SECONDS, process.kill)
        late.start()
        try:
            _listen(process, watch)
        finally:
            in_time = late.is_alive()
            late.cancel()
            process.kill()
            process.wait()
        if not in_time:
            raise Refused(_too_much("time"))
        if process.returncode == -signal.SIGABRT:  # what a reader not in Python does without memory
            raise Refused(_too_much("memory"))
        if process.returncode == TRY_AGAIN:
            raise OperationalError(_told(complaints))
        if process.returncode:
            raise RuntimeError(_told(complaints))
        rest.seek(0)
        found = pickle.load(rest)  # noqa: S301 (our own process wrote it, and nobody else can)
    if isinstance(found, tuple) and isinstance(found[0], Problem):
        raise Refused(*found)
    values, places, count = found
    return Read(Spool(lines, places, count), *values)


def _listen(process: "subprocess.Popen[str]", watch: Watch | None) -> None:
    """Pass on how far it is, until it ends."""
    assert process.stdout is not None  # noqa: S101 (asked for above)
    for said in process.stdout:
        if watch:
            watch(*map(int, said.split()))
    process.wait()


def _told(complaints: BinaryIO) -> str:
    complaints.seek(0)
    return complaints.read().decode(errors="replace")[-4_000:]


def _too_much(what: str) -> Problem:
    return Problem(
        "too-big",
        "the file",
        f"Reading it takes more {what} than one file is given.",
        "Split the file into smaller ones.",
    )


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    """Read the file that the first argument tells of; what it came to goes where that says."""
    upload, user, mapping, as_told, lines, rest, most = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with open(lines, "w+b") as spooled, open(rest, "wb") as told:
        try:
            found = _found(upload, user, mapping, as_told, Spool(spooled))
        except OperationalError as away:
            print(away, file=sys.stderr)
            sys.exit(TRY_AGAIN)
        pickle.dump(found, told)


def _found(
    upload: int,
    user: int,
    mapping: Mapping | None,
    as_told: bool,
    spool: Spool[SubmittedLine],
) -> Any:
    sender = User.objects.select_related("membership__organisation").get(pk=user)
    kept = Upload.objects.select_related("organisation").defer("content").get(pk=upload)
    try:
        read = upload_lines(
            upload=kept, user=sender, mapping=mapping, watch=_say, as_told=as_told, spool=spool
        )
    except Refused as refused:
        return refused.problems
    except MemoryError:
        return (_too_much("memory"),)
    return tuple(read)[1:], spool.places, len(spool)


def _say(read: int, total: int) -> None:
    print(read, total, flush=True)
