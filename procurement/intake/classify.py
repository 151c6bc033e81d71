"""What a line is, from its own words. Careful: a battery taken for something else is missed.

Not sure is an answer: then the category is None, and the rules ask. What names a battery anywhere
is never called something else with confidence, unless it is plainly a holder, charger or the like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from procurement.categories import Category, Chemistry
from procurement.intake import signs
from procurement.intake.reading import ParsedLine
from procurement.intake.saying import NOTHING, Saying
from procurement.intake.vocabulary import CHEMISTRIES, Kind
from procurement.intake.words import Hit, hits, words_of

ENOUGH = 0.6  # to name something that is no battery
ENOUGH_FOR_BATTERY = 0.5
CANNOT_HOLD = frozenset(
    {
        *(Category.RESISTOR, Category.CAPACITOR, Category.INDUCTOR, Category.DIODE, Category.LED),
        *(Category.TRANSISTOR, Category.CRYSTAL, Category.FUSE, Category.THERMISTOR, Category.IC),
        *(
            Category.CONNECTOR,
            Category.WIRING,
            Category.BATTERY_HOLDER,
            Category.LABEL,
            Category.BMS,
        ),
        *(Category.INSULATION, Category.FASTENER, Category.BUSBAR, Category.TAB, Category.MARKING),
        *(Category.RELAY, Category.SWITCH, Category.TRANSFORMER, Category.MAGNET, Category.ANTENNA),
    }
)
"""Kinds that hold no battery inside: a battery's name beside them is what they serve."""

_CAPACITY = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:k|m)?(?:Ah|Wh)\b", re.IGNORECASE)
_STRINGS = re.compile(r"\b(?:[2-9]|[1-9]\d)\s*S(?:\s*\d{1,3}\s*P)?\b|\b\d{1,3}S\d{1,3}P\b")
_WITHOUT = re.compile(
    r"(?:without|w/o|excluding|excl\.?|less|no|ohne|sans|sin|без)\s+(?:the\s+)?(?:batter\w*|akkus?|pile\w*|bater\w*|аккумулятор\w*|cells?)\b"
    r"|batter\w*\s+(?:is\s+|are\s+)?not\s+(?:included|supplied)|不含电池|電池別売|배터리 미포함",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;()\[\]|\n、，；（）]|\s[-–—/+]\s")
_FOR = frozenset(
    {
        "for",
        "from",
        "für",
        "zu",
        "pour",
        "de",
        "du",
        "des",
        "para",
        "per",
        "для",
        "of",
        "von",
        "compatible with",
        "suits",
        "fits",
    }
)
_BETWEEN = re.compile(
    r"(?<=\S)\s+(?:compatible with|with|w/|incl\.?|including|includes|containing|contains|mit"
    r"|inkl\.?|avec|con|с"
    r"|for|from|für|zu|pour|de|du|des|para|per|для|of|von|suits|fits)\s+",
    re.IGNORECASE,
)
_ONLY_OF_BATTERIES = frozenset(
    {
        "holder",
        "socket",
        "clip",
        "clips",
        "contact",
        "contacts",
        "retainer",
        "snap",
        "clamp",
        "cradle",
        "spacer",
    }
    | {"держатель", "отсек", "management", "protection circuit"}
)
"""Words that mean a part of a battery's surroundings only where a battery is named."""
_BATTERY_NAME = re.compile(
    r"batt|akku|cell|^(?:[A-Z]{2,4}-?)?[1-4]\d{4}|^(?:CR|BR|DL|E?CR|LIR|ML|VL|LR|SR|PR|AG|ER|LS|TL|BA|BB|2CR|L9|FR|HR|MN|6LR|6F)-?\d",
    re.IGNORECASE,
)
_MEASURES = {
    "res": re.compile(r"\d\s*(?:[kmr]?\s*ohms?|Ω|Ω|[kmr])\b", re.IGNORECASE),
    "cap": re.compile(r"\d\s*[pnuµμ]\s*f?\b", re.IGNORECASE),
}
"""What makes a distributor's short word sure: "RES SMD 10K OHM"."""
_NEVER = re.compile(r"(?!)")
_SPECIAL = {Category.DIODE: Category.LED, Category.RESISTOR: Category.THERMISTOR}
_WEAK_ALONE = frozenset(
    {"management", "pad", "door", "cover", "box", "plate", "support", "frame", "gear", "cap", "res"}
)
_BESIDE_CAPACITY = frozenset(
    {
        Category.CONNECTOR,
        Category.WIRING,
        Category.HOUSING,
        Category.INSULATION,
        Category.LABEL,
        Category.SWITCH,
    }
    | {Category.MECHANICAL, Category.TAB, Category.BUSBAR, Category.BMS, Category.SENSOR}
)
"""What a battery is sold with: beside a capacity in Ah, it still is a battery."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a line seems to be. `why` is a phrase for the person; None: not recognised."""

    category: Category | None
    chemistry: Chemistry | None
    confidence: float
    why: str


