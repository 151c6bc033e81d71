"""Which party and which part a line of a BOM means; what nobody has yet is made, marked unverified.

Both classes serve one submission. They read once what the organisation can see and the file could
mean, and then answer from memory; what they make is written together by `write`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import CharField, Func, Q

from procurement.formats.problem import Problem
from procurement.models import Identifier, Organisation, Part, Party
from procurement.names import MakerKey, beginning, maker_key, number_key, plain
from procurement.services.bulk import Ids, rows_insert

Numbers = Mapping[str, str]
"""Identifier scheme → normal form, as a row of the file gives them for its maker."""


_NONE: frozenset[tuple[str, str]] = frozenset()
OWN, SHARED, ONLY_READ = range(3)
"""Whom to believe first: what the organisation has looked at, what curators keep, then what was
only ever read off a BOM."""
MOST_ASKED = 400
"""Names or numbers that a database is asked for; of more, all rows are read and looked at here."""


class _Beginning(Func):
    """`names.beginning` of a name as the database can tell it; "" where only Python can."""

    output_field = CharField()
    template = """CASE WHEN %(expressions)s COLLATE "C" ~ '^[A-Za-z0-9]{4}'
        THEN LOWER(SUBSTR(%(expressions)s, 1, 4) COLLATE "C") ELSE '' END"""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        glob = "[A-Za-z0-9]" * 4
        template = f"""CASE WHEN %(expressions)s GLOB '{glob}*'
            THEN LOWER(SUBSTR(%(expressions)s, 1, 4)) ELSE '' END"""
        return self.as_sql(compiler, connection, template=template, **context)


class _NumberKey(Func):
    """`names.number_key` of a number as the database can tell it; "" where only Python can."""

    output_field = CharField()
    template = """CASE WHEN %(expressions)s COLLATE "C" ~ '^[ -~]*$'
        THEN UPPER(REPLACE(%(expressions)s, ' ', '') COLLATE "C") ELSE '' END"""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = """CASE WHEN %(expressions)s NOT GLOB '*[^ -~]*'
            THEN UPPER(REPLACE(%(expressions)s, ' ', '')) ELSE '' END"""
        return self.as_sql(compiler, connection, template=template, **context)


class KnownParty(NamedTuple):
    pk: int
    name: str
    rank: int


class KnownPart(NamedTuple):
    pk: int
    category: str | None
    rank: int


class ToldPart(NamedTuple):
    """What a line tells of its part: kept as that of a part that nobody has yet."""

    number: str
    name: str = ""
    category: str | None = None
    chemistry: str | None = None
    attributes: Mapping[str, str] = {}
    hts: str = ""
    nsn: str = ""


class Makers:
    """Names and numbers of makers → parties."""

    def __init__(
        self,
        organisation: Organisation,
        names: Iterable[str],
        numbers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.organisation = organisation
        self._exact: dict[str, list[KnownParty]] = defaultdict(list)
        self._keys: dict[str, list[tuple[MakerKey, KnownParty]]] = defaultdict(list)
        self._numbered: dict[tuple[str, str], list[KnownParty]] = defaultdict(list)
        self._answers: dict[tuple[str, frozenset[tuple[str, str]]], int | None] = {}
        self._new: list[KnownParty] = []
        self._ids = Ids(Party)
        self.problems: list[Problem] = []
        """Warnings for the whole file: one for each name that was not taken as it is written."""
        self._read_names({plain(_kept(name)) for name in names} - {""})
        self._read_numbers(set(numbers))

    def party(self, name: str, numbers: Numbers, row: int | None) -> int | None:
        """The party's id, perhaps of one still to be written; None where the row names nobody."""
        asked = (name, frozenset(numbers.items()) if numbers else _NONE)
        if asked not in self._answers:
            self._answers[asked] = self._resolve(name, numbers, row)
        return self._answers[asked]

    def write(self) -> None:
        rows_insert(
            Party,
            ["id", "organisation_id", "name", "unverified", "source"],
            (
                (party.pk, self.organisation.pk, party.name, True, "read off a BOM")
                for party in self._new
            ),
        )

    def _resolve(self, name: str, numbers: Numbers, row: int | None) -> int | None:
        name = _kept(name)
        where = f"row {row}, maker" if row else "maker"
        named = _best([party for item in numbers.items() for party in self._numbered[item]])
        if len(named) == 1:
            return named[0].pk
        if len(named) > 1:
            said = " and ".join(f"“{party.name}”" for party in named)
            self._warn(
                "maker-identifiers-differ",
                where,
                f"The numbers given for “{name}” belong to {said}; they were not used.",
                "Correct the numbers, then submit the file again.",
            )
        key = maker_key(name)
        if not key.core:
            return None
        exact = _best(self._exact[plain(name)])
        if len(exact) == 1:
            self._spelt(exact[0], name, where)
            return exact[0].pk
        alike = exact or _best([p for other, p in self._keys[key.core] if key.may_be(other)])
        if len(alike) == 1:
            self._spelt(alike[0], name, where)
            return alike[0].pk
        if alike:
            said = ", ".join(f"“{party.name}” (party {party.pk})" for party in alike)
            self._warn(
                "maker-ambiguous",
                where,
                f"“{name}” could be any of {said}; it was kept apart as a new party.",
                "Give the maker's CAGE, UEI or LEI in the file, or its full name.",
            )
        made = KnownParty(next(self._ids), name, ONLY_READ)
        self._new.append(made)
        self._know(made, name)
        return made.pk

    def _spelt(self, party: KnownParty, name: str, where: str) -> None:
        """Say so where a name was taken for a party that is written otherwise, but for case."""
        if party.name.casefold() == name.casefold():
            return
        self._warn(
            "maker-spelling",
            where,
            f"“{name}” was taken to be “{party.name}”.",
            "If they are two companies, give this one its full name or its CAGE, UEI or LEI.",
        )

    def _warn(self, code: str, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(code, where, what, fix, severity="warning"))

    def _read_names(self, wanted: set[str]) -> None:
        """Know every party by each of its names that some wanted name is, or may be."""
        cores = {maker_key(name).core for name in wanted} - {""}
        rows = Party.objects.filter(Q(organisation=None) | Q(organisation=self.organisation))
        begins = {beginning(name) for name in wanted | cores}
        if len(begins) <= MOST_ASKED:
            more = ~Q(name_local="") | ~Q(aliases=[])
            rows = rows.alias(begins=_Beginning("name")).filter(more | Q(begins__in=begins | {""}))
        fields = ("pk", "name", "name_local", "aliases", "organisation_id", "unverified")
        for pk, name, local, aliases, owner, unverified in rows.values_list(*fields).iterator(
            10_000
        ):
            party = KnownParty(pk, name, _rank(owner, unverified))
            for each in {name, local, *aliases} - {""}:
                if plain(each) in wanted or maker_key(each).core in cores:
                    self._know(party, each)

    def _know(self, party: KnownParty, name: str) -> None:
        self._exact[plain(name)].append(party)
        key = maker_key(name)
        self._keys[key.core].append((key, party))

    def _read_numbers(self, wanted: set[tuple[str, str]]) -> None:
        if not wanted:
            return
        rows = Identifier.objects.filter(
            Q(organisation=None) | Q(organisation=self.organisation),
            value__in={value for _, value in wanted},
        )
        fields = ("scheme", "value", "party_id", "party__name", "party__organisation_id")
        for *number, pk, name, owner, unverified in rows.values_list(*fields, "party__unverified"):
            self._numbered[number[0], number[1]].append(
                KnownParty(pk, name, _rank(owner, unverified))
            )


