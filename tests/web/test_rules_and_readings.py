"""The law for readers: outlines, cases and what they cover; open points and what choosing moves."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.models import Determination, ReadingChoice, Verdict
from compliance.selectors.rulebook import can_give, coverage, outline_rows, short
from compliance.services.choosing import reading_choose
from compliance.services.supposing import reading_preview
from procurement.models import Past, Role
from procurement.problems import Refused
from tests import factory
from tests.web.places import Place, place

DAY = date(2026, 11, 22)
RULE = BY_ID["10-usc-4865"]


@pytest.fixture
def here() -> Place:
    return place()


def signed_in(here: Place, role: str = Role.COUNSEL) -> Client:
    client = Client()
    client.force_login(here.people[role])
    return client


# --- rules ------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rules_page_says_all_that_its_outline_says(rule: Rule) -> None:
    client = Client()
    client.force_login(factory.curator(email="curator@example.gov"))
    text = client.get(reverse("compliance:rule", args=[rule.id])).content.decode()
    for row in outline_rows(rule):
        assert row.cite in text
        assert escape(row.reads) in text
        assert all(escape(words) in text for words in row.settled)
    for provision, why in rule.not_modelled:
        assert escape(provision) in text
        assert escape(why) in text
    assert f"flag {rule.confidence}" in text
    assert f"due again {rule.reread_by:%Y-%m-%d}" in text


@pytest.mark.django_db
def test_a_line_says_in_words_which_of_its_clauses_are_not_settled_text(here: Place) -> None:
    """Section 154 was read in part and told by others; 10 U.S.C. 4865 was read whole."""
    embedded(here)
    client = signed_in(here)
    said = {}
    for rule in ("ndaa-2024-154", "10-usc-4865"):
        made = Determination.objects.filter(line__part__number="RADIO-1", rule=rule).latest("pk")
        page = client.get(reverse("compliance:determination", args=[made.pk]))
        said[rule] = page.content.decode().partition("Foreign entity of concern?")[0]
    assert "Text read in part, text read in full" in said["ndaa-2024-154"]
    majority = "Our reading: more than half, so that exactly half is no majority."
    assert majority in said["ndaa-2024-154"]
    assert "Text read in part" not in said["10-usc-4865"]
    assert "Our reading: each year is a fresh waiver" in said["10-usc-4865"]


def test_each_open_point_stands_once_beside_the_provision_it_is_in() -> None:
    told = [reading.key for row in outline_rows(RULE) for reading in row.readings]
    assert len(told) == len(set(told))
    assert {"4865-refined", "4865-setting", "4865-final-assembly"} <= set(told)
    where = {key.key: row.role for row in outline_rows(RULE) for key in row.readings}
    assert (where["4865-refined"], where["4865-delivery"]) == ("forbids", "begins")


def test_coverage_counts_each_case_once_and_shows_every_gap() -> None:
    found = coverage(RULE)
    assert sum(count for _, count, _, _ in found.verdicts) == len(found.cases)
    assert {words.key for words, *_ in found.verdicts} == {str(each) for each in VERDICT_KEYS}
    assert [each.day for each in found.days] == [day for day, _ in RULE.starts.days]
    assert all(each.wrong == () for each in found.cases)
    none = [each for each in found.days if not (each.before and each.on and each.after)]
    assert found.empty >= len(none)
    first = found.days[0]
    assert first.before == sum(case.on == date(2027, 12, 31) for case in found.cases)


VERDICT_KEYS = (
    "prohibited", "waiver_needed", "insufficient_information", "review", "not_yet_in_force",
    "permitted_by_waiver", "permitted_by_exception", "permitted", "not_applicable",
)  # fmt: skip


def test_a_rule_without_a_ground_cannot_say_waiver_needed() -> None:
    assert can_give(RULE, "waiver_needed")
    assert not can_give(BY_ID["10-usc-4872"], "waiver_needed")
    assert can_give(BY_ID["10-usc-4872"], "prohibited")


def test_facts_of_a_case_are_told_in_one_line() -> None:
    told = {"cells_by": "CATL", "components": [{"cost": "50"}, {"cost": "1"}], "cots": False}
    assert short(told) == "cells_by CATL, components (cost 50), (cost 1), cots no"


@pytest.mark.django_db
def test_the_cases_of_a_rule_are_shown_with_sentence_day_facts_verdict_and_clause() -> None:
    client = Client()
    client.force_login(factory.curator(email="curator@example.gov"))
    address = reverse("compliance:rule-cases", args=["10-usc-4865"])
    text = client.get(address).content.decode()
    assert "A new program is bound from the first day of 2028" in text
    assert "TC-02" in text
    assert "cells_by CATL" in text
    assert "By the clause that decided" in text
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    overview = client.get(reverse("compliance:rules-coverage")).content.decode()
    assert "cannot be" in overview
    assert client.get("/rules/no-such-rule/cases/").status_code == 404


# --- readings ------------------------------------------------------------------------------------
def embedded(here: Place) -> Place:
    """A radio with a pack that names CATL's cells, so that sec. 154 turns on one open point."""
    radio = factory.part(
        "RADIO-1", organisation=here.office.organisation, maker=here.office.acme,
        category="radio", contains_battery=True,
    )  # fmt: skip
    bom = here.office.bom(radio, name="Radios")
    pack = here.office.pack("PACK-2")
    factory.line(bom, pack, parent=bom.lines.get())
    here.office.judge(bom)
    here.office.relay()
    return here


