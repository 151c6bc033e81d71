"""The one door from the database to the law: rows in, a `World` out.

Nothing else reads facts for the law. A world holds what the asked lines need and no more: the lines
above and below them, their parts and compositions, everyone who stands behind a part at any depth,
listed companies of the same owners, and the lists. Refs are "party:12", "stake:4": a model's name
and a row's id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from compliance.backed import documents_known
from compliance.holders import EvidenceOf, Holders, holders_known, sisters_known
from compliance.known import Known, Row
from compliance.law import world as law
from compliance.line_rows import line_rows
from compliance.listed import identities_known, lists_known
from compliance.models import ReadingChoice
from compliance.refs import must_ref, ref
from compliance.screening.screen import Entry
from procurement.formats.problem import Problem
from procurement.models import (
    Bom,
    Component,
    Licence,
    Line,
    Part,
    Party,
    ProcessStep,
    Procurement,
    Site,
    Waiver,
    WaiverGround,
)
from procurement.problems import Refused


def world_load(
    bom: Bom,
    *,
    today: date,
    lines: Iterable[int] | None = None,
    known_on: datetime | None = None,
    beside: Iterable[int] = (),
    staged: frozenset[int] = frozenset(),
) -> law.World:
    """The facts about `lines` of a BOM (None: all), as known at `known_on` (None: all by `today`).

    Lines above and below them come along: a battery is judged with what is below it. Refused where
    the purchase, or a part of these lines, was not known at `known_on`. For what-ifs: `beside`
    names parties to load though nothing here names them, `staged` editions to take as released.
    """
    known = Known(bom.organisation_id, known_on)
    rows = line_rows({bom.pk: None if lines is None else set(lines)})[bom.pk]
    terms = terms_of(known, bom.procurement_id)
    return world_of(
        known, terms, rows, today=today, bought=terms.procurement(),
        readings=readings_chosen(known), beside=beside, staged=staged,
    )  # fmt: skip


class Terms(NamedTuple):
    """Rows of purchases, of their waivers and of the grounds for such."""

    purchases: list[Row]
    waivers: list[Row]
    grounds: list[Row]

    def procurement(self) -> law.Procurement:
        """Of one purchase."""
        (purchase,) = self.purchases
        return _procurement(purchase, self.waivers, self.grounds)


def terms_known(known: Known, purchases: Iterable[int]) -> Terms:
    bought = known.rows(Procurement, "id", purchases)
    ids = [row["id"] for row in bought]
    waivers = known.rows(Waiver, "procurement_id", ids)
    return Terms(bought, waivers, known.rows(WaiverGround, "procurement_id", ids))


def terms_of(known: Known, purchase: int) -> Terms:
    """Of one purchase. Refused where it was not known yet."""
    terms = terms_known(known, [purchase])
    if not terms.purchases:
        raise _not_known_yet("this purchase", known.on)
    return terms


class Goods(NamedTuple):
    """Rows of what lines rest on, but for parties. named: parts that waivers name. mentioned: ids
    of the parties that one of these rows, or a purchase, names."""

    parts: list[Row]
    named: list[Row]
    components: list[Row]
    steps: list[Row]
    sites: dict[int, Row]
    licences: list[Row]
    mentioned: set[int]


def goods_known(known: Known, lines: list[Row], terms: Terms) -> Goods:
    parts = known.rows(Part, "id", {row["part_id"] for row in lines})
    components = known.rows(Component, "part_id", [part["id"] for part in parts])
    steps = known.rows(ProcessStep, "component_id", [row["id"] for row in components])
    sites = {row["id"]: row for row in known.rows(Site, "id", {step["site_id"] for step in steps})}
    licences = _licences(known, parts, components)
    # A waiver names its part the same way, whichever lines are asked with it.
    named = known.rows(Part, "id", {row["part_id"] for row in [*terms.waivers, *terms.grounds]})
    here = {part["id"] for part in parts}
    named = [row for row in named if row["id"] not in here]
    mentioned = _mentioned(parts, components, steps, sites, licences, terms.purchases)
    mentioned |= {row["maker_id"] for row in named if row["maker_id"] is not None}
    return Goods(parts, named, components, steps, sites, licences, mentioned)


def world_of(
    known: Known,
    terms: Terms,
    rows: list[Row],
    *,
    today: date,
    bought: law.Procurement,
    readings: Mapping[str, str],
    beside: Iterable[int] = (),
    staged: frozenset[int] = frozenset(),
) -> law.World:
    """The facts about lines, given as rows. bought: the purchase that the world names; where that
    is none of them, `terms` are what is to be known of several.
    """
    found = goods_known(known, rows, terms)
    if not {row["part_id"] for row in rows} <= {row["id"] for row in found.parts}:
        raise _not_known_yet("the parts of this bill of materials", known.on)
    components, licences = found.components, found.licences
    evidence = EvidenceOf(known, {Component: components, Licence: licences})
    lists, entries = lists_known(known, staged)
    behind = parties_behind(known, found.mentioned | set(beside), entries)
    parts = [*found.parts, *found.named]
    world = law.World(
        procurement=bought,
        lines=tuple(_line(row) for row in rows),
        parts=tuple(_parts(parts, components, found.steps, found.sites, evidence)),
        parties=behind.parties,
        stakes=behind.stakes,
        disclosures=behind.disclosures,
        controls=behind.controls,
        licences=tuple(
            law.Licence(
                ref=must_ref(Licence, row["id"]),
                licensor=must_ref(Party, row["licensor_id"]),
                licensee=ref(Party, row["licensee_id"]),
                part=ref(Part, row["part_id"]),
                reserved=row["reserved"],
                controls=row["controls"],
                true_from=row["true_from"],
                true_to=row["true_to"],
                evidence=evidence.of(Licence, row),
            )
            for row in licences
        ),
        lists=lists,
        identities=tuple(identities_known(known, behind.rows, entries)),
        readings=readings,
        known_on=today if known.on is None else known.on.date(),
    )
    documents, backings = documents_known(known, world, found.steps, found.sites)
    return replace(world, documents=documents, backings=backings) if backings else world


def party_world(party: int, *, organisation: int | None, today: date) -> law.World:
    """One party, everyone behind it and the lists: all that its standing as an entity rests on but
    for licences, which taint what is made under them. No line, and a purchase of nothing."""
    known = Known(organisation)
    lists, entries = lists_known(known)
    behind = parties_behind(known, {party}, entries)
    return law.World(
        procurement=law.Procurement(ref=""),
        parties=behind.parties,
        stakes=behind.stakes,
        disclosures=behind.disclosures,
        controls=behind.controls,
        lists=lists,
        identities=tuple(identities_known(known, behind.rows, entries)),
        readings=readings_chosen(known),
        known_on=today,
    )


def parties_behind(known: Known, asked: set[int], entries: tuple[Entry, ...]) -> Holders:
    """The asked parties, all above them, and listed sisters with all above those."""
    found = holders_known(known, asked)
    kin = sisters_known(known, entries, {row["id"] for row in found.rows})
    return holders_known(known, asked | kin) if kin else found


def readings_chosen(known: Known) -> dict[str, str]:
    return {
        row["key"]: row["alternative"]
        for row in known.all(ReadingChoice)
        if row["organisation_id"] == known.organisation
    }


def _not_known_yet(what: str, on: datetime | None) -> Refused:
    then = "at all" if on is None else f"by {on:%Y-%m-%d %H:%M} UTC"
    return Refused(
        Problem(
            "not-known-yet",
            "known_on",
            f"We did not know {what} {then}.",
            "Give a later moment: a bill of materials is known from when it was submitted.",
        )
    )


def _line(row: Row) -> law.Line:
    return law.Line(
        ref=must_ref(Line, row["id"]),
        part=must_ref(Part, row["part_id"]),
        parent=ref(Line, row["parent_id"]),
        alternate_of=ref(Line, row["alternate_of_id"]),
        quantity=row["quantity"],
        unit_cost=row["unit_cost"],
        currency=row["currency"] or None,
    )


def _licences(known: Known, parts: list[Row], components: list[Row]) -> list[Row]:
    """Licences for these parts, and those of whoever makes, assembles or supplies anything here."""
    makers = {row[role] for row in parts for role in ("maker_id", "assembler_id", "cells_by_id")}
    makers |= {row["source_id"] for row in components}
    found = known.rows(Licence, "part_id", [row["id"] for row in parts])
    found += [row for row in known.rows(Licence, "licensee_id", makers) if row["part_id"] is None]
    return sorted({row["id"]: row for row in found}.values(), key=lambda row: row["id"])


def _mentioned(
    parts: list[Row],
    components: list[Row],
    steps: list[Row],
    sites: Mapping[int, Row],
    licences: list[Row],
    purchases: list[Row],
) -> set[int]:
    ids = {row[role] for row in parts for role in ("maker_id", "assembler_id", "cells_by_id")}
    ids |= {row["source_id"] for row in components}
    ids |= {row["party_id"] for row in steps} | {row["party_id"] for row in sites.values()}
    ids |= {row[role] for row in licences for role in ("licensor_id", "licensee_id")}
    ids |= {row["counterparty_id"] for row in purchases}
    return {each for each in ids if each is not None}


def _parts(
    parts: list[Row],
    components: list[Row],
    steps: list[Row],
    sites: Mapping[int, Row],
    evidence: EvidenceOf,
) -> Iterable[law.Part]:
    steps_of: dict[int, list[law.Step]] = {}
    for row in steps:
        site = sites.get(row["site_id"])
        steps_of.setdefault(row["component_id"], []).append(
            law.Step(
                kind=row["kind"],
                party=ref(Party, row["party_id"] or (site["party_id"] if site else None)),
                country=row["country"] or (site["country"] if site else None),
            )
        )
    components_of: dict[int, list[law.Component]] = {}
    for row in components:
        here = steps_of.get(row["id"], [])
        components_of.setdefault(row["part_id"], []).append(
            law.Component(
                ref=must_ref(Component, row["id"]),
                name=row["name"],
                category=row["category"],
                cost=row["cost"],
                currency=row["currency"],
                cost_basis=row["cost_basis"],
                quantity=row["quantity"],
                source=ref(Party, row["source_id"]),
                steps=tuple(here) if here or row["steps_told"] else None,
                recycled=row["recycled"],
                custody=row["custody"],
                material=row["material"],
                evidence=evidence.of(Component, row),
            )
        )
    for row in parts:
        listed = components_of.get(row["id"])
        yield law.Part(
            ref=must_ref(Part, row["id"]),
            number=row["number"],
            name=row["name"],
            maker=ref(Party, row["maker_id"]),
            category=row["category"],
            chemistry=row["chemistry"],
            components=_told(listed, complete=row["complete"]),
            complete=row["complete"],
            assembler=ref(Party, row["assembler_id"]),
            assembled_in=row["assembled_in"],
            cells_by=ref(Party, row["cells_by_id"]),
            licences_complete=row["licences_complete"],
            contains_battery=row["contains_battery"],
            cots=row["cots"],
            successor_checked=row["successor_checked"],
            attributes={key: str(value) for key, value in row["attributes"].items()},
        )


def _told(
    listed: list[law.Component] | None, *, complete: bool | None
) -> tuple[law.Component, ...] | None:
    """No component listed is "not told", unless the list is said to be complete."""
    if listed is None:
        return () if complete else None
    return tuple(listed)


def _procurement(row: Row, waivers: list[Row], grounds: list[Row]) -> law.Procurement:
    plain = {
        name: row[name]
        for name in (
            "agency", "program", "milestone_b", "reached_milestone_b", "weapons_systems",
            "portfolio_executives", "award", "solicitation", "obligation", "delivery", "renewal",
            "contract_signed", "device", "setting", "maintenance", "rdte", "fielded_from", "item",
        )
    }  # fmt: skip
    payments = row["payments"]
    return law.Procurement(
        ref=must_ref(Procurement, row["id"]),
        **plain,
        payments=None if payments is None else tuple(map(date.fromisoformat, payments)),
        counterparty=ref(Party, row["counterparty_id"]),
        systems=tuple(row["systems"]),
        waivers=tuple(
            law.Waiver(
                ref=must_ref(Waiver, waiver["id"]),
                rule=waiver["rule"],
                grantor=waiver["grantor"],
                scope=waiver["scope"],
                subject=ref(Part, waiver["part_id"]) or waiver["system"],
                granted=waiver["granted"],
                ends=waiver["ends"],
                ground=waiver["ground"],
            )
            for waiver in waivers
        ),
        grounds=tuple(
            law.WaiverGround(
                ref=must_ref(WaiverGround, ground["id"]),
                rule=ground["rule"],
                ground=ground["ground"],
                part=ref(Part, ground["part_id"]),
            )
            for ground in grounds
        ),
    )
