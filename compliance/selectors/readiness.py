"""Lines over time: verdicts on each statutory day, the exact days between, and a picture of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from compliance.law.readiness import Stretch, on_day, statutory_days
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.law.verdicts import RANK, Verdict
from compliance.reports.verdicts import VERDICTS, VerdictWords
from procurement.models import Line, Procurement

Ahead = Mapping[str, tuple[Stretch, ...]]

LETTERS = {
    "prohibited": "P",
    "waiver_needed": "W",
    "insufficient_information": "I",
    "review": "R",
    "not_yet_in_force": "N",
    "permitted_by_waiver": "PW",
    "permitted_by_exception": "PE",
    "permitted": "OK",
    "not_applicable": "NA",
}
"""For the picture, where a word has no room; its legend spells them out."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The worst verdict on a day. would_be: the worst of what the rules not yet in force will say.

    cites: rules that say it.
    """

    words: VerdictWords
    would_be: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """On `day` a rule's answer moves from `was` to `became`, each (verdict, would be)."""

    day: date
    rule: Rule
    was: tuple[str, str]
    became: tuple[str, str]
    because: str


@dataclass(frozen=True, slots=True)
class Row:
    """line None: the contractor. days: the cell of each statutory day; moves: every exact day."""

    line: Line | None
    days: tuple[Cell, ...]
    moves: tuple[Moves, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the picture, in its units. letters "" where there is no room for them."""

    x: float
    width: float
    words: VerdictWords
    letters: str
    since: date | None


@dataclass(frozen=True, slots=True)
class PictureRow:
    label: str
    y: int
    middle: int
    pieces: tuple[Piece, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows drawn over the years. ticks: (x, year); today: x of today."""

    width: int
    height: int
    rows: tuple[PictureRow, ...]
    ticks: tuple[tuple[float, int], ...]
    today: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Column:
    """A day; what begins or changes in a rule then; what of the purchase falls on it ("award")."""

    day: date
    begins: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """days: statutory days and the purchase's own, in order. earlier: how many more statutory days
    there are, that passed before the latest that has.
    """

    days: tuple[Column, ...]
    rows: tuple[Row, ...]
    picture: Picture
    earlier: int


def own_days(procurement: Procurement) -> dict[date, list[str]]:
    """The purchase's recorded days that some rule is asked on, with what each is."""
    found: dict[date, list[str]] = {}
    names = dict.fromkeys((hinge.field, hinge.name) for rule in RULES for hinge in rule.hinges)
    for field, name in names:
        told = getattr(procurement, field)
        days = map(date.fromisoformat, told) if isinstance(told, list) else [told] if told else []
        for day in days:
            if name not in found.setdefault(day, []):
                found[day].append(name)
    return found


def readiness_table(
    lines: Sequence[Line],
    ahead: Mapping[int, Ahead],
    contractor: Ahead | None,
    *,
    rule: str,
    today: date,
    past: bool = False,
    own: Mapping[date, Sequence[str]] | None = None,
) -> Table:
    """Of the lines, under every rule or the one named; contractor None: not told, or not asked.

    past: with every statutory day that has passed, not the latest alone. own: days of the purchase
    to show beside them.
    """
    rules = [each for each in RULES if not rule or each.id == rule]
    begins: dict[date, list[str]] = {}
    for day, rule_id, what in statutory_days(rules):
        begins.setdefault(day, []).append(f"{BY_ID[rule_id].cite}: {what}")
    of: list[tuple[Line | None, Ahead]] = [
        (line, {key: each for key, each in ahead[line.pk].items() if not rule or key == rule})
        for line in lines
    ]
    if contractor is not None:
        of.append((None, contractor))
    every = sorted(begins)
    passed = [day for day in every if day <= today]
    shown = every if past else [*passed[-1:], *(day for day in every if day > today)]
    own = own or {}
    days = sorted({*shown, *own})
    rows = tuple(
        Row(line, tuple(cell_on(told, day) for day in days), tuple(_moves(told)))
        for line, told in of
    )
    return Table(
        tuple(Column(day, tuple(begins.get(day, ())), tuple(own.get(day, ()))) for day in days),
        rows,
        _picture(of, days, today),
        len(every) - len(shown),
    )


def cell_on(told: Ahead, day: date) -> Cell:
    """The worst over the rules on a day, and who says so."""
    on = {key: on_day(each, day) for key, each in told.items()}
    worst = min((each.verdict for each in on.values()), key=RANK.__getitem__)
    would = [each.would_be for each in on.values() if each.would_be is not None]
    return Cell(
        VERDICTS[worst.value],
        min(would, key=RANK.__getitem__).value
        if worst is Verdict.NOT_YET_IN_FORCE and would
        else "",
        tuple(BY_ID[key].cite for key, each in on.items() if each.verdict is worst),
    )


def _moves(told: Ahead) -> Iterable[Moves]:
    found = []
    for key, stretches in told.items():
        for before, after in pairwise(stretches):
            if before[1:3] != after[1:3] and after.since is not None:
                found.append(
                    Moves(
                        after.since,
                        BY_ID[key],
                        _said(before),
                        _said(after),
                        ", ".join(after.because[:2]),
                    )
                )
    return sorted(found, key=lambda each: (each.day, each.rule.id))


def _said(stretch: Stretch) -> tuple[str, str]:
    return stretch.verdict.value, stretch.would_be.value if stretch.would_be else ""


LABELS, DRAWN, ROW, TOP = 170, 830, 26, 24
"""The picture's units: width of the labels and of the drawing, height of a row and of the years."""


def _picture(of: Sequence[tuple[Line | None, Ahead]], days: Sequence[date], today: date) -> Picture:
    """From the year before today's to the year after that of the last statutory day."""
    first, last = today.year - 1, max([today.year + 1, *(day.year + 2 for day in days)])
    span = (date(last, 1, 1) - date(first, 1, 1)).days

    def x(day: date) -> float:
        share = (day - date(first, 1, 1)).days / span
        return round(LABELS + DRAWN * min(max(share, 0), 1), 1)

    rows = []
    for number, (line, told) in enumerate(of):
        y = TOP + number * ROW
        label = "The contractor" if line is None else str(line) or f"Line {line.sequence}"
        worst = worst_over(told)
        pieces = tuple(_pieces(worst, x, date(last, 1, 1)))
        rows.append(PictureRow(label[:24], y, y + ROW // 2 + 4, pieces, _in_words(label, worst)))
    return Picture(
        LABELS + DRAWN,
        TOP + len(of) * ROW,
        tuple(rows),
        tuple((x(date(year, 1, 1)), year) for year in range(first, last)),
        x(today),
        first,
        last,
    )


def worst_over(told: Ahead) -> list[tuple[date | None, Verdict]]:
    """The worst verdict over the rules, with the exact day from which each holds."""
    days = sorted({each.since for stretches in told.values() for each in stretches if each.since})
    found: list[tuple[date | None, Verdict]] = []
    for since in (None, *days):
        verdict = min(
            (on_day(each, since or date.min).verdict for each in told.values()),
            key=RANK.__getitem__,
        )
        if not found or found[-1][1] is not verdict:
            found.append((since, verdict))
    return found


def _pieces(
    worst: Sequence[tuple[date | None, Verdict]], x: Callable[[date], float], end: date
) -> Iterable[Piece]:
    ends = [since for since, _ in worst[1:]] + [end]
    for (since, verdict), until in zip(worst, ends, strict=True):
        left = x(since) if since else float(LABELS)
        width = round(x(until or end) - left, 1)
        if width > 0:
            letters = LETTERS[verdict.value]
            room = width > 12 * len(letters)
            yield Piece(left, width, VERDICTS[verdict.value], letters if room else "", since)


def _in_words(label: str, worst: Sequence[tuple[date | None, Verdict]]) -> str:
    said = [
        f"{VERDICTS[verdict.value].word.lower()}{f' from {since}' if since else ''}"
        for since, verdict in worst
    ]
    return f"{label}: {', then '.join(said)}."
