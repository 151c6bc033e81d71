"""From the lines a person submitted to a stored BOM. Every road in (file, paste, API) ends here."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import count, islice
from operator import attrgetter, is_not
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied

from procurement.access import require
from procurement.collector import collector_paused
from procurement.formats.problem import Problem
from procurement.intake.table import Table
from procurement.models import Bom, Line, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.bulk import Ids, Ready, columns_insert, json_lists, room_to_write
from procurement.services.matching import Makers, Parts, ToldPart
from procurement.services.recording import recorded
from procurement.services.spool import Held, Spool

SIX_PLACES = Decimal("0.000001")
TOO_LARGE = Decimal(10) ** 9
BELOW_NOTICE = Decimal("1e-9")
"""Of an amount: what binary fractions in spreadsheets add or take away."""


class SubmittedLine(NamedTuple):
    """One line as read. `parent` and `alternate_of` are the places of other lines in the list.

    The part's number may be what stands for one. numbers: identifier scheme → normal form, of the
    maker. cells: the row's own as written, under the BOM's headers.
    """

    part: ToldPart
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
    cells: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


Lines = Held[SubmittedLine] | Spool[SubmittedLine]


def bom_store(
    *,
    procurement: Procurement,
    name: str,
    lines: Lines,
    user: User | None,
    now: datetime,
    headers: Sequence[str] = (),
    upload: Upload | None = None,
    supersedes: Bom | None = None,
    problems: Iterable[Problem] = (),
    non_parts: Sequence[Mapping[str, Any]] = (),
) -> Bom:
    """Keep a BOM with its lines, each with the part it was taken to mean, in one transaction.

    headers: what the lines' cells stand under, in order. problems, non_parts: rows that became no
    line, and why. A line that is wrong in a field keeps the rest of itself and says so. Raises
    Refused with nothing kept where no line is left, or `supersedes` is not the latest revision of a
    BOM of this procurement.
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
            headers=list(headers),
            non_parts=list(non_parts),
            submitted_by=user,
            submitted_at=now,
        )
        with collector_paused(), room_to_write():
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
    for piece in lines.pieces():
        names.update(piece.told.maker)
        numbers.update(map(_NUMBER, piece.told.part))
        for told in filter(None, piece.told.numbers):
            items.update(told.items())
    makers, parts = Makers(bom.organisation, names, items), Parts(bom.organisation, numbers)
    del names, items, numbers
    ids = list(islice(Ids(Line, len(lines)), len(lines)))
    differ: Noted = {}
    chosen: list[int] = []
    for piece in lines.pieces():
        chosen += _parts(piece, len(chosen), makers, parts, differ)
    makers.write()
    parts.write()
    columns_insert(Line, COLUMNS, _columns(bom, lines, ids, chosen, differ))
    return makers.problems


_NUMBER, _NAME = attrgetter("number"), attrgetter("name")

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
    "cells",
    "problems",
]


Noted = dict[int, list[Problem]]
"""Place of a line → its problems."""


def _columns(
    bom: Bom, lines: Lines, ids: Sequence[int], parts: Sequence[int], noted: Noted
) -> Iterator[Sequence[Sequence[Any]]]:
    """As COLUMNS, piece by piece. parts: of each line."""
    start = 0
    for piece in lines.pieces():
        until = start + len(piece)
        problems = {place: list(told) for place, told in enumerate(piece.told.problems) if told}
        for place in range(start, until) if noted else ():
            if place in noted:
                problems.setdefault(place - start, []).extend(noted[place])
        yield _columns_of(bom, piece, range(start, until), ids, parts[start:until], problems)
        start = until


def _columns_of(
    bom: Bom,
    lines: Table[SubmittedLine],
    places: range,
    every: Sequence[int],
    parts: Sequence[int],
    problems: Noted,
) -> Sequence[Sequence[Any]]:
    """Whatever repeats is worked out once, and the rest column by column. every: the ids of all
    lines, of which these stand in `places`.
    """
    told = lines.told
    quantities = _amounts(lines, told.quantity, "quantity", problems)
    unit_costs = _amounts(lines, told.unit_cost, "unit cost", problems)
    kept = Ready(["[]"] * len(lines))
    for place, those in problems.items():
        kept[place] = json.dumps(list(map(as_kept, those)))
    return (
        every[places.start : places.stop],
        [bom.pk] * len(lines),
        _those(told.parent, every),
        _those(told.alternate_of, every),
        range(places.start + 1, places.stop + 1),
        told.row,
        told.level,
        _cut(told.position, 50),
        parts,
        list(map(_NUMBER, told.part)),
        list(map(_NAME, told.part)),
        _cut(told.maker, 300),
        quantities,
        _cut(told.unit, 20),
        unit_costs,
        _cut(told.currency, 3),
        json_lists(told.cells),
        kept,
    )


def _cut(texts: Sequence[str], longest: int) -> Sequence[str]:
    if max(map(len, texts), default=0) <= longest:
        return texts
    return [text[:longest] for text in texts]


def _those(places: Sequence[int | None], ids: Sequence[int]) -> Sequence[int | None]:
    if not any(map(_IS_TOLD, places)):
        return places
    return [None if place is None else ids[place] for place in places]


_IS_TOLD = partial(is_not, None)


def _parts(
    lines: Table[SubmittedLine], start: int, makers: Makers, parts: Parts, differ: Noted
) -> list[int]:
    """The part of each line. start: the place of the first; differ: what is noted of places."""
    told = lines.told
    alike = zip(map(id, told.part), told.maker, map(id, told.numbers), strict=True)
    met: dict[tuple[int, str, int], int] = {}
    firsts = list(map(met.setdefault, alike, count()))  # where the like of each stands first
    found: dict[int, int] = {}
    recorded_as: dict[int, str] = {}
    for place in met.values():
        part = told.part[place]
        maker = makers.party(told.maker[place], told.numbers[place], told.row[place])
        found[place], standing = parts.part(maker, part)
        if part.category and standing and part.category != standing:
            recorded_as[place] = standing
    if recorded_as:
        for place, first in enumerate(firsts):
            if first in recorded_as:
                differ[start + place] = [_differs(lines[place], recorded_as[first])]
    return list(map(found.__getitem__, firsts))


def _differs(line: SubmittedLine, category: str) -> Problem:
    return Problem(
        "category-differs",
        _where(line, "part number"),
        f"It reads like a {line.part.category}, but this part is recorded as a {category}.",
        "Check the part number, or correct the part's category.",
        row=line.row,
        severity="warning",
    )


def _amounts(
    lines: Table[SubmittedLine],
    amounts: Sequence[Decimal | None],
    name: str,
    problems: Noted,
) -> Ready:
    """Amounts as the database keeps them; what does not fit is said and not kept."""
    objects = list(map(id, amounts))  # quicker to look up than what they are
    once = dict(zip(objects, amounts, strict=True))
    exact = {
        one: None if amount is None else str(amount)
        for one, amount in once.items()
        if amount is None or _kept(amount) == amount
    }
    kept = Ready(map(exact.get, objects))
    for place, one in enumerate(objects) if len(exact) < len(once) else ():
        if one not in exact and (given := once[one]) is not None:
            noted = problems.setdefault(place, [])
            amount = _not_exact(lines[place], name, given, noted)
            kept[place] = None if amount is None else str(amount)
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
