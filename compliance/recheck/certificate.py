"""The certificate of a re-check: what caused it, what it could touch, what it did, chained by
digest.
"""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from compliance.models import Recheck, VerdictChange, Work


def recheck_settle(*, recheck_id: int, now: datetime) -> bool:
    """Certify a re-check once nothing of it waits any more; says whether it did.

    The certificate's digest covers the one before it, so that a later edit of any shows.
    Certificates are chained in the order in which re-checks finish.
    """
    with transaction.atomic():
        # The newest certified row is the chain's end; locking it makes finishers queue up.
        last = (
            Recheck.objects.select_for_update()
            .filter(state=Recheck.State.DONE)
            .order_by("-finished_at", "-pk")
            .first()
        )
        recheck = Recheck.objects.select_for_update().get(pk=recheck_id)
        waiting = Work.objects.filter(recheck=recheck)
        if recheck.state == Recheck.State.DONE or waiting.filter(set_aside=False).exists():
            return False
        recheck.set_aside = waiting.count()
        recheck.certificate = {
            "recheck": recheck.pk,
            "cause": recheck.cause,
            "changes": recheck.changes,
            "answers_for": recheck.started_at.isoformat(),
            "finished": now.isoformat(),
            "touched": recheck.touched,
            "rederived": recheck.rederived,
            "moved": [
                {
                    "line": change.line_id,
                    "bom": change.bom_id,
                    "rule": change.rule,
                    "was": change.was,
                    "became": change.became,
                    "before": change.before.proof_id,
                    "after": change.after.proof_id,
                }
                for change in VerdictChange.objects.filter(recheck=recheck)
                .select_related("before", "after")
                .order_by("pk")
            ],
            "set_aside": list(waiting.order_by("line_id").values_list("line_id", flat=True)),
            "previous": last.digest if last else "",
        }
        recheck.digest = certificate_digest(recheck.certificate)
        recheck.state, recheck.finished_at = Recheck.State.DONE, now
        recheck.save()
        return True


def certificate_digest(certificate: dict[str, object]) -> str:
    """SHA-256 of the certificate as canonical JSON."""
    body = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()
