"""The timetable's scheduler: a row waits its turn out where its queue is long already.

No message says when it expires: that is read off two hosts' clocks, and a worker whose clock is
ahead would throw away all that the timetable sends.
"""

from datetime import UTC, datetime
from typing import Any

import structlog
from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import crontab

log = structlog.get_logger(__name__)
MOST_WAITING = 60
"""So many messages in a queue hold every row of it several times over."""
AT_START = ("compliance.tasks.calendar_check",)
"""Asked whenever a timetable starts, not only at their hour: a new release may read a rule anew."""


class Timetable(PersistentScheduler):
    """Sends what is due, as Celery's own does; of rows that come every few seconds none pile up
    while no worker runs. Rows that have an hour of the day always go out.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            if entry.task in AT_START:
                entry.last_run_at = datetime(2000, 1, 1, tzinfo=UTC)

    def apply_async(
        self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **options: Any
    ) -> Any:
        queue = (entry.options or {})["queue"]
        if isinstance(entry.schedule, crontab) or self.waiting(queue) < MOST_WAITING:
            return super().apply_async(entry, producer, advance, **options)
        if advance:
            self.reserve(entry)
        log.warning("timetable_row_left_out", row=entry.name, queue=queue)
        return None

    def waiting(self, queue: str) -> int:
        """Messages in a queue; none where nobody has made it yet."""
        channel: Any = self.connection.default_channel
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except self.connection.channel_errors:
            return 0
