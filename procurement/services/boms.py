"""From the lines a person submitted to a stored BOM. Every road in (file, paste, API) ends here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied

from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Bom, Line, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.bulk import Ids, rows_insert
from procurement.services.matching import Makers, NewPart, Parts
from procurement.services.recording import recorded

SIX_PLACES = Decimal("0.000001")
TOO_LARGE = Decimal(10) ** 9
BELOW_NOTICE = Decimal("1e-9")
"""Of an amount: what binary fractions in spreadsheets add or take away."""


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


def bom_store(
    *,
    procurement: Procurement,
    name: str,
    lines: Sequence[SubmittedLine],
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


def _lines_write(bom: Bom, lines: Sequence[SubmittedLine]) -> list[Problem]:
    """Write the lines, and the parties and parts that nobody had; returns what was noted."""
    makers = Makers(
        bom.organisation,
        {line.maker for line in lines},
        {item for line in lines for item in line.numbers.items()},
    )
    parts = Parts(bom.organisation, {line.number for line in lines})
    ids = [pk for pk, _ in zip(Ids(Line), lines, strict=False)]
    rows = list(_rows(bom, lines, ids, makers, parts))
    makers.write()
    parts.write()
    rows_insert(Line, COLUMNS, rows)
    return makers.problems


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


def _rows(
    bom: Bom,
    lines: Sequence[SubmittedLine],
    ids: Sequence[int],
    makers: Makers,
    parts: Parts,
) -> Iterator[tuple[Any, ...]]:
    amounts = _Amounts()
    for index, line in enumerate(lines):
        problems = list(line.problems)
        number, description = line.number[:200], line.description[:500]
        part, category = parts.part(
            makers.party(line.maker, line.numbers, line.row),
            NewPart(
                number,
                description,
                line.category,
                line.chemistry,
                line.attributes,
                line.hts[:20],
                line.nsn[:16],
            ),
        )
        if line.category and category and line.category != category:
            problems.append(
                Problem(
                    "category-differs",
                    _where(line, "part number"),
                    f"It reads like a {line.category}, but this part is recorded as a {category}.",
                    "Check the part number, or correct the part's category.",
                    row=line.row,
                    severity="warning",
                )
            )
        quantity, unit_cost = line.quantity, line.unit_cost
        yield (
            ids[index],
            bom.pk,
            None if line.parent is None else ids[line.parent],
            None if line.alternate_of is None else ids[line.alternate_of],
            index + 1,
            line.row,
            line.level,
            line.position[:50],
            part,
            number,
            description,
            line.maker[:300],
            None if quantity is None else amounts.kept(line, "quantity", quantity, problems),
            line.unit[:20],
            None if unit_cost is None else amounts.kept(line, "unit cost", unit_cost, problems),
            line.currency[:3],
            line.raw,
            [as_kept(problem) for problem in problems] if problems else problems,
        )


class _Amounts:
    """Amounts as the database keeps them; what does not fit is said and not kept."""

    def __init__(self) -> None:
        self._exact: dict[Decimal, Decimal] = {}

    def kept(
        self, line: SubmittedLine, name: str, value: Decimal, problems: list[Problem]
    ) -> Decimal | None:
        exact = self._exact.get(value)
        if exact is not None:
            return exact
        where = _where(line, name)
        kept = value.quantize(SIX_PLACES) if value.is_finite() and abs(value) < TOO_LARGE else None
        if kept is None or not 0 <= kept < TOO_LARGE:
            what = f"{value} is no {name} we can keep."
            fix = "Give a number from 0 up to a thousand million."
            problems.append(Problem("amount-out-of-range", where, what, fix, row=line.row))
            return None
        if abs(kept - value) > value * BELOW_NOTICE:
            what = f"{value} was kept as {kept.normalize():f}."
            fix = "Nothing to do, unless the digits after the sixth matter."
            problems.append(
                Problem("amount-rounded", where, what, fix, row=line.row, severity="warning")
            )
        elif value == kept:
            self._exact[value] = kept
        return kept


def _where(line: SubmittedLine, column: str) -> str:
    return f"row {line.row}, {column}" if line.row else column
