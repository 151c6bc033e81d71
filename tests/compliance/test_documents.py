"""Documents in the database: the night one ends, two that differ, and who settles which is so."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.law.verdicts import Verdict as Word
from compliance.models import Foretold, InquiryQuestion, Mail, Recheck, Verdict, Work
from compliance.recheck.calendar import calendar_check
from compliance.selectors.inquiries import Askable
from compliance.services.foretelling import outlooks_find, warnings_write
from compliance.services.inquiries import inquiry_answer, inquiry_create
from compliance.services.packing import bom_pack
from compliance.services.replaying import determination_replay
from compliance.services.reviewing import answer_accept
from compliance.verifier import verify
from procurement.disputes import disputes_of
from procurement.models import Backing, Bom, Evidence, Part, Party, Past, Role, Stake
from procurement.problems import Refused
from procurement.services.evidence import backing_create, evidence_attach, evidence_update
from procurement.services.statements import statement_follow, statement_set_aside
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Office:
    every_list()
    return office()


@pytest.fixture
def pack(here: Office) -> Part:
    return here.pack()


@pytest.fixture
def bom(here: Office, pack: Part) -> Bom:
    bom = here.bom(pack)
    here.judge(bom)
    here.relay()
    assert said(bom) == Word.PERMITTED
    return bom


def said(bom: Bom, rule: str = "10-usc-4865") -> str:
    return Verdict.objects.get(bom=bom, line__isnull=False, rule=rule).verdict


def asked(bom: Bom, rule: str = "10-usc-4865") -> str:
    made = Verdict.objects.get(bom=bom, line__isnull=False, rule=rule).determination
    return " ".join(each["question"] for each in made.missing)


def attach(here: Office, row: Part | Party | Stake, field: str = "", **facts: Any) -> Evidence:
    says = facts.pop("says", None)
    return evidence_attach(
        organisation=here.organisation, by=here.officer, url="https://example.gov/d",
        backs=[(row._meta.db_table, row.pk, field, says)], **{"title": "Statement", **facts},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "verdict"),
    [(TODAY - DAY, Word.INSUFFICIENT_INFORMATION), (TODAY + DAY, Word.PERMITTED),
     (None, Word.PERMITTED)],
)  # fmt: skip
def test_a_document_that_ended_leaves_the_fact_open_by_name(
    here: Office, pack: Part, bom: Bom, last: object, verdict: str
) -> None:
    attach(here, pack, "assembler", expires=last)
    here.relay()
    assert said(bom) == verdict
    if verdict == Word.INSUFFICIENT_INFORMATION:
        assert f"who assembles PACK-1: “Statement” is good through {last}" in asked(bom)
        made = Verdict.objects.get(bom=bom, line__isnull=False, rule="10-usc-4865").determination
        assert "evidence-expired" in made.flags


def test_a_new_document_for_the_same_fact_settles_it_again(
    here: Office, pack: Part, bom: Bom
) -> None:
    old = attach(here, pack, "assembler", expires=TODAY - DAY)
    here.relay()
    attach(here, pack, "assembler", title="Statement of this year", expires=TODAY + 300 * DAY)
    here.relay()
    assert said(bom) == Word.PERMITTED
    evidence_update(evidence=old, by=here.officer, expires=TODAY - 30 * DAY)
    here.relay()
    assert said(bom) == Word.PERMITTED


def test_to_correct_the_days_of_a_document_asks_what_it_backs_again(
    here: Office, pack: Part, bom: Bom
) -> None:
    document = attach(here, pack, "assembler", expires=TODAY + DAY)
    here.relay()
    evidence_update(evidence=document, by=here.officer, expires=TODAY - DAY)
    here.relay()
    assert said(bom) == Word.INSUFFICIENT_INFORMATION


def test_the_night_a_document_ends_only_the_lines_that_lean_on_it_are_asked(
    here: Office, pack: Part, bom: Bom
) -> None:
    other_maker = factory.party("Elsewhere Inc", organisation=here.organisation)
    other = here.bom(factory.part("OTHER", organisation=here.organisation, maker=other_maker))
    here.judge(other)
    attach(here, pack, "assembler", expires=TODAY)
    here.relay()
    here.work()
    at = datetime.combine(TODAY, NOW.timetz())
    assert calendar_check(now=at) == 0
    Work.objects.all().delete()
    assert calendar_check(now=at + DAY) == 1
    work = Work.objects.get(line__isnull=False)
    assert work.bom == bom
    assert "“Statement” was good through" in Recheck.objects.latest("pk").cause


def test_an_ended_document_weakens_no_prohibition(here: Office, pack: Part, bom: Bom) -> None:
    factory.stake(
        factory.party("A state", kind="government", government_of="CN"), here.acme, 30,
        metric="equity",
    )  # fmt: skip
    Stake.objects.filter(held=here.acme, metric="equity", low=100).update(low=70, high=70)
    attach(here, Stake.objects.get(held=here.acme, low=30), expires=TODAY - DAY)
    here.relay()
    assert said(bom) == Word.PROHIBITED


def test_what_is_in_doubt_is_replayed_and_verified(here: Office, pack: Part, bom: Bom) -> None:
    attach(here, Stake.objects.filter(held=here.acme, metric="equity").get(), expires=TODAY - DAY)
    attach(here, pack, "assembled_in", says="KR")
    here.relay()
    assert said(bom) == Word.INSUFFICIENT_INFORMATION
    assert list(verify(json.loads(bom_pack(bom=bom)))) == []
    for verdict in Verdict.objects.filter(bom=bom).select_related("determination"):
        assert determination_replay(determination=verdict.determination).same


def test_a_month_before_it_ends_the_lines_are_told_by_the_document(
    here: Office, pack: Part, bom: Bom
) -> None:
    assert here.procurement.award is not None
    last = here.procurement.award.replace(year=2029)
    attach(here, pack, "assembler", expires=last)
    here.relay()
    while outlooks_find():
        pass
    day = datetime.combine(last + DAY, NOW.timetz())
    for days in (31, 30):
        warnings_write(now=day - timedelta(days=days))
    assert set(Foretold.objects.filter(day=last + DAY).values_list("ahead", flat=True)) == {60, 30}
    mail = Mail.objects.latest("pk")
    assert mail.to == here.officer
    assert "“Statement” is good through" in mail.text
    assert "PACK-1" in mail.text


def test_a_statement_that_differs_blocks_reliance_and_names_both(
    here: Office, pack: Part, bom: Bom
) -> None:
    attach(here, here.cellco, "incorporated", title="Own declaration")
    attach(here, here.cellco, "incorporated", title="Customs entry", grade="primary", says="KR")
    here.relay()
    assert said(bom) == Word.INSUFFICIENT_INFORMATION
    assert "US (“Own declaration”) or KR (“Customs entry”)" in asked(bom)
    assert [each.label for each in disputes_of([here.cellco], here.officer)] == [
        "country of incorporation"
    ]


def test_the_page_of_a_line_leads_to_where_the_difference_is_settled(
    here: Office, pack: Part, bom: Bom, client: Client
) -> None:
    attach(here, here.cellco, "incorporated", title="Own declaration")
    attach(here, here.cellco, "incorporated", title="Customs entry", says="KR")
    attach(here, here.cellco, "incorporated", title="Old entry", says="JP")
    old, customs = Backing.objects.get(says="JP"), Backing.objects.get(says="KR")
    statement_set_aside(backing=old, reason="Withdrawn", by=here.officer, now=NOW)
    here.relay()
    page = reverse("compliance:line", args=[bom.lines.get().pk])
    settle = reverse("procurement:statement-settle", args=[customs.pk])
    client.force_login(here.officer)
    shown = client.get(page).content.decode()
    assert f'href="{settle}"' in shown
    assert client.get(settle).status_code == 200
    assert reverse("procurement:statement-settle", args=[old.pk]) not in shown
    client.force_login(factory.user(here.organisation, role=Role.AUDITOR, email="a@example.gov"))
    assert settle not in client.get(page).content.decode()
    statement_set_aside(backing=customs, reason="As registered", by=here.officer, now=NOW)
    here.relay()
    client.force_login(here.officer)
    assert settle not in client.get(page).content.decode()


def test_a_document_that_only_ended_has_nothing_to_settle(
    here: Office, pack: Part, bom: Bom, client: Client
) -> None:
    attach(here, here.cellco, "incorporated", expires=TODAY - DAY)
    here.relay()
    client.force_login(here.officer)
    shown = client.get(reverse("compliance:line", args=[bom.lines.get().pk])).content.decode()
    assert "A current document is needed" in shown
    assert "Settle which is so" not in shown


def test_a_statement_that_alone_forbids_forbids(here: Office, pack: Part, bom: Bom) -> None:
    attach(here, here.cellco, "incorporated", title="Register extract", says="CN")
    here.relay()
    assert said(bom) == Word.PROHIBITED


def test_a_person_sets_a_statement_aside_with_a_reason_that_is_kept(
    here: Office, pack: Part, bom: Bom
) -> None:
    attach(here, here.cellco, "incorporated", title="Blog", says="CN")
    here.relay()
    statement = Backing.objects.get()
    with pytest.raises(Refused, match="reason"):
        statement_set_aside(backing=statement, reason=" ", by=here.officer, now=NOW)
    statement_set_aside(backing=statement, reason="Another Cellco", by=here.officer, now=NOW)
    here.relay()
    assert said(bom) == Word.PERMITTED
    statement.refresh_from_db()
    assert (statement.set_aside, statement.set_aside_by, statement.set_aside_at) == (
        "Another Cellco", here.officer, NOW,
    )  # fmt: skip
    assert disputes_of([here.cellco], here.officer) == []
    assert Past.objects.filter(table_name="procurement_backing").exists()


def test_to_follow_a_statement_corrects_the_fact_and_sets_the_others_aside(
    here: Office, pack: Part, bom: Bom
) -> None:
    attach(here, here.cellco, "incorporated", title="Own declaration")
    attach(here, here.cellco, "incorporated", title="Register", says="KR")
    statement = Backing.objects.get(says="KR")
    statement_follow(backing=statement, reason="It moved in 2025", by=here.officer, now=NOW)
    here.cellco.refresh_from_db()
    assert here.cellco.incorporated == "KR"
    assert Backing.objects.get(says="US").set_aside == "It moved in 2025"
    assert disputes_of([here.cellco], here.officer) == []


def test_another_office_settles_nothing_here(here: Office) -> None:
    attach(here, here.cellco, "incorporated", says="CN")
    stranger = office("Elsewhere").officer
    for settle in (statement_set_aside, statement_follow):
        with pytest.raises(PermissionDenied):
            settle(backing=Backing.objects.get(), reason="so", by=stranger, now=NOW)


def answered(here: Office, asks: str, field: str, told: dict[str, object]) -> InquiryQuestion:
    inquiry = inquiry_create(
        party=here.cellco, due=NOW.date() + 10 * DAY, by=here.officer, now=NOW,
        base_url="https://x.example",
        questions=[Askable("f", "Who are you?", asks, f"party:{here.cellco.pk}", field)],
    )  # fmt: skip
    question = inquiry.questions.get()
    inquiry_answer(inquiry=inquiry, answers={question.pk: told}, files={}, name="A", now=NOW)
    question.refresh_from_db()
    return question


def test_an_accepted_answer_does_not_overwrite_what_is_recorded_otherwise(
    here: Office, pack: Part, bom: Bom
) -> None:
    here.cellco.incorporated = "CN"
    here.cellco.save(update_fields=["incorporated"])
    question = answered(here, "country", "incorporated", {"value": "US"})
    answer_accept(question=question, by=here.officer, now=NOW)
    here.cellco.refresh_from_db()
    assert here.cellco.incorporated == "CN"
    assert Backing.objects.get().says == "US"
    here.relay()
    assert said(bom) == Word.PROHIBITED


def test_owners_that_the_record_does_not_know_stand_beside_it(
    here: Office, pack: Part, bom: Bom
) -> None:
    owner = {"name": "Someone Else", "percent": "60", "country": "US"}
    told: dict[str, object] = {"owners": [owner]}
    answer_accept(question=answered(here, "owners", "stakes", told), by=here.officer, now=NOW)
    assert not Stake.objects.filter(holder__name="Someone Else").exists()
    here.relay()
    assert said(bom) == Word.INSUFFICIENT_INFORMATION
    assert "who owns Cellco" in asked(bom)
    assert "Someone Else: 60 %" in asked(bom)


@pytest.mark.parametrize(
    ("field", "says", "code"),
    [
        ("", "CN", "required"), ("incorporated", "China", "unknown-country"),
        ("incorporated", "x" * 501, "too-long"), ("nothing", None, "invalid-choice"),
    ],
)  # fmt: skip
def test_a_statement_that_cannot_be_is_refused_by_name(
    here: Office, field: str, says: str | None, code: str
) -> None:
    document = attach(here, here.acme)
    with pytest.raises(Refused) as refused:
        backing_create(
            evidence=document, table_name="procurement_party", row=here.cellco.pk, field=field,
            says=says, by=here.officer,
        )  # fmt: skip
    assert code in [each.code for each in refused.value.problems]
