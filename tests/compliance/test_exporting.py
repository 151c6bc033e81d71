"""A BOM out as CycloneDX: its shape, what it says of each part, and that we read it again."""

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.services.exporting import bom_cyclonedx
from procurement import formats
from procurement.intake import recognise, rows
from procurement.models import Bom, Line, Procurement
from tests import factory
from tests.api import API, as_person
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def written(bom: Bom) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(bom_cyclonedx(bom=bom, now=NOW)))
    return found


def told(component: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in component["properties"]}


@pytest.fixture
def purchase() -> Procurement:
    return factory.procurement(factory.organisation())


def test_parts_are_devices_below_what_they_belong_to(purchase: Procurement) -> None:
    assert purchase.organisation is not None
    pack, cell = (
        factory.part(number, organisation=purchase.organisation) for number in ("PACK", "CELL")
    )
    bom = factory.bom(purchase, name="Radio")
    top = factory.line(bom, pack, maker="Acme", description="Battery pack", quantity=Decimal(2))
    factory.line(bom, cell, parent=top, quantity=Decimal("0.5"), unit_cost=Decimal("4.20"))
    factory.line(bom, cell, alternate_of=top)
    made = factory.determination(top, verdict="prohibited")
    found = written(bom)
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    assert uuid.UUID(found["serialNumber"].removeprefix("urn:uuid:")).urn == found["serialNumber"]
    first, alternate = found["components"]
    assert (first["type"], first["name"], first["manufacturer"]) == (
        "device",
        "PACK",
        {"name": "Acme"},
    )
    assert told(first)["cdx:device:quantity"] == "2"
    assert told(first)[f"cellgate:{made.rule}:verdict"] == "prohibited"
    [inside] = first["components"]
    assert (inside["name"], told(inside)["cdx:device:quantity"]) == ("CELL", "0.5")
    assert told(inside)["cellgate:line:unit-cost"] == "4.2"
    assert told(alternate)["cellgate:line:alternate-of"] == first["bom-ref"]
    assert "cellgate:line:alternate-of" not in told(first)


def test_every_reference_is_given_once_and_the_serial_number_stays(purchase: Procurement) -> None:
    assert purchase.organisation is not None
    part = factory.part("P", organisation=purchase.organisation)
    bom = factory.bom(purchase, [part, part, part])
    found = written(bom)
    assert len({each["bom-ref"] for each in found["components"]}) == 3
    assert written(bom)["serialNumber"] == found["serialNumber"]
    assert written(factory.bom(purchase, [part]))["serialNumber"] != found["serialNumber"]


TEXT = st.text("ABCDEFGHKLMNPRSTUVWXYZ0123456789", min_size=4, max_size=12).map("P-".__add__)
NUMBERS = st.decimals(Decimal("0.000001"), Decimal(999_999), places=6)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(lines=st.lists(st.tuples(TEXT, NUMBERS, st.booleans()), min_size=1, max_size=8))
def test_what_we_write_we_read_again(
    purchase: Procurement, lines: list[tuple[str, Decimal, bool]]
) -> None:
    assert purchase.organisation is not None
    bom = factory.bom(purchase)
    above: Line | None = None
    levels: list[int] = []
    for number, quantity, deeper in lines:
        part = factory.part(number, organisation=purchase.organisation)
        parent = above if deeper else None
        above = factory.line(bom, part, parent=parent, maker="Acme", quantity=quantity)
        levels.append(levels[-1] + 1 if parent else 0)
    book = formats.read(b"".join(bom_cyclonedx(bom=bom, now=NOW)), "bom.cdx.json")
    layout = recognise(book).layout
    assert layout is not None
    again = rows(book, layout).lines
    assert [(line.part_number, line.quantity, line.level, line.maker) for line in again] == [
        (number, quantity, level, "Acme")
        for (number, quantity, _), level in zip(lines, levels, strict=True)
    ]


def test_it_is_had_from_the_api(purchase: Procurement) -> None:
    assert purchase.organisation is not None
    part = factory.part("P", organisation=purchase.organisation)
    bom = factory.bom(purchase, [part])
    officer = factory.user(purchase.organisation)
    answer = as_person(officer).get(f"{API}/boms/{bom.pk}/export.cdx.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.cyclonedx+json")
    assert json.loads(answer.getvalue())["components"][0]["name"] == "P"
    stranger = factory.user(factory.organisation())
    assert as_person(stranger).get(f"{API}/boms/{bom.pk}/export.cdx.json").status_code == 404
