"""The BOM of a submission that was read: stored, and its lines asked for, in one transaction.

Nothing here knows the law, so that a heavy file's lines can be stored by the small process that
`procurement.services.apart` speaks of (`submission_store_bounded`).
"""

import pickle
import tempfile
from datetime import datetime
from typing import Any

from django.db import transaction
from structlog.contextvars import get_contextvars

from compliance.models import Submission, Work
from compliance.recheck.asking import counterparty_request
from procurement.models import Bom, Line
from procurement.services.apart import Watch, answered, apart
from procurement.services.boms import SubmittedLine
from procurement.services.bulk import Ids, rows_insert
from procurement.services.spool import Spool
from procurement.services.submission import Read, bom_same, bom_submit

INTERACTIVE_LINES = 2_000
"""A BOM of no more lines than this is judged where a person waits; a longer one in bulk."""
PROGRAM = "import django; django.setup(); from compliance.services import storing; storing.here()"

State = Submission.State


def lines_ask(*, bom: Bom, cause: str, now: datetime, request: str = "") -> None:
    """Write the work of judging every line of a BOM, with whatever else this transaction writes.

    request: the id of the one behind it.
    """
    with transaction.atomic():
        Bom.objects.select_for_update().get(pk=bom.pk)  # of two who ask at once, one writes
        waiting = Work.objects.filter(bom=bom, line__isnull=False).values("line")
        # Lines of one part go to one worker together, which then judges the part once.
        lines = Line.objects.filter(bom=bom).exclude(pk__in=waiting).order_by("part", "id")
        ids = list(lines.values_list("id", flat=True))
        queue = "interactive" if len(ids) <= INTERACTIVE_LINES else "bulk"
        numbered = list(zip(Ids(Work), ids, strict=False))
        rows_insert(
            Work,
            ["id", "line_id", "bom_id", "cause", "queue", "asked_at", "request"],
            ((pk, line, bom.pk, cause[:300], queue, now, request) for pk, line in numbered),
        )
        counterparty_request(bom.pk, cause, recheck=None, queue=queue, now=now, request=request)
        Bom.objects.filter(pk=bom.pk).update(state=Bom.State.JUDGING)


def submission_store(
    *, submission_id: int, read: Read, now: datetime, request: str = ""
) -> int | None:
    """The id of the BOM; None where the submission was cancelled, or somebody else has it.

    Raises Refused where no row of it is a line.
    """
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=submission_id)
        if row.state != State.STORING:
            return None
        asked = Submission.objects.select_related(
            "upload__organisation",
            "procurement__organisation",
            "supersedes",
            "asked_by__membership__organisation",
        ).get(pk=submission_id)
        told: dict[str, Any] = {"upload": asked.upload, "procurement": asked.procurement}
        same = bom_same(mapping=read.mapping, **told)
        bom = bom_submit(
            name=asked.name,
            user=asked.asked_by,
            now=now,
            mapping=read.mapping,
            supersedes=asked.supersedes,
            read=read,
            remembered=read.remembered,
            **told,
        )
        if same is None:
            lines_ask(bom=bom, cause="submitted", now=now, request=request)
        row.bom, row.state, row.stored_at, row.seen_at = bom, State.STORED, now, now
        row.save(update_fields=["bom", "state", "stored_at", "seen_at"])
    return bom.pk


def submission_store_bounded(
    *, submission_id: int, read: Read, now: datetime, watch: Watch | None = None
) -> int | None:
    """As `submission_store`, and lines that were laid by in a file are stored apart. watch: called
    each second meanwhile.
    """
    request = str(get_contextvars().get("request", ""))
    if not isinstance(read.lines, Spool):
        return submission_store(submission_id=submission_id, read=read, now=now, request=request)
    spool = read.lines
    with tempfile.TemporaryFile() as rest:
        pickle.dump((tuple(read)[1:], spool.places, len(spool)), rest)
        rest.flush()
        files = [spool.file.fileno(), rest.fileno()]
        found: int | None = apart(
            PROGRAM, [submission_id, now.isoformat(), request, *files], [spool.file, rest], watch
        )
    return found


def here() -> None:
    """In the process of its own."""
    answered(_stored)


def _stored(submission: int, now: str, request: str, lines: int, rest: int) -> int | None:
    with open(lines, "rb") as spooled, open(rest, "rb") as told:
        told.seek(0)
        values, places, count = pickle.load(told)  # noqa: S301 (whoever began us wrote it)
        spool: Spool[SubmittedLine] = Spool(spooled, places, count)
        return submission_store(
            submission_id=submission,
            read=Read(spool, *values),
            now=datetime.fromisoformat(now),
            request=request,
        )
