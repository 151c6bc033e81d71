"""A made-up portfolio in the database, the same on every machine: organisations, purchases, bills
of materials, parts and the parties behind them, by bulk inserts with the triggers aside.

All lines of some of the parts lie in bills of their own, and no other lines there, so that a sample
of it is whole both ways: as a re-check walks it, part by part, and as a bill is found to be judged.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from math import gcd
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from compliance.models import Edition, Leaning, Listing
from compliance.recheck.affected import ANY_LIST
from procurement.models import (
    Bom,
    Component,
    Line,
    Organisation,
    Part,
    Party,
    Procurement,
    Stake,
    User,
)
from procurement.services.bulk import rows_insert

LINES, LINES_A_BOM = 1_000_000, 50
PARTIES, SUPPLIERS, PARTS = 100_000, 20_000, 25_000
PACKS = 10
"""One part in so many is a battery pack, of two components from other suppliers."""
BOMS_A_PURCHASE, BOMS_AN_ORGANISATION = 20, 1_000
SAMPLE = 400
"""About so many BOMs are the sample, far apart: 20,000 lines of 500 parts in a whole portfolio."""
SKEW = 1.25
"""Above 1, some parts are on many more lines than others."""
LISTS = ("1260H", "154", "889", "5949", "UFLPA", "SDN", "FTO", "DOE-DETERMINED", "AG-ALLEGED")
LIST_DAY = date(2026, 6, 8)
COUNTRIES = ("US", "US", "KR", "JP", "DE", "TW", "CN")
CITIES = ("Albany", "Boise", "Camden", "Dayton", "Elgin", "Fresno", "Gary", "Helena", "Irvine")
ONSETS = (
    "bl",
    "cr",
    "dr",
    "fl",
    "g",
    "h",
    "j",
    "kl",
    "m",
    "n",
    "pr",
    "r",
    "st",
    "tr",
    "v",
    "w",
    "z",
)
TRADES = ("Power", "Energy", "Materials", "Components", "Electronics", "Devices", "Works")


class Portfolio(NamedTuple):
    """How many of each there are; ids run from 1."""

    lines: int
    boms: int
    parties: int
    suppliers: int
    parts: int
    purchases: int
    organisations: int
    boms_a_purchase: int
    boms_an_organisation: int

    @classmethod
    def of(cls, scale: float, spread: "Portfolio | None" = None) -> "Portfolio":
        """spread: a greater one. A supplier's lines then lie in as many purchases and organisations
        as there, as far as BOMs suffice, so that a change of one costs what it costs there.
        """
        boms = max(4, int(LINES * scale) // LINES_A_BOM)
        suppliers = max(10, int(SUPPLIERS * scale))
        a_purchase, an_organisation = BOMS_A_PURCHASE, BOMS_AN_ORGANISATION
        if spread is not None:
            a_purchase = max(1, boms // spread.purchases)
            an_organisation = max(1, boms // spread.organisations // a_purchase) * a_purchase
        return cls(
            lines=boms * LINES_A_BOM,
            boms=boms,
            parties=max(5 * suppliers, int(PARTIES * scale)),
            suppliers=suppliers,
            parts=max(20, int(PARTS * scale)),
            purchases=-(-boms // a_purchase),
            organisations=-(-boms // an_organisation),
            boms_a_purchase=a_purchase,
            boms_an_organisation=an_organisation,
        )

    @property
    def each(self) -> int:
        """One BOM in so many, and one part, belong to the sample: in it are as many packs as beside
        it, since this has no divisor in common with PACKS."""
        return next(n for n in range(max(1, self.boms // SAMPLE), 0, -1) if gcd(n, PACKS) == 1)

    @property
    def sample(self) -> list[int]:
        """BOMs with all lines of some parts, and nothing else. The first BOM is not of it."""
        return [bom for bom in range(self.each, self.boms + 1, self.each) if bom > 1]


def portfolio_load(scale: float, now: datetime, spread: Portfolio | None = None) -> Portfolio:
    """Fill an empty, migrated database. Nothing is judged; `Leaning` says what would be leaned on,
    as the judge would, so that a change finds its lines.
    """
    made = Portfolio.of(scale, spread)
    draw = random.Random(1)  # noqa: S311 - made-up data
    rows = Rows(made, draw, now)
    with transaction.atomic(), triggers_aside():
        for model, columns, values in (
            (Organisation, ("id", "name"), rows.organisations()),
            (User, ("id", "email", "is_curator"), iter([(1, "curator@example.gov", True)])),
            (Party, PARTY, rows.parties()),
            (Stake, ("holder_id", "held_id", "metric", "low", "high"), rows.stakes()),
            (Edition, ("id", "key", "edition", "state"), rows.editions()),
            (Listing, ("edition_id", "code", "name"), rows.listings()),
            (Part, PART, rows.parts()),
            (Component, COMPONENT, rows.components()),
            (Procurement, PURCHASE, rows.purchases()),
            (Bom, BOM, rows.boms()),
            (Line, LINE, rows.lines()),
            (Leaning, ("part_id", "organisation_id", "kind", "key"), rows.leanings()),
        ):
            rows_insert(model, columns, values)
            if connection.vendor == "postgresql" and "id" in columns:
                _number_on(model)
    database_settle()
    return made


def database_settle() -> None:
    """What PostgreSQL's own housekeeping does within minutes of many new rows: until then it takes
    a table for as small as it was, and whoever reads a row first has to mark it as there for good.
    SQLite, here as elsewhere, is never told.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