Evidence = tuple[tuple[Saying, float, str], ...]
"""What was said, how much it weighs there (0 to 1), and where it was said."""


def classify_line(line: ParsedLine) -> Guess:
    """What a parsed line is. Lines of one part differ in their designators' numbers alone."""
    return _remembered(
        line.description,
        line.part_number,
        line.value,
        line.footprint,
        signs.designator(line.references),
        line.category_text,
        line.chemistry_text,
        line.specification,
        line.hts,
        line.nsn,
    )


def classify(
    description: str = "",
    part_number: str = "",
    value: str = "",
    footprint: str = "",
    references: str = "",
    category: str = "",
    chemistry: str = "",
    specification: str = "",
    hts: str = "",
    nsn: str = "",
) -> Guess:
    """What a part is, from whatever is told of it. The same texts always give the same guess."""
    designated = not references and signs.references(description) is not NOTHING
    said = [
        (said_by(description), 0.5 if designated else 1.0, "description"),
        (said_by(category), 0.9, "category"),
        (said_by(value), 0.8, "value"),
        (_said_by_number(part_number), 0.8, "part number"),
        (said_by(specification), 0.6, "specification"),
        (signs.footprint(footprint), 1.0, "footprint"),
        (signs.part_number(part_number or value), 1.0, "part number"),
        (signs.references(references or description), 1.0, "reference"),
        (signs.value(value or part_number, references), 1.0, "value"),
        (signs.codes(hts, nsn), 1.0, "code"),
    ]
    guess = _weighed(tuple([one for one in said if one[0] is not NOTHING]))
    if guess.category is None or not guess.category.is_battery_kind:
        return guess
    texts = " ".join((description, category, value, part_number, specification))
    return replace(guess, chemistry=chemistry_of(texts, chemistry, hts))


_remembered = lru_cache(maxsize=50_000)(classify)


def _agreed(said: Evidence) -> Evidence:
    """The general sign gives way to the special: D and R stand for LEDs and thermistors too."""
    named = {saying.category for saying, _, _ in said}
    special = {
        general: one for general, one in _SPECIAL.items() if one in named and general in named
    }
    if not special:
        return said
    return tuple(
        (replace(saying, category=special.get(saying.category, saying.category)), weight, where)
        if saying.category and where in ("reference", "footprint")
        else (saying, weight, where)
        for saying, weight, where in said
    )


