"""`among` finds what `__in` finds, in one value of the statement."""

import random

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from procurement.models import Line, Party, Procurement
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_it_finds_what_in_finds_by_number_text_and_truth() -> None:
    rnd = random.Random(30)
    texts = ["CATL", 'A "quoted" {name}, Ltd', "宁德时代", "back\\slash", "10%", "1", "it's"]
    parties = [factory.party(name, us_person=rnd.choice([True, False, None])) for name in texts]
    for _ in range(20):
        some = rnd.sample(parties, rnd.randrange(len(parties)))
        for column, values in (
            ("pk", [each.pk for each in some] + [-1]),
            ("name", [each.name for each in some] + ["nobody"]),
            ("us_person", {each.us_person for each in some} - {None}),
        ):
            found = Party.objects.filter(**{f"{column}__among": values}).order_by("pk")
            same = Party.objects.filter(**{f"{column}__in": values}).order_by("pk")
            assert list(found) == list(same), column


def test_a_row_is_found_by_the_one_it_refers_to(purchase: Procurement) -> None:
    bom = factory.bom(purchase, [factory.part(), factory.part()])
    line, other = bom.lines.order_by("sequence")
    assert set(Line.objects.filter(part__among={line.part_id: "why"})) == {line}
    assert set(Line.objects.filter(Q(bom__among=[bom.pk]) & ~Q(pk__among=[line.pk]))) == {other}


def test_among_none_there_is_none_and_of_a_million_they_are_found() -> None:
    party = factory.party("Acme")
    assert not Party.objects.filter(pk__among=[]).exists()
    with CaptureQueriesContext(connection) as asked:
        found = list(Party.objects.filter(pk__among=range(party.pk, party.pk - 1_000_000, -1)))
    assert (found, len(asked)) == ([party], 1)
