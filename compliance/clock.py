"""The database's clock, by which facts know when they were known.

Application hosts may disagree about the time; what a determination knew must be compared with
`known_from`, which the database wrote, so it is taken from the same clock.
"""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The moment, by the database's clock, to its precision (SQLite: a millisecond)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment
        cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
