"""Bulk work gives way while somebody waits for lines of their own.

A worker of lower priority still holds SQLite's only writer when it holds it, and a database server
works for all alike. So before it reads a chunk, and before each piece that it writes, bulk work
looks whether a person's lines are being judged, and lets them pass.
"""

import time

from compliance.models import Work

MOST_SECONDS, LOOK_SECONDS = 0.5, 0.01
"""How long it gives way before each step: bulk work goes on, slowly, under a stream of others' and
where what a person waits for is stuck. And how often it looks."""


def give_way() -> None:
    """Return once nobody waits, or it is bulk work's turn nevertheless."""
    ends = time.monotonic() + MOST_SECONDS
    while _somebody_waits() and time.monotonic() < ends:
        time.sleep(LOOK_SECONDS)


def _somebody_waits() -> bool:
    return Work.objects.filter(queue="interactive", set_aside=False).exists()
