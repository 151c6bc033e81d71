"""Everyone behind some parties, as the law reads them: who holds or controls whom, at any depth.

And listed sisters. What a list says of a company under the same owner counts for a party
(`law.listing`), and she is behind nobody: so she is looked for by herself.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model

from compliance.known import Known, Row
from compliance.law import world as law
from compliance.listed import is_searched
from compliance.models import IdentityDecision
from compliance.refs import must_ref
from compliance.screening.index import Entry
from compliance.screening.screen import DECIDING, index_of
from procurement.models import Backing, Control, Disclosure, Identifier, Party, Stake


@dataclass(frozen=True, slots=True)
class Holders:
    """rows: the parties as they are stored, by id."""

    rows: list[Row]
    parties: tuple[law.Party, ...]
    stakes: tuple[law.Stake, ...]
    disclosures: tuple[law.Disclosure, ...]
    controls: tuple[law.Control, ...]


def holders_known(known: Known, asked: set[int]) -> Holders:
    """The asked parties (by id) and all above them, with what lies between."""
    parties, stakes, controls = _upstream(known, asked)
    disclosures = known.rows(Disclosure, "party_id", [party["id"] for party in parties])
    evidence = EvidenceOf(known, {Stake: stakes, Control: controls, Disclosure: disclosures})
    return Holders(
        rows=parties,
        parties=tuple(_party(known, row) for row in parties),
        stakes=tuple(_stake(known, row, evidence) for row in stakes),
        disclosures=tuple(_disclosure(known, row, evidence) for row in disclosures),
        controls=tuple(_control(known, row, evidence) for row in controls),
    )


def _stake(known: Known, row: Row, evidence: "EvidenceOf") -> law.Stake:
    documents = evidence.of(Stake, row)  # of which each organisation may have others
    return known.once(
        (Stake, row["id"], documents),
        lambda: law.Stake(
            ref=must_ref(Stake, row["id"]),
            holder=must_ref(Party, row["holder_id"]),
            held=must_ref(Party, row["held_id"]),
            metric=law.Metric(row["metric"]),
            low=row["low"],
            high=row["high"],
            nature=law.Nature(row["nature"]),
            true_from=row["true_from"],
            true_to=row["true_to"],
            evidence=documents,
        ),
        everyones=True,
    )


def _disclosure(known: Known, row: Row, evidence: "EvidenceOf") -> law.Disclosure:
    documents = evidence.of(Disclosure, row)
    return known.once(
        (Disclosure, row["id"], documents),
        lambda: law.Disclosure(
            ref=must_ref(Disclosure, row["id"]),
            party=must_ref(Party, row["party_id"]),
            complete_to=row["complete_to"],
            metric=None if row["metric"] is None else law.Metric(row["metric"]),
            true_from=row["true_from"],
            true_to=row["true_to"],
            evidence=documents,
        ),
        everyones=True,
    )


def _control(known: Known, row: Row, evidence: "EvidenceOf") -> law.Control:
    documents = evidence.of(Control, row)
    return known.once(
        (Control, row["id"], documents),
        lambda: law.Control(
            ref=must_ref(Control, row["id"]),
            controller=must_ref(Party, row["controller_id"]),
            controlled=must_ref(Party, row["controlled_id"]),
            kind=law.ControlKind(row["kind"]),
            holds=row["holds"],
            true_from=row["true_from"],
            true_to=row["true_to"],
            evidence=documents,
        ),
        everyones=True,
    )


def _party(known: Known, row: Row) -> law.Party:
    return known.once(
        (Party, row["id"]),
        lambda: law.Party(
            ref=must_ref(Party, row["id"]),
            name=row["name"],
            kind=None if row["kind"] is None else law.PartyKind(row["kind"]),
            incorporated=row["incorporated"] or None,
            business=row["business"] or None,
            government_of=row["government_of"],
            us_person=row["us_person"],
            screened=is_searched(row),
        ),
        everyones=True,
    )


def sisters_known(known: Known, entries: tuple[Entry, ...], parties: Collection[int]) -> set[int]:
    """Ids of listed parties, besides these, behind whom one of these stands, at any remove. Where
    these come with all above them, the owner that two have in common is among them.
    """
    named, below = known.once("those above whom a list names", lambda: _above_named(known, entries))
    return (_reached(below, parties) & named).difference(parties)


def _above_named(
    known: Known, entries: tuple[Entry, ...]
) -> tuple[set[int], Mapping[int, set[int]]]:
    """Listed parties, and from each who stands above one of them, whom it holds or controls."""
    named = _named(known, entries)
    _, stakes, controls = _upstream(known, named)
    below: dict[int, set[int]] = {}
    for row in stakes:
        below.setdefault(row["holder_id"], set()).add(row["held_id"])
    for row in controls:
        below.setdefault(row["controller_id"], set()).add(row["controlled_id"])
    return named, below


def _named(known: Known, entries: tuple[Entry, ...]) -> set[int]:
    """Ids of parties that some list names, by decision or by number. A name alone names nobody."""
    found = {row["party_id"] for row in known.rows(IdentityDecision, "same", [True])}
    for scheme in DECIDING:
        numbers = known.rows(Identifier, "value", index_of(entries).numbers(scheme))
        found |= {row["party_id"] for row in numbers if row["scheme"] == scheme}
    return found


def _reached(edges: Mapping[int, set[int]], start: Iterable[int]) -> set[int]:
    seen, todo = set(start), list(start)
    while todo:
        more = edges.get(todo.pop(), set()) - seen
        seen |= more
        todo += more
    return seen


def _upstream(known: Known, asked: set[int]) -> tuple[list[Row], list[Row], list[Row]]:
    """The asked parties and everyone above them, with the stakes and controls between."""
    seen, frontier = set(asked), set(asked)
    stakes: list[Row] = []
    controls: list[Row] = []
    while frontier:
        stakes_here = known.rows(Stake, "held_id", frontier)
        controls_here = known.rows(Control, "controlled_id", frontier)
        stakes += stakes_here
        controls += controls_here
        above = {row["holder_id"] for row in stakes_here}
        above |= {row["controller_id"] for row in controls_here}
        frontier = above - seen
        seen |= frontier
    return known.rows(Party, "id", seen), stakes, controls


class EvidenceOf:
    """Which documents back which rows."""

    def __init__(self, known: Known, facts: Mapping[type[Model], list[Row]]) -> None:
        self.backed: dict[tuple[str, int], list[str]] = {}
        for model, rows in facts.items():
            table, ids = model._meta.db_table, [row["id"] for row in rows]
            for backing in known.rows(Backing, "row", ids):
                if backing["table_name"] == table:
                    self.backed.setdefault((table, backing["row"]), []).append(
                        f"evidence:{backing['evidence_id']}"
                    )

    def of(self, model: type[Model], row: Row) -> tuple[str, ...]:
        return tuple(self.backed.get((model._meta.db_table, row["id"]), ()))
