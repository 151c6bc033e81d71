"""Taking a CSV in as one would write it first, with the tools at hand.

They do the job, less what is ours alone: every row is validated by a serializer or a resource, its
maker and part are looked up and made where nobody has them, its cells are kept as they were
written, and the lines are stored by `bulk_create`, a thousand at a time. They are spared what
would cost them more: the columns are told, only good rows come, and a maker or part that was met
before in the file is remembered. They do not recognise, classify, or say what is wrong where.
"""

import csv
import importlib
import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from rest_framework import serializers

from procurement.intake.texts import without_end
from procurement.models import Bom, Line, Organisation, Part, Party, Procurement

BATCH = 1_000
Record = dict[str, Any]


def is_good(row: Sequence[str]) -> bool:
    with suppress(ArithmeticError):
        return Decimal(row[4]) >= 0 and Decimal(row[6]) >= 0
    return False


class LineIn(serializers.Serializer[Any]):
    item = serializers.CharField(max_length=50)
    number = serializers.CharField(max_length=200)
    maker = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=500)
    quantity = serializers.DecimalField(15, 6, min_value=Decimal(0))
    unit = serializers.CharField(max_length=20)
    unit_cost = serializers.DecimalField(15, 6, min_value=Decimal(0))
    currency = serializers.CharField(max_length=3)
    country = serializers.CharField(max_length=100, allow_blank=True)
    references = serializers.CharField(max_length=500, allow_blank=True)


class Known:
    """Makers and parts of an organisation: looked up when first met, made where there is none."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self._makers: dict[str, Party] = {}
        self._parts: dict[tuple[str, str], Part] = {}
        self._new: list[Part] = []

    def part(self, maker: str, number: str, description: str, country: str) -> Part:
        if (known := self._parts.get((maker, number))) is not None:
            return known
        party = self._maker(maker)
        own = Part.objects.filter(organisation=self.organisation, maker=party, number=number)
        part = own.first()
        if part is None:
            part = Part(
                organisation=self.organisation,
                maker=party,
                number=number,
                name=description,
                attributes={"country_of_origin": country} if country else {},
                unverified=True,
            )
            self._new.append(part)
        self._parts[maker, number] = part
        return part

    def save(self) -> None:
        """The parts that are new."""
        Part.objects.bulk_create(self._new, batch_size=BATCH)
        self._new.clear()

    def _maker(self, name: str) -> Party:
        if name not in self._makers:
            own = Party.objects.filter(organisation=self.organisation, name__iexact=name)
            self._makers[name] = own.first() or Party.objects.create(
                organisation=self.organisation, name=name, unverified=True, source="read off a BOM"
            )
        return self._makers[name]


def _bom(
    organisation: Organisation,
    purchase: Procurement,
    name: str,
    headers: Sequence[str],
    now: datetime,
) -> Bom:
    return Bom.objects.create(
        organisation=organisation,
        procurement=purchase,
        name=name,
        headers=list(headers),
        submitted_at=now,
    )


def _rows(content: bytes) -> list[list[str]]:
    """Every row as its cells, the header first."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@transaction.atomic
def drf(content: bytes, organisation: Organisation, purchase: Procurement, now: datetime) -> Bom:
    """A serializer with many=True, and bulk_create."""
    header, *rows = _rows(content)
    bom = _bom(organisation, purchase, "drf", header, now)
    names = list(LineIn().fields)
    read = LineIn(data=[dict(zip(names, row, strict=True)) for row in rows], many=True)
    read.is_valid(raise_exception=True)
    known = Known(organisation)
    parts = [
        known.part(one["maker"], one["number"], one["description"], one["country"])
        for one in read.validated_data
    ]
    known.save()
    Line.objects.bulk_create(
        (
            Line(
                bom=bom,
                part=part,
                sequence=place,
                row=place + 1,
                position=one["item"],
                part_number=one["number"],
                maker=one["maker"],
                description=one["description"],
                quantity=one["quantity"],
                unit=one["unit"],
                unit_cost=one["unit_cost"],
                currency=one["currency"],
                cells=without_end(tuple(row)),
            )
            for place, (one, part, row) in enumerate(
                zip(read.validated_data, parts, rows, strict=True), start=1
            )
        ),
        batch_size=BATCH,
    )
    return bom


def import_export(
    content: bytes, organisation: Organisation, purchase: Procurement, now: datetime
) -> Bom:
    """A ModelResource of django-import-export in its bulk mode."""
    resources = importlib.import_module("import_export.resources")
    tablib = importlib.import_module("tablib")
    header, *rows = _rows(content)
    bom = _bom(organisation, purchase, "import-export", header, now)
    known = Known(organisation)
    names = ("position", "part_number", "maker", "description", "quantity", "unit", "unit_cost")

    class Lines(resources.ModelResource):  # type: ignore[misc, name-defined] # of no known type
        class Meta:
            model = Line
            fields = (*names, "currency")
            import_id_fields = ()
            force_init_instance = True
            use_bulk = True
            batch_size = BATCH
            skip_diff = True
            use_transactions = True

        def before_save_instance(self, instance: Line, row: Record, **told: Any) -> None:
            instance.bom, instance.sequence = bom, told["row_number"]
            instance.row = told["row_number"] + 1
            instance.part = known.part(
                instance.maker, instance.part_number, instance.description, row["country"]
            )
            instance.cells = without_end(tuple(row.values()))

        def bulk_create(self, *told: Any, **more: Any) -> None:
            known.save()
            super().bulk_create(*told, **more)

    sheet = tablib.Dataset(*rows, headers=[*names, "currency", "country", "references"])
    Lines().import_data(sheet, raise_errors=True)
    return bom