@lru_cache(maxsize=20_000)
def _weighed(said: Evidence) -> Guess:
    """What all the evidence comes to. The same evidence comes again and again."""
    said = _agreed(said)
    doubt: dict[Category, float] = {}
    reasons: dict[Category, str] = {}
    for saying, weight, where in said:
        if saying.category is None:
            continue
        doubt[saying.category] = doubt.get(saying.category, 1.0) * (1 - saying.weight * weight)
        reasons.setdefault(saying.category, f"its {where} says “{saying.word}”")
    if not doubt:
        named = next((one.word for one, _, _ in said if one.battery), "")
        why = (
            f"it names a battery (“{named}”), and not clearly what it is"
            if named
            else "nothing says what it is"
        )
        return Guess(None, None, 0.0, why)
    ranked = sorted(doubt, key=lambda one: doubt[one])
    best, sure = ranked[0], 1 - doubt[ranked[0]]
    batteries = [one for one in ranked if one.is_battery_kind]
    others = [one for one in ranked if not one.is_battery_kind]
    if batteries and others:
        battery, other = 1 - doubt[batteries[0]], 1 - doubt[others[0]]
        if abs(battery - other) < 0.25:
            why = f"{reasons[batteries[0]]}, and {reasons[others[0]]}"
            return Guess(None, None, 0.0, why)
    if best.is_battery_kind:
        best = _most_exact(batteries, doubt)
        if sure < ENOUGH_FOR_BATTERY:
            return Guess(None, None, round(sure, 2), reasons[best])
        return Guess(best, None, round(sure, 2), reasons[best])
    named = next((one.word for one, _, _ in said if one.battery), "")
    if named and best not in CANNOT_HOLD:
        why = f"{reasons[best]}, and it names a battery (“{named}”)"
        return Guess(None, None, 0.0, why)
    if sure < ENOUGH:
        return Guess(None, None, round(sure, 2), f"only {reasons[best]}")
    return Guess(best, None, round(sure, 2), reasons[best])


def _most_exact(batteries: list[Category], doubt: dict[Category, float]) -> Category:
    """ "Battery" said with "cell" or "pack" is that: the plain word decides only alone."""
    exact = [one for one in batteries if one is not Category.BATTERY]
    return exact[0] if exact and doubt[exact[0]] < 0.6 else batteries[0]


def _said_by_number(text: str) -> Saying:
    """A part number of one word says nothing in words, unless it is a battery's own name."""
    if " " in text or _BATTERY_NAME.search(text):
        return said_by(text)
    return NOTHING


@lru_cache(maxsize=20_000)
def said_by(text: str) -> Saying:
    """What one text says the thing is: its head word, "holder" in "battery holder"."""
    if not text or len(text) < 2:
        return NOTHING
    told = _WITHOUT.sub(" ", text)
    found: Saying = NOTHING
    for part in filter(None, (part.strip() for part in _PARTS.split(told))):
        saying = _head(part, text)
        if found.category is None and saying.category is not None:
            found = Saying(
                saying.category, saying.weight, saying.battery or found.battery, saying.word
            )
        elif saying.battery and not found.battery:
            found = _later_battery(found, saying)
    if found.category is None and (size := signs.battery_size(told)):
        found = Saying(size[0], 0.75 if _CAPACITY.search(told) else 0.65, True, size[1])
    return _sized(found, told) if found.category and found.category.is_battery_kind else found


def _later_battery(found: Saying, later: Saying) -> Saying:
    """A battery named after the head: "Radio, Li-ion battery" may hold one; a diode does not."""
    if found.category is None:
        return Saying(later.category, later.weight, True, later.word)
    return Saying(found.category, found.weight, True, found.word)


def _head(part: str, whole: str) -> Saying:
    """What comes before "with" or "for" is the thing; what comes after is what it has or serves."""
    cut = _BETWEEN.search(part)
    saying = _of(part[: cut.start()] if cut else part, whole)
    if cut is None:
        return saying
    rest = _of(part[cut.end() :], whole)
    holds = rest.category is not None and rest.category.is_battery_kind
    word = cut.group().strip().casefold()
    if word == "of" and saying.category is None:
        return rest
    if holds and word not in _FOR and not (saying.category and saying.category.is_battery_kind):
        if saying.category in CANNOT_HOLD - {Category.BATTERY_HOLDER}:
            return saying
        return Saying(Category.CONTAINS_BATTERY, 0.7, True, part)
    if saying.category is None and (holds or rest.battery):
        return Saying(None, 0.0, True, rest.word)
    return saying


