"""What the cells of a column look like, and how well that fits a field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from procurement import countries
from procurement.formats.workbook import Cell
from procurement.intake import dates, money, numbers
from procurement.intake.fields import Field
from procurement.intake.texts import cleaned, is_blank, is_nothing, is_placeholder, text_of
from procurement.intake.units import is_unit

SAMPLE = 200  # filled cells looked at …
FIRST = 2_000  # … among so many

_DESIGNATOR = r"[A-Z]{1,5}\d{1,4}[A-Z]?(?:\s*(?:-|–|\.\.|to)\s*(?:[A-Z]{1,5})?\d{1,5})?"
_DESIGNATORS = re.compile(rf"^>?\s*{_DESIGNATOR}(?:[\s,;]+{_DESIGNATOR})*[\s,;]*$", re.I)
_NUMBERLIKE = re.compile(r"^(?=[^\s]*\d)[A-Za-z0-9][\w\-./#+(),:]{3,39}$")
_DISTRIBUTOR = re.compile(r"^(?:C\d{4,8}|.+-ND|\d{2,3}-[\w\-./#]{4,}|\d{6,8})$")
_VALUE = re.compile(
    r"^[<>±]?\s*\d+(?:[.,]\d+)?\s*(?:[pnuµμmkKMGR]?\s*(?:F|H|Ω|Ω|ohms?|R|V|A|W|Hz|C|Ah|mAh|Wh|%)?|мкФ|пФ|кОм|Ом)"
    r"(?:[\s,/].*)?$|^\d+[RKMpnuµ]\d+$",
    re.I,
)
_PACKAGE = re.compile(
    r"^(?:0?[0-9]{4,5}$|.*\b(?:SOT|SOIC|SOP|QFN|QFP|LQFP|TQFP|TSSOP|DIP|BGA|DFN|SMD|SMA|SMB|SMC|SOD|TO-?\d"
    r"|THT|MSOP|SSOP|LGA|D2PAK|DPAK|Pin_?Header|插件)\b|.*_SMD[:_]|.*:.*_|[A-Z]_\d{4}|.*Metric)",
    re.I,
)
_HTS = re.compile(r"^\d{4}\.?\d{2}(?:\.?\d{2}){0,2}$")
_NSN = re.compile(r"^\d{4}-?\d{2}-?\d{3}-?\d{4}$")
_DOTTED = re.compile(r"^\d+(?:\.\d+)+\.?$")
_YES_NO = frozenset(
    [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "x",
        "fitted",
        "not fitted",
        "dnp",
        "dnf",
        "dns",
        "ja",
        "nein",
        "oui",
        "non",
        "да",
        "нет",
        "是",
        "否",
    ]
)
_CHEMISTRY = re.compile(
    r"\b(?:li[- ]?(?:ion|po)|lithium|lfp|lifepo4|nmc|nca|lto|nimh|nicd|alkaline|lead[- ]acid"
    r"|agm)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Looks:
    """Shares (0 to 1) of a column's filled cells that look like something; `filled` counts them."""

    filled: int
    share_filled: float
    number: float
    whole: float
    money: float
    counting: float
    levels: float
    dotted: float
    designators: float
    numberlike: float
    distributor: float
    value: float
    package: float
    link: float
    wordy: float
    letters: float
    unit: float
    currency: float
    country: float
    yes_no: float
    hts: float
    nsn: float
    date: float
    chemistry: float
    distinct: float


