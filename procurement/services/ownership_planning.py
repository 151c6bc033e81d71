"""From statements to facts: what each record's statements, in their order, say was so, and when."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice

from django.db.models import Q

from procurement.formats.problem import Problem
from procurement.models import Control, Organisation, Party, Stake, Statement
from procurement.services.ownership_staging import TOLD_EVERY, Staging
from procurement.services.stakes import BESIDE_SHARES, NOT_SHARES_YET

PARTY = Party._meta.db_table
STAKE, CONTROL = Stake._meta.db_table, Control._meta.db_table
CHUNK = 1_000
LINKS = """
SELECT l.*, a.pk AS holder_pk, b.pk AS held_pk FROM link l
LEFT JOIN who a ON a.register = l.register AND a.record = l.holder
LEFT JOIN who b ON b.register = l.register AND b.record = l.held
ORDER BY l.register, l.record, l.stated, l.id
"""
WHOLE = Decimal(100)


@dataclass(slots=True)
class Standing:
    """A fact of a record as planned so far. `pk`: it is in the database; `fact`: it is planned."""

    tab: str
    values: tuple[object, ...]
    true_from: str | None
    true_to: str | None
    stated: str | None
    pk: int | None = None
    fact: int | None = None


INSERT_NOTE = "INSERT INTO note VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def plan(
    staged: Staging, organisation: Organisation | None, progress: Callable[[str, int], None]
) -> int:
    """Fill `fact` and `note` from `link`; how many statements were known already."""
    staged.db.execute(
        "INSERT INTO note "
        "SELECT DISTINCT p.register, p.record, p.statement, p.stated, '', 'party', NULL, NULL "
        "FROM party p JOIN who w ON w.register = p.register AND w.record = p.record "
        "WHERE p.bare = 0 OR w.latest = p.id"
    )
    _forget_known(staged, organisation)
    rows = staged.ask(LINKS)
    groups = (
        (key, list(group)) for key, group in groupby(rows, lambda r: (r["register"], r["record"]))
    )
    repeated = done = 0
    while chunk := list(islice(groups, CHUNK)):
        known, before = _known(staged, organisation, [key for key, _ in chunk])
        for key, statements in chunk:
            standing = before.get(key)
            for row in statements:
                if (key[0], row["statement"]) in known:
                    repeated += 1
                else:
                    standing = _next(staged, row, standing)
                done += 1
                if done % TOLD_EVERY == 0:
                    progress("planned", done)
    staged.flush()
    _check_whole(staged)
    return repeated


def _forget_known(staged: Staging, organisation: Organisation | None) -> None:
    """Statements about parties that were taken in before are not taken in again."""
    rows = staged.ask("SELECT register, record FROM who WHERE pk IS NOT NULL")
    while chunk := list(islice(rows, CHUNK)):
        told = Statement.objects.filter(
            organisation=organisation, table_name=PARTY, record__in={row[1] for row in chunk}
        )
        staged.db.executemany(
            "DELETE FROM note "
            "WHERE tab = 'party' AND register = ? AND record = ? AND statement = ?",
            list(told.values_list("register", "record", "statement")),
        )


def _known(
    staged: Staging, organisation: Organisation | None, keys: list[tuple[str, str]]
) -> tuple[set[tuple[str, str]], dict[tuple[str, str], Standing]]:
    """Statements taken in before, and the last fact that each record made."""
    told = Statement.objects.filter(
        organisation=organisation, record__in={record[:200] for _, record in keys}
    ).order_by("id")
    known, last = set(), {}
    for row in told:
        known.add((row.register, row.statement))
        if row.row is not None:
            last[row.register, row.record] = row
    facts: dict[tuple[str, int], Standing] = {}
    for model in (Stake, Control):
        table = model._meta.db_table
        pks = [row.row for row in last.values() if row.table_name == table]
        for fact in model._default_manager.filter(Q(pk__in=pks)).values():
            facts[table, fact["id"]] = _standing(staged, table, fact)
    before = {}
    for key, row in last.items():
        if standing := facts.get((row.table_name, row.row or 0)):
            standing.stated = None if row.stated is None else row.stated.isoformat()
            before[key] = standing
    return known, before


def _standing(staged: Staging, table: str, fact: Mapping[str, object]) -> Standing:
    start, end = (None if fact[key] is None else str(fact[key]) for key in ("true_from", "true_to"))
    one, other = ("holder_id", "held_id") if table == STAKE else ("controller_id", "controlled_id")
    who = (fact[one], fact[other])
    if table == STAKE:
        shares = (_share(str(fact["low"])), _share(str(fact["high"])))
        values: tuple[object, ...] = (*who, fact["metric"], *shares, fact["nature"])
    else:
        values = (*who, fact["kind"], fact["holds"])
    pk = fact["id"]
    return Standing(table, values, start, end, None, pk if isinstance(pk, int) else None)


def _share(text: str) -> str:
    return f"{Decimal(text).normalize():f}"


def _values(row: sqlite3.Row) -> tuple[object, ...]:
    """What a statement says, comparable with what stands: parties by key where they are known."""
    who = [
        row[side] if row[f"{side}_pk"] is None else row[f"{side}_pk"] for side in ("holder", "held")
    ]
    if row["metric"]:
        return (*who, row["metric"], _share(row["low"]), _share(row["high"]), row["nature"])
    holds = row["holds"]
    return (*who, row["kind"], None if holds is None else bool(holds))


def _next(staged: Staging, row: sqlite3.Row, before: Standing | None) -> Standing | None:
    """What stands after one more statement about the record."""
    if not row["metric"] and not row["kind"]:
        _note(staged, row, None)
        return before
    tab = STAKE if row["metric"] else CONTROL
    values = _values(row)
    start, end = row["true_from"], row["true_to"]
    if row["status"] == "closed" and end is None:
        end = row["stated"]
    same = before is not None and (before.tab, before.values) == (tab, values)
    if before is not None and (same or row["status"] == "closed"):
        if end is not None and end != before.true_to and _after(end, before.true_from):
            _amend(staged, before, row, true_to=end)
        _note(staged, row, before)
        return before
    if before is not None and before.true_to is None:
        cut = start if _after(start, before.true_from) else row["stated"]
        if not _after(cut, before.true_from):
            return _corrected(staged, before, row, tab, values)
        _amend(staged, before, row, true_to=cut)
        start = cut
    if end is not None and not _after(end, start):
        _note(staged, row, None)  # it was over before anybody said when it began
        return before
    made = Standing(tab, values, start, end, row["stated"])
    made.fact = _fact(staged, "create", made, row)
    _note(staged, row, made)
    return made


def _after(later: str | None, earlier: str | None) -> bool:
    return later is not None and (earlier is None or later > earlier)


def _corrected(
    staged: Staging, before: Standing, row: sqlite3.Row, tab: str, values: tuple[object, ...]
) -> Standing:
    """The same record, the same day, other words: what stood was wrong; the database keeps it."""
    after = Standing(
        tab, values, row["true_from"] or before.true_from, row["true_to"], row["stated"], before.pk
    )
    if before.tab != tab:
        after.pk = None
        after.fact = _fact(staged, "create", after, row)
        _remove(staged, before, row)
    elif before.fact is not None:
        _change(staged, before.fact, after, row)
        after.fact = before.fact
    else:
        after.fact = _fact(staged, "correct", after, row)
    _note(staged, row, after)
    return after


def _remove(staged: Staging, before: Standing, row: sqlite3.Row) -> None:
    if before.fact is not None:
        staged.db.execute("DELETE FROM fact WHERE id = ?", (before.fact,))
        staged.flush()
        staged.db.execute("UPDATE note SET fact = NULL, tab = '' WHERE fact = ?", (before.fact,))
    else:
        _fact(staged, "withdraw", before, row)


def _amend(staged: Staging, before: Standing, row: sqlite3.Row, *, true_to: str) -> None:
    before.true_to = true_to
    if before.fact is not None:
        staged.db.execute("UPDATE fact SET true_to = ? WHERE id = ?", (true_to, before.fact))
    else:
        before.fact = _fact(staged, "end", before, row)


def _change(staged: Staging, fact: int, after: Standing, row: sqlite3.Row) -> None:
    staged.db.execute(
        "UPDATE fact SET holder = ?, held = ?, metric = ?, low = ?, high = ?, nature = ?, kind = ?,"
        " holds = ?, true_from = ?, true_to = ? WHERE id = ?",
        (
            row["holder"], row["held"], row["metric"], row["low"], row["high"], row["nature"],
            row["kind"], row["holds"], after.true_from, after.true_to, fact,
        ),
    )  # fmt: skip


def _fact(staged: Staging, action: str, fact: Standing, row: sqlite3.Row) -> int:
    made = staged.db.execute(
        "INSERT INTO fact (action, tab, pk, register, holder, held, metric, low, high, nature, "
        "kind, holds, true_from, true_to, source) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            action, fact.tab, fact.pk, row["register"], row["holder"], row["held"], row["metric"],
            row["low"], row["high"], row["nature"], row["kind"], row["holds"], fact.true_from,
            fact.true_to, f"{row['register']}: {row['said']}"[:500],
        ),
    )  # fmt: skip
    return int(made.lastrowid or 0)


def _note(staged: Staging, row: sqlite3.Row, fact: Standing | None) -> None:
    staged.put(
        INSERT_NOTE,
        (
            row["register"], row["record"], row["statement"], row["stated"], row["said"],
            fact.tab if fact else "", fact.pk if fact else None, fact.fact if fact else None,
        ),
    )  # fmt: skip


def _check_whole(staged: Staging) -> None:
    """Holders who would together have more than everything, today and on."""
    beside = tuple(map(str, (*NOT_SHARES_YET, *BESIDE_SHARES)))
    going = {row[0] for row in staged.ask("SELECT pk FROM fact WHERE action <> 'create'")}
    for row in _over(staged, beside, going):
        what = f"Its holders would have {row[2]} % of its {row[1]} together."
        fix = "Correct the file, or end an older stake first."
        staged.say(Problem("percent-over-100", str(row[0]), what, fix))


def _over(
    staged: Staging, beside: tuple[str, ...], going: set[int]
) -> Iterator[tuple[str, str, Decimal]]:
    marks = ", ".join("?" * len(beside))
    together = (
        "SELECT f.register, f.held, f.metric, w.pk, "  # noqa: S608, marks
        "SUM(CAST(f.low AS REAL)) AS low FROM fact f "
        "JOIN who w ON w.register = f.register AND w.record = f.held "
        "WHERE f.action = 'create' AND f.tab = ? AND f.true_to IS NULL "
        f"AND f.nature NOT IN ({marks}) GROUP BY f.register, f.held, f.metric"
    )
    for row in staged.ask(together, STAKE, *beside):
        total = round(Decimal(str(row["low"])), 6)
        if row["pk"] is not None:
            standing = Stake.objects.filter(
                held=row["pk"], metric=row["metric"], true_to=None
            ).exclude(nature__in=beside)
            total += sum((each.low for each in standing if each.pk not in going), start=Decimal(0))
        if total > WHOLE:
            yield str(row["held"]), str(row["metric"]), total
