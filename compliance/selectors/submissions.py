"""How far a long file has got: read, stored, judged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from compliance.models import Submission
from compliance.selectors.checks import progress
from procurement.access import own
from procurement.models import User

JUDGING, JUDGED = "judging", "judged"
STATES = (
    *((value, label) for value, label in Submission.State.choices if value != "stored"),
    (JUDGING, "Stored; its lines are being judged"),
    (JUDGED, "Judged"),
)


@dataclass(frozen=True, slots=True)
class SubmissionProgress:
    """state: one of STATES. rows_total: None until the file was opened. rows_stored, rows_judged:
    lines of the BOM, which appears whole. seconds_left: of the step under way, by its rate so far;
    None while nothing can be said.
    """

    submission: Submission
    state: str
    rows_total: int | None
    rows_read: int
    rows_stored: int
    rows_judged: int
    set_aside: int
    seconds_left: int | None

    @property
    def done(self) -> bool:
        return self.state in (JUDGED, "refused", "cancelled", "failed")

    @property
    def may_cancel(self) -> bool:
        return self.state in ("waiting", "reading", "storing")

    @property
    def percent(self) -> int:
        """Of the step under way."""
        if self.state == JUDGED:
            return 100
        if self.state == JUDGING:
            return 100 * self.rows_judged // self.rows_stored if self.rows_stored else 0
        return 100 * self.rows_read // self.rows_total if self.rows_total else 0


def submission_list(*, user: User) -> QuerySet[Submission]:
    """Those of the person's organisation, newest first."""
    rows = own(Submission.objects.all(), user).select_related("bom", "upload", "procurement")
    return rows.defer("upload__reading").order_by("-id")


def submission_progress(*, submission: Submission, now: datetime) -> SubmissionProgress:
    bom = submission.bom
    told: dict[str, Any] = {
        "rows_total": submission.rows_total,
        "rows_read": submission.rows_read,
        "rows_stored": 0,
        "rows_judged": 0,
        "set_aside": 0,
        "seconds_left": None,
    }
    state = str(submission.state)
    if bom is not None and submission.stored_at is not None:
        found = progress(bom=bom, seconds_since=(now - submission.stored_at).total_seconds())
        state = JUDGED if found.done else JUDGING
        told |= {
            "rows_stored": bom.lines_total,
            "rows_judged": found.tally.judged,
            "set_aside": found.set_aside,
            "seconds_left": 0 if found.done else found.seconds_left,
        }
    elif state == Submission.State.READING and submission.started_at and submission.rows_total:
        spent = (now - submission.started_at).total_seconds()
        rest = submission.rows_total - submission.rows_read
        if submission.rows_read:
            told["seconds_left"] = round(spent * rest / submission.rows_read)
    return SubmissionProgress(submission, state, **told)