class Parts:
    """Maker × part number → parts: the organisation's own first, then the shared ones."""

    def __init__(self, organisation: Organisation, numbers: Iterable[str]) -> None:
        self.organisation = organisation
        self._known: dict[tuple[int | None, str], KnownPart] = {}
        self._new: dict[tuple[int | None, str], tuple[int, ToldPart]] = {}
        self._learnt: dict[str, list[int]] = defaultdict(list)
        self._ids = Ids(Part)
        self._keys = {number: number_key(number) for number in set(numbers)}
        self._read(set(self._keys.values()))

    def part(self, maker: int | None, said: ToldPart) -> tuple[int, str | None]:
        """The part's id, and the category that now stands for it."""
        key = (maker, self._keys.get(said.number) or number_key(said.number))
        if met := self._new.get(key):
            pk, new = met
            if new.category is None and said.category is not None:
                new = new._replace(category=said.category)
                self._new[key] = (pk, new)
            return pk, new.category
        known = self._known.get(key)
        if known is None:
            pk = next(self._ids)
            self._new[key] = (pk, said)
            return pk, said.category
        if known.category is None and known.rank == ONLY_READ and said.category:
            self._learnt[said.category].append(known.pk)
            self._known[key] = known._replace(category=said.category)
        return known.pk, self._known[key].category

    def write(self) -> None:
        rows_insert(
            Part,
            [
                "id",
                "organisation_id",
                "maker_id",
                "number",
                "name",
                "category",
                "chemistry",
                "attributes",
                "hts",
                "nsn",
                "unverified",
            ],
            (
                (
                    pk,
                    self.organisation.pk,
                    maker,
                    new.number,
                    new.name,
                    new.category,
                    new.chemistry,
                    new.attributes,
                    new.hts,
                    new.nsn,
                    True,
                )
                for (maker, _), (pk, new) in self._new.items()
            ),
        )
        for category, ids in self._learnt.items():
            for start in range(0, len(ids), 500):
                learnt = Part.objects.filter(pk__in=ids[start : start + 500])
                learnt.filter(organisation=self.organisation).update(category=category)

    def _read(self, wanted: set[str]) -> None:
        rows = Part.objects.filter(Q(organisation=None) | Q(organisation=self.organisation))
        if len(wanted) <= MOST_ASKED:
            rows = rows.alias(key=_NumberKey("number")).filter(key__in=wanted | {""})
        fields = ("pk", "number", "maker_id", "category", "unverified", "organisation_id")
        for pk, number, maker, category, unverified, owner in (
            # Latest first: of two alike the older stays.
            rows.order_by("-pk").values_list(*fields).iterator(10_000)
        ):
            key = number_key(number)
            if key not in wanted:
                continue
            known = KnownPart(pk, category, _rank(owner, unverified))
            before = self._known.get((maker, key))
            if before is None or known.rank <= before.rank:
                self._known[maker, key] = known


def _kept(name: str) -> str:
    return " ".join(name.split())[:300]


def _rank(owner: int | None, unverified: bool) -> int:
    if unverified:
        return ONLY_READ
    return SHARED if owner is None else OWN


def _best(parties: Iterable[KnownParty]) -> list[KnownParty]:
    """Each party once, of those alone that are to be believed first."""
    found = list(dict.fromkeys(parties))
    first = min((party.rank for party in found), default=OWN)
    return [party for party in found if party.rank == first]
