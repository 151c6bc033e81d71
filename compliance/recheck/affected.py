"""Which lines a Change can touch. Too many is a cost; too few is a defect.

A changed row is reduced to anchors: the things that verdicts are recorded as leaning on
(`compliance.models.Leaning`). A new stake leans on nothing yet, so its anchor is the party that is
held; and so on. Whoever adds a fact table says here what its rows are anchored to, and the
architecture test fails if one is forgotten.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY
from compliance.models import Leaning
from compliance.recheck.kin import any_named, everyone_below, sisters
from procurement.models import (
    Backing,
    Bom,
    Change,
    Component,
    Line,
    Past,
    ProcessStep,
    Procurement,
    Waiver,
    WaiverGround,
    not_superseded,
)

Values = dict[str, Any]


class Anchor(NamedTuple):
    """What verdicts lean on: kind "party", "part", "list", "procurement" or "organisation"."""

    kind: str
    key: str


ANY_LIST = Anchor("list", "any")
"""A list may name anybody: which parties it names otherwise now, `recheck.listings` finds out."""


def _field(kind: str, *columns: str) -> Callable[[Values], Iterator[Anchor]]:
    def anchors(values: Values) -> Iterator[Anchor]:
        for column in columns:
            if values.get(column) is not None:
                yield Anchor(kind, str(values[column]))

    return anchors


def _step(values: Values) -> Iterator[Anchor]:
    yield from _part_of_component(values["component_id"])


def _part_of_component(component_id: int) -> Iterator[Anchor]:
    parts = set(Component.objects.filter(id=component_id).values_list("part_id", flat=True))
    table = Component._meta.db_table
    for past in Past.objects.filter(table_name=table, row=component_id):
        parts.add(past.values["part_id"])
    for part in sorted(parts):
        yield Anchor("part", str(part))


def _site(values: Values) -> Iterator[Anchor]:
    """A site gives its country to the steps that are done there."""
    steps = ProcessStep.objects.filter(site=values["id"]).values_list("component_id", flat=True)
    for component_id in sorted(set(steps)):
        yield from _part_of_component(component_id)


def _licence(values: Values) -> Iterator[Anchor]:
    if values["part_id"] is not None:
        yield Anchor("part", str(values["part_id"]))
    elif values["licensee_id"] is not None:
        yield Anchor("party", str(values["licensee_id"]))


def _parties(ids: Iterable[int]) -> Iterator[Anchor]:
    for each in sorted(ids):
        yield Anchor("party", str(each))


def _named(values: Values) -> Iterator[Anchor]:
    """A party that a list may name from now on, and whoever has it for a sister."""
    yield from _parties(sisters([values["party_id"]]))


def _held(held: str) -> Callable[[Values], Iterator[Anchor]]:
    """Who is held; where a list names it or somebody below it, also whoever is a sister to it by
    this new holding."""

    def anchors(values: Values) -> Iterator[Anchor]:
        party = values[held]
        yield from _parties(sisters([party]) if any_named(everyone_below([party])) else [party])

    return anchors


def _list(values: Values) -> Iterator[Anchor]:
    yield ANY_LIST


def _backing(values: Values) -> Iterator[Anchor]:
    """What a document backs: the backed row's own anchors, as it stands."""
    for change in Change.objects.filter(
        table_name=values["table_name"], row=values["row"], became__isnull=False
    ).order_by("-id")[:1]:
        yield from ANCHORS[change.table_name](change.became or {})


def _evidence(values: Values) -> Iterator[Anchor]:
    """When a document ends, and what it is called, counts for all that it backs."""
    for backing in Backing.objects.filter(evidence=values["id"]):
        yield from _backing({"table_name": backing.table_name, "row": backing.row})


ANCHORS: dict[str, Callable[[Values], Iterator[Anchor]]] = {
    "procurement_party": _field("party", "id"),
    "procurement_identifier": _named,
    "procurement_stake": _held("held_id"),
    "procurement_disclosure": _field("party", "party_id"),
    "procurement_control": _held("controlled_id"),
    "procurement_site": _site,
    "procurement_part": _field("part", "id"),
    "procurement_component": _field("part", "part_id"),
    "procurement_processstep": _step,
    "procurement_licence": _licence,
    "procurement_procurement": _field("procurement", "id"),
    "procurement_waiver": _field("procurement", "procurement_id"),
    "procurement_waiverground": _field("procurement", "procurement_id"),
    "procurement_evidence": _evidence,
    "procurement_backing": _backing,
    "compliance_edition": _list,
    "compliance_listing": _list,
    "compliance_identitydecision": _named,
    "compliance_readingchoice": _field("organisation", "organisation_id"),
}
"""Fact table → what its rows are anchored to."""


def anchors_of(change: Change) -> set[Anchor]:
    """What the changed row was anchored to before, and is now."""
    find = ANCHORS[change.table_name]
    return {
        anchor
        for values in (change.was, change.became)
        if values is not None
        for anchor in find(values)
    }


