"""How many lines stand where: by worst verdict, for bars, counts and roll-up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from compliance.law.verdicts import Verdict as Word
from compliance.models import Verdict
from compliance.reports.verdicts import VERDICTS, VerdictWords
from procurement.models import Line

BY_RANK = tuple(VERDICTS.values())
"""Index: rank, 0 is worst."""


@dataclass(frozen=True, slots=True)
class Share:
    """Lines with one worst verdict, and its piece of a bar of 100."""

    words: VerdictWords
    lines: int
    begins: float
    width: float


@dataclass(frozen=True, slots=True)
class Tally:
    """A BOM's lines by worst verdict. waiting: lines no rule has judged yet."""

    shares: tuple[Share, ...]
    waiting: int
    total: int

    @property
    def judged(self) -> int:
        return self.total - self.waiting

    @property
    def worst(self) -> VerdictWords | None:
        """Worst wins; None while nothing has been judged."""
        return self.shares[0].words if self.shares else None

    @property
    def attention(self) -> int:
        return sum(share.lines for share in self.shares if share.words.attention)

    @property
    def text(self) -> str:
        """The bar in words: "2 Prohibited, 14 Permitted, 3 waiting"."""
        said = [f"{share.lines:,} {share.words.word}" for share in self.shares]
        if self.waiting:
            said.append(f"{self.waiting:,} waiting to be judged")
        return ", ".join(said) or "no lines"


def with_worst(lines: QuerySet[Line]) -> QuerySet[Any]:
    """Lines with `worst`: the rank of their worst verdict, None where none stands yet."""
    ranks = Verdict.objects.filter(line=OuterRef("pk")).order_by("rank").values("rank")
    return lines.annotate(worst=Subquery(ranks[:1]))


def tallies(boms: Iterable[int]) -> dict[int, Tally]:
    """BOM id → its tally, in one query."""
    counted: dict[int, dict[int | None, int]] = {bom: {} for bom in boms}
    rows = (
        with_worst(Line.objects.filter(bom__in=counted))
        .order_by()
        .values("bom_id", "worst")
        .annotate(lines=Count("pk"))
    )
    for row in rows:
        counted[row["bom_id"]][row["worst"]] = row["lines"]
    return {bom: tally_of(by_rank) for bom, by_rank in counted.items()}


def tally_of(by_rank: Mapping[int | None, int]) -> Tally:
    """A tally from rank → lines; key None: not judged."""
    total = sum(by_rank.values())
    shares, begins = [], 0.0
    for rank, words in enumerate(BY_RANK):
        if lines := by_rank.get(rank, 0):
            width = 100 * lines / total
            shares.append(Share(words, lines, round(begins, 3), round(width, 3)))
            begins += width
    return Tally(tuple(shares), by_rank.get(None, 0), total)


def rank_of(verdict: str) -> int | None:
    """The rank of a verdict's key; None for a word that is no verdict."""
    return Word(verdict).rank if verdict in VERDICTS else None
