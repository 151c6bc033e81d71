"""Dates as people write them. A day that does not exist, or could be two, is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from procurement.formats.workbook import Cell


class DateFault(StrEnum):
    NOT_A_DATE = "not a date"
    IMPOSSIBLE = "no such day"
    AMBIGUOUS = "day or month first"


_ISO = re.compile(r"^(\d{4})[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})日?(?:[T ].*)?$")
_PLAIN = re.compile(r"^(\d{1,2})[-/. ]\s*(\d{1,2})[-/. ]\s*(\d{4})(?: .*)?$")
_NAMED = re.compile(r"^(\d{1,2})[-/. ]*([^\W\d_]{3,9})\.?[-/., ]*(\d{4})$")
_NAMED_US = re.compile(r"^([^\W\d_]{3,9})\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?,?[- ]*(\d{4})$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero янв января",
            "feb februar february février fév febrero фев февраля",
            "mar märz mrz march mars marzo мар марта",
            "apr april avril avr abril апр апреля",
            "may mai mayo май мая",
            "jun juni june juin junio июн июня",
            "jul juli july juillet juil julio июл июля",
            "aug august août agosto авг августа",
            "sep sept september septembre septiembre сен сентября",
            "oct okt oktober october octobre octubre окт октября",
            "nov november novembre noviembre ноя ноября",
            "dec dez dezember december décembre déc diciembre дек декабря",
        ),
        start=1,
    )
    for name in names.split()
}


def day_first(texts: Iterable[str]) -> bool | None:
    """Whether a column's plain dates put the day first; None where they show nothing, or both."""
    seen: set[bool] = set()
    for text in texts:
        if match := _PLAIN.match(text.strip()):
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                seen.add(True)
            elif second > 12 >= first:
                seen.add(False)
    return seen.pop() if len(seen) == 1 else None


def read(cell: Cell, first: bool | None = None) -> date | DateFault:
    """The day in a cell. `first`: whether this column puts the day first, where it shows it."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return DateFault.NOT_A_DATE
    text = " ".join(cell.split())
    if match := _ISO.match(text):
        return _day(match[1], int(match[2]), match[3])
    if match := _PLAIN.match(text):
        return _plain(int(match[1]), int(match[2]), match[3], first, "." in text)
    if match := _NAMED.match(text):
        month = _MONTHS.get(match[2].casefold(), 0)
        return _day(match[3], month, match[1]) if month else DateFault.NOT_A_DATE
    if match := _NAMED_US.match(text):
        month = _MONTHS.get(match[1].casefold(), 0)
        return _day(match[3], month, match[2]) if month else DateFault.NOT_A_DATE
    return DateFault.NOT_A_DATE


def _plain(one: int, two: int, year: str, first: bool | None, dotted: bool) -> date | DateFault:
    if one > 12 and two > 12:
        return DateFault.IMPOSSIBLE
    if one > 12:
        return _day(year, two, one)
    if two > 12:
        return _day(year, one, two)
    if one == two or first is True or dotted:  # 03.04.2026: dots are written day first
        return _day(year, two, one)
    return DateFault.AMBIGUOUS if first is None else _day(year, one, two)


def _day(year: str, month: int, day: int | str) -> date | DateFault:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return DateFault.IMPOSSIBLE
