"""Write what an ownership file was found to say: many rows at once, in one transaction."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Model

from procurement.identifiers import Scheme
from procurement.models import Control, Identifier, Organisation, Party, Stake, Statement, User
from procurement.services.bulk import Ids, rows_insert
from procurement.services.ownership_planning import CONTROL, STAKE
from procurement.services.ownership_staging import TOLD_EVERY, Staging
from procurement.services.recording import recorded

PARTY = Party._meta.db_table
Progress = Callable[[str, int], None]
COMMON = ("organisation_id", "true_from", "true_to", "source")
STAKE_COLUMNS = ("id", "holder_id", "held_id", "metric", "low", "high", "nature", *COMMON)
CONTROL_COLUMNS = ("id", "controller_id", "controlled_id", "kind", "holds", *COMMON)
STATEMENT_COLUMNS = (
    "organisation_id", "register", "record", "statement", "stated", "said", "table_name", "row",
)  # fmt: skip
WHO = (
    "JOIN who a ON a.register = f.register AND a.record = f.holder "
    "JOIN who b ON b.register = f.register AND b.record = f.held"
)


def apply(
    staged: Staging,
    organisation: Organisation | None,
    *,
    by: User | None,
    why: str,
    progress: Progress,
) -> None:
    owner = None if organisation is None else organisation.pk
    with recorded(by=by, why=why):
        _allot(staged, Party, "who", "made IS NULL")
        _parties(staged, owner, progress)
        _known_parties(staged, owner)
        _numbers(staged, owner, progress)
        for model, table in ((Stake, STAKE), (Control, CONTROL)):
            _allot(staged, model, "fact", f"action = 'create' AND tab = '{table}'")
        _moved(staged)
        _insert(Stake, STAKE_COLUMNS, _stakes(staged, owner), progress)
        _insert(Control, CONTROL_COLUMNS, _controls(staged, owner), progress)
        _insert(Statement, STATEMENT_COLUMNS, _statements(staged, owner), progress)


def _insert(
    model: type[Model],
    columns: tuple[str, ...],
    rows: Iterator[tuple[Any, ...]],
    progress: Progress,
) -> None:
    """In pieces: Django keeps every row of one `executemany` until it is done."""
    done = 0
    while piece := list(islice(rows, TOLD_EVERY)):
        rows_insert(model, columns, piece)
        done += len(piece)
        progress(f"{model._meta.verbose_name_plural}", done)


def _allot(staged: Staging, model: type[Model], table: str, where: str) -> None:
    """Give every new row its id before it is written, so that others can refer to it."""
    ids = Ids(model)
    key = "id" if table == "fact" else "register, record"
    marks = ", ".join("?" * len(key.split(", ")))
    flag = ", made = 1" if table == "who" else ""
    last: tuple[Any, ...] = (0,) if table == "fact" else ("", "")
    select = (
        f"SELECT {key} FROM {table} WHERE ({key}) > ({marks}) AND {where} "  # noqa: S608
        f"ORDER BY {key} LIMIT {TOLD_EVERY}"
    )
    update = f"UPDATE {table} SET pk = ?{flag} WHERE ({key}) = ({marks})"  # noqa: S608
    while rows := staged.db.execute(select, last).fetchall():
        staged.db.executemany(update, [(next(ids), *row) for row in rows])
        last = tuple(rows[-1])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _facts_of(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": said["name"][:300],
        "aliases": said["aliases"],
        "kind": said["kind"],
        "incorporated": said["incorporated"] or None,
        "business": said["business"] or None,
        "government_of": said["government_of"] or None,
        "address": said["address"][:500],
        "unverified": bool(said["bare"]),
    }


PARTY_COLUMNS = (
    "id", "name", "aliases", "kind", "incorporated", "business", "government_of", "address",
    "unverified", "source", "organisation_id",
)  # fmt: skip
LATEST = (
    "SELECT w.pk, w.register, w.record, p.statement, p.said FROM who w "
    "JOIN party p ON p.id = w.latest WHERE w.made = ?"
)


def _parties(staged: Staging, owner: int | None, progress: Progress) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for row in staged.ask(LATEST, 1):
            facts = _facts_of(json.loads(row["said"]))
            source = f"{row['register']}: {row['statement']}"[:500]
            yield (row["pk"], *facts.values(), source, owner)

    _insert(Party, PARTY_COLUMNS, rows(), progress)


def _known_parties(staged: Staging, owner: int | None) -> None:
    """A party of ours that an earlier statement made, or of which only the number was known, gets
    what a later one says. What a person or a shared register keeps is left as it is.
    """
    for row in staged.ask(LATEST, 0):
        said = json.loads(row["said"])
        party = Party.objects.filter(pk=row["pk"], organisation=owner).first()
        if party is None or said["bare"]:
            continue
        told = Statement.objects.filter(
            organisation=owner, register=row["register"], table_name=PARTY, row=party.pk
        )
        if not party.unverified and (
            not told.exists() or told.filter(statement=row["statement"]).exists()
        ):
            continue
        facts = {key: value for key, value in _facts_of(said).items() if value not in (None, "")}
        facts["aliases"] = list(dict.fromkeys([*party.aliases, *facts["aliases"]]))
        moved = [key for key, value in facts.items() if getattr(party, key) != value]
        for key in moved:
            setattr(party, key, facts[key])
        if moved:
            party.save(update_fields=moved)


def _numbers(staged: Staging, owner: int | None, progress: Progress) -> None:
    """Numbers of registers that we know, for parties that do not have them yet."""
    schemes = ", ".join(f"'{scheme}'" for scheme in Scheme)
    rows = staged.ask(
        f"SELECT DISTINCT w.pk, n.scheme, n.value FROM number n "  # noqa: S608, our names
        f"JOIN who w ON w.register = n.register AND w.record = n.record "
        f"WHERE n.scheme IN ({schemes}) AND w.made = 1"
    )
    columns = ("party_id", "scheme", "value", "organisation_id")
    _insert(Identifier, columns, ((*row, owner) for row in rows), progress)
    more = staged.ask(
        f"SELECT DISTINCT w.pk, n.scheme, n.value FROM number n "  # noqa: S608, our names
        f"JOIN who w ON w.register = n.register AND w.record = n.record "
        f"WHERE n.scheme IN ({schemes}) AND w.made = 0"
    )
    for pk, scheme, value in more:
        if not Identifier.objects.filter(party=pk, scheme=scheme).exists():
            Identifier.objects.create(
                party_id=pk, scheme=scheme, value=value, organisation_id=owner
            )


def _stakes(staged: Staging, owner: int | None) -> Iterator[tuple[Any, ...]]:
    for row in staged.ask(
        f"SELECT f.*, a.pk AS one, b.pk AS other FROM fact f {WHO} "  # noqa: S608, our names
        "WHERE f.action = 'create' AND f.tab = ? ORDER BY f.id",
        STAKE,
    ):
        yield (
            row["pk"], row["one"], row["other"], row["metric"], row["low"], row["high"],
            row["nature"], owner, _day(row["true_from"]), _day(row["true_to"]), row["source"],
        )  # fmt: skip


def _controls(staged: Staging, owner: int | None) -> Iterator[tuple[Any, ...]]:
    for row in staged.ask(
        f"SELECT f.*, a.pk AS one, b.pk AS other FROM fact f {WHO} "  # noqa: S608, our names
        "WHERE f.action = 'create' AND f.tab = ? ORDER BY f.id",
        CONTROL,
    ):
        holds = None if row["holds"] is None else bool(row["holds"])
        yield (
            row["pk"], row["one"], row["other"], row["kind"], holds,
            owner, _day(row["true_from"]), _day(row["true_to"]), row["source"],
        )  # fmt: skip


def _moved(staged: Staging) -> None:
    """Facts that stood and get an end, are corrected, or were never so."""
    for row in staged.ask(
        f"SELECT f.*, a.pk AS one, b.pk AS other FROM fact f {WHO} "  # noqa: S608, our names
        "WHERE f.action <> 'create' ORDER BY f.id"
    ):
        model: Any = Stake if row["tab"] == STAKE else Control
        fact = model.objects.get(pk=row["pk"])
        if row["action"] == "withdraw":
            fact.delete()
            continue
        values: dict[str, Any] = {"true_to": _day(row["true_to"])}
        if row["action"] == "correct":
            values |= {"true_from": _day(row["true_from"]), "source": row["source"]}
            if row["tab"] == STAKE:
                values |= {
                    "holder_id": row["one"], "held_id": row["other"], "metric": row["metric"],
                    "low": row["low"], "high": row["high"], "nature": row["nature"],
                }  # fmt: skip
            else:
                holds = None if row["holds"] is None else bool(row["holds"])
                values |= {"controller_id": row["one"], "controlled_id": row["other"]}
                values |= {"kind": row["kind"], "holds": holds}
        model.objects.filter(pk=fact.pk).update(**values)


def _statements(staged: Staging, owner: int | None) -> Iterator[tuple[Any, ...]]:
    """Every statement, with the fact it is about; and numbers of other registers, by which the
    party is found again.
    """
    for row in staged.ask(
        "SELECT n.*, COALESCE(n.pk, f.pk, w.pk) AS target FROM note n "
        "LEFT JOIN fact f ON f.id = n.fact "
        "LEFT JOIN who w ON n.tab = 'party' AND w.register = n.register AND w.record = n.record"
    ):
        table = PARTY if row["tab"] == "party" else row["tab"]
        target = row["target"]
        yield (
            owner, row["register"][:80], row["record"][:200], row["statement"][:250],
            _day(row["stated"]), row["said"][:500], table if target else "", target,
        )  # fmt: skip
    marks = ", ".join(f"'{scheme}'" for scheme in Scheme)
    others = (
        "SELECT DISTINCT n.scheme, n.value, w.pk FROM number n "  # noqa: S608, our names
        "JOIN who w ON w.register = n.register AND w.record = n.record "
        f"WHERE n.scheme NOT IN ({marks}) AND w.made = 1"
    )
    for row in staged.ask(others):
        scheme, value, pk = row
        yield (owner, scheme, value, f"{scheme} {value}"[:250], None, "", PARTY, pk)
