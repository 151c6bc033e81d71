"""Locks by a number, held until the transaction ends: PostgreSQL's own. SQLite has one writer, and
that is lock enough.
"""

from django.db import connection


def lock_wait(number: int) -> None:
    """Hold the lock, once whoever has it is done."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def lock_try(number: int) -> bool:
    """Whether the lock is ours; False, at once, where somebody else has it."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
