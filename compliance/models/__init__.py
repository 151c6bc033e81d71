"""Verdicts, their proofs, the lists they lean on, and what is told of them."""

from compliance.models.determination import (
    Determination,
    DossierText,
    Leaning,
    Proof,
    Provenance,
    Verdict,
    VerdictChange,
)
from compliance.models.inquiries import Inquiry, InquiryQuestion
from compliance.models.lists import Edition, IdentityDecision, Listing, ReadingChoice
from compliance.models.mail import Mail, Report, ReportSchedule
from compliance.models.recheck import Alarm, Carried, Idempotency, Piece, Recheck, Work
from compliance.models.screening import Match, ScreenedUpTo
from compliance.models.submission import Submission
from compliance.models.telling import BomWatch, Digest, Foretold, MailChoice, Outlook, Told
from compliance.models.webhooks import Delivery, Webhook

__all__ = [
    "Alarm",
    "BomWatch",
    "Carried",
    "Delivery",
    "Determination",
    "Digest",
    "DossierText",
    "Edition",
    "Foretold",
    "Idempotency",
    "IdentityDecision",
    "Inquiry",
    "InquiryQuestion",
    "Leaning",
    "Listing",
    "Mail",
    "MailChoice",
    "Match",
    "Outlook",
    "Piece",
    "Proof",
    "Provenance",
    "ReadingChoice",
    "Recheck",
    "Report",
    "ReportSchedule",
    "ScreenedUpTo",
    "Submission",
    "Told",
    "Verdict",
    "VerdictChange",
    "Webhook",
    "Work",
]
