"""Verdicts, their proofs, the lists they lean on, and what is told of them."""

from compliance.models.determination import Determination, Leaning, Proof, Verdict, VerdictChange
from compliance.models.lists import Edition, IdentityDecision, Listing, ReadingChoice
from compliance.models.mail import Mail, Report, ReportSchedule
from compliance.models.recheck import Idempotency, Recheck, Work
from compliance.models.submission import Submission

__all__ = [
    "Determination",
    "Edition",
    "Idempotency",
    "IdentityDecision",
    "Leaning",
    "Listing",
    "Mail",
    "Proof",
    "ReadingChoice",
    "Recheck",
    "Report",
    "ReportSchedule",
    "Submission",
    "Verdict",
    "VerdictChange",
    "Work",
]
