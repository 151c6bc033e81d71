"""What rides beside the verdicts and never decides one.

Import rules, another country's export controls, and pointers to the general buying rules. Each key
names what to look at; the sentence says why.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from compliance.law.answers import Answer
from compliance.law.facts import Dossier, Input, Kind, Unit, spell_on
from compliance.law.materials import told
from compliance.law.rule import Advisory, Case

SUSPENDED_FROM, SUSPENDED_TO = date(2025, 11, 7), date(2026, 11, 11)
"""Announcement 70 of 2025 suspends until and with 10 November 2026; what came after is not
known."""
GRAPHITE_FROM = date(2023, 12, 1)
UFLPA_FROM = date(2022, 6, 21)
LITHIUM_FROM = date(2025, 8, 19)
CONTENT_STEP = date(2029, 1, 1)
WH_PER_KG = Decimal(300)
LFP_DENSITY, LFP_MAH_PER_G = Decimal("2.5"), Decimal(156)
CHINA = "CN"


def advise(dossier: Dossier, on: date | None) -> tuple[Advisory, ...]:
    """Every advisory that concerns the dossier on the day; without one, on its award or the
    last."""
    if dossier.part.kind in (None, Kind.OTHER, Kind.COUNTERPARTY) or dossier.part.within:
        return ()
    case = Case(dossier, on or dossier.procurement.award or date.max)
    return tuple(each for adviser in ADVISERS for each in adviser(case))


def number(unit: Unit | Input, key: str) -> Decimal | None:
    """A told amount; what is no number is not told."""
    word = told(unit, key)
    try:
        return None if word is None else Decimal(word)
    except InvalidOperation:
        return None


def made_in_china(thing: Unit | Input) -> bool:
    if isinstance(thing, Unit):
        return CHINA in (thing.assembled_in, told(thing, "cells_in"))
    return any(step.country == CHINA for step in thing.steps or ())


def controlled(thing: Unit | Input) -> str | None:
    """What Announcement 58 of 2025 calls a thing that it controls."""
    if isinstance(thing, Unit):
        density = number(thing, "wh_per_kg")
        if density is not None and density >= WH_PER_KG:
            return "a lithium-ion cell or pack of 300 Wh/kg or more (3A001)"
        return None
    if thing.category == "cathode_material":
        density, capacity = number(thing, "g_per_cm3"), number(thing, "mah_per_g")
        dense = density is not None and density >= LFP_DENSITY
        if dense and capacity is not None and capacity >= LFP_MAH_PER_G:
            return "a dense lithium iron phosphate cathode"
    if thing.category == "precursor" and thing.material in ("NCM", "NCA"):
        return "an NCM or NCA hydroxide precursor"
    if thing.category == "anode_material" and thing.material == "artificial graphite":
        return "an artificial graphite anode"
    return None


def everything(dossier: Dossier) -> Iterator[Unit | Input]:
    for unit in dossier.part.things:
        yield unit
        yield from unit.inputs or ()


def export_controls(case: Case) -> tuple[Advisory, ...]:
    """China's export controls: a supply risk, never a buying rule."""
    found = [
        what
        for thing in everything(case.dossier)
        if made_in_china(thing)
        for what in [controlled(thing)]
        if what is not None
    ]
    if not found or case.on < SUSPENDED_FROM:
        return ()
    cite = "MOFCOM and GACC Announcements 58 and 70 of 2025"
    what = "; ".join(dict.fromkeys(found))
    if case.on < SUSPENDED_TO:
        says = f"China's export control of {what} is suspended to 10 November 2026."
        return (Advisory("mofcom-58:suspended", cite, says),)
    says = (
        f"China may control the export of {what}: the suspension ended on 10 November 2026. Verify."
    )
    return (Advisory("mofcom-58:verify", cite, says),)


def graphite(case: Case) -> tuple[Advisory, ...]:
    """The older graphite controls were not suspended."""
    natural = ("natural graphite", "spherical graphite")
    if case.on < GRAPHITE_FROM or not any(
        thing.material in natural and made_in_china(thing) for thing in everything(case.dossier)
    ):
        return ()
    says = (
        "China controls the export of spherical and other natural graphite since 1 December 2023."
    )
    return (Advisory("mofcom-39", "MOFCOM and GACC Announcement 39 of 2023", says),)


def forced_labour(case: Case) -> tuple[Advisory, ...]:
    """The import presumption against Xinjiang and listed entities: hinge importation, no
    minimum."""
    if case.on < UFLPA_FROM:
        return ()
    cite = "Uyghur Forced Labor Prevention Act, Pub. L. 117-78"
    lists = case.dossier.part.lists.get("UFLPA", {})
    named = [
        case.dossier.part.parties[party]
        for party, spells in lists.items()
        if spell_on(spells, case.on).answer is Answer.YES
    ]
    if named:
        says = f"{', '.join(named)}: named on the entity list; imports are presumed barred."
        return (Advisory("uflpa:entity", cite, says),)
    if any(made_in_china(thing) for thing in everything(case.dossier)):
        lithium = (
            (" Lithium is a priority sector since 19 August 2025.")
            if case.on >= LITHIUM_FROM
            else ""
        )
        says = f"Something here comes from China: trace inputs to outside Xinjiang.{lithium}"
        return (Advisory("uflpa:trace", cite, says),)
    return ()


def bill(case: Case) -> tuple[Advisory, ...]:
    """The bill on the Department of Homeland Security, where it would matter."""
    lists = case.dossier.part.lists.get("154", {})
    named = any(spell_on(spells, case.on).answer is Answer.YES for spells in lists.values())
    if case.dossier.procurement.agency != "DHS" or not named:
        return ()
    says = "A bill would bar this from 1 October 2027. It is not law on the data we hold: verify."
    return (Advisory("dhs-bill:verify", "H.R. 1166, S. 450 (119th Congress)", says),)


def domestic_content(case: Case) -> tuple[Advisory, ...]:
    """Pointers to the general rules on where a thing is made."""
    abroad = [unit for unit in case.dossier.part.units if unit.assembled_in != "US"]
    if not abroad:
        return ()
    percent = 75 if case.on >= CONTENT_STEP else 65
    says = (
        f"Not told to be made in the United States: domestic content must exceed {percent} percent."
    )
    found = [Advisory("buy-american", "41 U.S.C. ch. 83; FAR 25.1", says)]
    if any(unit.assembled_in == CHINA for unit in abroad):
        says = "China is not a designated country under the Trade Agreements Act."
        found.append(Advisory("taa", "19 U.S.C. 2501 and following", says))
    return tuple(found)


ADVISERS: tuple[Callable[[Case], tuple[Advisory, ...]], ...] = (
    forced_labour,
    export_controls,
    graphite,
    bill,
    domestic_content,
)
