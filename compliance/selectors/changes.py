"""Answers that moved: which, from what to what, because of what, and when."""

from django.core.paginator import Page, Paginator
from django.db.models import Q

from compliance.models import VerdictChange
from compliance.reports.verdicts import VERDICTS
from procurement.access import own
from procurement.models import Change, User

PER_PAGE = 50


def changes_unfollowed(organisation: int) -> bool:
    """Whether a fact has just moved whose consequences the relay has yet to find."""
    whose = Q(organisation_id=None) | Q(organisation_id=organisation)
    return Change.objects.filter(whose, relayed_at=None).exists()


def changes_page(
    *, by: User, search: str = "", rule: str = "", became: str = "", bom: str = "", page: str = "1"
) -> Page[VerdictChange]:
    """Latest first. search: words of the part number, the BOM or the cause."""
    rows = own(VerdictChange.objects.select_related("line", "bom", "before", "after"), by)
    if rule:
        rows = rows.filter(rule=rule)
    if became in VERDICTS:
        rows = rows.filter(became=became)
    if bom.isdigit() and len(bom) < 19:
        rows = rows.filter(bom=int(bom))
    for word in search.split():
        rows = rows.filter(
            Q(line__part_number__icontains=word)
            | Q(bom__name__icontains=word)
            | Q(cause__icontains=word)
        )
    return Paginator(rows.order_by("-id"), PER_PAGE).get_page(page)
