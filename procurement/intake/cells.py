"""One cell as one value, and what is wrong with it: never zero, today or blank instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from procurement import countries
from procurement.formats.problem import Problem, Severity
from procurement.formats.workbook import Cell
from procurement.intake import dates, money, numbers
from procurement.intake.dates import DateFault
from procurement.intake.numbers import Amount, Fault, Marks
from procurement.intake.texts import (
    LOST,
    cleaned,
    hidden_in,
    is_blank,
    is_formula_error,
    is_nothing,
    is_placeholder,
    looks_like_formula,
    mixes_alphabets,
    shown,
    text_of,
)
from procurement.intake.units import is_unit, unit_of

LARGEST = Decimal(10) ** 9  # what a quantity or a cost stays below
FINEST = Decimal("0.000001")
_AS_REQUIRED = frozenset(
    {
        "ar",
        "a/r",
        "as required",
        "as req",
        "as needed",
        "a.r.",
        "ref",
        "nach bedarf",
        "по месту",
        "若干",
        "适量",
    }
)
_MANGLED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+\d{1,3}$")


@dataclass(frozen=True, slots=True)
class Note:
    """A problem before it has a place."""

    code: str
    what: str
    fix: str
    severity: Severity = "error"

    def at(self, row: int, column: str) -> Problem:
        where = f"row {row}, column {column}"
        return Problem(self.code, where, self.what, self.fix, row, column, self.severity)


Notes = tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money read from a cell, with the currency that the cell itself shows."""

    number: Decimal | None
    currency: str | None = None
    yen_sign: bool = False


def text(cell: Cell, longest: int) -> tuple[str, Notes]:
    """Text, cleaned. "N/A", "-" and unfilled template fields are not told, which is no fault."""
    if (
        isinstance(cell, str)
        and cell.isascii()
        and cell.isprintable()
        and cell[:1] not in "#=@+-<$FfCc"
    ):
        plain = cleaned(cell)
        if len(plain) <= longest:
            return ("" if len(plain) < 20 and is_nothing(plain) else plain), ()
    return _strange_text(cell, longest)


def _strange_text(cell: Cell, longest: int) -> tuple[str, Notes]:
    written = text_of(cell)
    plain = cleaned(written)
    notes: list[Note] = []
    if is_formula_error(plain):
        if plain.upper() == "#N/A":
            return "", ()
        return "", (_formula_error(plain),)
    if is_nothing(plain) or is_placeholder(plain):
        return "", ()
    if any(char in written for char in LOST):
        notes.append(
            Note(
                "unreadable-characters",
                f"“{shown(plain)}” has characters that could not be read.",
                "Correct the cell, or send the file again in another encoding.",
            )
        )
    if hidden := hidden_in(written):
        notes.append(
            Note(
                "hidden-characters",
                f"“{shown(' '.join(written.split()))}” holds what cannot be seen: "
                f"{', '.join(hidden)}.",
                f"It was read as “{plain}”; check that this is what is meant.",
                "warning",
            )
        )
    if looks_like_formula(plain):
        notes.append(
            Note(
                "formula-text",
                f"“{plain}” looks like a formula. It was kept as text and never run.",
                "Check it; if a value was meant, write the value.",
                "warning",
            )
        )
    if len(plain) > longest:
        notes.append(
            Note(
                "text-too-long",
                f"It has {len(plain):,} characters; {longest} are kept.",
                "Shorten it. The whole text stays with the row as sent.",
                "warning",
            )
        )
        plain = plain[: longest - 1] + "…"
    return plain, tuple(notes)


def part_number(cell: Cell, longest: int = 200) -> tuple[str, Notes]:
    """A part number: text whose every character counts."""
    plain, notes = text(cell, longest)
    if len(plain) > 15 and isinstance(cell, Decimal):
        note = Note(
            "digits-lost",
            f"“{plain}” is stored as a number of more than 15 digits; spreadsheets lose those.",
            "Compare it with the source; format the cell as text.",
            "warning",
        )
        return plain, (*notes, note)
    if plain and _MANGLED.match(plain):
        note = Note(
            "digits-lost",
            f"“{plain}” is a long number that a spreadsheet shortened.",
            "Write the whole number, in a cell formatted as text.",
        )
        return plain, (*notes, note)
    if plain and mixes_alphabets(plain):
        note = Note(
            "mixed-alphabets",
            f"“{plain}” mixes letters of two alphabets that look alike.",
            "Check that each letter is the one meant.",
            "warning",
        )
        return plain, (*notes, note)
    return plain, notes


def quantity(cell: Cell, marks: Marks) -> tuple[tuple[Decimal | None, str], Notes]:
    """(How many, the unit written beside it)."""
    if isinstance(cell, Decimal):
        number, notes = _bounded(cell, "quantity")
        return (number, ""), notes
    if is_blank(cell):
        return (None, ""), ()
    written = cleaned(text_of(cell))
    if isinstance(cell, str) and not is_formula_error(written):
        if written.casefold() in _AS_REQUIRED:
            note = Note(
                "quantity-not-told",
                f"The quantity is “{written}”.",
                "Give a number if a verdict is to count it.",
                "warning",
            )
            return (None, ""), (note,)
        if is_nothing(written) or is_placeholder(written):
            note = Note(
                "quantity-not-told", f"The quantity is “{written}”.", "Give the number.", "warning"
            )
            return (None, ""), (note,)
    found = _amount(cell, marks, "quantity")
    if isinstance(found, Note):
        return (None, ""), (found,)
    if (found.unit and not is_unit(found.unit.strip("() "))) or found.currency or found.yen_sign:
        return (None, ""), (_unreadable("quantity", written),)
    number, notes = _bounded(found.number, "quantity")
    return (number, unit_of(found.unit.strip("() ")) if found.unit else ""), notes


