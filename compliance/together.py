"""The facts about lines of many bills of materials, read together.

What a thing is made of, and who stands behind it, is the same whoever buys it. So one world is
built for all organisations of which nothing read here is their own, and one for each of the others;
in each, lines of one part are one line. What a purchase says of itself comes beside the world.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from compliance.dossiers import (
    Terms,
    goods_known,
    parties_behind,
    readings_chosen,
    terms_known,
    terms_of,
    world_of,
)
from compliance.known import Asked, Held, Known, Row
from compliance.law import world as law
from compliance.law.circles import NOTHING_BOUGHT
from compliance.line_rows import line_rows
from compliance.listed import lists_known
from compliance.models import IdentityDecision
from procurement.models import (
    Backing,
    Bom,
    Evidence,
    Identifier,
    Procurement,
    Waiver,
    WaiverGround,
)

NOT_GOODS: frozenset[Asked] = frozenset(
    {
        (Procurement, "id"), (Waiver, "procurement_id"), (WaiverGround, "procurement_id"),
        (IdentityDecision, "same"), (Identifier, "value"),
    }
)  # fmt: skip
"""What is read of the purchases themselves; and where listed parties are looked for: one that has
to do with these lines is read again, by its id."""

Wanted = Collection[int | None]
"""Ids of lines; None is the counterparty."""


class Together(NamedTuple):
    """Lines that see the same facts.

    world: bought nothing, but for the counterparty, where one is asked about. purchases: by id.
    lines: asked of each purchase. stead: line → the one of this world that is judged in its stead,
    the same part in the same place with nothing below; a line that is not here is itself.
    """

    world: law.World
    purchases: Mapping[int, law.Procurement]
    lines: Mapping[int, Wanted]
    stead: Mapping[int, int]


def worlds_then(asked: Mapping[Bom, Wanted], *, known_on: datetime) -> list[Together]:
    """As known on a moment, a world for each. Refused where a purchase, or a part of these lines,
    was not known yet.
    """
    return [_then(bom, wanted, known_on) for bom, wanted in asked.items()]


def _then(bom: Bom, wanted: Wanted, known_on: datetime) -> Together:
    known, purchase = Known(bom.organisation_id, known_on), bom.procurement_id
    rows = line_rows({bom.pk: _lines(wanted)})[bom.pk]
    return _together(
        known, {purchase: terms_of(known, purchase)}, {purchase: wanted}, rows,
        readings_chosen(known), known_on.date(),
    )  # fmt: skip


def worlds_now(asked: Mapping[Bom, Wanted], *, today: date) -> list[Together]:
    """With all that is known, whosever the BOMs are: each table is read once for all, and of what
    was read each organisation sees what is its own or everybody's. A line's dossier is the same
    whichever lines are in its world beside it.
    """
    if not asked:
        return []
    known = Held.by(bom.organisation_id for bom in asked)
    rows = line_rows({bom.pk: _lines(ids) for bom, ids in asked.items()})
    owner: dict[int, int] = {}
    lines: dict[int, list[Row]] = {}
    wanted: dict[int, dict[int | None, None]] = {}
    for bom, ids in asked.items():
        purchase = bom.procurement_id
        if owner.setdefault(purchase, bom.organisation_id) != bom.organisation_id:
            raise ValueError(f"purchase {purchase} belongs to two organisations")
        lines.setdefault(purchase, []).extend(rows[bom.pk])
        wanted.setdefault(purchase, {}).update(dict.fromkeys(ids))
    terms = _terms(known, owner)
    _read_first(known, [row for here in lines.values() for row in here], terms.values())
    readings = {each: readings_chosen(known.of(each)) for each in known.organisations}
    apart = None
    while apart != (owners := known.owners(beside=NOT_GOODS)):  # until none is met on the way
        apart, found = owners, []
        for alike in _alike(owner, wanted, terms, readings, apart):
            first = owner[alike[0]]
            view = known if not apart else known.of(first if first in apart else None)
            found.append(
                _together(
                    view,
                    {purchase: terms[purchase] for purchase in alike},
                    {purchase: wanted[purchase] for purchase in alike},
                    [row for purchase in alike for row in lines[purchase]],
                    readings[first],
                    today,
                )
            )
    return found


def _lines(wanted: Wanted) -> set[int]:
    return {each for each in wanted if each is not None}


def _terms(known: Held, owner: Mapping[int, int]) -> dict[int, Terms]:
    """Of each purchase, as its organisation knows them."""
    terms_known(known, owner)  # for all of them at once
    found: dict[int, Terms] = {}
    for whose in sorted(set(owner.values())):
        mine = [purchase for purchase in owner if owner[purchase] == whose]
        bought, waivers, grounds = terms_known(known.of(whose), mine)
        found.update((row["id"], Terms([row], [], [])) for row in bought)
        for row in waivers:
            found[row["procurement_id"]].waivers.append(row)
        for row in grounds:
            found[row["procurement_id"]].grounds.append(row)
    return found


def _read_first(known: Held, lines: list[Row], terms: Iterable[Terms]) -> None:
    """What every world here is going to ask for, all of it at once."""
    every = _merged(terms)
    goods = goods_known(known, lines, every)
    behind = parties_behind(known, goods.mentioned, lists_known(known)[1])
    for model in (IdentityDecision, Identifier):
        known.rows(model, "party_id", [row["id"] for row in behind.rows])
    backed = (goods.parts, goods.components, goods.steps, goods.licences, behind.rows)
    ids = {row["id"] for rows in backed for row in rows}
    backings = known.rows(Backing, "row", ids.union(goods.sites))
    known.rows(Evidence, "id", {row["evidence_id"] for row in backings})


def _merged(terms: Iterable[Terms]) -> Terms:
    every = list(terms)
    return Terms(*([row for each in every for row in each[n]] for n in range(3)))


def _alike(
    owner: Mapping[int, int],
    wanted: Mapping[int, Wanted],
    terms: Mapping[int, Terms],
    readings: Mapping[int, Mapping[str, str]],
    apart: Collection[int],
) -> list[list[int]]:
    """Purchases of which the lines see the same facts."""
    found: dict[Hashable, list[int]] = {}
    for purchase, whose in owner.items():
        (bought,) = terms[purchase].purchases
        asked = bought["counterparty_id"] if None in wanted[purchase] else None
        sees = whose if whose in apart else None
        key = (sees, tuple(sorted(readings[whose].items())), asked)
        found.setdefault(key, []).append(purchase)
    return list(found.values())


def _together(
    known: Known,
    terms: Mapping[int, Terms],
    wanted: Mapping[int, Wanted],
    rows: list[Row],
    readings: Mapping[str, str],
    today: date,
) -> Together:
    kept, stead = _steads(rows)
    every = _merged(terms.values())
    asked = next((p for p in terms if None in wanted[p]), None)
    bought = NOTHING_BOUGHT
    if asked is None:
        every = every._replace(purchases=[])  # whose counterparties have no part in any line
    else:
        bought = replace(bought, counterparty=terms[asked].procurement().counterparty)
    world = world_of(known, every, kept, today=today, bought=bought, readings=readings)
    purchases = {purchase: each.procurement() for purchase, each in terms.items()}
    return Together(world, purchases, wanted, stead)


def _steads(rows: list[Row]) -> tuple[list[Row], dict[int, int]]:
    """The lines that are to be in the world, and line → the one judged in its stead.

    The law sees a line's part and what is below it, and the purchase; which of two such lines it is
    makes no difference. What is below another is a part of that one, and stays.
    """
    above = {row["parent_id"] for row in rows}
    first: dict[tuple[int, int | None], int] = {}
    kept: list[Row] = []
    stead: dict[int, int] = {}
    for row in rows:
        line, place = row["id"], (row["part_id"], row["parent_id"])
        itself = line if line in above else first.setdefault(place, line)
        if itself != line:
            stead[line] = itself
        if itself == line or row["parent_id"] is not None:
            kept.append(row)
    return kept, stead
