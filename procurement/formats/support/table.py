"""Parts that come as named values, laid out as a sheet like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from procurement.formats.support import limits
from procurement.formats.support.limits import TooBig
from procurement.formats.workbook import Cell, Row, Sheet

MAX_NAMES = 400  # columns; rarer names beyond are too many for anyone to look at


def sheet(name: str, first: Sequence[str], parts: Sequence[Mapping[str, Cell]]) -> Sheet:
    """A sheet with a header row: the `first` names that occur, then every other name, as met."""
    met = dict.fromkeys(name for part in parts for name, cell in part.items() if cell != "")
    names = [one for one in first if one in met] + [one for one in met if one not in first]
    if len(names) > MAX_NAMES:
        raise TooBig(f"Its parts have more than {MAX_NAMES} differently named values.")
    tally = limits.Tally()
    rows: list[Row] = [tuple(names)]
    for part in parts:
        row = tuple(part.get(one, "") for one in names)
        filled = [cell for cell in row if cell != ""]
        tally.add(len(filled), sum(len(cell) for cell in filled if isinstance(cell, str)))
        rows.append(row if filled else ())
    return Sheet(name, tuple(rows))