PARTY = ("id", "name", "kind", "incorporated", "business", "government_of", "us_person")
PART = (
    "id", "organisation_id", "maker_id", "number", "category", "chemistry", "assembler_id",
    "assembled_in", "cells_by_id", "complete", "licences_complete", "cots",
)  # fmt: skip
COMPONENT = (
    "part_id", "name", "category", "source_id", "cost", "cost_basis", "recycled", "steps_told",
)  # fmt: skip
PURCHASE = (
    "id", "organisation_id", "name", "agency", "program", "reached_milestone_b", "award",
    "obligation", "delivery", "device", "setting", "maintenance", "rdte", "item",
)  # fmt: skip
BOM = (
    "id", "organisation_id", "procurement_id", "name", "state", "lines_total", "submitted_at",
    "judged_at",
)  # fmt: skip
LINE = ("id", "bom_id", "part_id", "sequence", "part_number", "quantity", "unit_cost", "currency")

Values = Iterator[tuple[Any, ...]]


class Rows:
    """The rows of each table, in the order of its columns above.

    Parties: first the suppliers; each has four behind it, a holding and three persons. Parts are
    everybody's, so that one part stands on the lines of several organisations.
    """

    def __init__(self, made: Portfolio, draw: random.Random, now: datetime) -> None:
        self.made, self.draw, self.now = made, draw, now
        self.behind: list[tuple[int, ...]] = [
            tuple(made.suppliers + 4 * n + k for k in range(1, 5)) for n in range(made.suppliers)
        ]
        self.of_part: list[tuple[int, ...]] = []
        self.met: set[tuple[int, int]] = set()

    def organisations(self) -> Values:
        yield from ((n, f"Office {n}") for n in range(1, self.made.organisations + 1))

    def parties(self) -> Values:
        for n in range(1, self.made.parties + 1):
            country = self.draw.choice(COUNTRIES)
            if n <= self.made.suppliers:
                yield n, _name(n), "company", country, country, "", None
            elif (n - self.made.suppliers) % 4 == 1:
                yield n, f"{_name(n)} Holding", "company", country, country, "", None
            else:
                yield n, f"Person {n}", "person", country, country, "", country == "US"

    def stakes(self) -> Values:
        for supplier, (holding, *persons) in enumerate(self.behind, start=1):
            for metric in ("equity", "votes", "board"):
                yield holding, supplier, metric, Decimal(60), Decimal(60)
                yield persons[0], supplier, metric, Decimal(40), Decimal(40)
                yield persons[1], holding, metric, Decimal(70), Decimal(70)
                yield persons[2], holding, metric, Decimal(30), Decimal(30)

    def editions(self) -> Values:
        yield from ((n, key, LIST_DAY, "released") for n, key in enumerate(LISTS, start=1))

    def listings(self) -> Values:
        for n in range(1, len(LISTS) + 1):
            for code in range(100):
                yield n, f"code-{code}", f"Quxor{n:02}{code:03} Trading"

    def parts(self) -> Values:
        for n in range(1, self.made.parts + 1):
            maker = n % self.made.suppliers + 1
            pack = n % PACKS == 0
            cells = self.draw.randrange(1, self.made.suppliers + 1) if pack else None
            sources = [self.draw.randrange(1, self.made.suppliers + 1) for _ in range(2 * pack)]
            self.of_part.append(tuple(filter(None, (maker, cells, *sources))))
            kind, chemistry = ("battery_pack", "nmc") if pack else ("resistor", None)
            yield (
                n, None, maker, f"P-{n:06}", kind, chemistry, maker if pack else None,
                "US" if pack else None, cells, pack or None, pack or None, False,
            )  # fmt: skip

    def components(self) -> Values:
        for n, (_, *others) in enumerate(self.of_part, start=1):
            for kind, source in zip(("cathode", "anode"), others[1:], strict=False):
                cost = Decimal(40)
                yield n, kind, f"{kind}_material", source, cost, "purchase price", False, True

    def purchases(self) -> Values:
        for n in range(1, self.made.purchases + 1):
            award = date(2028, 1 + n % 12, 1)
            whose = (n - 1) * self.made.boms_a_purchase // self.made.boms_an_organisation + 1
            yield (
                n, whose, f"Purchase {n}", "DOD", "acquisition", False, award, award,
                date(2029, 1, 1), "other", "combat", "no", False, "end_item",
            )  # fmt: skip

    def boms(self) -> Values:
        for n in range(self.made.boms):
            yield (
                n + 1, n // self.made.boms_an_organisation + 1, n // self.made.boms_a_purchase + 1,
                f"BOM {n + 1}", "judged", LINES_A_BOM, self.now, self.now,
            )  # fmt: skip

    def lines(self) -> Values:
        each = self.made.each
        for n in range(self.made.lines):
            bom, place = divmod(n, LINES_A_BOM)
            part = self.part_of(bom + 1, each)
            self.met.add((part, bom // self.made.boms_an_organisation + 1))
            yield n + 1, bom + 1, part, place + 1, f"P-{part:06}", Decimal(2), Decimal(3), "USD"

    def part_of(self, bom: int, each: int) -> int:
        """A part for a line: of the sample for a BOM of it, and else of the others."""
        while each == 1 or bom % each:
            part = int(self.made.parts * self.draw.random() ** SKEW) + 1
            if each == 1 or part % each:
                return part
        return (int(self.made.parts // each * self.draw.random() ** SKEW) + 1) * each

    def leanings(self) -> Values:
        for part, whose in sorted(self.met):
            yield part, whose, *ANY_LIST
            yield part, whose, "part", str(part)
            parties = set(self.of_part[part - 1])
            for party in sorted(parties.union(*(self.behind[each - 1] for each in parties))):
                yield part, whose, "party", str(party)


def _name(n: int) -> str:
    """A company's name of its own, of four syllables drawn by its number."""
    draw = random.Random(n)  # noqa: S311 - made-up data
    own = "".join(draw.choice(ONSETS) + draw.choice("aeiou") for _ in range(4))
    return f"{own.capitalize()} {draw.choice(CITIES)} {draw.choice(TRADES)} Inc."


def _number_on(model: type[models.Model]) -> None:
    """Rows that brought their ids leave PostgreSQL's sequence behind."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608 - our own name
            [model._meta.db_table],
        )


@contextmanager
def triggers_aside() -> Iterator[None]:
    """Bulk rows of a bench are nobody's change."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, statement in triggers:
            cursor.execute(statement)
