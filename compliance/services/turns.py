"""Bulk work gives way while somebody waits: for lines of their own, or for a turn to write.

A worker of lower priority still holds SQLite's only writer when it holds it, and a database server
works for all alike. So before it reads a chunk, and before each piece that it writes, bulk work
looks whether a person's lines are being judged, and lets them pass.

Whoever finds SQLite's writer taken looks again ever more seldom, until ten times a second, and
between two pieces it is free for a millisecond: without this a person would mostly find it taken
until the chunk is written. So who acts for a person says so (`writing`), where all processes see.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from compliance.models import Work

MOST_SECONDS, LOOK_SECONDS = 0.5, 0.01
"""How long it gives way before each step: bulk work goes on, slowly, under a stream of others' and
where what a person waits for is stuck. And how often it looks."""

WAITS = f"""SELECT 1 FROM {Work._meta.db_table}
    WHERE queue = 'interactive' AND NOT set_aside LIMIT 1"""  # noqa: S608 - our own name
"""Asked some hundred thousand times for a million lines: to build it costs ten times as much."""


@contextmanager
def writing() -> Iterator[None]:
    """Around what a person waits for and what may write. The kernel ends it for who dies in it."""
    if connection.vendor != "sqlite":
        yield
        return
    with _mark().open("ab") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(mark, fcntl.LOCK_UN)  # a child of ours may have inherited it


def give_way() -> None:
    """Return once nobody waits, or it is bulk work's turn nevertheless."""
    ends = time.monotonic() + MOST_SECONDS
    while (_somebody_writes() or _somebody_waits()) and time.monotonic() < ends:
        time.sleep(LOOK_SECONDS)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone() is not None


def _somebody_writes() -> bool:
    if connection.vendor != "sqlite":
        return False
    with _mark().open("ab") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _mark() -> Path:
    return Path(settings.VAR) / "a-person-writes"
