"""The Celery app, its queues, and the whole timetable.

Four queues: `interactive` is what a person waits for; `mail` sends; `changes` follows facts that
moved (the default); `bulk` re-checks many lines. `manage.py start` runs one worker for
`interactive` and another for the rest, so nobody waits behind bulk work or a long report.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

WORKERS = {"people": ("interactive",), "facts": ("changes", "mail", "bulk")}
GIVES_WAY = {"facts": 10}
"""Worker → how far it gives way for the processor (`nice`) to those whom a person waits for."""

app = Celery("cellgate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # threads of the web server need it too, not only the one that imported us


def every(seconds: int, task: str, queue: str) -> dict[str, Any]:
    """A timetable row. None pile up while no worker runs: `config.timetable` sees to it."""
    return {
        "task": task,
        "schedule": float(seconds),
        "options": {"queue": queue},
    }


app.conf.beat_scheduler = "config.timetable:Timetable"
app.conf.beat_schedule = {
    "relay changes that no commit nudged": every(5, "compliance.tasks.changes_relay", "changes"),
    "ask moved names of the lists": every(15, "compliance.tasks.names_screen", "changes"),
    "judge lines left unjudged": every(60, "compliance.tasks.unjudged_sweep", "changes"),
    "send mail that is due": every(10, "compliance.tasks.mail_send_due", "mail"),
    "send webhooks' messages": every(10, "compliance.tasks.webhooks_send_due", "mail"),
    "write digests that are due": every(60, "compliance.tasks.digests_send_due", "mail"),
    "send reports that are due": every(60, "compliance.tasks.reports_send_scheduled", "mail"),
    "remind suppliers who are silent": every(3600, "compliance.tasks.inquiries_remind", "mail"),
    "tell operators of alarms": every(60, "compliance.tasks.alarms_tell", "mail"),
    "warn of days that come near": {
        "task": "compliance.tasks.warnings_write",
        "schedule": crontab(hour="2", minute="5"),  # UTC
        "options": {"queue": "bulk"},
    },
    "derive a sample again": {
        "task": "compliance.tasks.sample_audit",
        "schedule": crontab(hour="1", minute="5"),  # UTC
        "options": {"queue": "bulk"},
    },
    "ask what the calendar moved": {
        "task": "compliance.tasks.calendar_check",
        "schedule": crontab(hour="0", minute="5"),  # UTC
        "options": {"queue": "changes"},
    },
}
