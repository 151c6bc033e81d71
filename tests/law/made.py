"""Random dossiers, whole or with facts forgotten, for properties that must hold of any."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from compliance.law.answers import Answer
from compliance.law.categories import MAY_HOLD_SENSITIVE
from compliance.law.facts import (
    ITEM,
    Dossier,
    GroundFact,
    Input,
    Kind,
    LicenceFact,
    PartFacts,
    ProcurementFacts,
    Spell,
    StepFact,
    Unit,
    Use,
    WaiverFact,
)
from compliance.law.world_faults import denies_its_steps

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
PARTIES = {"p1": "Clean", "p2": "Listed", "p3": "Concern", "p4": "Who", "p5": "Later", "p6": "Also"}
LATER = date(2028, 7, 1)
LISTS = ("154", "1260H", "889", "5949", "UFLPA")
CATEGORIES = (
    "cathode_material",
    "anode_material",
    "separator",
    "cathode_foil",
    "housing",
    "bms",
    "ic",
    "magnet",
    "radio",
    "battery_mineral",
)


def spells(party: str, known: bool) -> tuple[Spell, ...]:
    """p1 is clean, p2, p3 and p6 are of concern, p5 from a day on; p4 nobody has looked into."""
    if party == "p5":
        return (Spell(None, NO), Spell(LATER, YES))
    if party == "p4" and not known:
        return (Spell(None, UNKNOWN),)
    return (Spell(None, YES if party in ("p2", "p3", "p6") else NO),)


def listings(key: str, party: str, known: bool) -> tuple[Spell, ...]:
    if party == "p4" and not known:
        return (Spell(None, UNKNOWN),)
    on = {"154": ("p2", "p6"), "1260H": ("p2",), "889": ("p3",), "5949": ("p3",)}.get(key, ())
    how = "affiliate" if (key, party) == ("154", "p5") else ""
    return (Spell(None, YES if party in on else NO, how=how),)


def use(choose: random.Random, known: bool = True) -> Use:
    party = choose.choice(list(PARTIES))
    return Use(party, spells(party, known))


def made(seed: int, components: int = 0) -> Dossier:
    """A dossier in which every fact is told; of one to five components, or so many."""
    choose = random.Random(seed)
    drawn = choose.randrange(1, 6)
    inputs = tuple(one_input(choose, number) for number in range(components or drawn))
    days = [date(2027, 1, 1) + timedelta(days=choose.randrange(1600)) for _ in range(4)]
    within = {each.category for each in inputs}
    held = {"telecom": ("yes", "radio"), "semiconductors": ("some", "ic")}
    attributes = tuple(
        sorted(
            {
                "covered_pcb": "yes" if within & {"bms", "radio"} else "no",
                **{
                    key: word if kind in within else "none" if word == "some" else "no"
                    for key, (word, kind) in held.items()
                },
                "electronic_device": choose.choice(["yes", "no"]),
            }.items()
        )
    )
    material = "NdFeB" if any(each.material != "none" for each in inputs) else "none"
    licences = tuple(
        LicenceFact(
            f"part.units.0.licences.{number}",
            use(choose),
            choose.random() < 0.3,
            choose.choice([None, days[0]]),
            None,
        )
        for number in range(choose.choice([0, 0, 0, 1]))
    )
    unit = Unit(
        "part.units.0",
        "the pack",
        "PACK-1",
        "battery_pack",
        choose.choice(["nmc", "nmc", "nmc", "lead_acid"]),
        use(choose),
        use(choose),
        choose.choice(["US", "CN", "KR"]),
        (use(choose),),
        inputs,
        True,
        licences,
        True,
        choose.random() < 0.3,
        False,
        material,
        attributes,
    )
    kind = choose.choice([Kind.BATTERY, Kind.BATTERY, Kind.BATTERY, Kind.CONTAINS])
    lists = {key: {p: listings(key, p, True) for p in PARTIES} for key in LISTS}
    contained = kind is Kind.CONTAINS
    part = PartFacts(
        "the pack",
        kind,
        False,
        (unit._replace(embedded=contained),),
        use(choose) if contained else None,
        contained,
        PARTIES,
        lists,
        item=item(random.Random(f"item {seed}")) if contained else None,
    )
    return Dossier(part, procurement(choose, days))


def item(choose: random.Random) -> Unit:
    """The item that contains the pack, in its own right; all of it is told."""
    inputs = tuple(
        one_input(choose, number)._replace(path=f"{ITEM}.inputs.{number}")
        for number in range(choose.randrange(3))
    )
    within = {each.category for each in inputs}
    attributes = {
        "covered_pcb": "yes" if within & {"bms", "radio"} else "no",
        "electronic_device": choose.choice(["yes", "no"]),
        "semiconductors": "some" if "ic" in within else "none",
        "telecom": "yes" if "radio" in within else "no",
    }
    return Unit(
        ITEM,
        "the set",
        "SET-1",
        "contains_battery",
        maker=use(choose),
        assembler=use(choose),
        assembled_in=choose.choice(["US", "CN", "KR"]),
        inputs=inputs,
        complete=True,
        cots=choose.random() < 0.3,
        material="NdFeB" if any(each.material != "none" for each in inputs) else "none",
        attributes=tuple(sorted(attributes.items())),
    )


def one_input(choose: random.Random, number: int) -> Input:
    steps = tuple(
        StepFact(kind, use(choose), choose.choice(["US", "CN", "JP"]))
        for kind in choose.sample(["mining", "refining", "melting", "recycling", "reprocessing"], 3)
    )
    category = choose.choice(CATEGORIES)
    drawn = Input(
        f"part.units.0.inputs.{number}",
        f"input {number}",
        category,
        Decimal(choose.choice([1, 2, 5, 95, 100])),
        "USD",
        "price",
        None,
        use(choose),
        steps if choose.random() < 0.7 else (),
        choose.random() < 0.3,
        choose.random() < 0.5,
        choose.choice(["none", "NdFeB", "SmCo"]),
        (),
        choose.choice([(), (choose.choice(list(PARTIES)),)]),
    )
    return consistent(drawn)


def consistent(each: Input) -> Input:
    """Without what cannot be so: a thing told not to be recycled that a step recycled, and a magnet
    in what no magnet can be in."""
    if denies_its_steps(each.recycled, (step.kind for step in each.steps or ())):
        each = each._replace(recycled=True)
    return each if each.category in MAY_HOLD_SENSITIVE else each._replace(material="none")


def procurement(choose: random.Random, days: list[date]) -> ProcurementFacts:
    waivers = tuple(
        WaiverFact(
            f"procurement.waivers.{number}",
            choose.choice(["10-usc-4865", "ndaa-2024-154", "10-usc-4872"]),
            choose.choice(["secdef", "usd_as", "sae"]),
            "battery",
            f"PACK-1|{choose.choice(list(PARTIES.values()))}",
            days[number],
            None,
            "(c)(3)(A)(i)",
        )
        for number in range(choose.choice([0, 1, 2]))
    )
    milestone = choose.choice([None, date(2020, 1, 1), date(2026, 1, 1)])
    return ProcurementFacts(
        agency=choose.choice(["DOD", "DOD", "DOD", "DHS"]),
        program=choose.choice(["acquisition", "none"]),
        milestone_b=milestone,
        reached_milestone_b=milestone is not None,
        weapons_systems=choose.choice([1, 2]),
        portfolio_executives=choose.choice([1, 2]),
        award=days[0],
        obligation=days[1],
        payments=(days[2],),
        delivery=days[3],
        device=choose.choice(["other", "other", "laptop", "medical"]),
        setting=choose.choice(["office", "combat"]),
        maintenance=choose.choice(["no", "only", "partly"]),
        rdte=choose.random() < 0.1,
        fielded_from=choose.choice([None, days[3]]),
        item=choose.choice(["end_item", "embedded"]),
        waivers=waivers,
        grounds=(GroundFact("10-usc-4865", "(c)(3)(A)(i)", ""),) * choose.choice([0, 1]),
    )


TELLABLE = [
    "agency",
    "program",
    "milestone_b",
    "weapons_systems",
    "portfolio_executives",
    "device",
    "setting",
    "maintenance",
    "rdte",
    "item",
]


def forgotten(dossier: Dossier, seed: int) -> Dossier:
    """The same with some facts not told: nothing else is different."""
    choose = random.Random(seed)
    facts = dossier.procurement
    for name in choose.sample(TELLABLE, choose.randrange(4)):
        if name == "milestone_b":
            facts = replace(facts, milestone_b=None, reached_milestone_b=None)
        nothing: dict[str, Any] = {name: None}
        facts = replace(facts, **nothing)
    unit = dossier.part.units[0]
    for name in choose.sample(UNIT_FACTS, choose.randrange(4)):
        if name == "maker":  # a waiver names a part, whose maker is not told there either
            mine = f"PACK-1|{dossier.name(unit.maker)}"
            kept = tuple(
                each._replace(subject="PACK-1|an unnamed party") if each.subject == mine else each
                for each in facts.waivers
            )
            facts = replace(facts, waivers=kept)
        untold: dict[str, Any] = {name: None}
        unit = unit._replace(**untold)
    if choose.random() < 0.3:
        unit = unit._replace(attributes=(), material="")
    if unit.inputs is not None:
        unit = unit._replace(inputs=tuple(forget_input(each, choose) for each in unit.inputs))
    known = choose.random() < 0.4
    part = replace(dossier.part, units=(unit,), item=forget_item(dossier.part.item, seed))
    if not known:  # p4 is clean, and was not known to be
        part = not_looked_into(part)
    return replace(dossier, part=part, procurement=facts)


UNIT_FACTS = [
    "chemistry",
    "maker",
    "assembler",
    "assembled_in",
    "cells",
    "inputs",
    "complete",
    "licences_complete",
    "cots",
]


def forget_item(item: Unit | None, seed: int) -> Unit | None:
    choose = random.Random(f"item {seed}")
    if item is None or choose.random() < 0.5:
        return item
    for name in choose.sample(["maker", "assembled_in", "inputs", "complete", "cots"], 2):
        untold: dict[str, Any] = {name: None}
        item = item._replace(**untold)
    if choose.random() < 0.5:
        item = item._replace(attributes=(), material="")
    return item._replace(inputs=item.inputs and tuple(forget_input(e, choose) for e in item.inputs))


def forget_input(each: Input, choose: random.Random) -> Input:
    for name in choose.sample(["cost", "source", "steps", "recycled", "custody", "basis"], 1):
        if choose.random() < 0.3:
            untold: dict[str, Any] = {name: None}
            each = each._replace(**untold)
            if name == "steps" and choose.random() < 0.5:
                each = each._replace(recycled=None)
    if choose.random() < 0.1:
        each = each._replace(material="")
    return each


def not_looked_into(part: PartFacts) -> PartFacts:
    """The same, with nothing known of p4."""

    def unknown(use: Use | None) -> Use | None:
        return use if use is None or use.party != "p4" else use._replace(feoc=spells("p4", False))

    def sure(use: Use) -> Use:
        return unknown(use) or use

    unit = part.units[0]
    inputs = unit.inputs and tuple(
        each._replace(
            source=unknown(each.source),
            steps=each.steps and tuple(s._replace(by=unknown(s.by)) for s in each.steps),
        )
        for each in unit.inputs
    )
    unit = unit._replace(
        maker=unknown(unit.maker),
        assembler=unknown(unit.assembler),
        cells=unit.cells and tuple(map(sure, unit.cells)),
        licences=tuple(each._replace(licensor=sure(each.licensor)) for each in unit.licences),
        inputs=inputs,
    )
    lists = {key: {**held, "p4": listings(key, "p4", False)} for key, held in part.lists.items()}
    return replace(part, units=(unit,), lists=lists, item_maker=unknown(part.item_maker))