def look(cells: Sequence[Cell]) -> Looks:
    """The looks of a column, from up to SAMPLE of its filled cells."""
    cells = cells[:FIRST]
    filled = [cell for cell in cells if not is_blank(cell)][:SAMPLE]
    texts = [cleaned(text_of(cell)) for cell in filled]
    told = [text for text in texts if not is_nothing(text) and not is_placeholder(text)]
    count = max(len(told), 1)

    def share(test: Callable[[str], object]) -> float:
        return sum(bool(test(text)) for text in told) / count

    amounts = [numbers.read(text, numbers.Marks(".")) for text in told]
    found = [one for one in amounts if isinstance(one, numbers.Amount)]
    wholes = [one.number for one in found if one.number == one.number.to_integral_value()]
    return Looks(
        filled=len(told),
        share_filled=len(told) / max(len(cells), 1),
        number=len(found) / count,
        whole=len(wholes) / count,
        money=sum(bool(one.currency or one.yen_sign) for one in found) / count,
        counting=_counting(wholes) if len(wholes) == len(told) else 0.0,
        levels=_levels(wholes) if len(wholes) == len(told) else share(_is_level),
        dotted=share(_DOTTED.match),
        designators=share(_DESIGNATORS.match),
        numberlike=share(_NUMBERLIKE.match),
        distributor=share(_DISTRIBUTOR.match),
        value=share(_VALUE.match),
        package=share(_PACKAGE.match),
        link=share(lambda text: text.startswith(("http://", "https://", "www."))),
        wordy=share(lambda text: len(text.split()) >= 2 or _wide(text)),
        letters=share(lambda text: any(map(str.isalpha, text))),
        unit=share(is_unit),
        currency=share(lambda text: len(text) <= 4 and text.upper() in money.codes()),
        country=_few(told, lambda text: len(text) > 1 and countries.meanings(text)),
        yes_no=share(lambda text: text.casefold() in _YES_NO),
        hts=share(_HTS.match),
        nsn=share(_NSN.match),
        date=sum(not isinstance(dates.read(cell, True), dates.DateFault) for cell in filled)
        / count,
        chemistry=share(_CHEMISTRY.search),
        distinct=len(set(told)) / count,
    )


def fit(field: Field, looks: Looks) -> float:
    """How well such cells fit the field: 0 contradicts it, 0.5 says little, 1 looks just so."""
    if looks.filled == 0:
        return 0.2
    return max(0.0, min(1.0, _FITS.get(field, _plain_text)(looks)))


def _plain_text(looks: Looks) -> float:
    return 0.5


def _quantity(looks: Looks) -> float:
    if looks.number < 0.3:
        return 0.0
    if looks.counting > 0.95 and looks.filled >= 5 and looks.distinct == 1.0:
        return 0.3
    return looks.number * (1.0 if looks.whole > 0.8 else 0.75) * (0.4 if looks.money > 0.3 else 1.0)


def _position(looks: Looks) -> float:
    return max(looks.counting, looks.dotted, 0.7 * looks.whole if looks.distinct > 0.9 else 0.0)


def _part_number(looks: Looks) -> float:
    if looks.link > 0.5:
        return 0.05
    if looks.designators > 0.8:
        return 0.25  # "GRM188" could be either; the name decides
    likely = looks.numberlike * (0.4 if looks.value > 0.6 else 1.0)
    return max(likely, 0.55 * looks.letters * (1 - looks.wordy), 0.3 * looks.letters)


def _description(looks: Looks) -> float:
    if looks.letters < 0.3 or looks.link > 0.5 or looks.designators > 0.8:
        return 0.03
    return 0.05 if looks.value > 0.5 and looks.wordy < 0.15 else 0.4 + 0.6 * looks.wordy


def _maker(looks: Looks) -> float:
    if looks.letters < 0.6 or looks.link > 0.3 or looks.designators > 0.6:
        return 0.0
    return 1.0 - 0.5 * looks.numberlike - 0.4 * (looks.distinct if looks.filled > 8 else 0.3)


def _cost(looks: Looks) -> float:
    return max(looks.number, looks.money) if looks.number >= 0.3 else 0.0


