"""What the benchmark measures, small: that every way does its work, not how fast."""

import pytest
from django.utils import timezone

from compliance.benches.intake import Office, drf, floor, goal, is_good, shown
from compliance.benches.made_boms import csv_bytes, table, xlsx_bytes
from compliance.models import Verdict
from procurement.models import Bom, Part

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
    floor(kind, content)
    Office(kind).submit(f"bom.{kind}", content, 400)
    bom = Bom.objects.get()
    assert bom.lines.count() == 400
    assert 0 < Part.objects.count() <= 50
    assert sum(bool(line.problems) for line in bom.lines.all()) == 2


def test_ours_refuses_to_be_timed_where_a_line_is_missing() -> None:
    with pytest.raises(ValueError, match="20 lines of 21"):
        Office("csv").submit("bom.csv", csv_bytes(table(20)), 21)


def test_drf_stores_as_many_lines() -> None:
    drf(csv_bytes([row for row in table(300) if is_good(row)]), Office("drf"))
    assert Bom.objects.get().lines.count() == 299


def test_a_short_file_is_judged_to_the_end() -> None:
    Office("short").judged("short.xlsx", xlsx_bytes(table(20)))
    assert Verdict.objects.filter(bom__submitted_at__lte=timezone.now()).exists()


def test_goals_say_whether_they_are_met() -> None:
    found = {"floor csv": 1.0, "floor xlsx": 2.0, "ours csv": 3.0, "ours xlsx": 6.2}
    said = list(shown("SQLite", {**found, "drf csv": 30.0, "short": 3.0}))
    assert any("not installed" in line for line in said)
    goals = [line for line in said if "goal" in line]
    assert [line.endswith("NOT met") for line in goals] == [False, True, False, True]
    assert goal("x", 1.0, True).endswith(" met")
