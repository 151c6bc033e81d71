"""Rows written many at a time are the rows that the models would have written."""

import json
from itertools import islice
from typing import Any

import pytest
from django.db import connection, transaction

from compliance.models import Proof, Work
from procurement.models import Part, Party, Upload, UploadContent
from procurement.services.bulk import (
    ROOM_KIB,
    Ids,
    Json,
    Ready,
    columns_insert,
    json_lists,
    room_to_write,
    rows_insert,
)
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


def test_room_to_write_is_given_back_even_where_writing_fails() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite is asked")

    def room() -> int:
        with connection.cursor() as cursor:
            [kept] = cursor.execute("PRAGMA cache_size").fetchone()
        return int(kept)

    @room_to_write()
    def write() -> None:
        assert room() == -ROOM_KIB
        raise ValueError("no row")

    before = room()
    with pytest.raises(ValueError, match="no row"):
        write()
    assert room() == before != -ROOM_KIB


def test_columns_of_unlike_lengths_are_refused() -> None:
    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT011 (Python says it itself)
        columns_insert(Proof, ["digest", "rule", "rest"], [[["a", "b"], ["rule"], ["x", "y"]]])
    assert not Proof.objects.exists()


ODD = ["a\tb", "a\nb\r\n", "\\N", "\\", "\\.", "ends in \\", "电池", "'; --", "", "1e5"]
"""What would end a column, a row or the data where rows are copied, and what only looks so."""


def test_odd_texts_are_kept_as_they_are() -> None:
    own = factory.organisation().pk
    ids = Ids(Part, len(ODD))
    wanted = {text: (text or None, {"said": text}) for text in ODD}
    pieces: list[list[list[Any]]] = [
        [
            [next(ids) for _ in some],
            [own] * len(some),
            some,
            [text or None for text in some],
            Ready(json.dumps({"said": text}) for text in some),
        ]
        for some in (ODD[:3], ODD[3:])
    ]
    columns_insert(Part, ["id", "organisation_id", "number", "category", "attributes"], pieces)
    stored = Part.objects.values_list("number", "category", "attributes")
    assert {number: (category, attributes) for number, category, attributes in stored} == wanted


def test_every_kind_of_value_is_copied_as_the_driver_would() -> None:
    """Numbers, days, moments, truth, bytes and nothing."""
    office = factory.organisation()
    moment = NOW.replace(microsecond=123_456)
    sent = {
        "organisation_id": office.pk,
        "sha256": "a" * 64,
        "filename": "a\\b\t.pdf",
        "size": 2**40,
        "received_at": moment,
        "pasted": True,
    }
    columns_insert(Upload, list(sent), [[[value] for value in sent.values()]])
    upload = Upload.objects.get()
    assert {name: getattr(upload, name) for name in sent} == sent
    assert upload.received_by is None
    content = b"\x00\\\t\n\xff"
    columns_insert(UploadContent, ["upload_id", "content"], [[[upload.pk], [content]]])
    assert upload.content == content
    given = {"organisation_id": office.pk, "name": "x", "true_from": NOW.date(), "true_to": None}
    columns_insert(Party, list(given), [[[value] for value in given.values()]])
    assert Party.objects.values(*given).get() == given


def test_rows_of_texts_are_written_as_json_lists_whatever_they_hold() -> None:
    rows = [(), ("",), ("a", "", "b"), ('5"', "a\\b", "é\n电", "\x7f", "%s"), ("=1+1",)]
    assert [json.loads(text) for text in json_lists(rows)] == [list(row) for row in rows]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 1_023, 1_024, 1_025, 2_500])
def test_each_row_has_what_is_its_own_and_what_all_have_in_common(rows: int) -> None:
    own = factory.organisation().pk
    ids, numbers = list(islice(Ids(Part), rows)), [f"N{n}" for n in range(rows)]
    told = [None if n % 3 else f"told {n}" for n in range(rows)]
    columns = ["id", "organisation_id", "number", "category"]
    columns_insert(Part, columns, [[ids, [own] * rows, numbers, told]])
    stored = Part.objects.order_by("pk").values_list(*columns)
    assert list(stored) == list(zip(ids, [own] * rows, numbers, told, strict=True))


def test_rows_that_have_all_in_common_are_as_many() -> None:
    own = factory.organisation().pk
    columns_insert(Part, ["organisation_id", "number"], [[[own] * 5, ["same"] * 5]])
    assert Part.objects.filter(organisation=own, number="same").count() == 5


def test_files_of_any_length_are_written_in_a_few_statements() -> None:
    """The driver keeps a hundred of them, each with room for what it was last told."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is sent no statement a piece")
    own, said = factory.organisation().pk, set()
    connection.connection.set_trace_callback(lambda sql: said.add(sql.count("(")))
    try:
        for rows in range(1, 40):
            numbers = [f"{rows}-{n}" for n in range(rows)]
            columns_insert(Part, ["organisation_id", "number"], [[[own] * rows, numbers]])
    finally:
        connection.connection.set_trace_callback(None)
    assert Part.objects.count() == sum(range(1, 40))
    assert len(said) == len([1, 2, 4, 8, 16, 32])
