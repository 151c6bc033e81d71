"""The BOMs of an organisation, newest first, with how far each has got and how it stands."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from compliance.models import Work
from compliance.selectors.tallies import Tally, tallies
from procurement.access import own
from procurement.models import Bom, User, not_superseded

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Check:
    bom: Bom
    tally: Tally
    current: bool
    """No later revision stands in its place."""

    @property
    def under_way(self) -> bool:
        return self.bom.state != Bom.State.JUDGED


@dataclass(frozen=True, slots=True)
class Checks:
    """checks: those of one page. any: whether the organisation has a BOM at all."""

    checks: tuple[Check, ...]
    page: Page[Bom]
    any: bool


def checks_list(*, by: User, search: str = "", page: str = "1", revisions: bool = False) -> Checks:
    """BOMs whose name, procurement or file holds `search`; revisions: earlier ones too."""
    boms = own(Bom.objects.all(), by)
    found = boms.select_related("procurement", "submitted_by", "upload", "superseded_by").defer(
        "upload__reading", "problems", "non_parts"
    )
    if not revisions:
        found = found.filter(not_superseded())
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(procurement__name__icontains=word)
            | Q(procurement__number__icontains=word)
            | Q(upload__filename__icontains=word)
        )
    shown = Paginator(found.order_by("-submitted_at", "-id"), PER_PAGE).get_page(page)
    counted = tallies([bom.pk for bom in shown])
    return Checks(
        tuple(Check(bom, counted[bom.pk], not hasattr(bom, "superseded_by")) for bom in shown),
        shown,
        boms.exists(),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the judging of a BOM has got. seconds_left: None while nothing can be said."""

    bom: Bom
    tally: Tally
    set_aside: int
    seconds_left: int | None

    @property
    def done(self) -> bool:
        """Every line stands judged, or is set aside with its reason."""
        return self.bom.lines_total > 0 and self.tally.waiting <= self.set_aside

    @property
    def percent(self) -> int:
        return 100 * self.tally.judged // self.tally.total if self.tally.total else 0


def progress(*, bom: Bom, seconds_since: float) -> Progress:
    """seconds_since: how long ago the BOM was submitted, by the caller's clock."""
    tally = tallies([bom.pk])[bom.pk]
    aside = Work.objects.filter(bom=bom, set_aside=True).count()
    left = None
    if tally.judged and seconds_since > 1:
        left = round(seconds_since * tally.waiting / tally.judged)
    return Progress(bom, tally, aside, left)
