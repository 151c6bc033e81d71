"""Heavy work on one file, done in a process of its own.

A worker that judges has the law, the lists and their index in memory before it opens any file. Such
a process has none of them, may take MOST_MEMORY and MOST_SECONDS and no more, and gives all of it
back. Lines come and go in files, so that no process holds all of them and what it did to them.
"""

import json
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

from django.conf import settings
from django.db import OperationalError

from procurement.formats.problem import Problem
from procurement.problems import Refused

Watch = Callable[[int, int], None]
"""Told about each second how many rows were read, of how many. What it raises ends the reading."""
MOST_MEMORY = 480 * 1024 * 1024
"""Bytes that the process may have of its own, beside the files of programs and libraries."""
MOST_SECONDS = 900
PULSE = 1.0
"""Seconds. So often whoever waits is told how far it is, even where that is as far as before."""
TRY_AGAIN = 75  # the exit code of "temporary failure"


def apart(program: str, told: list[Any], files: list[BinaryIO], watch: Watch | None = None) -> Any:
    """What `program` comes to, which calls `answered` with a function of these plain values.

    Raises Refused as that does, and where it takes more memory or time than one file is given;
    whatever `watch` raises ends it.
    """
    with tempfile.TemporaryFile() as rest, tempfile.TemporaryFile() as complaints:
        asked = json.dumps([rest.fileno(), MOST_MEMORY, *told])
        process = subprocess.Popen(  # noqa: S603 (this Python, our own words)
            [sys.executable, "-c", program, asked],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=(rest.fileno(), *(file.fileno() for file in files)),
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
            assert process.stdout is not None  # noqa: S101 (asked for above)
            process.stdout.close()
        if not in_time:
            raise Refused(too_much("time"))
        if process.returncode == -signal.SIGABRT:  # what a reader not in Python does without memory
            raise Refused(too_much("memory"))
        if process.returncode == TRY_AGAIN:
            raise OperationalError(_told(complaints))
        if process.returncode:
            raise RuntimeError(_told(complaints))
        rest.seek(0)
        found = pickle.load(rest)  # noqa: S301 (our own process wrote it, and nobody else can)
    if isinstance(found, tuple) and found and isinstance(found[0], Problem):
        raise Refused(*found)
    return found


def _listen(process: "subprocess.Popen[bytes]", watch: Watch | None) -> None:
    """Pass on how far it is, until it ends."""
    assert process.stdout is not None  # noqa: S101 (asked for above)
    pipe, heard, far = process.stdout.fileno(), b"", (0, 0)
    while True:
        if select.select([pipe], [], [], PULSE)[0]:
            said = os.read(pipe, 65_536)
            if not said:
                break
            *whole, heard = (heard + said).split(b"\n")
            if whole:
                read, total = map(int, whole[-1].split())
                far = read, total
        if watch:
            watch(*far)
    process.wait()


def _told(complaints: BinaryIO) -> str:
    complaints.seek(0)
    return complaints.read().decode(errors="replace")[-4_000:]


def too_much(what: str, doing: str = "Reading") -> Problem:
    """what: of "memory" or "time"."""
    return Problem(
        "too-big",
        "the file",
        f"{doing} it takes more {what} than one file is given.",
        "Split the file into smaller ones.",
    )


# --- in the process of its own --------------------------------------------------------------------
def answered(work: Callable[..., Any]) -> None:
    """Do it with what the first argument tells; what it came to goes where that says."""
    rest, most, *told = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with open(rest, "wb") as answer:
        try:
            found = work(*told)
        except Refused as refused:
            found = refused.problems
        except MemoryError:
            found = (too_much("memory"),)
        except OperationalError as away:
            print(away, file=sys.stderr)
            sys.exit(TRY_AGAIN)
        pickle.dump(found, answer)


def say(read: int, total: int) -> None:
    """Tell whoever waits how far it is."""
    print(read, total, flush=True)