def cost(cell: Cell, marks: Marks) -> tuple[Cost, Notes]:
    """Money. "N/A" and "-" are a warning, garbage and negative amounts an error; none is zero."""
    amount = numbers.plain(cell, marks) if isinstance(cell, str) else cell
    if isinstance(amount, Decimal):
        number, notes = _bounded(amount, "cost")
        return Cost(number), notes
    if is_blank(cell):
        return Cost(None), ()
    written = cleaned(text_of(cell))
    if isinstance(cell, str) and is_placeholder(written):
        return Cost(None), ()
    if isinstance(cell, str) and is_nothing(written):
        note = Note(
            "cost-not-told",
            f"The cost is “{written}”.",
            "Give the amount, or leave it blank.",
            "warning",
        )
        return Cost(None), (note,)
    found = _amount(cell, marks, "cost")
    if isinstance(found, Note):
        return Cost(None), (found,)
    per = found.unit.strip("/() ").removeprefix("per ").strip()
    if per and unit_of(per) != "EA":
        return Cost(None), (_unreadable("cost", written),)
    number, notes = _bounded(found.number, "cost")
    return Cost(number, found.currency, found.yen_sign), notes


def _amount(cell: Cell, marks: Marks, what: str) -> Amount | Note:
    written = cleaned(text_of(cell))
    if is_formula_error(written):
        return _formula_error(written)
    if isinstance(cell, str) and written.startswith("="):
        return Note(
            "formula-without-value",
            f"“{shown(written)}” is a formula whose result is not in the file.",
            "Open the file in your spreadsheet program and save it, or write the value.",
        )
    if isinstance(cell, datetime | date | time | timedelta):
        return Note(
            f"{what}-is-a-date",
            f"The spreadsheet holds the date {written} here, not a number.",
            "Format the cell as a number and write the value again.",
        )
    if isinstance(cell, bool):
        return _unreadable(what, written)
    found = numbers.read(written, marks)
    if found is Fault.AMBIGUOUS:
        return Note(
            f"{what}-ambiguous",
            f"“{written}” may have thousands or decimals, and nothing in the file says which.",
            "Write it without a thousands mark, or with two decimals.",
        )
    return _unreadable(what, written) if isinstance(found, Fault) else found


def _bounded(number: Decimal, what: str) -> tuple[Decimal | None, Notes]:
    if number < 0:
        note = Note(
            f"{what}-negative",
            f"The {what} is {number}: it cannot be below zero.",
            f"Give the {what} as a positive number, or remove the row.",
        )
        return None, (note,)
    if not number.is_finite() or number >= LARGEST:
        note = Note(
            f"{what}-too-large", f"The {what} is {number}.", f"It must be below {LARGEST:,}."
        )
        return None, (note,)
    if number.as_tuple().exponent < -6:  # type: ignore[operator]  # finite, so an int
        kept = number.quantize(FINEST, ROUND_HALF_EVEN)
        if kept != number:
            if not kept:
                note = Note(
                    f"{what}-too-small", f"The {what} is {number}.", f"Give at least {FINEST}."
                )
                return None, (note,)
            note = Note(
                f"{what}-rounded",
                f"{number} has more than six decimals; {kept} is kept.",
                "Nothing to do, unless the rest matters.",
                "warning",
            )
            return kept, (note,)
        return kept, ()
    return number, ()


def currency(cell: Cell) -> tuple[str | None, Notes]:
    plain, notes = text(cell, 20)
    if not plain:
        return None, notes
    if code := money.currency_code(plain):
        return code, notes
    note = Note(
        "currency-unknown",
        f"“{plain}” is no currency known here.",
        "Write its three-letter code, such as USD.",
    )
    return None, (*notes, note)


@cache
def country(written: str) -> tuple[str | None, Notes]:
    """The alpha-2 code, or the question back. Blank is not told, and no question."""
    plain = cleaned(written)
    if not plain or is_placeholder(plain):
        return None, ()
    found = countries.country(plain)
    if isinstance(found, str):
        return found, ()
    severity: Severity = "warning" if found.code == "country-not-told" else "error"
    return None, (Note(found.code, found.what, found.fix, severity),)


def cost_date(cell: Cell, first: bool | None) -> tuple[date | None, Notes]:
    if is_blank(cell):
        return None, ()
    written = cleaned(text_of(cell))
    if isinstance(cell, str) and (is_nothing(written) or is_placeholder(written)):
        return None, ()
    found = dates.read(cell, first)
    if not isinstance(found, DateFault):
        return found, ()
    fix = "Write it as year-month-day, such as 2026-03-31."
    if found is DateFault.IMPOSSIBLE:
        return None, (Note("date-impossible", f"There is no such day as “{written}”.", fix),)
    if found is DateFault.AMBIGUOUS:
        what = f"“{written}” may put the day or the month first."
        return None, (Note("date-ambiguous", what, fix),)
    return None, (Note("date-unreadable", f"“{written}” is not a date.", fix),)


def _unreadable(what: str, written: str) -> Note:
    return Note(
        f"{what}-unreadable", f"“{shown(written)}” is not a {what}.", "Write a plain number here."
    )


def _formula_error(written: str) -> Note:
    return Note(
        "formula-error",
        f"The formula in this cell failed: {written}.",
        "Repair it, or write the value.",
    )
