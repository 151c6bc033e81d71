"""What is to come, what could be done, what to ask first, and what each waiver is worth."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import Determination, Verdict
from compliance.selectors.questions import bom_asks
from compliance.selectors.readiness import cell_on, own_days
from compliance.selectors.waivers import taken_out, waivers_weighed
from compliance.services.foresight import bom_ahead, line_advice
from compliance.services.judging import bom_judge
from procurement.models import Role, Waiver, WaiverGround
from procurement.services.procurements import ground_create, waiver_create, waiver_withdraw
from tests import factory
from tests.factory import NOW
from tests.web.places import Place, place

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def here() -> Place:
    return place()


def signed_in(here: Place, role: str = Role.OFFICER) -> Client:
    client = Client()
    client.force_login(here.people[role])
    return client


def text_of(client: Client, name: str, *args: Any, asked: str = "", status: int = 200) -> str:
    answer = client.get(reverse(f"compliance:{name}", args=args) + asked)
    assert answer.status_code == status
    return answer.content.decode()


# --- readiness ---------------------------------------------------------------------------------
def test_readiness_names_the_exact_day_and_stores_nothing(here: Place) -> None:
    before = Determination.objects.count()
    text = text_of(signed_in(here), "bom-readiness", here.bom.pk)
    assert "2028-01-01" in text
    assert "then prohibited from 2028-01-01" in text
    assert Determination.objects.count() == before


def test_readiness_may_be_of_one_rule_and_of_days_that_have_passed(here: Place) -> None:
    client = signed_in(here)
    text = text_of(client, "bom-readiness", here.bom.pk, asked="?rule=ndaa-2024-154&past=1")
    assert "2027-10-01" in text
    assert "2031-01-30" not in text
    column = '<span class="cg-nowrap">2018-08-13</span>'
    assert column in text_of(client, "bom-readiness", here.bom.pk, asked="?past=1")
    assert column not in text_of(client, "bom-readiness", here.bom.pk)


def test_the_purchases_own_days_stand_among_the_statutory_ones(here: Place) -> None:
    assert own_days(here.office.procurement) == {
        date(2028, 6, 1): ["award", "obligation"],
        date(2028, 9, 1): ["payment"],
        date(2028, 12, 1): ["delivery"],
    }
    text = text_of(signed_in(here), "bom-readiness", here.bom.pk)
    assert "this purchase’s award, obligation" in text
    assert text.index(">2028-01-01<") < text.index(">2028-06-01<") < text.index(">2029-01-01<")


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_cell_is_what_judging_that_very_day_says(here: Place, off: int) -> None:
    ahead, _ = bom_ahead(bom=here.bom, lines=[here.line.pk], today=DAY)
    for statutory in (date(2027, 6, 30), date(2027, 10, 1), date(2028, 1, 1), date(2031, 1, 30)):
        day = statutory + timedelta(days=off)
        judged = bom_judge(here.bom, [here.line.pk], true_on=day)[0]
        worst = min((finding.verdict for finding, _ in judged.findings), key=lambda each: each.rank)
        assert cell_on(ahead[here.line.pk], day).words.key == worst.value, day


# --- another day -------------------------------------------------------------------------------
def test_the_whole_board_is_shown_for_another_day_beside_what_stands(here: Place) -> None:
    client = signed_in(here)
    text = text_of(client, "bom-on-day", here.bom.pk, asked="?true_on=2027-12-31")
    assert "Not yet in force" in text
    assert "now: Prohibited" in text
    assert "On 2027-12-31, with what is known now" in text


def test_before_the_purchase_was_known_a_clear_error_stands_by_the_form(here: Place) -> None:
    client = signed_in(here, Role.AUDITOR)
    for name, pk in (("bom-on-day", here.bom.pk), ("line-on-day", here.line.pk)):
        text = text_of(client, name, pk, asked="?known_on=2001-01-01", status=422)
        assert "We did not know this purchase by 2001-01-02 00:00 UTC." in text
        assert "Give a later moment" in text
        assert "no day of the calendar" in text_of(
            client, name, pk, asked="?true_on=2028-02-30", status=422
        )


def test_what_we_knew_by_tomorrow_is_what_stands(here: Place) -> None:
    tomorrow = (datetime.now(tz=NOW.tzinfo) + timedelta(days=1)).date()
    text = text_of(signed_in(here), "bom-on-day", here.bom.pk, asked=f"?known_on={tomorrow}")
    assert "now: " not in text
    assert "PACK-1" in text


# --- repairs and questions ---------------------------------------------------------------------
def test_each_way_out_is_proved_and_leads_to_the_form_that_makes_it_real(here: Place) -> None:
    text = text_of(signed_in(here), "line-repairs", here.line.pk)
    assert "was put before the rule again to prove that it works" in text
    assert "change</span>" in text
    assert f"/parts/{here.part.pk}/composition/" in text
    assert reverse("compliance:waivers", args=[here.office.procurement.pk]) in text
    auditor = text_of(signed_in(here, Role.AUDITOR), "line-repairs", here.line.pk)
    assert f"/parts/{here.part.pk}/composition/" not in auditor


def test_no_way_out_is_offered_where_nothing_stands_against_a_line(here: Place) -> None:
    resistor = here.bom.lines.order_by("sequence")[1]
    Verdict.objects.filter(line=resistor).exclude(verdict="not_applicable").delete()
    assert line_advice(line=resistor, today=DAY) == ()
    text = text_of(signed_in(here), "line-repairs", resistor.pk)
    assert "No rule stands against this line, or will." in text


def test_a_line_loads_its_ways_out_only_where_it_needs_one(here: Place) -> None:
    address = reverse("compliance:line-repairs", args=[here.line.pk])
    assert address in text_of(signed_in(here), "line", here.line.pk)


def test_what_would_settle_most_is_asked_first(here: Place) -> None:
    asks = bom_asks(here.bom).asks
    assert asks
    settled = [(ask.settles_lines, ask.settles) for ask in asks]
    assert settled == sorted(settled, reverse=True)
    said = {
        question["question"]
        for row in Verdict.objects.filter(bom=here.bom).select_related("determination")
        if "insufficient_information" in (row.verdict, row.would_be)
        for question in row.determination.missing
    }
    assert {ask.question.question for ask in asks} == said
    text = text_of(signed_in(here), "bom-asks", here.bom.pk)
    assert all(word in text for word in ("Settles lines", "What to ask about Radio power set"))


def test_a_question_settles_the_lines_that_wait_for_nothing_else(here: Place) -> None:
    resistor = here.bom.lines.order_by("sequence")[1]
    Verdict.objects.filter(line=resistor, verdict="insufficient_information").delete()
    alone = {"fact": "part.category", "question": "What is this, of all things?"}
    factory.determination(resistor, "10-usc-4865", missing=[alone])
    (ask,) = (each for each in bom_asks(here.bom).asks if "of all things" in each.question.question)
    assert (ask.settles_lines, ask.settles, ask.touches) == (1, 1, 1)
    assert ask.line == resistor
    other = {"fact": "part.cots", "question": "Is it off the shelf?"}
    factory.determination(resistor, "ndaa-2024-154", missing=[other])
    (ask,) = (each for each in bom_asks(here.bom).asks if "of all things" in each.question.question)
    assert (ask.settles_lines, ask.settles) == (0, 1)


# --- waivers -----------------------------------------------------------------------------------
def waiver(here: Place, **facts: Any) -> Waiver:
    values = {
        "rule": "10-usc-4865", "grantor": "usd_as", "scope": "battery", "part": here.part,
        "granted": date(2028, 3, 1), "ends": None, "ground": "(c)(3)(A)(i)", **facts,
    }  # fmt: skip
    return waiver_create(procurement=here.office.procurement, by=here.office.officer, **values)


@pytest.mark.parametrize(
    ("day", "counts", "why"),
    [
        (date(2028, 2, 29), False, "(c)(3): not yet granted"),
        (date(2028, 3, 1), True, ""),
        (date(2029, 2, 28), True, ""),
        (date(2029, 3, 1), False, "(c)(3): its one year has ended"),
    ],
)
def test_a_lawful_waiver_counts_for_its_one_year(
    here: Place, day: date, counts: bool, why: str
) -> None:
    waiver(here)
    (weighed,) = waivers_weighed(procurement=here.office.procurement, today=day)
    assert weighed.today is not None
    assert (weighed.today.counts, weighed.today.why) == (counts, why)


def test_a_waiver_for_longer_than_the_law_lets_it_count_says_so(here: Place) -> None:
    waiver(here, ends=date(2031, 3, 1))
    text = text_of(signed_in(here), "waivers", here.office.procurement.pk)
    assert "granted until 2031-03-01; the law lets it count only until 2029-03-01" in text


def test_an_unlawful_waiver_is_kept_and_names_the_clause_it_breaks(here: Place) -> None:
    waiver(here, grantor="sae")
    text = text_of(signed_in(here), "waivers", here.office.procurement.pk)
    assert "Never counts." in text
    assert "(c)(3)(B): only the Secretary" in text


def test_a_waiver_of_a_battery_that_nobody_buys_is_not_asked(here: Place) -> None:
    other = here.office.pack("PACK-9")
    waiver(here, part=other)
    (weighed,) = waivers_weighed(procurement=here.office.procurement, today=DAY)
    assert weighed.spells == ()
    assert weighed.today is None


def test_a_waiver_is_ended_by_a_later_record_and_its_history_is_kept(here: Place) -> None:
    kept = waiver(here)
    client = signed_in(here)
    address = reverse(
        "compliance:waiver-edit", args=[here.office.procurement.pk, "waivers", kept.pk]
    )
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"granted": "2028-03-01", "ends": "2028-09-01", "why": "revoked by the Under Secretary"}
    assert client.post(address, sent).status_code == 302
    (weighed,) = waivers_weighed(procurement=here.office.procurement, today=date(2028, 9, 1))
    assert weighed.today is not None
    assert not weighed.today.counts
    history = text_of(client, "waiver-history", here.office.procurement.pk, "waivers", kept.pk)
    assert "revoked by the Under Secretary" in history
    assert "2028-09-01" in history


def test_a_waiver_taken_out_stays_readable(here: Place) -> None:
    kept = waiver(here)
    pk = kept.pk
    client = signed_in(here)
    procurement = here.office.procurement.pk
    address = reverse("compliance:waiver-withdraw", args=[procurement, "waivers", pk])
    assert client.post(address, {"why": "entered for another purchase"}).status_code == 302
    assert not Waiver.objects.exists()
    assert [each.row for each in taken_out(procurement=here.office.procurement)] == [pk]
    assert "Taken out again: 1" in text_of(client, "waivers", procurement)
    history = text_of(client, "waiver-history", procurement, "waivers", pk)
    assert "entered for another purchase" in history


def test_a_ground_is_documented_corrected_and_read_back(here: Place) -> None:
    client = signed_in(here)
    procurement = here.office.procurement.pk
    address = reverse("compliance:ground-new", args=[procurement])
    wrong = client.post(address, {"rule": "10-usc-4865", "ground": "(c)(3)(A)(i)", "statement": ""})
    assert wrong.status_code == 422
    sent = {"rule": "10-usc-4865", "ground": "(c)(3)(A)(i)", "part": here.part.pk,
            "statement": "Market research of May found no other source."}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    ground = WaiverGround.objects.get()
    assert "Market research of May" in text_of(client, "waivers", procurement)
    here.office.relay()
    assert Verdict.objects.get(line=here.line, rule="10-usc-4865").verdict == "waiver_needed"
    edit = reverse("compliance:waiver-edit", args=[procurement, "grounds", ground.pk])
    assert client.post(edit, sent | {"statement": "Market research of June."}).status_code == 302
    history = text_of(client, "waiver-history", procurement, "grounds", ground.pk)
    assert "Market research of June." in history


def test_waivers_of_another_purchase_or_by_an_auditor_are_not_touched(here: Place) -> None:
    kept = waiver(here)
    ground = ground_create(
        procurement=here.office.procurement, by=here.office.officer,
        rule="10-usc-4865", ground="(c)(3)(A)(i)", statement="x",
    )  # fmt: skip
    auditor, procurement = signed_in(here, Role.AUDITOR), here.office.procurement.pk
    for kind, row in (("waivers", kept.pk), ("grounds", ground.pk)):
        for name in ("waiver-edit", "waiver-withdraw"):
            address = reverse(f"compliance:{name}", args=[procurement, kind, row])
            assert auditor.post(address, {}).status_code == 403
        officer = signed_in(here)
        assert officer.get(f"/procurements/{procurement}/{kind}/999999/edit/").status_code == 404
        assert officer.get(f"/procurements/999999/{kind}/{row}/edit/").status_code == 404
    assert signed_in(here).get(f"/procurements/{procurement}/x/{kept.pk}/edit/").status_code == 404
    waiver_withdraw(waiver=kept, by=here.office.officer)
