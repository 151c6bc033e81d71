"""A BOM out again, as CycloneDX 1.6 in JSON: its tree of parts, with what each rule says of them.

Parts are components of type "device", nested as the BOM is. Quantity has its name from the
`cdx:device` taxonomy; what CycloneDX has no field for is a property in our own namespace,
`cellgate:`. The verdicts are those that stand now. What we write our own reader reads again.
"""

import json
import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from compliance.models import Verdict
from procurement.models import Bom, Line

SPEC = "1.6"
SPACE = uuid.UUID("8a0e9d6c-1b7e-4c55-9d43-3d3f5a4c6d10")
"""Ours, for serial numbers: one BOM has one, whenever it is written."""


def bom_cyclonedx(*, bom: Bom, now: datetime) -> bytes:
    """The document, in UTF-8. Lines stand in the order of the file, each below its parent."""
    verdicts: dict[int | None, list[Verdict]] = defaultdict(list)
    for verdict in Verdict.objects.filter(bom=bom).select_related("determination").order_by("rule"):
        verdicts[verdict.line_id].append(verdict)
    below: dict[int | None, list[Line]] = defaultdict(list)
    refs: dict[int, str] = {}
    for line in bom.lines.order_by("sequence"):
        below[line.parent_id].append(line)
        refs[line.pk] = f"line-{line.sequence}"
    made: dict[int | None, list[dict[str, Any]]] = {None: []}
    ahead: list[int | None] = [None]
    while ahead:
        parent = ahead.pop()
        for line in below[parent]:
            component = _component(line, refs, verdicts[line.pk])
            made[parent].append(component)
            if line.pk in below:
                component["components"] = made[line.pk] = []
                ahead.append(line.pk)
    told = [
        _property("cellgate:bom:name", bom.name),
        *_findings(verdicts[None], "counterparty:"),
    ]
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, str(bom.pk))}",
        "version": bom.revision,
        "metadata": {"timestamp": now.isoformat(), "properties": told},
        "components": made[None],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _component(line: Line, refs: dict[int, str], verdicts: list[Verdict]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "device",
        "bom-ref": refs[line.pk],
        "name": line.part_number or line.description or refs[line.pk],
    }
    if line.maker:
        found["manufacturer"] = {"name": line.maker}
    if line.description:
        found["description"] = line.description
    told: dict[str, str] = {}
    if line.quantity is not None:
        told["cdx:device:quantity"] = _plain(line.quantity)
    if line.unit_cost is not None:
        told["cellgate:line:unit-cost"] = _plain(line.unit_cost)
    told |= {
        "cellgate:line:unit": line.unit,
        "cellgate:line:currency": line.currency,
        "cellgate:line:position": line.position,
        "cellgate:line:alternate-of": refs.get(line.alternate_of_id or 0, ""),
    }
    properties = [_property(name, value) for name, value in told.items() if value]
    found["properties"] = [*properties, *_findings(verdicts, "")]
    return found


def _findings(verdicts: list[Verdict], where: str) -> list[dict[str, str]]:
    found = []
    for verdict in verdicts:
        name = f"cellgate:{where}{verdict.rule}"
        found.append(_property(f"{name}:verdict", verdict.verdict))
        if verdict.would_be:
            found.append(_property(f"{name}:would-be", verdict.would_be))
        found.append(_property(f"{name}:because", verdict.determination.sentence))
        found.append(_property(f"{name}:proof", verdict.proof_digest))
    return found


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _plain(number: Any) -> str:
    """A number without the zeros that the database adds."""
    return format(number.normalize(), "f")
