"""Which parties of an ownership file are known already: by its register's record, by a number, or,
in a table that knows parties by name alone, by one and the same name.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Q

from procurement.formats.problem import Problem
from procurement.identifiers import Scheme
from procurement.models import Identifier, Organisation, Party, Statement
from procurement.services.ownership_staging import Staging

CHUNK = 1_000
PARTY = Party._meta.db_table
LATEST = """
INSERT INTO who (register, record, latest)
SELECT register, record, id FROM (
    SELECT register, record, id, ROW_NUMBER() OVER (
        PARTITION BY register, record ORDER BY bare, stated DESC, size DESC, id DESC
    ) AS place FROM party
) WHERE place = 1
"""

NUMBERS = (
    "SELECT DISTINCT register, record, scheme, value FROM number "
    "WHERE (register, record) >= (?, ?) AND (register, record) <= (?, ?)"
)


def match_parties(staged: Staging, organisation: Organisation | None) -> int:
    """Fill `who`: each record's latest statement, and the party it is where it is known. How many
    are known.
    """
    staged.db.execute(LATEST)
    whose = Q(organisation=None) | Q(organisation=organisation)
    rows = staged.ask(
        "SELECT w.register, w.record, json_extract(p.said, '$.name') AS name, "
        "json_extract(p.said, '$.named_only') AS named_only "
        "FROM who w JOIN party p ON p.id = w.latest ORDER BY w.register, w.record"
    )
    for chunk in _chunks((tuple(row) for row in rows), CHUNK):
        _match(staged, chunk, whose)
    _check_apart(staged)
    return staged.one("SELECT COUNT(*) FROM who WHERE pk IS NOT NULL")


def _chunks(rows: Iterator[tuple[str, ...]], size: int) -> Iterator[list[tuple[str, ...]]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _match(staged: Staging, chunk: Sequence[tuple[str, ...]], whose: Q) -> None:
    records = {(row[0], row[1]) for row in chunk}
    found: dict[tuple[str, str], set[int]] = {key: set() for key in records}
    told = Statement.objects.filter(
        whose, table_name=PARTY, record__in={record for _, record in records}
    )
    for register, record, pk in told.values_list("register", "record", "row"):
        if (register, record) in found and pk is not None:
            found[register, record].add(pk)
    by_number: dict[tuple[str, str], set[tuple[str, str]]] = {}
    first, last = chunk[0][:2], chunk[-1][:2]  # they come in order, so that theirs lie between
    for row in staged.ask(NUMBERS, *first, *last):
        by_number.setdefault((row["scheme"], row["value"]), set()).add(
            (row["register"], row["record"])
        )
    values = {value for _, value in by_number}
    ours = Identifier.objects.filter(whose, value__in=values)
    theirs = Statement.objects.filter(whose, table_name=PARTY, record__in=values)
    numbers = [
        *ours.values_list("scheme", "value", "party_id"),
        *theirs.exclude(register__in=Scheme).values_list("register", "record", "row"),
    ]
    for scheme, value, pk in numbers:
        for key in by_number.get((scheme, value), ()):
            if pk is not None:
                found[key].add(pk)
    names = {row[2] for row in chunk if row[3]}
    parties = Party.objects.filter(whose)
    standing = set(
        parties.filter(pk__in={pk for each in found.values() for pk in each}).values_list(
            "pk", flat=True
        )
    )
    called: dict[str, set[int]] = {}
    for name, pk in parties.filter(name__in=names).values_list("name", "pk"):
        called.setdefault(name, set()).add(pk)
    for register, record, name, named_only in chunk:
        known = found[register, record] & standing
        if not known and named_only and len(called.get(name, ())) == 1:
            known = called[name]
        if len(known) > 1:
            what = f"Its numbers name {len(known)} different parties here."
            fix = "Correct the numbers, or make the parties one first."
            staged.say(Problem("identifier-taken", f"{name} ({record})", what, fix))
        elif known:
            staged.db.execute(
                "UPDATE who SET pk = ?, made = 0 WHERE register = ? AND record = ?",
                (known.pop(), register, record),
            )


def _check_apart(staged: Staging) -> None:
    """A link between two records that are one party here."""
    for row in staged.ask(
        "SELECT l.place AS place FROM link l "
        "JOIN who a ON a.register = l.register AND a.record = l.holder "
        "JOIN who b ON b.register = l.register AND b.record = l.held "
        "WHERE a.pk = b.pk AND l.holder <> l.held"
    ):
        what = "Holder and held are one and the same party here."
        fix = "Correct the numbers of one of them."
        staged.say(Problem("holds-itself", row["place"], what, fix))
