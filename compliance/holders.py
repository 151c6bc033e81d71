"""Everyone behind some parties, as the law reads them: who holds or controls whom, at any depth."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model

from compliance.known import Known, Row
from compliance.law import world as law
from compliance.refs import must_ref
from procurement.models import Backing, Control, Disclosure, Party, Stake


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
        parties=tuple(_party(row) for row in parties),
        stakes=tuple(
            law.Stake(
                ref=must_ref(Stake, row["id"]),
                holder=must_ref(Party, row["holder_id"]),
                held=must_ref(Party, row["held_id"]),
                metric=law.Metric(row["metric"]),
                low=row["low"],
                high=row["high"],
                nature=law.Nature(row["nature"]),
                true_from=row["true_from"],
                true_to=row["true_to"],
                evidence=evidence.of(Stake, row),
            )
            for row in stakes
        ),
        disclosures=tuple(
            law.Disclosure(
                ref=must_ref(Disclosure, row["id"]),
                party=must_ref(Party, row["party_id"]),
                complete_to=row["complete_to"],
                metric=None if row["metric"] is None else law.Metric(row["metric"]),
                true_from=row["true_from"],
                true_to=row["true_to"],
                evidence=evidence.of(Disclosure, row),
            )
            for row in disclosures
        ),
        controls=tuple(
            law.Control(
                ref=must_ref(Control, row["id"]),
                controller=must_ref(Party, row["controller_id"]),
                controlled=must_ref(Party, row["controlled_id"]),
                kind=law.ControlKind(row["kind"]),
                holds=row["holds"],
                true_from=row["true_from"],
                true_to=row["true_to"],
                evidence=evidence.of(Control, row),
            )
            for row in controls
        ),
    )


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


def _party(row: Row) -> law.Party:
    return law.Party(
        ref=must_ref(Party, row["id"]),
        name=row["name"],
        kind=None if row["kind"] is None else law.PartyKind(row["kind"]),
        incorporated=row["incorporated"] or None,
        business=row["business"] or None,
        government_of=row["government_of"],
        us_person=row["us_person"],
        screened=True,
    )


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
