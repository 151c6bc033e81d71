"""Rows written many at a time are the rows that the models would have written."""

import pytest
from django.db import connection

from compliance.models import Proof, Work
from procurement.models import Part
from procurement.services.bulk import Ids, Json, rows_insert
from tests import factory
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_json_said_beforehand_is_kept_as_it_is() -> None:
    columns = ["id", "organisation_id", "number", "attributes"]
    own = factory.organisation().pk
    told = {"colour": "grün"}
    rows_insert(Part, columns, [(next(Ids(Part)), own, "A", Json('{"colour": "gr\\u00fcn"}'))])
    rows_insert(Part, columns, [(next(Ids(Part)), own, "B", told)])
    assert [part.attributes for part in Part.objects.order_by("number")] == [told, told]


def test_a_moment_is_written_as_the_models_write_it() -> None:
    office = factory.organisation()
    bom = factory.bom(factory.procurement(office))
    line = factory.line(bom, factory.part(organisation=office))
    Work.objects.create(bom=bom, line=line, asked_at=NOW)
    rows_insert(Work, ["bom_id", "asked_at"], [(bom.pk, NOW)])
    assert Work.objects.filter(asked_at=NOW).count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT asked_at FROM compliance_work")
        assert len(cursor.fetchall()) == 1


def test_rows_that_are_there_already_are_left_out_where_that_is_asked() -> None:
    columns = ["digest", "rule", "rest"]
    rows_insert(Proof, columns, [("a", "rule", "first")], ignore_conflicts=True)
    many = [(f"b{n}", "rule", "more") for n in range(450)]
    rows_insert(Proof, columns, [("a", "rule", "second"), *many], ignore_conflicts=True)
    assert Proof.objects.count() == 451
    assert Proof.objects.get(pk="a").rest == "first"
    rows_insert(Proof, columns, [], ignore_conflicts=True)
    assert Proof.objects.count() == 451
