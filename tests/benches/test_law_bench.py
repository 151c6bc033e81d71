"""What the benchmark measures, small: that what is compared is the same, not how fast."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from compliance.benches import limb
from compliance.benches.law import DAY, judge_distinct, made, report, shapes_of, uses_of
from compliance.law.engine import judge_all
from compliance.law.proof import prove, written
from compliance.law.rules import RULES
from compliance.law.verdicts import Verdict


def test_every_dossier_made_is_another() -> None:
    dossiers = made(300)
    assert len({written(each).key for each in dossiers}) == 300
    assert [written(each).key for each in made(300)] == [written(each).key for each in dossiers]


def test_lines_and_counterparties_meet_every_rule_between_them() -> None:
    line, counterparty = shapes_of()[0]
    asked = {each.rule for dossier in (line, counterparty) for each in judge_all(dossier, DAY)}
    assert asked == {rule.id for rule in RULES}


def test_each_distinct_dossier_is_judged_once_and_proved_whole() -> None:
    dossiers = made(100)
    once, twice = judge_distinct(dossiers), judge_distinct(dossiers * 2)
    assert (twice.findings, twice.proofs, twice.size) == (once.findings, once.proofs, once.size)
    assert twice.keys == once.keys * 2
    proofs = [
        prove(finding, written(dossier)).body
        for dossier in dossiers
        for finding in judge_all(dossier, DAY)
        if finding.verdict not in (Verdict.PERMITTED, Verdict.NOT_APPLICABLE)
    ]
    assert (once.proofs, once.size) == (len(proofs), sum(map(len, proofs)))


@pytest.mark.parametrize(
    "day", [date(2027, 12, 31), date(2028, 1, 1), date(2029, 1, 1), date(2031, 1, 30)]
)
def test_our_clauses_and_a_plain_loop_answer_alike(day: date) -> None:
    told = limb.batteries(2_000)
    shapes = [line for line, _ in shapes_of()]
    answers = limb.ours(limb.dossiers(told, shapes[0], uses_of(shapes)), day)
    assert answers == limb.plain(told, day)
    assert {share for _, _, share in answers} == {limb.NO, limb.UNKNOWN, limb.YES}


def test_it_reports_beside_its_goals_and_says_what_it_had_to_leave_out(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR = tmp_path
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # as where there is no network
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    lines = list(report(0.01))
    assert "scale 0.01" in lines[0]
    assert "10,000 lines in 200 BOMs, 1.0 % distinct" in lines[1]
    assert sum(line.lstrip().startswith("goal") for line in lines) == 2
    assert "left out, openfisca-core" in lines[-1]
    assert "could not be installed" in lines[-1]
