"""The BOM board: lines by rules, filtered, sorted and paged, for 10 lines or 100,000."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from compliance.batches import batches
from compliance.law.rule import Rule
from compliance.law.rules import RULES
from compliance.law.verdicts import Verdict as Word
from compliance.models import Determination, Verdict, VerdictChange, Work
from compliance.reports.board import Board, BoardRow
from compliance.selectors.changes import changes_unfollowed
from compliance.selectors.tallies import BY_RANK, Tally, rank_of, tallies, with_worst
from procurement.categories import Category
from procurement.models import Bom, Line

PER_PAGE = 50
LINES_AT_ONCE = 500
UNRECOGNISED = "none"
SORTS = {
    "worst": ("Worst verdict first", (F("worst").asc(nulls_first=True), F("sequence").asc())),
    "file": ("As in the file", (F("sequence").asc(),)),
    "part": ("Part number", (F("part_number").asc(), F("sequence").asc())),
    "maker": ("Maker", (F("maker").asc(), F("sequence").asc())),
    "cost": (
        "Unit cost, highest first",
        (F("unit_cost").desc(nulls_last=True), F("sequence").asc()),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked of the board, cleaned: a word that means nothing is as if not asked."""

    verdict: str = ""
    rule: str = ""
    category: str = ""
    search: str = ""
    sort: str = "worst"
    page: str = "1"

    @classmethod
    def of(cls, values: dict[str, str]) -> "Asked":
        rule, sort = values.get("rule", ""), values.get("sort", "")
        verdict = values.get("verdict", "")
        return cls(
            verdict=verdict if verdict == "attention" or rank_of(verdict) is not None else "",
            rule=rule if any(each.id == rule for each in RULES) else "",
            category=values.get("category", "").replace("\0", ""),
            search=values.get("q", "").replace("\0", "").strip()[:200],
            sort=sort if sort in SORTS else "worst",
            page=values.get("page", "1"),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.verdict or self.rule or self.category or self.search)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One line. cells: rule id → what stands under it, in the order of the board's rules."""

    line: Line
    cells: tuple[tuple[Rule, Verdict | None], ...]
    worst: str
    depth: int
    waiting: bool
    turned: frozenset[str]
    """Rules whose answer is another than the reader has seen."""
    within: Line | None
    """Its parent, named where the order of the file is not kept."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a BOM stands as a whole, and whether that is about to change.

    counterparty: verdicts that face the procurement's contractor, once. waiting_again: lines judged
    that are asked again. following: a fact moved a moment ago; what it touches is being found.
    latest: id of the last answer that moved, 0 for none.
    """

    tally: Tally
    counterparty: tuple[Verdict, ...]
    waiting_again: int
    set_aside: int
    following: bool
    latest: int

    @property
    def state(self) -> str:
        """Names what a reader sees: as long as it is the same, nothing shows differently."""
        counts = (self.latest, self.tally.waiting, self.waiting_again, self.set_aside)
        return "-".join(map(str, (*counts, int(self.following))))

    @property
    def asks(self) -> bool:
        """Something is asked for, of the lines or of the contractor."""
        waits = Word.INSUFFICIENT_INFORMATION.value
        return any(share.words.key == waits for share in self.tally.shares) or any(
            each.verdict == waits for each in self.counterparty
        )

    @property
    def moving(self) -> bool:
        """Something will show differently soon."""
        return bool(self.waiting_again or self.following or self.tally.waiting > self.set_aside)


@dataclass(frozen=True, slots=True)
class BoardPage:
    bom: Bom
    standing: Standing
    rules: tuple[Rule, ...]
    reach_nothing: tuple[Rule, ...]
    """Rules that say "not applicable" of every line judged; they have no column."""
    lines: tuple[BoardLine, ...]
    page: Page[Line]
    asked: Asked
    categories: tuple[tuple[str, str], ...]


def standing_of(bom: Bom) -> Standing:
    work = Work.objects.filter(bom=bom)
    counterparty = Verdict.objects.filter(bom=bom, line=None).select_related("determination")
    return Standing(
        tally=tallies([bom.pk])[bom.pk],
        counterparty=tuple(counterparty.order_by("rank")),
        waiting_again=work.filter(set_aside=False).count(),
        set_aside=work.filter(set_aside=True).count(),
        following=changes_unfollowed(bom.organisation_id),
        latest=VerdictChange.objects.filter(bom=bom).aggregate(last=Max("pk"))["last"] or 0,
    )


def board_page(*, bom: Bom, asked: Asked, standing: Standing, seen: int | None = None) -> BoardPage:
    """seen: id of the last moved answer that the reader's page shows already."""
    lines = _sorted(_narrowed(bom, asked), asked)
    page = Paginator(lines, PER_PAGE).get_page(asked.page)
    rules, reach_nothing = _columns(bom, asked)
    return BoardPage(
        bom=bom,
        standing=standing,
        rules=rules,
        reach_nothing=reach_nothing,
        lines=tuple(_rows(page.object_list, rules, asked, seen)),
        page=page,
        asked=asked,
        categories=categories_in(bom),
    )