@pytest.mark.django_db
def test_a_preview_names_what_would_move_and_stores_nothing(here: Place) -> None:
    embedded(here)
    before = (Determination.objects.count(), ReadingChoice.objects.count(), Past.objects.count())
    found = reading_preview(
        organisation=here.office.organisation, key="154-embedded",
        alternative="not-procured", today=DAY,
    )  # fmt: skip
    assert found.asked >= 1
    assert found.moved == len(found.turned)
    assert {each.rule for each in found.turned} == {"ndaa-2024-154"}
    assert {each.after[0] for each in found.turned} == {"not_applicable"}
    assert before == (
        Determination.objects.count(), ReadingChoice.objects.count(), Past.objects.count(),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("alternative", ["not-procured", "procured", "conservative", "review", ""])
def test_what_a_preview_says_is_what_choosing_brings(here: Place, alternative: str) -> None:
    embedded(here)
    found = reading_preview(
        organisation=here.office.organisation, key="154-embedded",
        alternative=alternative, today=DAY,
    )  # fmt: skip
    said = {(each.line.pk if each.line else None, each.rule): each.after for each in found.turned}
    before = standing(here)
    reading_choose(
        key="154-embedded", alternative=alternative, reason="memo 7", by=here.people[Role.COUNSEL]
    )
    here.office.relay()
    after = standing(here)
    assert said == {key: each for key, each in after.items() if each != before[key]}


def standing(here: Place) -> dict[tuple[int | None, str], tuple[str, str]]:
    rows = Verdict.objects.filter(bom__organisation=here.office.organisation)
    return {(row.line_id, row.rule): (row.verdict, row.would_be) for row in rows}


@pytest.mark.django_db
def test_counsel_sees_what_would_move_before_choosing_and_says_why(here: Place) -> None:
    embedded(here)
    address = reverse("compliance:reading", args=["154-embedded"])
    counsel = signed_in(here)
    assert 'name="reason"' not in counsel.get(address).content.decode()
    text = counsel.get(f"{address}?alternative=not-procured").content.decode()
    assert "would move" in text
    assert 'name="reason"' in text
    officer = signed_in(here, Role.OFFICER).get(f"{address}?alternative=not-procured")
    assert 'name="reason"' not in officer.content.decode()
    choose = reverse("compliance:reading-choice")
    asked = {"key": "154-embedded", "alternative": "not-procured", "reason": "  "}
    assert "A choice needs its reason." in counsel.post(choose, asked, follow=True).content.decode()
    assert not ReadingChoice.objects.exists()


@pytest.mark.django_db
def test_choosing_again_undoes_and_every_choice_is_kept(here: Place) -> None:
    counsel, choose = signed_in(here), reverse("compliance:reading-choice")
    for alternative, reason in (
        ("component", "memo 1"), ("trace", "memo 2"), ("default", "memo 3"), ("trace", "memo 4"),
    ):  # fmt: skip
        asked = {"key": "4865-refined", "alternative": alternative, "reason": reason}
        assert counsel.post(choose, asked).status_code == 302
    text = counsel.get(reverse("compliance:reading", args=["4865-refined"])).content.decode()
    history = text[text.index("Choices so far") :]
    at = [history.index(f"memo {number}") for number in (4, 3, 2, 1)]
    assert at == sorted(at)
    assert "back to the default" in history
    assert history.count(">stands<") == 1


@pytest.mark.django_db
def test_a_choice_needs_a_reason_whatever_road_it_comes_by(here: Place) -> None:
    with pytest.raises(Refused) as refused:
        reading_choose(
            key="4865-refined", alternative="trace", reason="", by=here.people[Role.COUNSEL]
        )
    assert [each.code for each in refused.value.problems] == ["required"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["feoc-hong-kong-macau", "4865-refined"])
def test_a_point_that_nothing_consults_moves_nothing(here: Place, key: str) -> None:
    Verdict.objects.all().delete()
    found = reading_preview(
        organisation=here.office.organisation, key=key, alternative="", today=DAY
    )
    assert (found.turned, found.asked, found.left_out) == ((), 0, 0)
    assert signed_in(here).get("/readings/no-such-point/").status_code == 404
