"""The days on which an answer may change: exact breakpoints, not samples."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.law.facts import Dossier, PartFacts, Spell, Unit, Use
from compliance.law.rule import Rule


def anniversary(day: date) -> date:
    """The first anniversary; of 29 February, the earlier candidate: 28 February."""
    return (
        date(day.year + 1, 2, 28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later; of the 29th to 31st of a shorter month, its 28th."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + years, month + 1, day.day)
    except ValueError:
        return date(day.year + years, month + 1, 28)


def unit_uses(unit: Unit) -> Iterator[Use]:
    """Every party in a role of a unit."""
    for use in (unit.maker, unit.assembler, *(unit.cells or ())):
        if use is not None:
            yield use
    for each in unit.inputs or ():
        if each.source is not None:
            yield each.source
        for step in each.steps or ():
            if step.by is not None:
                yield step.by
    for licence in unit.licences:
        yield licence.licensor


def spells_of(part: PartFacts) -> Iterator[tuple[Spell, ...]]:
    for unit in (*part.units, *((part.item,) if part.item else ())):
        for use in unit_uses(unit):
            yield use.feoc
    if part.item_maker is not None:
        yield part.item_maker.feoc
    for parties in part.lists.values():
        yield from parties.values()


def fact_days(dossier: Dossier) -> Iterator[date]:
    """Every day on which a fact of the dossier begins or ends, or comes to be in doubt."""
    parts = (dossier.part, *(each.part for each in dossier.part.doubted))
    yield from (each.since for each in dossier.part.doubted if each.since is not None)
    for spells in (spells for part in parts for spells in spells_of(part)):
        for spell in spells:
            if spell.since is not None:
                yield spell.since
    for unit in dossier.part.units:
        for licence in unit.licences:
            yield from (day for day in (licence.true_from, licence.true_to) if day is not None)
    procurement = dossier.procurement
    for waiver in procurement.waivers:
        yield waiver.granted
        yield anniversary(waiver.granted)
        if waiver.ends is not None:
            yield waiver.ends
        yield months_after(waiver.granted, 36)
    for day in (procurement.fielded_from, procurement.renewal):
        if day is not None:
            yield day
            yield day + timedelta(days=1)


def breakpoints(rule: Rule, dossier: Dossier) -> tuple[date, ...]:
    """Every day on which the answer of `rule` to `dossier` may change; between two of them it does
    not."""
    return tuple(
        sorted({*(day for day, _ in rule.starts.days), *rule.moments, *fact_days(dossier)})
    )
