"""Numbers as people write them, exactly. What could be read two ways is not read at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from procurement.intake.money import YEN_SIGNS, currency_of


class Fault(StrEnum):
    """Why a text is no number."""

    NOT_A_NUMBER = "not a number"
    AMBIGUOUS = "ambiguous"
    SEVERAL = "several numbers"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a column shows about its decimal mark: "." or "," or, where it shows nothing, None."""

    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what stood around it: a unit, a currency, or a "¥" not yet resolved."""

    number: Decimal
    unit: str = ""
    currency: str | None = None
    yen_sign: bool = False


_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000'’`´]")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_PLAIN = re.compile(r"\d{1,20}(\.\d+)?\Z", re.ASCII)
_AROUND = re.compile(
    r"^(?P<before>[^\d+\-.,(]*)(?P<open>\(?)\s*(?P<number>[+\-]?[\d.,][\d.,eE+\-]*)\s*(?P<close>\)?)(?P<after>[^\d]*)$"
)
_MINUS = str.maketrans({"−": "-", "‒": "-", "–": "-", "－": "-", "，": ",", "．": "."})


def marks_of(texts: Iterable[str]) -> Marks:
    """The decimal mark that a column's own cells give away; None where they differ or do not."""
    seen: set[str] = set()
    for text in texts:
        bare = _SPACES.sub("", text.translate(_MINUS))
        for number in _NUMBER.findall(bare):
            if mark := _decimal_mark(number):
                seen.add(mark)
    return Marks(seen.pop() if len(seen) == 1 else None)


def _decimal_mark(number: str) -> str | None:
    """The decimal mark of one number, where that one number leaves no doubt."""
    number = re.split("[eE]", number.lstrip("+-"))[0]
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        return "." if number.rfind(".") > number.rfind(",") else ","
    for mark, count in ((".", dots), (",", commas)):
        if count > 1:
            return "," if mark == "." else "."
        if count == 1:
            whole, part = number.split(mark)
            if len(part) != 3 or not whole or whole == "0" or len(whole) > 3:
                return mark
    return None


def plain(text: str, marks: Marks) -> Decimal | None:
    """The number that is all of `text`, digits with or without a point; None where there is more
    to it. Three digits after a dot may be thousands.
    """
    if found := _PLAIN.match(text):
        part = found[1]
        if not part or len(part) != 4 or marks.decimal == "." or text[:2] == "0." or len(text) > 7:
            return Decimal(text)
    return None


def read(text: str, marks: Marks = Marks()) -> Amount | Fault:
    """The one number in `text`. "(3)" and "-3" are negative: refusing that is the caller's say."""
    if (whole := plain(text, marks)) is not None:
        return Amount(whole)
    bare = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    match = _AROUND.match(_joined(bare))
    if match is None:
        return Fault.SEVERAL if len(re.findall(r"\d+", bare)) > 1 else Fault.NOT_A_NUMBER
    number = _exact(match["number"], marks)
    if isinstance(number, Fault):
        return number
    if match["open"] and match["close"]:
        number = -number
    elif match["open"] or match["close"]:
        return Fault.NOT_A_NUMBER
    before, after = match["before"].strip(), match["after"].strip()
    yen = any(sign in before + after for sign in YEN_SIGNS)
    currency = currency_of(f"{before} {after}") if before or after else None
    if "%" in after or (before and not currency and not yen):
        return Fault.NOT_A_NUMBER  # "~5", "approx. 5", "5 %": not a plain amount
    return Amount(number, "" if currency or yen else after.strip(" ."), currency, yen)


def _joined(text: str) -> str:
    """Groups of three digits parted by spaces or apostrophes put together: "1 234,50"."""
    return re.sub(r"(?<=\d)[\s\u00a0\u202f'’`´](?=\d{3}(?!\d))", "", text)


def _exact(written: str, marks: Marks) -> Decimal | Fault:
    sign = "-" if written.startswith("-") else ""
    body = written.lstrip("+-")
    exponent = ""
    if cut := re.search(r"[eE]([+-]?\d{1,3})$", body):
        exponent, body = f"e{cut[1]}", body[: cut.start()]
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", body) or "+" in body or "-" in body:
        return Fault.NOT_A_NUMBER
    mark = _decimal_mark(body) or marks.decimal
    if "." not in body and "," not in body:
        digits = body
    elif mark is None:
        return Fault.AMBIGUOUS
    else:
        other = "," if mark == "." else "."
        whole, _, part = body.partition(mark)
        groups = whole.split(other)
        if mark in part or other in part or not _grouped(groups):
            return Fault.NOT_A_NUMBER
        digits = f"{''.join(groups) or '0'}.{part}" if part else "".join(groups)
    try:
        return Decimal(f"{sign}{digits}{exponent}")
    except InvalidOperation:
        return Fault.NOT_A_NUMBER


def _grouped(groups: list[str]) -> bool:
    """Whether the whole digits are one run, or grouped: 1,234,567 or 12,34,567."""
    if len(groups) == 1:
        return True
    first, *middle, last = groups
    sizes = {len(group) for group in middle}
    return 1 <= len(first) <= 3 and len(last) == 3 and sizes <= {3} | {2}
