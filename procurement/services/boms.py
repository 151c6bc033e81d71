"""From the lines a person submitted to a stored BOM. Every road in (file, paste, API) ends here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice, repeat
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied

from procurement.access import require
from procurement.collector import collector_paused
from procurement.formats.problem import Problem
from procurement.models import Bom, Line, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.bulk import Ids, JsonTexts, rows_insert
from procurement.services.matching import Makers, NewPart, Parts
from procurement.services.recording import recorded
from procurement.services.spool import Spool

SIX_PLACES = Decimal("0.000001")
TOO_LARGE = Decimal(10) ** 9
BELOW_NOTICE = Decimal("1e-9")
"""Of an amount: what binary fractions in spreadsheets add or take away."""
TOGETHER = 50_000
"""Lines made into rows at a time; what that takes is not held for all of them."""


class SubmittedLine(NamedTuple):
    """One line as read. `parent` and `alternate_of` are the places of other lines in the list.

    number: the part number, or what stands for it. numbers: identifier scheme → normal form, of
    the maker. raw: the row's cells under their headers, as text. attributes: kept with a new part.
    """

    number: str
    description: str = ""
    maker: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_cost: Decimal | None = None
    currency: str = ""
    position: str = ""
    row: int | None = None
    level: int = 0
    parent: int | None = None
    alternate_of: int | None = None
    numbers: Mapping[str, str] = {}
    category: str | None = None
    chemistry: str | None = None
    attributes: Mapping[str, str] = {}
    hts: str = ""
    nsn: str = ""
    raw: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


Lines = Sequence[SubmittedLine] | Spool[SubmittedLine]


def bom_store(
    *,
    procurement: Procurement,
    name: str,
    lines: Lines,
    user: User | None,
    now: datetime,
    upload: Upload | None = None,
    supersedes: Bom | None = None,
    problems: Iterable[Problem] = (),
    non_parts: Sequence[Mapping[str, Any]] = (),
) -> Bom:
    """Keep a BOM with its lines, each with the part it was taken to mean, in one transaction.

    problems, non_parts: rows that became no line, and why. A line that is wrong in a field keeps
    the rest of itself and says so. Raises Refused with nothing kept where no line is left, or
    `supersedes` is not the latest revision of a BOM of this procurement.
    """
    organisation = procurement.organisation
    if organisation is None or (user and require(user, "submit") != organisation):
        raise PermissionDenied("This procurement belongs to another organisation.")
    if not lines:
        raise Refused(
            *problems,
            Problem("no-lines", "", "There is no part in it.", "Submit at least one part."),
        )
    with recorded(by=user, why=f"BOM “{name}” submitted"[:300]):
        Procurement.objects.select_for_update().get(pk=procurement.pk)
        _check_supersedes(procurement, supersedes)
        bom = Bom.objects.create(
            organisation=organisation,
            procurement=procurement,
            name=name,
            revision=supersedes.revision + 1 if supersedes else 1,
            supersedes=supersedes,
            upload=upload,
            lines_total=len(lines),
            non_parts=list(non_parts),
            submitted_by=user,
            submitted_at=now,
        )
        with collector_paused():
            found = _lines_write(bom, lines)
        bom.problems = [as_kept(problem) for problem in (*problems, *found)]
        bom.save(update_fields=["problems"])
    return bom


def as_kept(problem: Problem) -> dict[str, Any]:
    """A Problem as JSON keeps it."""
    return {
        "code": problem.code,
        "where": problem.where,
        "what": problem.what,
        "fix": problem.fix,
        "row": problem.row,
        "column": problem.column,
        "severity": problem.severity,
    }


def _check_supersedes(procurement: Procurement, supersedes: Bom | None) -> None:
    if supersedes is None:
        return
    if supersedes.procurement_id != procurement.pk:
        what = f"“{supersedes}” belongs to another procurement."
        raise Refused(Problem("another-procurement", "supersedes", what, "Submit it to that one."))
    later = Bom.objects.filter(supersedes=supersedes).first()
    if later:
        what = f"“{supersedes}” was superseded by revision {later.revision} already."
        raise Refused(
            Problem("superseded", "supersedes", what, f"Supersede BOM {later.pk} instead.")
        )


def _lines_write(bom: Bom, lines: Lines) -> list[Problem]:
    """Write the lines, and the parties and parts that nobody had; returns what was noted."""
    names: set[str] = set()
    items: set[tuple[str, str]] = set()
    numbers: set[str] = set()
    for piece in _pieces(lines):
        names.update(line.maker for line in piece)
        items.update(item for line in piece for item in line.numbers.items())
        numbers.update(line.number for line in piece)
    makers, parts = Makers(bom.organisation, names, items), Parts(bom.organisation, numbers)
    del names, items, numbers
    ids = list(islice(Ids(Line), len(lines)))
    differ: Noted = {}
    chosen: list[int] = []
    for piece in _pieces(lines):
        chosen += _parts(piece, len(chosen), makers, parts, differ)
    makers.write()
    parts.write()
    rows_insert(Line, COLUMNS, _rows(bom, lines, ids, chosen, differ))
    return makers.problems


def _pieces(lines: Lines) -> Iterator[Sequence[SubmittedLine]]:
    """All of them in order, TOGETHER or so at a time; as often as asked for."""
    if isinstance(lines, Spool):
        yield from lines.pieces()
    else:
        for start in range(0, len(lines), TOGETHER):
            yield lines[start : start + TOGETHER]


COLUMNS = [
    "id",
    "bom_id",
    "parent_id",
    "alternate_of_id",
    "sequence",
    "row",
    "level",
    "position",
    "part_id",
    "part_number",
    "description",
    "maker",
    "quantity",
    "unit",
    "unit_cost",
    "currency",
    "raw",
    "problems",
]


Noted = dict[int, list[Problem]]
"""Place of a line → its problems."""


def _rows(
    bom: Bom, lines: Lines, ids: Sequence[int], parts: Sequence[int], noted: Noted
) -> Iterable[tuple[Any, ...]]:
    """As COLUMNS. parts: of each line."""
    texts = JsonTexts()
    start = 0
    for piece in _pieces(lines):
        until = start + len(piece)
        problems = {
            place: [*line.problems, *noted.get(start + place, ())]
            for place, line in enumerate(piece)
            if line.problems or start + place in noted
        }
        beside = range(start + 1, until + 1), parts[start:until], ids[start:until]
        yield from _rows_of(bom, piece, ids, *beside, texts, problems)
        start = until


def _rows_of(
    bom: Bom,
    lines: Sequence[SubmittedLine],
    every: Sequence[int],
    sequence: Iterable[int],
    parts: Iterable[int],
    ids: Iterable[int],
    texts: JsonTexts,
    problems: Noted,
) -> Iterable[tuple[Any, ...]]:
    """Whatever repeats is worked out once, and the rest column by column. every: the ids of all
    lines, of which these are some.
    """
    told: Any = SubmittedLine._make(zip(*lines, strict=True))  # a column for each field
    return zip(
        ids,
        repeat(bom.pk),
        *(
            [None if at is None else every[at] for at in each]
            for each in (told.parent, told.alternate_of)
        ),
        sequence,
        told.row,
        told.level,
        [position[:50] for position in told.position],
        parts,
        [number[:200] for number in told.number],
        [text[:500] for text in told.description],
        [maker[:300] for maker in told.maker],
        _amounts(lines, told.quantity, "quantity", problems),
        [unit[:20] for unit in told.unit],
        _amounts(lines, told.unit_cost, "unit cost", problems),
        [currency[:3] for currency in told.currency],
        map(texts.of, told.raw),
        [
            list(map(as_kept, problems[place])) if place in problems else NO_PROBLEMS
            for place in range(len(lines))
        ],
        strict=False,
    )


NO_PROBLEMS: list[dict[str, Any]] = []


def _parts(
    lines: Sequence[SubmittedLine], start: int, makers: Makers, parts: Parts, differ: Noted
) -> list[int]:
    """The part of each line. start: the place of the first; differ: what is noted of places."""
    told: Any = SubmittedLine._make(zip(*lines, strict=True))
    numbers = [number[:200] for number in told.number]
    descriptions = [text[:500] for text in told.description]
    said = (descriptions, told.maker, told.category, told.chemistry, told.hts, told.nsn)
    beside = (each for each in (told.numbers, told.attributes) if any(each))
    keys = list(zip(numbers, *filter(any, said), *(map(id, each) for each in beside), strict=True))
    places = range(len(keys) - 1, -1, -1)
    first = dict(zip(reversed(keys), places, strict=True))  # where each key stands first
    found: dict[tuple[Any, ...], int] = {}
    recorded_as: dict[tuple[Any, ...], str] = {}
    for place in sorted(first.values()):
        line, key = lines[place], keys[place]
        new = NewPart(
            numbers[place],
            descriptions[place],
            line.category,
            line.chemistry,
            line.attributes,
            line.hts[:20],
            line.nsn[:16],
        )
        maker = makers.party(line.maker, line.numbers, line.row)
        found[key], category = parts.part(maker, new)
        if line.category and category and line.category != category:
            recorded_as[key] = category
    if recorded_as:
        for place, key in enumerate(keys):
            if key in recorded_as:
                differ[start + place] = [_differs(lines[place], recorded_as[key])]
    return list(map(found.__getitem__, keys))


def _differs(line: SubmittedLine, category: str) -> Problem:
    return Problem(
        "category-differs",
        _where(line, "part number"),
        f"It reads like a {line.category}, but this part is recorded as a {category}.",
        "Check the part number, or correct the part's category.",
        row=line.row,
        severity="warning",
    )


def _amounts(
    lines: Sequence[SubmittedLine],
    amounts: Sequence[Decimal | None],
    name: str,
    problems: Noted,
) -> list[Decimal | None]:
    """Amounts as the database keeps them; what does not fit is said and not kept."""
    objects = list(map(id, amounts))  # quicker to look up than what they are
    exact = {
        one: amount
        for one, amount in dict(zip(objects, amounts, strict=True)).items()
        if amount is None or _kept(amount) == amount
    }
    kept = list(map(exact.get, objects))
    for place, amount in enumerate(amounts):
        if amount is not None and kept[place] is None:
            noted = problems.setdefault(place, [])
            kept[place] = _not_exact(lines[place], name, amount, noted)
    return kept


def _kept(value: Decimal) -> Decimal | None:
    """To the sixth place; None where it is no amount."""
    if not value.is_finite() or abs(value) >= TOO_LARGE:
        return None
    kept = value.quantize(SIX_PLACES)
    return kept if 0 <= kept < TOO_LARGE else None


def _not_exact(
    line: SubmittedLine, name: str, value: Decimal, problems: list[Problem]
) -> Decimal | None:
    where, kept = _where(line, name), _kept(value)
    if kept is None:
        what = f"{value} is no {name} we can keep."
        fix = "Give a number from 0 up to a thousand million."
        problems.append(Problem("amount-out-of-range", where, what, fix, row=line.row))
    elif abs(kept - value) > value * BELOW_NOTICE:
        what = f"{value} was kept as {kept.normalize():f}."
        fix = "Nothing to do, unless the digits after the sixth matter."
        problems.append(
            Problem("amount-rounded", where, what, fix, row=line.row, severity="warning")
        )
    return kept


def _where(line: SubmittedLine, column: str) -> str:
    return f"row {line.row}, {column}" if line.row else column
