"""A revision beside the one before it: lines paired, cells compared, verdicts that moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from compliance.reports.verdicts import VerdictWords
from compliance.selectors.tallies import BY_RANK, with_worst
from procurement.difference import Kind, Pair, Told, difference
from procurement.intake.fields import Field
from procurement.intake.reading import Layout
from procurement.models import Bom
from procurement.services.boms import SIX_PLACES, SubmittedLine

COMPARED = frozenset(
    {
        *(Field.POSITION, Field.PART_NUMBER, Field.MAKER, Field.DESCRIPTION, Field.QUANTITY),
        *(Field.UNIT, Field.UNIT_COST, Field.TOTAL_COST, Field.CURRENCY, Field.LEVEL, Field.PARENT),
    }
)
"""Fields that a line has by name; other columns are compared as they are written."""


@dataclass(frozen=True, slots=True)
class LineBeside:
    """One line of the difference. before, after: what to show of it; worst: None while unjudged."""

    pair: Pair
    before: Told | None
    after: Told | None
    before_id: int | None = None
    after_id: int | None = None
    worst_before: VerdictWords | None = None
    worst_after: VerdictWords | None = None

    @property
    def kind(self) -> Kind:
        return self.pair.kind

    @property
    def shown(self) -> Told:
        told = self.after or self.before
        assert told is not None  # noqa: S101 - a pair has one of the two
        return told

    @property
    def line(self) -> str:
        """Its position, or its number in the revision that it is shown of, as on the board."""
        place = self.pair.before if self.pair.after is None else self.pair.after
        assert place is not None  # noqa: S101 - a pair has one of the two
        return self.shown.position or str(place + 1)

    @property
    def moved(self) -> bool:
        """Judged in both revisions, and not the same."""
        both = self.worst_before is not None and self.worst_after is not None
        return both and self.worst_before != self.worst_after


@dataclass(frozen=True)
class Revisions:
    """after: None where the later revision is not submitted yet."""

    before: Bom
    after: Bom | None
    lines: tuple[LineBeside, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """By kind, and "moved"."""
        found = dict.fromkeys((*Kind, "moved"), 0)
        for line in self.lines:
            found[line.kind] += 1
            found["moved"] += line.moved
        return {str(key): count for key, count in found.items()}

    @property
    def alike(self) -> bool:
        """No line differs, and no verdict moved."""
        return self.counts["same"] == len(self.lines) and not self.counts["moved"]

    def chosen(self, kind: str) -> list[LineBeside]:
        """kind: one of `counts`; anything else: all that differ."""
        if kind == "moved":
            return [line for line in self.lines if line.moved]
        if kind in set(Kind):
            return [line for line in self.lines if line.kind == kind]
        return [line for line in self.lines if line.kind is not Kind.SAME or line.moved]


def revisions_of(bom: Bom) -> Revisions | None:
    """A submitted revision beside the one it stands in place of; None for a first one."""
    if bom.supersedes is None:
        return None
    old, old_lines = _stored(bom.supersedes)
    new, new_lines = _stored(bom)
    beside = tuple(
        LineBeside(
            pair,
            *_told(pair, old, new),
            *_ids(pair, old_lines, new_lines),
            _worst(pair.before, old_lines),
            _worst(pair.after, new_lines),
        )
        for pair in difference(old, new)
    )
    return Revisions(bom.supersedes, bom, beside)


def revisions_before(*, before: Bom, lines: Sequence[SubmittedLine], layout: Layout) -> Revisions:
    """What is about to be submitted beside the revision it is to stand in place of."""
    old, old_lines = _stored(before)
    new = list(_submitted(lines, layout))
    beside = tuple(
        LineBeside(
            pair,
            *_told(pair, old, new),
            None if pair.before is None else old_lines[pair.before][0],
            None,
            _worst(pair.before, old_lines),
        )
        for pair in difference(old, new)
    )
    return Revisions(before, None, beside)


def _told(pair: Pair, old: Sequence[Told], new: Sequence[Told]) -> tuple[Told | None, Told | None]:
    return (
        None if pair.before is None else old[pair.before],
        None if pair.after is None else new[pair.after],
    )


Stored = list[tuple[int, int | None]]
"""Line id and the rank of its worst verdict, in the order of the lines."""


def _ids(pair: Pair, old: Stored, new: Stored) -> tuple[int | None, int | None]:
    return (
        None if pair.before is None else old[pair.before][0],
        None if pair.after is None else new[pair.after][0],
    )


def _worst(place: int | None, lines: Stored) -> VerdictWords | None:
    rank = None if place is None else lines[place][1]
    return None if rank is None else BY_RANK[rank]


def _stored(bom: Bom) -> tuple[list[Told], Stored]:
    stored = ((bom.upload.reading or {}).get("layout") if bom.upload else None) or None
    layout = Layout.from_dict(stored) if stored else None
    names = _Names(layout)
    lines = list(with_worst(bom.lines.all()).order_by("sequence"))
    numbers = {line.pk: line.part_number for line in lines}
    told = [
        names.told(
            number=line.part_number,
            maker=line.maker,
            position=line.position,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_cost=line.unit_cost,
            currency=line.currency,
            within=numbers.get(line.parent_id or 0, ""),
            alternate_of=numbers.get(line.alternate_of_id or 0, ""),
            raw=line.raw,
        )
        for line in lines
    ]
    return told, [(line.pk, line.worst) for line in lines]


def _submitted(lines: Sequence[SubmittedLine], layout: Layout) -> Iterator[Told]:
    names, headers = _Names(layout), layout.headers
    for line in lines:
        yield names.told(
            number=line.part.number,
            maker=line.maker[:300],
            position=line.position[:50],
            description=line.part.name,
            quantity=line.quantity,
            unit=line.unit[:20],
            unit_cost=line.unit_cost,
            currency=line.currency[:3],
            within="" if line.parent is None else lines[line.parent].part.number,
            alternate_of="" if line.alternate_of is None else lines[line.alternate_of].part.number,
            raw=dict(zip(headers, line.cells, strict=False)),
        )


class _Names:
    """Which of a row's own columns say more than a line has by name, and which its designators."""

    def __init__(self, layout: Layout | None) -> None:
        columns = layout.columns if layout else ()
        self.others = [one.header for one in columns if one.header and one.field not in COMPARED]
        self.references = [one.header for one in columns if one.field is Field.REFERENCES]

    def told(
        self,
        *,
        number: str,
        maker: str,
        position: str,
        description: str,
        quantity: Decimal | None,
        unit: str,
        unit_cost: Decimal | None,
        currency: str,
        within: str,
        alternate_of: str,
        raw: Mapping[str, str],
    ) -> Told:
        cells = {
            "Position": position,
            "Part number": number,
            "Maker": maker,
            "Description": description,
            "Quantity": f"{_amount(quantity)} {unit}".strip(),
            "Unit cost": f"{_amount(unit_cost)} {currency}".strip(),
            "Part of": within,
            "Alternate of": alternate_of,
        }
        if not alternate_of:
            cells |= {header: raw.get(header, "") for header in self.others if header not in cells}
        references = " ".join(raw.get(header, "") for header in self.references) or position
        return Told(number, maker, position, references, bool(alternate_of), cells)


def _amount(amount: Decimal | None) -> str:
    """As the database keeps it, so that what is stored and what is not yet compare equal."""
    if amount is None or not amount.is_finite() or abs(amount) >= Decimal(10) ** 9:
        return ""
    return f"{amount.quantize(SIX_PLACES).normalize():f}"


def kinds_shown(revisions: Revisions) -> Iterable[tuple[str, str, int]]:
    """(key, words, count) of each kind that can be chosen."""
    words = {"changed": "Changed", "added": "Added", "removed": "Removed", "same": "The same"}
    if revisions.after is not None:
        words["moved"] = "With a moved verdict"
    return [(key, text, revisions.counts[key]) for key, text in words.items()]
