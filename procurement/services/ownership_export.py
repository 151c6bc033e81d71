"""Ownership out again: the facts that somebody may see, as BODS 0.4 or as our own table."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from procurement.formats.ownership import table, writing
from procurement.models import Control, Identifier, Organisation, Party, Stake

PIECE = 2_000


def ownership_table(organisation: Organisation | None) -> Iterator[str]:
    """Lines of CSV, one for each stake and control: shared, and the organisation's own."""
    return table.write(_table_rows(_whose(organisation)))


def ownership_bods(organisation: Organisation | None, today: date) -> Iterator[str]:
    """A BODS 0.4 array of the same, in pieces; parties first."""
    return writing.array(_statements(_whose(organisation), today))


def _whose(organisation: Organisation | None) -> Q:
    return Q(organisation=None) | Q(organisation=organisation)


def _parties(whose: Q) -> QuerySet[Party]:
    linked = Q(holdings__isnull=False) | Q(stakes__isnull=False)
    linked |= Q(controls__isnull=False) | Q(controlled_by__isnull=False)
    return Party.objects.filter(whose).filter(linked).distinct().order_by("pk")


def _numbers(whose: Q, parties: list[Party]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Identifier.objects.filter(whose, party__in=[each.pk for each in parties])
    for party, scheme, value in rows.order_by("scheme", "pk").values_list(
        "party_id", "scheme", "value"
    ):
        found.setdefault(party, []).append((scheme, value))
    return found


def _pieces(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    piece: list[Any] = []
    for row in rows.iterator(chunk_size=PIECE):
        piece.append(row)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _statements(whose: Q, today: date) -> Iterator[dict[str, Any]]:
    for parties in _pieces(_parties(whose)):
        numbers = _numbers(whose, parties)
        for party in parties:
            kind, details = writing.party_details(
                party.name,
                party.kind,
                party.incorporated,
                party.aliases,
                numbers.get(party.pk, ()),
            )
            yield writing.statement(
                kind, f"cellgate-party-{party.pk}", party.known_from.date(), today, details
            )
    for stake in Stake.objects.filter(whose).order_by("pk").iterator(chunk_size=PIECE):
        told = writing.interest(
            stake.metric,
            low=stake.low,
            high=stake.high,
            details=stake.nature,
            begins=stake.true_from,
            ends=stake.true_to,
        )
        yield _relationship(stake, stake.held_id, stake.holder_id, told, today)
    for control in Control.objects.filter(whose).order_by("pk").iterator(chunk_size=PIECE):
        told = writing.interest(control.kind, begins=control.true_from, ends=control.true_to)
        yield _relationship(control, control.controlled_id, control.controller_id, told, today)


def _relationship(
    fact: Stake | Control, held: int, holder: int, told: dict[str, Any], today: date
) -> dict[str, Any]:
    details = {
        "subject": f"cellgate-party-{held}",
        "interestedParty": f"cellgate-party-{holder}",
        "interests": [told],
    }
    record = f"cellgate-{fact._meta.model_name}-{fact.pk}"
    return writing.statement("relationship", record, fact.known_from.date(), today, details)


def _table_rows(whose: Q) -> Iterator[dict[str, str]]:
    stakes = Stake.objects.filter(whose).select_related("holder", "held").order_by("pk")
    for piece in _pieces(stakes):
        numbers = _numbers(whose, [side for each in piece for side in (each.holder, each.held)])
        for stake in piece:
            yield _row(stake, stake.holder, stake.held, numbers) | {
                "what": stake.metric,
                "at_least": f"{stake.low.normalize():f}",
                "at_most": f"{stake.high.normalize():f}",
                "nature": stake.nature,
                "holds": "",
            }
    controls = Control.objects.filter(whose).select_related("controller", "controlled")
    for piece in _pieces(controls.order_by("pk")):
        sides = [side for each in piece for side in (each.controller, each.controlled)]
        numbers = _numbers(whose, sides)
        for control in piece:
            holds = {True: "yes", False: "no", None: "alleged"}[control.holds]
            yield _row(control, control.controller, control.controlled, numbers) | {
                "what": control.kind,
                "at_least": "",
                "at_most": "",
                "nature": "",
                "holds": holds,
            }


def _row(
    fact: Stake | Control, holder: Party, held: Party, numbers: dict[int, list[tuple[str, str]]]
) -> dict[str, str]:
    def told(party: Party) -> str:
        return "; ".join(" ".join(each) for each in numbers.get(party.pk, ()))

    return {
        "holder": holder.name,
        "holder_kind": holder.kind or "",
        "holder_country": holder.incorporated or "",
        "holder_government_of": holder.government_of or "",
        "holder_numbers": told(holder),
        "held": held.name,
        "held_country": held.incorporated or "",
        "held_numbers": told(held),
        "from": fact.true_from.isoformat() if fact.true_from else "",
        "to": fact.true_to.isoformat() if fact.true_to else "",
    }
