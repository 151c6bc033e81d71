"""Documents and the facts they back, as the law reads them."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Model

from compliance.known import Known, Row
from compliance.law.documents import MORE, OWNERS, WHOLE
from compliance.law.evidence import Backing as Backed
from compliance.law.evidence import Document, Grade
from compliance.law.world import World
from compliance.refs import must_ref
from procurement.models import (
    Backing,
    Component,
    Control,
    Disclosure,
    Evidence,
    Licence,
    Part,
    Party,
    ProcessStep,
    Site,
    Stake,
)

KINDS: tuple[type[Model], ...] = (Party, Part, Component, Licence, Stake, Disclosure, Control)
SPOKEN = {each.__name__: (*fields, *MORE.get(each, ())) for each, fields in WHOLE.items()}
SHARES = {"Stake": "low", "Disclosure": "complete_to", "Control": "holds"}
"""Of these a document speaks as a whole, by whichever field it names."""
STEP_FIELDS = {"": ("country", "party"), "country": ("country",), "party": ("party",)}


def documents_known(
    known: Known, world: World, steps: list[Row], sites: Mapping[int, Row]
) -> tuple[tuple[Document, ...], tuple[Backed, ...]]:
    """The documents that back a fact of this world, and what each backs. What somebody set aside
    backs nothing and contradicts nothing."""
    if known.on is None and not known.once("any document", Backing.objects.exists, everyones=True):
        return (), ()
    ids = _ids(world)
    ids[ProcessStep._meta.db_table] = {row["id"] for row in steps}
    ids[Site._meta.db_table] = set(sites)
    asked = set().union(*ids.values())
    rows = [
        row
        for row in known.rows(Backing, "row", asked)
        if not row["set_aside"] and row["row"] in ids.get(row["table_name"], ())
    ]
    places = _places(steps)
    backed = tuple(each for row in rows for each in _backed(row, steps, places))
    told = known.rows(Evidence, "id", {row["evidence_id"] for row in rows})
    documents = tuple(
        Document(
            must_ref(Evidence, row["id"]),
            row["title"],
            Grade(row["grade"]),
            row["issued"],
            row["expires"],
        )
        for row in told
    )
    return documents, backed


def _ids(world: World) -> dict[str, set[int]]:
    """Table → ids of its rows in the world."""
    kinds = {must_ref(model, 0).removesuffix("0"): model._meta.db_table for model in KINDS}
    found: dict[str, set[int]] = {table: set() for table in kinds.values()}
    facts: Iterable[str] = (
        *(each.ref for each in world.parties),
        *(each.ref for each in world.stakes),
        *(each.ref for each in world.disclosures),
        *(each.ref for each in world.controls),
        *(each.ref for each in world.licences),
        *(each.ref for each in world.parts),
        *(each.ref for part in world.parts for each in part.components or ()),
    )
    for ref in facts:
        kind, colon, key = ref.partition(":")
        found[kinds[kind + colon]].add(int(key))
    return found


def _places(steps: list[Row]) -> dict[int, tuple[int, int]]:
    """Step → its component, and its place among that component's steps."""
    found: dict[int, tuple[int, int]] = {}
    counts: dict[int, int] = {}
    for row in steps:
        place = counts.get(row["component_id"], 0)
        found[row["id"]] = row["component_id"], place
        counts[row["component_id"]] = place + 1
    return found


def _backed(row: Row, steps: list[Row], places: Mapping[int, tuple[int, int]]) -> Iterator[Backed]:
    document, field, says = must_ref(Evidence, row["evidence_id"]), row["field"], row["says"]
    ref = must_ref(Backing, row["id"])
    if row["table_name"] in (ProcessStep._meta.db_table, Site._meta.db_table):
        by_site = row["table_name"] == Site._meta.db_table
        for step in steps:
            if row["row"] == (step["site_id"] if by_site else step["id"]):
                component, place = places[step["id"]]
                for name in STEP_FIELDS.get(field, ()):
                    fact = must_ref(Component, component)
                    yield Backed(ref, document, fact, f"steps.{place}.{name}", says)
        return
    model = next(each for each in KINDS if each._meta.db_table == row["table_name"])
    kind = model.__name__
    if field and field != OWNERS:
        if kind not in SHARES and field.partition(".")[0] not in SPOKEN[kind]:
            return  # of what a part is called and the like, no rule asks
        field = SHARES.get(kind, field)
    yield Backed(ref, document, must_ref(model, row["row"]), field, says)
