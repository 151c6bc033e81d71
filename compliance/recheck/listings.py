"""Whom a change of the lists can touch: parties who stand otherwise on some list than before.

What the lists said before is what they say now with the waiting Changes taken back. Where what one
says of everybody differs (its first edition, what it covers, whether it is to be read again, words
that bring others in), every line that leans on lists is asked. Else it is entries that differ; of
all parties only those are asked whom one of these could mean, and they are asked both before and
after: by number, by decision and by name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from compliance.batches import batches
from compliance.known import Known, Row, typed
from compliance.law import world as law
from compliance.law.editions import Editions
from compliance.law.list_names import Names
from compliance.law.standing import Listed
from compliance.listed import Lists, identities_known, is_searched, lists_read
from compliance.models import Determination, Edition, IdentityDecision, Listing, Work
from compliance.recheck.affected import ANY_LIST, Anchor, Reach, boms_of_counterparty
from compliance.recheck.kin import sisters
from compliance.refs import must_ref
from compliance.screening.index import Entry, NameIndex, plain_number
from compliance.screening.screen import DECIDING, index_of
from procurement.models import Change, Identifier, Party, not_superseded

EDITIONS, LISTINGS = Edition._meta.db_table, Listing._meta.db_table
TABLES = (EDITIONS, LISTINGS)
PARTIES_AT_ONCE = 500
DETERMINATIONS_AT_ONCE = 2_000
WORDS = ("successor", "subsidiar")
"""Words beside a name by which a list brings in others (`law.listing`)."""
LONGEST_TASK = timedelta(minutes=15)
"""Nobody judges longer; what was read longer ago than this before a moment was recorded by then."""

Code = tuple[str, str]
"""A list's key, and an entry's code on it."""


@dataclass(frozen=True)
class ListsMoved:
    """What waiting changes of lists came to.

    changes: ids of those looked at; shown: of these, ids of those that could be seen in what some
    list says. everyone: all who lean on lists are asked. parties: ids of those who stand otherwise.
    since: where what the lists said in between may have been seen, from when: what was derived
    since is asked anew; else None.
    """

    changes: frozenset[int] = frozenset()
    shown: frozenset[int] = frozenset()
    everyone: bool = False
    parties: frozenset[int] = frozenset()
    since: datetime | None = None


def lists_moved(changes: Iterable[Change], *, today: date) -> ListsMoved:
    """What these Changes, the first that wait, came to. Reads all parties where entries moved."""
    ours = [change for change in changes if change.table_name in TABLES]
    ids = frozenset(change.pk for change in ours)
    if not ours:
        return ListsMoved()
    states = _states(ours)
    if states is None:
        return ListsMoved(ids, ids, everyone=True)
    before, after, shown = states
    if not shown:
        return ListsMoved(ids)
    at_once = len(shown) == 1 or (
        shown[0].transaction is not None and len({each.transaction for each in shown}) == 1
    )
    told = ListsMoved(
        ids,
        frozenset(change.pk for change in shown),
        since=None if at_once else min(change.at for change in shown),
    )
    if _frames(before[0], today) != _frames(after[0], today):
        return replace(told, everyone=True)
    return replace(told, parties=frozenset(_parties_moved(before, after, today)))


def lists_touch(moved: ListsMoved, reach: Reach) -> tuple[set[int], set[int]]:
    """Ids of lines whose verdicts these changes of lists can touch, and of BOMs whose counterparty
    they can.
    """
    if moved.everyone:
        return reach.lines([ANY_LIST], None), boms_of_counterparty([ANY_LIST], None)
    lines, boms = set(), set()
    if moved.parties:
        anchors = [Anchor("party", str(each)) for each in sisters(moved.parties)]
        lines, boms = reach.lines(anchors, None), boms_of_counterparty(anchors, None)
    if moved.since is not None:
        between = [*_derived_since(moved.since), *_being_derived()]
        lines |= {line for line, _ in between if line is not None}
        boms |= {bom for line, bom in between if line is None}
    return lines, boms


def _derived_since(moment: datetime) -> Iterator[tuple[int | None, int]]:
    """(line or None, BOM) of determinations derived from what was known then or later."""
    newest = Determination.objects.filter(not_superseded("bom")).order_by("-id")
    fields = newest.values_list("id", "line_id", "bom_id", "derived_at")
    rows = list(fields[:DETERMINATIONS_AT_ONCE])
    while rows and max(at for *_, at in rows) >= moment - LONGEST_TASK:
        yield from ((line, bom) for _, line, bom, at in rows if at >= moment)
        rows = list(fields.filter(id__lt=rows[-1][0])[:DETERMINATIONS_AT_ONCE])


def _being_derived() -> list[tuple[int | None, int]]:
    return list(Work.objects.filter(begun__gt=0).values_list("line_id", "bom_id"))


# --- what the lists said, and say ---------------------------------------------------------------
def _states(ours: Sequence[Change]) -> tuple[Lists, Lists, list[Change]] | None:
    """The lists before and after these changes, and those of them that show; None where changes
    went on while they were read.
    """
    waiting = _waiting()
    editions = {row["id"]: row for row in Known(None).all(Edition)}
    later = [change for change in waiting if change.pk > ours[-1].pk]
    editions_after = _undone(editions, later, EDITIONS)
    editions_before = _undone(editions_after, ours, EDITIONS)
    released = _released(editions_before), _released(editions_after)
    shown = [change for change in ours if _shows(change, released[0])]
    if not shown:
        return ((), ()), ((), ()), []
    wanted = {row["id"] for rows in released for row in rows}
    rows = {row["id"]: row for row in Known(None).rows(Listing, "edition_id", wanted)}
    listings_after = _undone(rows, later, LISTINGS)
    listings_before = _undone(listings_after, ours, LISTINGS)
    if [change.pk for change in _waiting()] != [change.pk for change in waiting]:
        return None
    return (
        lists_read(released[0], listings_before.values()),
        lists_read(released[1], listings_after.values()),
        shown,
    )


def _waiting() -> list[Change]:
    return list(Change.objects.filter(relayed_at=None, table_name__in=TABLES).order_by("id"))


def _undone(rows: Mapping[int, Row], changes: Iterable[Change], table: str) -> dict[int, Row]:
    """Rows as they stood before these changes, the last of them taken back first."""
    model = Edition if table == EDITIONS else Listing
    found = dict(rows)
    for change in sorted(changes, key=lambda each: -each.pk):
        if change.table_name != table:
            continue
        if change.was is None:
            found.pop(change.row, None)
        else:
            found[change.row] = typed(model, change.was)
    return found


def _released(editions: Mapping[int, Row]) -> list[Row]:
    return [row for row in editions.values() if row["state"] == Edition.State.RELEASED]


def _shows(change: Change, released: Iterable[Row]) -> bool:
    """Can this change be seen in what the lists say, or said in between?"""
    values = [each for each in (change.was, change.became) if each is not None]
    if change.table_name == EDITIONS:
        return any(each["state"] == Edition.State.RELEASED for each in values)
    speaking = {row["id"] for row in released}
    return any(each["edition_id"] in speaking for each in values)


# --- what a list says of everybody --------------------------------------------------------------
Said = tuple[tuple[date | None, object], ...]


def _frames(lists: Iterable[law.ListEdition], today: date) -> dict[str, Said]:
    """List → from each day on, what it says of whoever it does not name, and its words."""
    editions = tuple(
        replace(
            each,
            read_by=_due(each, today),
            entries=tuple(entry for entry in each.entries if _words(entry)),
        )
        for each in lists
    )
    printed = Editions(editions)
    return {
        key: _merged((day, _frame(printed, key, day)) for day in (date.min, *days))
        for key, days in printed.days.items()
    }


def _frame(printed: Editions, key: str, on: date) -> object:
    governing = printed.edition_on(key, on)
    if governing is None:
        return None
    plain = replace(governing, ref="", edition=date.min, entries=())
    return plain, tuple(printed.says(key, on, word) for word in WORDS)


def _words(entry: law.ListEntry) -> bool:
    return any(word in entry.rule.casefold() for word in WORDS)


def _due(edition: law.ListEdition, today: date) -> date | None:
    """When it was to be read again; None where that is still to come, on whatever day."""
    due = edition.read_by
    return due if due is not None and due <= today else None


def _merged(said: Iterable[tuple[date | None, object]]) -> Said:
    kept: list[tuple[date | None, object]] = []
    for day, what in said:
        if not kept or kept[-1][1] != what:
            kept.append((day, what))
    return tuple(kept)


# --- entries that differ, and whom they could mean ------------------------------------------------
def _parties_moved(before: Lists, after: Lists, today: date) -> Iterator[int]:
    moved = _codes_moved(before, after, today)
    if not moved:
        return
    versions = [
        entry for _, entries in (before, after) for entry in entries
        if (entry.list_key, entry.code) in moved
    ]  # fmt: skip
    called = moved | {(each.list_key, name) for each in versions for name in each.names}
    names = {name.casefold() for _, name in called}
    for batch in batches(sorted(_perhaps(moved, versions, before[1])), PARTIES_AT_ONCE):
        rows: list[Row] = [dict(row) for row in Party.objects.filter(id__in=batch).values()]
        for whose in (None, *_owners(batch)):
            old, new = (_matched(rows, whose, entries) for _, entries in (before, after))
            doubtful = [
                row
                for row in rows
                if row["name"].casefold() in names
                or old[row["id"]] != new[row["id"]]
                or any((each.list_key, each.entry) in called for each in old[row["id"]])
            ]
            was = _said_of(doubtful, old, before[0], today)
            now = _said_of(doubtful, new, after[0], today)
            yield from (party for party in now if was[party] != now[party])


Matched = dict[int, tuple[law.Identity, ...]]
"""Party → whom on the lists it is, or could be."""


def _matched(rows: list[Row], organisation: int | None, entries: tuple[Entry, ...]) -> Matched:
    found: dict[str, list[law.Identity]] = {must_ref(Party, row["id"]): [] for row in rows}
    for each in identities_known(Known(organisation), rows, entries):
        found[each.party].append(each)
    by_code = ((row["id"], sorted(found[must_ref(Party, row["id"])], key=_code)) for row in rows)
    return {party: tuple(each) for party, each in by_code}


def _code(identity: law.Identity) -> Code:
    return identity.list_key, identity.entry


def _codes_moved(before: Lists, after: Lists, today: date) -> set[Code]:
    """Entries of which a list says something else than it said, or that are found otherwise."""
    was, now = _appearing(before[0], today), _appearing(after[0], today)
    moved = {code for code in was.keys() | now.keys() if was.get(code) != now.get(code)}
    found, finds = ({(e.list_key, e.code): e for e in each[1]} for each in (before, after))
    return moved | {c for c in found.keys() | finds.keys() if found.get(c) != finds.get(c)}


def _appearing(lists: Iterable[law.ListEdition], today: date) -> dict[Code, object]:
    """Entry → under which names it stands, from when to when, whichever edition says so."""
    by_key: dict[str, list[law.ListEdition]] = {}
    for edition in sorted(lists, key=lambda each: each.edition):
        by_key.setdefault(edition.key, []).append(edition)
    spans: dict[Code, dict[object, list[tuple[date, date]]]] = {}

    def note(edition: law.ListEdition, entry: law.ListEntry, start: date, end: date) -> None:
        start, end = max(start, entry.true_from or date.min), min(end, entry.true_to or date.max)
        if start < end:
            called = (entry.name, edition.confidence, _due(edition, today))
            of_code = spans.setdefault((edition.key, entry.ref), {})
            of_code.setdefault(called, []).append((start, end))

    for editions in by_key.values():
        for edition in editions:  # before the first edition, all of them may say that one was on it
            for entry in edition.entries:
                if entry.true_from is not None:
                    note(edition, entry, date.min, editions[0].edition)
        ends = [*(each.edition for each in editions[1:]), date.max]
        for edition, end in zip(editions, ends, strict=True):
            for entry in edition.entries:
                note(edition, entry, edition.edition, end)
    return {
        code: tuple((called, _joined(times)) for called, times in names.items())
        for code, names in spans.items()
    }


def _joined(times: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    found: list[tuple[date, date]] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _perhaps(moved: set[Code], versions: list[Entry], known: tuple[Entry, ...]) -> set[int]:
    """Parties whom one of these entries could mean: by decision, by number or by name."""
    by_list: dict[str, set[str]] = {}
    for key, code in moved:
        by_list.setdefault(key, set()).add(code)
    for entry in versions:
        by_list[entry.list_key].update(entry.names)
    found: set[int] = set()
    for key, codes in by_list.items():
        for batch in batches(sorted(codes), 500):
            decided = IdentityDecision.objects.filter(list_key=key, code__in=batch)
            found.update(decided.values_list("party_id", flat=True))
    listed = {(scheme, plain_number(n)) for each in versions for scheme, n in each.identifiers}
    if any(scheme in DECIDING for scheme, _ in listed):
        numbers = Identifier.objects.filter(scheme__in=DECIDING)
        for party, scheme, number in numbers.values_list("party_id", "scheme", "value").iterator():
            if (scheme, plain_number(number)) in listed:
                found.add(party)
    index, whole = NameIndex(versions), index_of(known)
    names = {name.casefold() for each in versions for name in each.names}
    rows = Party.objects.values_list("id", "name", "name_local", "aliases")
    for party, name, local, aliases in rows.iterator():
        called = tuple(filter(None, (name, local, *aliases)))
        if name.casefold() in names or index.could_move(called, whole):
            found.add(party)
    return found


def _owners(parties: Sequence[int]) -> list[int]:
    """Organisations that decided, or have a number of their own, about some of these parties."""
    owned = Q(party__in=parties, organisation__isnull=False)
    found: set[int] = set()
    for model in (IdentityDecision, Identifier):
        rows = model._default_manager.filter(owned)
        found.update(rows.values_list("organisation_id", flat=True))
    return sorted(found)


def _said_of(
    rows: list[Row], matched: Matched, lists: tuple[law.ListEdition, ...], today: date
) -> dict[int, dict[str, Said]]:
    """Party → list → from each day on, how the list names it itself."""
    identities = tuple(each for row in rows for each in matched[row["id"]])
    asked = {_code(each) for each in identities}
    names = {row["name"].casefold() for row in rows}
    told = Names(
        law.World(
            law.Procurement(""),
            parties=tuple(_party(row) for row in rows),
            lists=tuple(
                replace(
                    edition,
                    entries=tuple(
                        entry
                        for entry in edition.entries
                        if (edition.key, entry.ref) in asked
                        or (edition.key, entry.name) in asked
                        or entry.name.casefold() in names
                    ),
                )
                for edition in lists
            ),
            identities=identities,
            known_on=today,
        )
    )
    return {
        row["id"]: {
            key: _merged(
                (day, _named(told, must_ref(Party, row["id"]), key, day))
                for day in (date.min, *days)
            )
            for key, days in told.editions.days.items()
        }
        for row in rows
    }


def _party(row: Row) -> law.Party:
    kind = None if row["kind"] is None else law.PartyKind(row["kind"])
    searched = is_searched(row)
    return law.Party(must_ref(Party, row["id"]), row["name"], kind, screened=searched)


def _named(names: Names, party: str, key: str, on: date) -> Listed:
    return replace(names.named(party, key, on, "battery"), facts=())