def anchors_of_evidence(evidence: int) -> set[Anchor]:
    """What a document's backed facts are anchored to."""
    return set(_evidence({"id": evidence}))


def organisations_of(change: Change) -> list[int | None]:
    """Whose lines a change can touch: its owner's before and after; None (shared), everyone's."""
    rows = [values for values in (change.was, change.became) if values is not None]
    owners = {values.get("organisation_id") for values in rows}
    return [None] if None in owners else sorted(owners)


class Reach:
    """Which lines each anchor reaches, asked of the database once for each, and of many at once."""

    def __init__(self) -> None:
        self._lines: dict[tuple[Anchor, int | None], frozenset[int]] = {}

    def lines(self, anchors: Iterable[Anchor], organisation_id: int | None) -> set[int]:
        """Ids of lines of standing BOM revisions whose verdicts lean on any of the anchors.

        organisation_id: whose lines; None where the change is to a shared fact, which touches
        everyone's. Of many sets of anchors, ask for all of them first.
        """
        wanted = set(anchors)
        new = {each for each in wanted if (each, organisation_id) not in self._lines}
        for anchor, found in _lines_leaning_on(new, organisation_id):
            self._lines[anchor, organisation_id] = frozenset(found)
        return set().union(*(self._lines[each, organisation_id] for each in wanted))


def _lines_leaning_on(
    anchors: set[Anchor], organisation_id: int | None
) -> Iterator[tuple[Anchor, Iterable[int]]]:
    """Each anchor, and ids of the lines that lean on it."""
    lines = Line.objects.filter(not_superseded("bom")).order_by()
    leaning = Leaning.objects.order_by()
    if organisation_id is not None:
        lines = lines.filter(bom__organisation=organisation_id)
        leaning = leaning.filter(organisation=organisation_id)
    keys: dict[str, list[str]] = {}
    for anchor in sorted(anchors):
        if anchor.kind in ("procurement", "organisation"):
            of = lines.filter(**{f"bom__{anchor.kind}": int(anchor.key)})
            yield anchor, of.values_list("id", flat=True)
        elif anchor == ANY_LIST:
            parts = leaning.filter(kind=anchor.kind).values("part")
            yield anchor, lines.filter(part__in=parts).values_list("id", flat=True)
        else:
            keys.setdefault(anchor.kind, []).append(anchor.key)
    for kind, every in keys.items():
        for some in batches(every, MOST_IN_A_QUERY):
            leaned: dict[str, list[int]] = {key: [] for key in some}
            rows = leaning.filter(kind=kind, key__in=some).values_list("key", "part_id")
            for key, part in rows.distinct():
                leaned[key].append(part)
            of_part = _lines_of_parts(lines, {part for each in leaned.values() for part in each})
            for key, its_parts in leaned.items():
                yield Anchor(kind, key), [line for each in its_parts for line in of_part[each]]


def _lines_of_parts(lines: QuerySet[Line], parts: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {part: [] for part in parts}
    for some in batches(sorted(parts), MOST_IN_A_QUERY):
        for part, line in lines.filter(part__in=some).values_list("part_id", "id"):
            found[part].append(line)
    return found


def boms_of_counterparty(anchors: Iterable[Anchor], organisation_id: int | None) -> set[int]:
    """Ids of standing BOMs whose procurement's counterparty may be judged anew."""
    wanted = set(anchors)
    procurements = {int(each.key) for each in wanted if each.kind == "procurement"}
    organisations = {int(each.key) for each in wanted if each.kind == "organisation"}
    parties = {int(each.key) for each in wanted if each.kind == "party"}
    parts = {int(each.key) for each in wanted if each.kind == "part"}
    boms = standing_boms(organisation_id).order_by()
    found: set[int] = set()
    if organisations:
        where = Q(organisation__in=organisations)
        found.update(boms.filter(where).values_list("id", flat=True))
    if ANY_LIST in wanted:
        where = Q(procurement__counterparty__isnull=False)
        found.update(boms.filter(where).values_list("id", flat=True))
    elif parties:
        for batch in batches(sorted(everyone_below(parties)), MOST_IN_A_QUERY):
            bought = Procurement.objects.filter(counterparty__in=batch)
            procurements.update(bought.values_list("id", flat=True))
    # A waiver names a part by its number and its maker, in the counterparty's dossier too.
    for column, ids in (("part", parts), ("part__maker", parties)):
        for batch in batches(sorted(ids), MOST_IN_A_QUERY):
            for model in (Waiver, WaiverGround):
                naming = model._default_manager.filter(**{f"{column}__in": batch})
                procurements.update(naming.values_list("procurement_id", flat=True))
    for batch in batches(sorted(procurements), MOST_IN_A_QUERY):
        found.update(boms.filter(procurement__in=batch).values_list("id", flat=True))
    return found


def standing_boms(organisation_id: int | None) -> Any:
    """BOM revisions that no later one replaces. A replaced revision keeps its last verdicts."""
    boms = Bom.objects.filter(not_superseded())
    return boms if organisation_id is None else boms.filter(organisation=organisation_id)
