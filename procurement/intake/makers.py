"""Several makers or part numbers in one cell become alternates; one maker spelt three ways is said.

Splitting is careful: "Diodes, Inc." is one maker, and "2N7002,215" one part number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from procurement.intake.reading import Alternate
from procurement.intake.texts import cleaned, is_nothing

LEGAL_FORMS = frozenset(
    {
        *(
            "inc",
            "incorporated",
            "llc",
            "ltd",
            "limited",
            "co",
            "corp",
            "corporation",
            "company",
            "plc",
        ),
        *(
            "gmbh",
            "ag",
            "kg",
            "se",
            "sa",
            "sas",
            "sarl",
            "spa",
            "srl",
            "bv",
            "nv",
            "ab",
            "oy",
            "as",
            "a/s",
        ),
        *(
            "pty",
            "pte",
            "kk",
            "k.k",
            "bhd",
            "sdn",
            "group",
            "holding",
            "holdings",
            "intl",
            "usa",
            "us",
        ),
        *(
            "ооо",
            "ао",
            "зао",
            "оао",
            "пао",
            "有限公司",
            "股份有限公司",
            "株式会社",
            "주식회사",
            "jsc",
        ),
    }
)
CLOSE = 88  # of 100, when two spellings are probably one maker
MOST_COMPARED = 400

_HARD = re.compile(
    r"\s*(?:[\r\n;|]+|\s/\s|\s+or\s+|\s+oder\s+|\s+ou\s+|\s+или\s+|\s\bOR\b\s|、)\s*"
)
_COMMA = re.compile(r"\s*,\s*|\s*，\s*")
_SLASH = re.compile(r"\s*/\s*")
_WORD = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")


def alternates(maker: str, part_number: str) -> tuple[str, str, tuple[Alternate, ...], bool]:
    """(maker, part number, the alternates, whether the two cells paired up), from the raw cells.

    As many makers as part numbers are paired in order; one of either goes with each of the other.
    """
    makers = split_makers(maker)
    numbers = split_numbers(part_number)
    if len(makers) > 1 and len(numbers) == 1 and (more := _by_comma(part_number, len(makers))):
        numbers = more
    if len(numbers) > 1 and len(makers) == 1 and (more := _by_comma(maker, len(numbers))):
        makers = more
    if len(makers) <= 1 and len(numbers) <= 1:
        return makers[0] if makers else "", numbers[0] if numbers else "", (), True
    if len(makers) == len(numbers):
        pairs = list(zip(makers, numbers, strict=True))
    elif len(numbers) <= 1:
        pairs = [(one, numbers[0] if numbers else "") for one in makers]
    elif len(makers) <= 1:
        pairs = [(makers[0] if makers else "", one) for one in numbers]
    else:
        pairs = [(makers[0], numbers[0])]
        pairs += [(one, "") for one in makers[1:]] + [("", one) for one in numbers[1:]]
    first, *rest = pairs
    paired = len(makers) == len(numbers) or len(makers) <= 1 or len(numbers) <= 1
    return *first, tuple(Alternate(*pair) for pair in rest), paired


@lru_cache(maxsize=20_000)
def are_several_makers(text: str) -> bool:
    """Whether a maker's cell names several."""
    return len(split_makers(text)) > 1


@lru_cache(maxsize=20_000)
def are_several_numbers(text: str) -> bool:
    """Whether a part number's cell names several, whatever the maker's says."""
    return len(split_numbers(text)) > 1


def split_makers(text: str) -> list[str]:
    """The makers in a cell. A comma before "Inc." parts nothing."""
    found: list[str] = []
    for piece in _parted(_HARD, text):
        parts = [part for part in _parted(_COMMA, piece) if part]
        joined: list[str] = []
        for part in parts:
            words = [word.casefold() for word in _WORD.findall(part)]
            if joined and words and words[0] in LEGAL_FORMS:
                joined[-1] = f"{joined[-1]}, {part}"
            else:
                joined.append(part)
        for part in joined:
            sides = _parted(_SLASH, part)
            whole = len(sides) < 2 or any(len(side) < 3 for side in sides)
            found += [part] if whole else sides
    return _told(found)


def split_numbers(text: str) -> list[str]:
    """The part numbers in a cell: parted by lines, semicolons, bars, " / ", "or"; or ", "."""
    found: list[str] = []
    for piece in _parted(_HARD, text):
        parts = re.split(r",\s+", piece)
        apart = len(parts) > 1 and all(_is_number_like(part) for part in parts)
        found += parts if apart else [piece]
    return _told(found)


def _parted(at: re.Pattern[str], text: str) -> list[str]:
    """The text parted, but never within brackets: "CJ(江苏长电/长晶)" is one maker."""
    bracketed = [each.span() for each in _BRACKETED.finditer(text)]
    parts, begins = [], 0
    for cut in at.finditer(text):
        if not any(opens < cut.start() < closes for opens, closes in bracketed):
            parts.append(text[begins : cut.start()])
            begins = cut.end()
    return [*parts, text[begins:]]


def _is_number_like(text: str) -> bool:
    return len(text) >= 5 and " " not in text and any(map(str.isdigit, text))


def _by_comma(text: str, wanted: int) -> list[str]:
    parts = _told(_parted(_COMMA, text))
    return parts if len(parts) == wanted else []


def _told(parts: Iterable[str]) -> list[str]:
    told = (cleaned(part) for part in parts)
    return list(dict.fromkeys(part for part in told if part and not is_nothing(part)))


def key(maker: str) -> str:
    """What two spellings of a maker share: letters and digits, without case and legal form."""
    words = [word for word in _WORD.findall(maker.casefold()) if word not in LEGAL_FORMS]
    return "".join(words) or "".join(_WORD.findall(maker.casefold()))


def spelt_differently(makers: Iterable[str]) -> dict[str, str]:
    """Spelling → the commoner spelling of what is probably the same maker."""
    counts = Counter(filter(None, makers))
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for maker in counts:
        groups[key(maker)].append(maker)
    common = {name: max(spelt, key=lambda one: counts[one]) for name, spelt in groups.items()}
    weight = {name: sum(counts[one] for one in spelt) for name, spelt in groups.items()}
    found = {
        maker: common[name]
        for name, spelt in groups.items()
        for maker in spelt
        if maker != common[name]
    }
    names = sorted(common, key=lambda name: -weight[name])[:MOST_COMPARED]
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            near = abs(len(name) - len(other)) <= 2 and len(other) >= 6
            if near and fuzz.ratio(name, other) >= CLOSE:
                found.setdefault(common[other], common[name])
    return found