def _columns(bom: Bom, asked: Asked) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Rules that have a column, and those that reach no line of this BOM."""
    every = tuple(rule for rule in RULES if rule.faces == "line")
    standing = Verdict.objects.filter(bom=bom, line__isnull=False)
    reaching = set(
        standing.filter(rank__lt=Word.NOT_APPLICABLE.rank).values_list("rule", flat=True).distinct()
    )
    if not reaching:
        return every, ()
    shown = tuple(rule for rule in every if rule.id in reaching or rule.id == asked.rule)
    return shown, tuple(rule for rule in every if rule not in shown)


def categories_in(bom: Bom) -> tuple[tuple[str, str], ...]:
    """What the BOM's parts are: (code, title), most frequent first."""
    counted = (
        bom.lines.order_by().values("part__category").annotate(lines=Count("pk")).order_by("-lines")
    )
    return tuple(
        (
            row["part__category"] or UNRECOGNISED,
            f"{_title(row['part__category'])} ({row['lines']:,})",
        )
        for row in counted
    )


def _title(code: str | None) -> str:
    if code is None:
        return "Not recognised"
    return Category(code).label.capitalize() if code in set(Category) else code


def _narrowed(bom: Bom, asked: Asked) -> QuerySet[Any]:
    lines = with_worst(bom.lines.all())
    if asked.verdict == "attention":
        ranks = [rank for rank, words in enumerate(BY_RANK) if words.attention]
    else:
        ranks = [rank] if (rank := rank_of(asked.verdict)) is not None else []
    if asked.rule:
        under = Verdict.objects.filter(line=OuterRef("pk"), rule=asked.rule)
        if ranks:
            under = under.filter(rank__in=ranks)
        lines = lines.filter(Exists(under))
    elif ranks:
        lines = lines.filter(worst__in=ranks)
    if asked.category == UNRECOGNISED:
        lines = lines.filter(part__category=None)
    elif asked.category:
        lines = lines.filter(part__category=asked.category)
    for word in asked.search.split():
        lines = lines.filter(
            Q(part_number__icontains=word)
            | Q(description__icontains=word)
            | Q(maker__icontains=word)
            | Q(position__iexact=word)
        )
    return lines


def _sorted(lines: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    return lines.select_related("part", "part__maker", "parent").order_by(*SORTS[asked.sort][1])


def _rows(
    lines: Iterable[Line], rules: tuple[Rule, ...], asked: Asked, seen: int | None
) -> Iterator[BoardLine]:
    lines = list(lines)
    ids = [line.pk for line in lines]
    turned: dict[int | None, set[str]] = {}
    if seen is not None:
        for change in VerdictChange.objects.filter(line__in=ids, pk__gt=seen):
            turned.setdefault(change.line_id, set()).add(change.rule)
    standing: dict[int | None, dict[str, Verdict]] = {}
    for verdict in Verdict.objects.filter(line__in=ids):
        standing.setdefault(verdict.line_id, {})[verdict.rule] = verdict
    waiting = set(Work.objects.filter(line__in=ids, set_aside=False).values_list("line", flat=True))
    keeps_order = asked.sort == "file" and not asked.narrows
    for line in lines:
        here = standing.get(line.pk, {})
        worst = min(here.values(), key=lambda each: each.rank, default=None)
        yield BoardLine(
            line=line,
            cells=tuple((rule, here.get(rule.id)) for rule in rules),
            worst=worst.verdict if worst else "",
            depth=min(line.level, 5) if keeps_order else 0,
            waiting=line.pk in waiting,
            turned=frozenset(turned.get(line.pk, ())),
            within=None if keeps_order else line.parent,
        )


def board_report(*, bom: Bom, asked: Asked, today: date, now: datetime) -> Board:
    """The board as a person has it on screen, all pages of it, for their own spreadsheet. Its rows
    are fetched as they are written, and not held.
    """
    return Board(
        bom=bom.name,
        revision=str(bom.revision),
        true_on=today,
        known_on=today,
        generated_at=now,
        rules=tuple(rule.cite for rule in RULES if rule.faces == "line"),
        rows=_reported(bom, asked),
    )


def _reported(bom: Bom, asked: Asked) -> Iterator[BoardRow]:
    every = list(_sorted(_narrowed(bom, asked), asked).values_list("pk", flat=True))
    for ids in batches(every, LINES_AT_ONCE):
        lines = Line.objects.select_related("part__maker").in_bulk(ids)
        standing: dict[int | None, list[Verdict]] = {}
        for verdict in (
            Verdict.objects.filter(line__in=ids)
            .select_related("determination")
            .defer("determination__own_sources", "determination__because")
            .order_by("rank")
        ):
            standing.setdefault(verdict.line_id, []).append(verdict)
        for pk in ids:
            yield _row(lines[pk], standing.get(pk, []))


def _row(line: Line, standing: list[Verdict]) -> BoardRow:
    cites = {rule.id: rule.cite for rule in RULES}
    worst: Determination | None = standing[0].determination if standing else None
    questions = {
        missing["question"]: None
        for verdict in standing
        for missing in verdict.determination.missing
    }
    quantity = "" if line.quantity is None else f"{line.quantity.normalize():f} {line.unit}".strip()
    return BoardRow(
        position=line.label,
        part_number=line.part_number,
        description=line.description,
        maker=line.maker or (line.part.maker.name if line.part.maker else ""),
        quantity=quantity,
        verdicts={cites.get(each.rule, each.rule): each.verdict for each in standing},
        why=worst.sentence if worst else "",
        missing=tuple(questions),
    )
