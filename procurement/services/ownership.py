"""Ownership files into facts: looked at first, then taken in whole or not at all.

Statements are dated and never overwritten. A later statement about the same record ends what the
earlier one said, on its day, and begins what it says itself; where it says another thing of the
same day, it is a correction, and the database keeps what stood.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Organisation, User
from procurement.problems import Refused
from procurement.services.ownership_apply import apply
from procurement.services.ownership_matching import match_parties
from procurement.services.ownership_planning import plan
from procurement.services.ownership_staging import Given, Staging, stage, staging

SHOWN = 100
__all__ = ["Given", "Outcome", "ownership_import", "ownership_preview"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ownership file adds. Counts, and examples of each in words.

    statements: read; parties_new, parties_known; stakes, controls: new facts; ended: facts that get
    an end or are corrected; unsettled: statements that make no fact by themselves; repeated:
    statements that were known already. warnings: what was left open, such as a country nobody
    recognises.
    """

    statements: int
    parties_new: int
    parties_known: int
    stakes: int
    controls: int
    ended: int
    unsettled: int
    repeated: int
    warnings: Sequence[Problem]
    examples: Sequence[str]


def _quiet(what: str, done: int) -> None:
    """Nobody is told how far it is."""


def ownership_preview(
    *, files: Sequence[Given], organisation: Organisation | None, by: User | None
) -> Outcome:
    """What `ownership_import` would do. Raises Refused with what is wrong; keeps nothing."""
    return _import(files, organisation, by, "", _quiet, keep=False)


def ownership_import(
    *,
    files: Sequence[Given],
    organisation: Organisation | None,
    by: User | None,
    why: str = "",
    progress: Callable[[str, int], None] = _quiet,
) -> Outcome:
    """Take in statements: all of these files together, or none where anything is wrong.

    organisation: whose facts they become; None: shared, by a curator. progress is called with what
    is being done and how many are done. Memory does not grow with the files.
    """
    return _import(files, organisation, by, why or _why(files), progress, keep=True)


def _why(files: Sequence[Given]) -> str:
    return f"Ownership file {', '.join(file.name for file in files)}"[:300]


def _import(
    files: Sequence[Given],
    organisation: Organisation | None,
    by: User | None,
    why: str,
    progress: Callable[[str, int], None],
    *,
    keep: bool,
) -> Outcome:
    _require_may(organisation, by)
    if not files:
        raise Refused(Problem("required", "file", "There is no file.", "Choose one."))
    with staging() as staged:
        stage(staged, files, progress)
        _refuse(staged)
        with transaction.atomic():
            known = match_parties(staged, organisation)
            repeated = plan(staged, organisation, progress)
            _refuse(staged)
            outcome = _outcome(staged, known, repeated)
            if keep:
                apply(staged, organisation, by=by, why=why, progress=progress)
        return outcome


def _require_may(organisation: Organisation | None, by: User | None) -> None:
    if by is None:
        return
    if organisation is None:
        if not by.is_curator:
            raise PermissionDenied("Shared facts are kept by curators. Import for your own.")
    elif require(by, "edit_facts") != organisation:
        raise PermissionDenied("This belongs to another organisation.")


def _refuse(staged: Staging) -> None:
    if staged.errors:
        shown = [each for each in staged.problems if each.severity == "error"]
        if staged.errors > len(shown):
            what = f"{staged.errors - len(shown):,} more problems like these."
            shown.append(Problem("more-problems", "file", what, "Correct these first."))
        raise Refused(*shown)


def _outcome(staged: Staging, known: int, repeated: int) -> Outcome:
    parties = staged.one("SELECT COUNT(*) FROM who")
    facts = "SELECT COUNT(*) FROM fact WHERE action = ? AND tab LIKE ?"
    return Outcome(
        statements=staged.read,
        parties_new=parties - known,
        parties_known=known,
        stakes=staged.one(facts, "create", "%_stake"),
        controls=staged.one(facts, "create", "%_control"),
        ended=staged.one("SELECT COUNT(*) FROM fact WHERE action <> 'create'"),
        unsettled=staged.one("SELECT COUNT(*) FROM note WHERE tab = ''"),
        repeated=repeated,
        warnings=[each for each in staged.problems if each.severity == "warning"],
        examples=[_words(staged, dict(row)) for row in staged.ask(EXAMPLES, SHOWN)],
    )


EXAMPLES = "SELECT * FROM fact ORDER BY id LIMIT ?"


def _words(staged: Staging, fact: dict[str, object]) -> str:
    holder, held = (_name(staged, fact["register"], fact[side]) for side in ("holder", "held"))
    if fact["action"] != "create":
        end = f"until {fact['true_to']}" if fact["true_to"] else "corrected"
        return f"{holder}, {held}: {fact['source']}, {end}"
    since = f" from {fact['true_from']}" if fact["true_from"] else ""
    if fact["metric"]:
        low, high = (f"{Decimal(str(fact[each])).normalize():f}" for each in ("low", "high"))
        share = f"{low} %" if low == high else f"{low} to {high} %"
        return f"{holder} holds {share} of {held} ({fact['metric']}){since}"
    sure = "" if fact["holds"] else " (not settled)"
    return f"{holder} over {held}: {str(fact['kind']).replace('_', ' ')}{sure}{since}"


def _name(staged: Staging, register: object, record: object) -> str:
    row = staged.db.execute(
        "SELECT json_extract(p.said, '$.name') FROM who w JOIN party p ON p.id = w.latest "
        "WHERE w.register = ? AND w.record = ?",
        (register, record),
    ).fetchone()
    return str(row[0]) if row else str(record)
