"""A BOM out again, as CycloneDX 1.6 in JSON: its tree of parts, with what each rule says of them.

Parts are components of type "device", nested as the BOM is. Quantity has its name from the
`cdx:device` taxonomy; what CycloneDX has no field for is a property in our own namespace,
`cellgate:`. The verdicts are those that stand now. What we write our own reader reads again.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from compliance.batches import batches
from compliance.models import Verdict
from procurement.models import Bom, Line

SPEC = "1.6"
SPACE = uuid.UUID("8a0e9d6c-1b7e-4c55-9d43-3d3f5a4c6d10")
"""Ours, for serial numbers: one BOM has one, whenever it is written."""
LINES_AT_ONCE = 500


def bom_cyclonedx(*, bom: Bom, now: datetime) -> Iterator[bytes]:
    """The document, in UTF-8, a piece at a time. Lines stand in the order of the file, each below
    its parent.
    """
    told = [
        _property("cellgate:bom:name", bom.name),
        *_findings(_verdicts(bom, line=None)[None], "counterparty:"),
    ]
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, str(bom.pk))}",
        "version": bom.revision,
        "metadata": {"timestamp": now.isoformat(), "properties": told},
    }
    yield f'{_text(document).removesuffix("}")}, "components": [\n'.encode()
    for piece in _components(bom):
        yield piece.encode()
    yield b"]}\n"


def _components(bom: Bom) -> Iterator[str]:
    """Each component in one line, those of a parent within it. Only their places are held."""
    below: dict[int | None, list[int]] = defaultdict(list)
    sequences: dict[int, int] = {}
    for pk, parent, sequence in bom.lines.order_by("sequence").values_list(
        "pk", "parent", "sequence"
    ):
        below[parent].append(pk)
        sequences[pk] = sequence
    placed: list[tuple[int, int]] = []  # (line, depth)
    ahead = [(pk, 0) for pk in reversed(below[None])]
    while ahead:
        pk, depth = ahead.pop()
        placed.append((pk, depth))
        ahead += [(child, depth + 1) for child in reversed(below.get(pk, []))]
    following = iter([*(depth for _, depth in placed[1:]), None])
    for some in batches(placed, LINES_AT_ONCE):
        ids = [pk for pk, _ in some]
        lines = Line.objects.defer("cells", "problems").in_bulk(ids)
        verdicts = _verdicts(bom, line__in=ids)
        for pk, depth in some:
            text = _text(_component(lines[pk], sequences, verdicts[pk]))
            after = next(following)
            if after is not None and after > depth:
                yield f'{text.removesuffix("}")}, "components": [\n'
            else:
                ends = "]}" * (depth - (after or 0))
                yield f"{text}{ends}{'' if after is None else ','}\n"


def _verdicts(bom: Bom, **which: Any) -> dict[int | None, list[Verdict]]:
    """Line → what stands of it."""
    found: dict[int | None, list[Verdict]] = defaultdict(list)
    rows = Verdict.objects.filter(bom=bom, **which).select_related("determination").order_by("rule")
    for verdict in rows.defer("determination__own_sources", "determination__because"):
        found[verdict.line_id].append(verdict)
    return found


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _component(line: Line, sequences: dict[int, int], verdicts: list[Verdict]) -> dict[str, Any]:
    other = sequences.get(line.alternate_of_id or 0)
    found: dict[str, Any] = {
        "type": "device",
        "bom-ref": _ref(line.sequence),
        "name": line.part_number or line.description or _ref(line.sequence),
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
        "cellgate:line:alternate-of": "" if other is None else _ref(other),
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


def _ref(sequence: int) -> str:
    return f"line-{sequence}"


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _plain(number: Any) -> str:
    """A number without the zeros that the database adds."""
    return format(number.normalize(), "f")