def _of(part: str, whole: str) -> Saying:
    """What the known phrases of one part of a text come to."""
    found = hits(words_of(part))
    batteries = [hit for hit in found if hit.kind is Kind.BATTERY]
    others = [hit for hit in found if hit.kind in (Kind.OTHER, Kind.ACCESSORY)]
    if containers := [hit for hit in found if hit.kind is Kind.CONTAINER]:
        return Saying(Category.CONTAINS_BATTERY, 0.7, True, containers[0].text)
    size = signs.battery_size(part)
    if not batteries and not size:
        others = [hit for hit in others if hit.category and hit.text not in _ONLY_OF_BATTERIES]
        if not others:
            return NOTHING
        hit = _chosen(others, part)
        weak = hit.text in _WEAK_ALONE and not _MEASURES.get(hit.text, _NEVER).search(whole)
        return Saying(
            hit.category, 0.5 if weak else 0.85 if hit.words > 1 else 0.8, False, hit.text
        )
    if not batteries:
        if others:
            return _beside(size[1] if size else "", others, part, whole)
        assert size is not None  # noqa: S101 (one of the two was found)
        return Saying(size[0], 0.75, True, size[1])
    if others:
        last = batteries[-1]
        chip = next((hit for hit in others if hit.text.split()[-1] in ("ic", "ics")), None)
        if chip and not _CAPACITY.search(whole):
            return Saying(chip.category, 0.85, False, chip.text)
        if others[-1].end < last.end and others[0].start > batteries[0].start:
            return Saying(None, 0.0, True, last.text)
        if others[0].start > 0 and others[-1].end < last.end:
            return Saying(last.category, 0.55, True, last.text)
        return _beside(last.text, others, part, whole, last.category)
    hit = max(batteries, key=lambda one: one.words)
    level = next((one for one in batteries if one.category is not Category.BATTERY), hit)
    bare = all(one.text in ("bat", "cell", "cells") for one in batteries)
    return Saying(level.category, 0.6 if bare else 0.85, True, hit.text)


def _beside(
    battery: str, others: list[Hit], part: str, whole: str, level: Category | None = None
) -> Saying:
    """A battery's word and another's in one phrase: as a rule a thing for batteries."""
    hit = _chosen(others, part)
    if level and _CAPACITY.search(whole):
        if all(other.category in _BESIDE_CAPACITY for other in others):
            return Saying(level, 0.75, True, battery)
        return Saying(None, 0.0, True, battery)
    if hit.category is None:
        return Saying(None, 0.0, True, f"{battery} … {hit.text}")
    serves = hit.kind is Kind.ACCESSORY or hit.category in CANNOT_HOLD
    return Saying(hit.category, 0.85, not serves, f"{battery} … {hit.text}")


def _chosen(others: list[Hit], part: str) -> Hit:
    """English names the thing last, distributors' capitals first; longer phrases say more."""
    first = (part.isupper() or "_" in part) and len(others) > 1
    longest = max(hit.words for hit in others)
    likely = [hit for hit in others if hit.words == longest]
    return others[0] if first else likely[-1]


def _sized(saying: Saying, text: str) -> Saying:
    """A battery's level, more exactly: "3S2P" is a pack, "18650" a cell."""
    if saying.category in (Category.BATTERY, Category.CELL):
        words = words_of(text)
        if "pack" in words or _STRINGS.search(text):
            return Saying(Category.BATTERY_PACK, saying.weight, True, saying.word)
        size = signs.battery_size(text)
        if size and (saying.category is Category.BATTERY or size[0] is Category.BATTERY):
            return Saying(size[0], saying.weight, True, saying.word)
    return saying


def chemistry_of(text: str, told: str = "", hts: str = "") -> Chemistry | None:
    """The chemistry told or named, or that size or tariff heading stands for; None if none does."""
    for source in (told, text):
        for chemistry, pattern in _CHEMISTRIES:
            if source and pattern.search(source):
                return chemistry
    return signs.chemistry_by_size(text) or signs.chemistry_by_hts(hts)


_CHEMISTRIES = tuple((one, re.compile(pattern, re.IGNORECASE)) for one, pattern in CHEMISTRIES)
