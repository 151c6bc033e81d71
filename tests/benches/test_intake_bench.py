"""What the benchmark measures, small: that every way does its work, not how fast."""

import pytest
from django.utils import timezone

from compliance.benches import intake_floors as floors
from compliance.benches.intake import NOW, Office, goal, shown
from compliance.benches.intake_peers import drf, is_good
from compliance.benches.made_boms import csv_bytes, table, xlsx_bytes
from compliance.models import Verdict
from procurement.models import Bom, Change, Line, Part

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_boms_are_the_same_on_every_machine() -> None:
    assert table(200) == table(200)
    assert table(200) != table(200, seed=2)


def test_half_a_percent_of_the_lines_is_bad() -> None:
    rows = table(10_000)
    assert sum(not is_good(row) for row in rows) == 53


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_floor_and_ours_take_the_same_file(kind: str) -> None:
    rows = table(400)
    content = csv_bytes(rows) if kind == "csv" else xlsx_bytes(rows)
    floors.bare(kind, content)
    bom = Office(kind).submit(f"bom.{kind}", content, 400)
    assert bom.lines.count() == 400
    assert 0 < Part.objects.count() <= 50
    assert sum(bool(line.problems) for line in bom.lines.all()) == 2


def test_ours_refuses_to_be_timed_where_a_line_is_missing() -> None:
    with pytest.raises(ValueError, match="20 lines of 21"):
        Office("csv").submit("bom.csv", csv_bytes(table(20)), 21)


def test_the_floor_of_the_same_rows_stores_what_ours_did() -> None:
    content = csv_bytes(table(100))
    ours = Office("csv").submit("bom.csv", content, 100)
    told = Change.objects.count()
    floors.same("csv", content, floors.stored(ours))
    again = Bom.objects.exclude(pk=ours.pk).get()
    fields = [f.name for f in Line._meta.concrete_fields if f.name not in ("id", "bom", "part")]
    assert list(again.lines.values(*fields, "part__number", "part__maker__name")) == list(
        ours.lines.values(*fields, "part__number", "part__maker__name")
    )
    assert not set(again.lines.values_list("part")) & set(ours.lines.values_list("part"))
    assert again.upload is not None
    assert bytes(again.upload.content) == content
    assert Change.objects.count() > told, "the triggers work for the floor as for ours"


def test_drf_stores_as_many_lines_and_finds_as_many_parts() -> None:
    good = csv_bytes([row for row in table(300) if is_good(row)])
    peer, office = Office("drf"), Office("ours")
    bom = drf(good, peer.organisation, peer.purchase, NOW)
    ours = office.submit("bom.csv", good, 299)
    assert bom.lines.count() == 299
    for each in ("part", "part__maker"):
        numbers = [one.lines.values(each).distinct().count() for one in (bom, ours)]
        assert numbers[0] == numbers[1]
    assert list(bom.lines.values_list("cells")) == list(ours.lines.values_list("cells"))


def test_a_short_file_is_judged_to_the_end() -> None:
    Office("short").judged("short.xlsx", xlsx_bytes(table(20)))
    assert Verdict.objects.filter(bom__submitted_at__lte=timezone.now()).exists()


def test_goals_say_whether_they_are_met() -> None:
    found = {"bare csv": 0.5, "bare xlsx": 1.0, "same csv": 1.0, "same xlsx": 2.0}
    found |= {"ours csv": 3.0, "ours xlsx": 6.2}
    said = list(shown("SQLite", {**found, "drf csv": 30.0, "short": 3.0}))
    assert any("not installed" in line for line in said)
    goals = [line for line in said if "goal" in line]
    assert [line.endswith("NOT met") for line in goals] == [False, True, True, True, False, True]
    assert goal("x", 1.0, True).endswith(" met")
