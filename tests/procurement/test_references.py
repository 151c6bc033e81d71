"""A line's part is there, and stays, by whatever road either is written."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from procurement.models import Bom, Line, Part
from procurement.references import CONSTRAINT, refers_to_sql
from procurement.services.bulk import columns_insert
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer, and its own constraint"
)
NOWHERE = 999_999_999


def bom_and_part() -> tuple[Bom, Part]:
    organisation = factory.organisation()
    return factory.bom(factory.procurement(organisation)), factory.part(organisation=organisation)


def by_orm(bom: Bom, part: int) -> None:
    Line.objects.create(bom=bom, part_id=part, sequence=1)


def by_bulk(bom: Bom, part: int) -> None:
    """COPY, on PostgreSQL."""
    columns = [[bom.pk], [1], [part]]
    columns_insert(Line, ["bom_id", "sequence", "part_id"], [columns])


def part_deleted(part: Part) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procurement_part WHERE id = %s", [part.pk])


def part_renumbered(part: Part) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procurement_part SET id = %s WHERE id = %s", [NOWHERE, part.pk])


@pytest.mark.parametrize("road", [by_orm, by_bulk])
def test_a_line_of_a_part_that_is_not_there_is_refused(road: Callable[[Bom, int], None]) -> None:
    bom, part = bom_and_part()
    road(bom, part.pk)
    bom, _ = bom_and_part()
    with pytest.raises(IntegrityError):
        to_the_end(lambda: road(bom, NOWHERE))


@pytest.mark.parametrize("road", [part_deleted, part_renumbered])
def test_a_part_that_a_line_has_stays(road: Callable[[Part], None]) -> None:
    bom, part = bom_and_part()
    line = factory.line(bom, part)
    with pytest.raises(IntegrityError):
        to_the_end(lambda: road(part))
    assert Line.objects.get(pk=line.pk).part == part


def test_a_part_that_no_line_has_goes() -> None:
    _, part = bom_and_part()
    to_the_end(lambda: part_deleted(part))
    assert not Part.objects.filter(pk=part.pk).exists()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_who_deletes_a_part_waits_for_a_line_that_is_being_written_and_is_refused() -> None:
    bom, part = bom_and_part()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            factory.line(bom, part)
            deleting = pool.submit(elsewhere, lambda: part_deleted(part))
            until_one_waits()
        with pytest.raises(IntegrityError, match="still refers"):
            deleting.result(30)


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_who_writes_a_line_waits_for_a_part_that_is_being_deleted_and_is_refused() -> None:
    bom, part = bom_and_part()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            part_deleted(part)
            writing = pool.submit(elsewhere, lambda: by_orm(bom, part.pk))
            until_one_waits()
        with pytest.raises(IntegrityError, match="not there"):
            writing.result(30)


@on_postgres
def test_the_triggers_stand_where_the_constraint_stood() -> None:
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINT, [Line._meta.db_table, "part_id"])
        assert not cursor.fetchall()
        for table, name, _ in refers_to_sql(connection.vendor, Line, "part"):
            cursor.execute(
                "SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
                [table, name],
            )
            assert cursor.fetchone()


def to_the_end(deed: Callable[[], None]) -> None:
    """With what is only looked up at a commit."""
    with transaction.atomic():
        deed()
        connection.check_constraints()


def elsewhere(deed: Callable[[], None]) -> None:
    """In this thread, by a database connection of its own."""
    try:
        deed()
    finally:
        connections.close_all()


def until_one_waits() -> None:
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
