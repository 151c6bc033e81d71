"""Keys for programs: made once, shown once, kept only as a hash."""

from collections.abc import Iterable
from datetime import timedelta

from procurement.access import organisation_of
from procurement.formats.problem import Problem
from procurement.models import ApiToken, User
from procurement.problems import refuse_if

SCOPES = {
    "boms:read": "Read BOMs, their lines, uploads and procurements",
    "boms:write": "Submit BOMs, and write procurements, waivers and grounds",
    "facts:read": "Read parties, stakes, sites, licences, parts, compositions and evidence",
    "facts:write": "Write parties, stakes, sites, licences, parts, compositions and evidence",
    "verdicts:read": "Read verdicts, proofs, changes, reports and certificates, and evaluate",
    "webhooks:read": "Read webhooks and what they were sent (administrators)",
    "webhooks:write": "Add and change webhooks, and send messages again (administrators)",
    "lists:read": "Read the lists, their editions and the open readings",
    "lists:write": "Release editions (curators), choose readings (counsel)",
}
"""What a token may be limited to. A token does nothing that its person may not do."""

LONGEST_DAYS = 366
DEFAULT_DAYS = 90


def token_create(
    *, user: User, name: str, scopes: Iterable[str], days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A token of the person's own, and its key. The key is not kept and cannot be shown again."""
    scopes = list(dict.fromkeys(scopes))
    problems = []
    if not name.strip():
        what = "A token without a name cannot be told from others."
        problems.append(Problem("blank", "name", what, "Say which program will use it."))
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        what = f"There is no scope called {', '.join(unknown)}."
        problems.append(Problem("invalid-choice", "scopes", what, f"Use: {', '.join(SCOPES)}."))
    if not scopes:
        what = "A token without a scope can do nothing."
        problems.append(Problem("required", "scopes", what, "Choose at least one."))
    if not 1 <= days <= LONGEST_DAYS:
        what = f"A token lasts from 1 to {LONGEST_DAYS} days."
        problems.append(Problem("out-of-range", "days", what, "Choose a shorter or longer time."))
    refuse_if(problems)
    if not user.is_curator:
        organisation_of(user)
    token, key = ApiToken.objects.create(
        user, expiry=timedelta(days=days), name=name.strip()[:100], scopes=scopes
    )
    return token, key


def token_revoke(*, token: ApiToken) -> None:
    """From now on the key opens nothing."""
    token.delete()
