"""Random changes of facts: every kind, by every road a fact can move.

A change is drawn from a seeded `random.Random`, so a failing seed fails again. What a service or
the API refuses moves nothing, which is a fair outcome of a road.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from compliance.law.readings import READINGS
from compliance.models import Edition, IdentityDecision, Listing, ReadingChoice
from compliance.services.lists import edition_release
from procurement.models import (
    Bom,
    Component,
    Control,
    Disclosure,
    Evidence,
    Fact,
    Identifier,
    Licence,
    Part,
    Party,
    ProcessStep,
    Procurement,
    Site,
    Stake,
    User,
    Waiver,
    WaiverGround,
)
from procurement.problems import Refused
from procurement.services.facts import fact_update, fact_withdraw
from tests import factory
from tests.api import API, as_person
from tests.compliance.worlds import Office

COUNTRIES = ["US", "CN", "KR", "RU", None]
NAMES = ["Cellco", "Gotion High tech Co Ltd", "Volta", "Contemporary Amperex Technology Co., Ltd"]
LISTED = [
    ("154", "catl", "Contemporary Amperex Technology Company, Limited"),
    ("154", "gotion", "Gotion High tech Company, Limited"),
    ("1260H", "volta", "Volta Power"),
]
DAYS = [date(2026, 1, 1), date(2027, 10, 1), date(2028, 1, 1), date(2028, 6, 1), date(2031, 1, 1)]
KINDS = ("nmc", "lfp", "alkaline", None)
PATHS = {
    Party: "parties",
    Stake: "stakes",
    Site: "sites",
    Control: "controls",
    Part: "parts",
    Procurement: "procurements",
    Evidence: "evidence",
}


@dataclass
class Town:
    """What changes are made to: two offices that share parties and lists, and their rows."""

    offices: list[Office]
    boms: list[Bom]
    curator: User
    folder: Path
    told: list[str] = field(default_factory=list)
    """What was done, for whoever reads a failure."""


Moved = dict[str, Any]
Drawn = Callable[[random.Random, Town], Moved]
DRAWN: dict[type[Fact], Drawn] = {
    Party: lambda rnd, town: rnd.choice(
        [
            {"incorporated": rnd.choice(COUNTRIES)},
            {"business": rnd.choice(COUNTRIES)},
            {"name": rnd.choice(NAMES)},
            {"government_of": rnd.choice(["CN", "", None])},
            {"kind": rnd.choice(["company", "government", "person", None])},
            {"address": f"{rnd.randrange(99)} Main Street"},
        ]
    ),
    Stake: lambda rnd, town: rnd.choice(
        [
            dict.fromkeys(
                ("low", "high"), Decimal(rnd.choice(["24.99", "25", "50", "50.01", "0"]))
            ),
            {"holder_id": rnd.choice(ids(Party))},
            {"held_id": rnd.choice(ids(Party))},
            {"true_to": rnd.choice([None, *DAYS])},
            {"nature": rnd.choice(["plain", "nominee", "option"])},
        ]
    ),
    Disclosure: lambda rnd, town: {"complete_to": Decimal(rnd.choice(["60", "92", "100"]))},
    Control: lambda rnd, town: rnd.choice(
        [{"holds": rnd.choice([True, False, None])}, {"controlled_id": rnd.choice(ids(Party))}]
    ),
    Identifier: lambda rnd, town: {"party_id": rnd.choice(ids(Party))},
    Site: lambda rnd, town: {"country": rnd.choice(["US", "CN"])},
    Part: lambda rnd, town: rnd.choice(
        [
            {"chemistry": rnd.choice(KINDS)},
            {"category": rnd.choice(["battery_pack", "cell", "resistor", "radio", None])},
            {"cells_by_id": rnd.choice([None, *ids(Party)])},
            {"assembled_in": rnd.choice(COUNTRIES)},
            {"complete": rnd.choice([True, False, None])},
            {"cots": rnd.choice([True, False, None])},
        ]
    ),
    Component: lambda rnd, town: rnd.choice(
        [
            {"cost": rnd.choice([None, Decimal(rnd.randrange(1, 99))])},
            {"source_id": rnd.choice([None, *ids(Party)])},
            {"part_id": rnd.choice(ids(Part))},
            {"steps_told": rnd.choice([True, False])},
        ]
    ),
    ProcessStep: lambda rnd, town: rnd.choice(
        [
            {"country": rnd.choice(COUNTRIES)},
            {"party_id": rnd.choice([None, *ids(Party)])},
            {"site_id": rnd.choice([None, *ids(Site)])},
            {"component_id": rnd.choice(ids(Component))},
        ]
    ),
    Licence: lambda rnd, town: rnd.choice(
        [
            {"licensor_id": rnd.choice(ids(Party))},
            {"licensee_id": rnd.choice([None, *ids(Party)])},
            {"part_id": rnd.choice([None, *ids(Part)])},
            {"reserved": {"operation": rnd.choice([True, False])}},
        ]
    ),
    Procurement: lambda rnd, town: rnd.choice(
        [
            {"award": rnd.choice([None, *DAYS])},
            {"delivery": rnd.choice([None, *DAYS])},
            {"agency": rnd.choice(["DOD", "DHS", "OTHER", None])},
            {"counterparty_id": rnd.choice([None, *ids(Party)])},
            {"setting": rnd.choice(["office", "combat", None])},
        ]
    ),
    Waiver: lambda rnd, town: rnd.choice(
        [{"ends": rnd.choice([None, *DAYS])}, {"grantor": rnd.choice(["sae", "other"])}]
    ),
    WaiverGround: lambda rnd, town: {"rule": rnd.choice(["10-usc-4865", "154"])},
    Evidence: lambda rnd, town: {"expires": rnd.choice([None, *DAYS])},
    Edition: lambda rnd, town: rnd.choice(
        [
            {"read_by": rnd.choice([None, date(2026, 11, 1), date(2026, 12, 24), *DAYS])},
            {"covers": rnd.choice(["all", "CN"])},
            {"state": rnd.choice(["released", "staged"])},
        ]
    ),
    Listing: lambda rnd, town: rnd.choice(
        [
            {"true_to": rnd.choice([None, *DAYS])},
            {"name": rnd.choice(NAMES)},
            {"edition_id": rnd.choice(ids(Edition))},
        ]
    ),
    IdentityDecision: lambda rnd, town: rnd.choice(
        [
            {"same": rnd.choice([True, False])},
            {"confirmed_by_id": rnd.choice([None, town.curator.pk])},
            {"party_id": rnd.choice(ids(Party))},
        ]
    ),
    ReadingChoice: lambda rnd, town: {"alternative": rnd.choice(["review", "conservative"])},
}
"""Model → other values for one of its rows."""


def ids(model: type[models.Model]) -> list[int]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


# --- the roads: each gives a row other values ---------------------------------------------------
def by_save(row: Fact, values: Moved, town: Town) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def by_update(row: Fact, values: Moved, town: Town) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def by_bulk_update(row: Fact, values: Moved, town: Town) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    names = [row._meta.get_field(name).name for name in values]
    type(row)._default_manager.bulk_update([row], names)


def by_raw_sql(row: Fact, values: Moved, town: Town) -> None:
    with connection.cursor() as cursor:
        for name, value in values.items():
            column = row._meta.get_field(name)
            stored = column.get_db_prep_save(value, connection)  # type: ignore[union-attr]
            cursor.execute(
                f'UPDATE "{row._meta.db_table}" SET "{column.column}" = %s WHERE id = %s',  # type: ignore[union-attr]
                [stored, row.pk],
            )


def by_delete_and_insert(row: Fact, values: Moved, town: Town) -> None:
    """The same id, taken away and put back otherwise, as a restore of a backup would."""
    for name, value in values.items():
        setattr(row, name, value)
    with connection.cursor() as cursor:
        fields = [field for field in row._meta.concrete_fields if field.name != "known_from"]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        given = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
        ]
        with connection.constraint_checks_disabled():
            cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
            marks = ", ".join(["%s"] * len(given))
            cursor.execute(
                f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({marks})', given
            )


def by_loaddata(row: Fact, values: Moved, town: Town) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    fields = {
        each.name: each.value_to_string(row)
        if getattr(row, each.attname) is not None and not isinstance(each, models.JSONField)
        else getattr(row, each.attname)
        for each in row._meta.concrete_fields
        if each.name not in ("id", "known_from")
    }
    entry = {"model": row._meta.label_lower, "pk": row.pk, "fields": fields}
    path = town.folder / "fixture.json"
    path.write_text(json.dumps([entry], default=str))
    call_command("loaddata", str(path), verbosity=0)


def by_service(row: Fact, values: Moved, town: Town) -> None:
    by = town.curator if row.organisation_id is None else _officer(row, town)
    fact_update(row, by=by, why="a random change", **values)


def by_api(row: Fact, values: Moved, town: Town) -> None:
    if type(row) not in PATHS:
        return by_service(row, values, town)
    by = town.curator if row.organisation_id is None else _officer(row, town)
    told = {name.removesuffix("_id"): value for name, value in values.items()}
    answer = as_person(by).patch(
        f"{API}/{PATHS[type(row)]}/{row.pk}",
        json.loads(json.dumps(told, default=str)),
        format="json",
    )
    assert answer.status_code < 500, answer.content
    return None


def _officer(row: Fact, town: Town) -> User:
    return next(
        each.officer for each in town.offices if each.organisation.pk == row.organisation_id
    )


ROADS = (
    by_save,
    by_update,
    by_bulk_update,
    by_raw_sql,
    by_loaddata,
    by_service,
    by_api,
)


# --- births, ends, and what only people do --------------------------------------------------------
def birth(rnd: random.Random, town: Town) -> str:
    office = rnd.choice(town.offices)
    ours: dict[str, Any] = {"organisation": office.organisation}
    parties = list(Party.objects.order_by("pk"))
    part = Part.objects.get(pk=rnd.choice(ids(Part)))
    one, other = rnd.sample(parties, 2)
    rule = rnd.choice(["10-usc-4865", "154"])
    edition = Edition.objects.get(pk=rnd.choice(ids(Edition)))
    list_key, code, name = rnd.choice(LISTED)
    reading = rnd.choice(READINGS)
    makers: list[Callable[[], object]] = [
        lambda: factory.party(rnd.choice(NAMES), **ours),
        lambda: factory.stake(one, other, rnd.choice([10, 25, 51]), **ours),
        lambda: factory.disclosure(one, rnd.choice([92, 100]), **ours),
        lambda: factory.control(one, other, holds=rnd.choice([True, None]), **ours),
        lambda: factory.site(one, rnd.choice(["US", "CN"]), **ours),
        lambda: factory.component(part, source=one, cost=rnd.randrange(1, 50)),
        lambda: factory.licence(one, licensee=other, **ours),
        lambda: factory.licence(one, part=part, **ours),
        lambda: factory.waiver(office.procurement, rule, part=part, ends=rnd.choice(DAYS[1:])),
        lambda: factory.ground(office.procurement, rule),
        lambda: factory.identifier(one, "LEI", str(rnd.randrange(99)), **ours),
        lambda: _backing(office, rnd),
        lambda: Listing.objects.create(edition=edition, code=code, name=name),
        lambda: factory.edition(
            list_key, date(2026, 1, 1) + timedelta(days=rnd.randrange(2000)), state="released"
        ),
        lambda: IdentityDecision.objects.create(
            party=one, list_key=list_key, code=code, same=rnd.choice([True, False]),
            reason="looked up", **ours,
        ),
        lambda: ReadingChoice.objects.create(
            key=reading.key, alternative=reading.conservative, **ours
        ),
    ]  # fmt: skip
    made = rnd.choice(makers)()
    return f"new {type(made).__name__}"


def _backing(office: Office, rnd: random.Random) -> object:
    evidence = factory.evidence(organisation=office.organisation, expires=rnd.choice(DAYS))
    row = rnd.choice(ids(Stake))
    return factory.backing(evidence, Stake._meta.db_table, row)


ENDED: tuple[type[Fact], ...] = (
    Stake,
    Disclosure,
    Control,
    Component,
    ProcessStep,
    Licence,
    Waiver,
    WaiverGround,
    Listing,
    Edition,
    IdentityDecision,
    ReadingChoice,
    Identifier,
)


def end(rnd: random.Random, town: Town) -> str:
    model = rnd.choice([each for each in ENDED if ids(each)])
    row = model._default_manager.get(pk=rnd.choice(ids(model)))
    if rnd.random() < 0.5:
        row.delete()
    else:
        by = town.curator if row.organisation_id is None else _officer(row, town)
        fact_withdraw(row, by=by, why="never so")
    return f"{model.__name__} {row.pk} ended"


def release(rnd: random.Random, town: Town) -> str:
    """An edition as curators do it: one stages, another releases."""
    staged = Edition.objects.filter(state=Edition.State.STAGED).first()
    if staged is None:
        return "nothing staged"
    edition_release(key=staged.key, edition=staged.edition, by=town.curator)
    return f"{staged} released"


def move(rnd: random.Random, town: Town) -> str:
    model = rnd.choice([each for each in DRAWN if ids(each)])
    row = model._default_manager.get(pk=rnd.choice(ids(model)))
    values = DRAWN[model](rnd, town)
    road = rnd.choice(ROADS)
    if model not in (Party, Part, Procurement) and rnd.random() < 0.1:
        road = by_delete_and_insert
    road(row, values, town)
    return f"{model.__name__} {row.pk} {values} {road.__name__}"


def change(rnd: random.Random, town: Town) -> None:
    """One random change. What is refused, by a service or the database, leaves nothing behind."""
    deed = rnd.choices([move, birth, end, release], [70, 18, 10, 2])[0]
    try:
        with transaction.atomic():
            town.told.append(deed(rnd, town))
    except (Refused, DatabaseError, PermissionDenied, ObjectDoesNotExist) as error:
        town.told.append(f"{deed.__name__} refused: {error!r:.200}")