_FITS: dict[Field, Callable[[Looks], float]] = {
    Field.LEVEL: lambda looks: looks.levels,
    Field.PARENT: lambda looks: max(looks.numberlike, 0.5 * looks.number, 0.3 * looks.wordy),
    Field.POSITION: _position,
    Field.PART_NUMBER: _part_number,
    Field.OWN_NUMBER: lambda looks: max(looks.numberlike, 0.5 * looks.distinct),
    Field.MAKER: _maker,
    Field.SUPPLIER: _maker,
    Field.DESCRIPTION: _description,
    Field.QUANTITY: _quantity,
    Field.UNIT: lambda looks: looks.unit if looks.letters > 0.5 else 0.0,
    Field.UNIT_COST: _cost,
    Field.TOTAL_COST: _cost,
    Field.CURRENCY: lambda looks: looks.currency,
    Field.COST_DATE: lambda looks: looks.date,
    Field.COUNTRY: lambda looks: looks.country,
    Field.CATEGORY: lambda looks: 0.0 if looks.letters < 0.5 else 1.0 - 0.5 * looks.numberlike,
    Field.CHEMISTRY: lambda looks: looks.chemistry,
    Field.VALUE: lambda looks: 0.5 + 0.5 * looks.value if looks.designators < 0.8 else 0.05,
    Field.FOOTPRINT: lambda looks: 0.4 + 0.6 * looks.package,
    Field.REFERENCES: lambda looks: max(looks.designators, 0.4 * looks.letters),
    Field.HTS: lambda looks: looks.hts,
    Field.NSN: lambda looks: looks.nsn,
    Field.LINK: lambda looks: max(looks.link, 0.3),
    Field.DISTRIBUTOR_NUMBER: lambda looks: max(looks.distributor, 0.5),
    Field.FITTED: lambda looks: looks.yes_no,
}


def by_looks(looks: Looks) -> tuple[Field, float] | None:
    """What a column without a known name holds, where its cells say so by themselves."""
    if looks.filled < 2:
        return None
    strong = (
        (Field.LINK, looks.link),
        (Field.NSN, looks.nsn),
        (Field.REFERENCES, looks.designators),
        (Field.UNIT, looks.unit if looks.letters > 0.5 else 0.0),
        (Field.CURRENCY, looks.currency),
        (Field.COUNTRY, looks.country if looks.letters > 0.9 else 0.0),
    )
    for field, share in strong:
        if share >= 0.8:
            return field, 0.6 * share
    return None


def by_looks_alone(looks: Looks) -> tuple[tuple[Field, float], ...]:
    """What a column can hold in a table where no row names the columns, best first."""
    if found := by_looks(looks):
        return (found,)
    if looks.filled < 2:
        return ()
    if looks.money > 0.5:
        return ((Field.UNIT_COST, 0.55),)
    if looks.number > 0.8:
        if looks.counting > 0.95 and looks.distinct == 1.0 and looks.filled >= 3:
            return ((Field.POSITION, 0.5), (Field.QUANTITY, 0.3))
        if looks.whole > 0.95:
            return ((Field.QUANTITY, 0.5),)
        return ((Field.UNIT_COST, 0.45),)
    if looks.letters > 0.6:
        wordy = (Field.DESCRIPTION, 0.35 + 0.15 * looks.wordy)
        number = (Field.PART_NUMBER, 0.5 * looks.numberlike)
        return tuple(sorted((wordy, number), key=lambda one: -one[1]))
    return ()


def _wide(text: str) -> bool:
    return len(text) >= 4 and any(ord(char) > 0x2E80 for char in text)


def _is_level(text: str) -> bool:
    return re.fullmatch(r"[.\s]*\d{1,2}|\.+|[+>]+|L\d{1,2}", text, re.I) is not None


def _counting(found: list[Decimal]) -> float:
    """How much of a run of whole numbers counts upwards by one."""
    if len(found) < 2:
        return 0.5 if found else 0.0
    steps = sum(later - earlier == 1 for earlier, later in pairwise(found))
    return steps / (len(found) - 1)


def _levels(found: list[Decimal]) -> float:
    """Whether whole numbers can be levels: they start at 0 or 1, and rise by one at most."""
    if not found or found[0] > 1 or min(found) < 0 or max(found) > 15:
        return 0.0
    rises = [later - earlier for earlier, later in pairwise(found)]
    return sum(rise <= 1 for rise in rises) / max(len(rises), 1)


def _few(texts: list[str], test: Callable[[str], object]) -> float:
    """The share over the distinct texts, of which we try only a few: the test is slow."""
    distinct = list(dict.fromkeys(texts))[:25]
    return sum(bool(test(text)) for text in distinct) / max(len(distinct), 1)
