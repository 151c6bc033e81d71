"""Asking a supplier: only what it can tell, by a link that ends; answers wait for review."""

from datetime import timedelta
from typing import Any

import pytest

from compliance.models import Inquiry, InquiryQuestion, Mail, Verdict
from compliance.selectors.inquiries import asked_words, questions_about
from compliance.selectors.lines import questions_of
from compliance.services.inquiries import (
    inquiries_remind,
    inquiry_answer,
    inquiry_create,
    inquiry_of_key,
    inquiry_path,
    inquiry_revoke,
)
from compliance.services.reviewing import answer_accept, answer_reject
from procurement.models import Backing, Bom, Disclosure, Evidence, Party, Stake
from procurement.problems import Refused
from tests import factory
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = pytest.mark.django_db

URL = "https://cellgate.example.gov"
DUE = NOW.date() + timedelta(days=10)


@pytest.fixture
def here() -> Office:
    every_list()
    return office()


@pytest.fixture
def supplier(here: Office) -> Party:
    """A company of which nobody has told where it is or who owns it."""
    return factory.party(
        "Silent Cells", organisation=here.organisation, kind="company", government_of=""
    )


@pytest.fixture
def bom(here: Office, supplier: Party) -> Bom:
    bom = here.bom(here.pack("P-1", cells_by=supplier), here.pack("P-2", cells_by=supplier))
    here.judge(bom)
    return bom


def asked(here: Office, supplier: Party, **given: Any) -> Inquiry:
    given.setdefault("email", "sales@silent.example")
    given.setdefault("due", DUE)
    askable = questions_about(party=supplier, user=here.officer)
    return inquiry_create(
        party=supplier, questions=askable, by=here.officer, now=NOW, base_url=URL, **given
    )


def question(inquiry: Inquiry, field: str) -> InquiryQuestion:
    return inquiry.questions.get(field=field)


def answer(inquiry: Inquiry, **told: dict[str, Any]) -> None:
    """Answer by the field each question fills."""
    by_id = {question(inquiry, field).pk: value for field, value in told.items()}
    inquiry_answer(inquiry=inquiry, answers=by_id, files={}, name="A. Seller", now=NOW)


def verdict(bom: Bom) -> set[str]:
    return set(
        Verdict.objects.filter(bom=bom, rule="10-usc-4865").values_list("verdict", flat=True)
    )


def key_of(inquiry: Inquiry) -> str:
    return inquiry_path(inquiry).removeprefix("/ask/").removesuffix("/")


def test_a_supplier_is_asked_what_it_can_tell_and_what_decides(
    here: Office, supplier: Party, bom: Bom
) -> None:
    found = {each.field: each for each in questions_about(party=supplier, user=here.officer)}

    assert set(found) == {"incorporated", "business", "stakes"}
    assert found["incorporated"].lines == 2
    assert found["stakes"].words == "Who owns Silent Cells, and how much of it?"


def test_the_maker_of_a_part_is_asked_about_the_part_too(here: Office, bom: Bom) -> None:
    found = questions_about(party=here.acme, user=here.officer)

    assert {each.about.partition(":")[0] for each in found} == {"part"}
    assert {each.field for each in found if each.asks == "yes_no"} == {
        "electronic_device", "covered_pcb", "telecom",
    }  # fmt: skip


def test_a_supplier_on_whom_nothing_leans_is_asked_nothing(here: Office, bom: Bom) -> None:
    stranger = factory.party("Elsewhere Ltd.", organisation=here.organisation)
    assert questions_about(party=stranger, user=here.officer) == ()


def test_an_inquiry_without_a_question_or_with_a_day_that_is_past_is_refused(
    here: Office, supplier: Party, bom: Bom
) -> None:
    with pytest.raises(Refused, match="No question is chosen"):
        inquiry_create(
            party=supplier, questions=(), due=DUE, by=here.officer, now=NOW, base_url=URL
        )
    with pytest.raises(Refused, match="not ahead"):
        asked(here, supplier, due=NOW.date())


def test_the_link_works_until_it_ends_is_taken_back_or_is_changed(
    here: Office, supplier: Party, bom: Bom
) -> None:
    inquiry = asked(here, supplier)
    key = key_of(inquiry)

    assert inquiry_of_key(key, NOW) == inquiry
    assert inquiry_of_key(key[:-1] + ("A" if key[-1] != "A" else "B"), NOW) is None
    assert inquiry_of_key(inquiry.nonce, NOW) is None
    assert inquiry_of_key(key, inquiry.until - timedelta(seconds=1)) == inquiry
    assert inquiry_of_key(key, inquiry.until) is None
    inquiry_revoke(inquiry=inquiry, by=here.officer, now=NOW)
    assert inquiry_of_key(key, NOW) is None


def test_another_office_can_neither_take_back_nor_review(
    here: Office, supplier: Party, bom: Bom
) -> None:
    stranger = factory.user(factory.organisation("Elsewhere"))
    inquiry = asked(here, supplier)
    answer(inquiry, incorporated={"value": "US"})

    with pytest.raises(LookupError):
        inquiry_revoke(inquiry=inquiry, by=stranger, now=NOW)
    with pytest.raises(LookupError):
        answer_accept(question=question(inquiry, "incorporated"), by=stranger, now=NOW)


def test_an_answer_is_no_fact_before_somebody_accepts_it(
    here: Office, supplier: Party, bom: Bom
) -> None:
    inquiry = asked(here, supplier)
    answer(inquiry, incorporated={"value": "US"})
    assert Party.objects.filter(pk=supplier.pk, incorporated=None).exists()

    evidence = answer_accept(question=question(inquiry, "incorporated"), by=here.officer, now=NOW)
    supplier.refresh_from_db()
    assert supplier.incorporated == "US"
    assert evidence.grade == Evidence.Grade.SELF_DECLARED
    backing = Backing.objects.get(evidence=evidence)
    assert (backing.table_name, backing.row, backing.field) == (
        "procurement_party", supplier.pk, "incorporated",
    )  # fmt: skip


def test_accepted_answers_settle_the_verdict(here: Office, supplier: Party, bom: Bom) -> None:
    assert verdict(bom) == {"insufficient_information"}
    person = factory.party(
        "O. Wner", organisation=here.organisation, kind="person", us_person=True,
        government_of="", incorporated="US", business="US",
    )  # fmt: skip
    inquiry = asked(here, supplier)
    answer(
        inquiry,
        incorporated={"value": "US"},
        business={"value": "US"},
        stakes={
            "owners": [{"name": person.name, "percent": "100", "country": "US"}],
            "complete_to": "100",
            "same_votes": True,
        },
    )
    for each in inquiry.questions.filter(state="answered"):
        answer_accept(question=each, by=here.officer, now=NOW)
    here.relay()

    assert Stake.objects.filter(held=supplier, holder=person, low=100).count() == 3
    assert Disclosure.objects.filter(party=supplier).count() == 3
    assert verdict(bom) == {"permitted"}


def test_an_answer_that_a_fact_refuses_leaves_everything_as_it_was(
    here: Office, supplier: Party, bom: Bom
) -> None:
    inquiry = asked(here, supplier)
    owners = [
        {"name": "One", "percent": "60", "country": ""},
        {"name": "Two", "percent": "60", "country": ""},
    ]
    answer(inquiry, stakes={"owners": owners})

    with pytest.raises(Refused, match="already have 60 %"):
        answer_accept(question=question(inquiry, "stakes"), by=here.officer, now=NOW)
    assert question(inquiry, "stakes").state == "answered"
    assert not Stake.objects.filter(held=supplier).exists()
    assert not Party.objects.filter(name="One").exists()
    assert not Evidence.objects.exists()


def test_an_answer_is_set_aside_only_with_a_reason(here: Office, supplier: Party, bom: Bom) -> None:
    inquiry = asked(here, supplier)
    answer(inquiry, incorporated={"value": "US"})
    told = question(inquiry, "incorporated")

    with pytest.raises(Refused, match="reason"):
        answer_reject(question=told, reason=" ", by=here.officer, now=NOW)
    answer_reject(question=told, reason="Its register says Delaware.", by=here.officer, now=NOW)
    supplier.refresh_from_db()
    assert (told.state, supplier.incorporated) == ("rejected", None)


def test_a_supplier_answers_once(here: Office, supplier: Party, bom: Bom) -> None:
    inquiry = asked(here, supplier)
    answer(inquiry, incorporated={"value": "US"})

    with pytest.raises(Refused, match="have been answered"):
        answer(inquiry, business={"value": "US"})
    assert question(inquiry, "business").state == "open"


@pytest.mark.parametrize(
    ("filename", "content", "code"),
    [("run.exe", b"MZ", "not-a-document"), ("empty.pdf", b"", "empty")],
)
def test_a_file_that_is_no_document_is_refused_and_nothing_is_kept(
    here: Office, supplier: Party, bom: Bom, filename: str, content: bytes, code: str
) -> None:
    inquiry = asked(here, supplier)
    pk = question(inquiry, "incorporated").pk

    with pytest.raises(Refused) as refused:
        inquiry_answer(
            inquiry=inquiry, answers={pk: {"value": "US"}}, files={pk: (filename, content)},
            name="A. Seller", now=NOW,
        )  # fmt: skip
    assert refused.value.problems[0].code == code
    inquiry.refresh_from_db()
    assert inquiry.answered_at is None


def test_silence_and_refusal_stand_beside_the_question(
    here: Office, supplier: Party, bom: Bom
) -> None:
    inquiry = asked(here, supplier)
    words = question(inquiry, "incorporated").words
    waiting = [
        each
        for verdict in Verdict.objects.filter(bom=bom).select_related("determination")
        for each in questions_of(verdict.determination)
    ]

    def told(days: int) -> str:
        return asked_words(waiting, here.officer, NOW + timedelta(days=days))[words]

    assert "to answer by" in told(0)
    assert "has not answered" not in told(10)
    assert "has not answered" in told(11)
    assert "has not answered" in told(60)
    answer(inquiry, incorporated={"cannot_disclose": True})
    assert "cannot disclose" in told(0)


def test_a_silent_supplier_is_reminded_three_days_before_and_after_and_never_twice(
    here: Office, supplier: Party, bom: Bom
) -> None:
    inquiry = asked(here, supplier)
    quiet = asked(here, supplier, email="")
    days = [0, 6, 7, 7, 10, 11, 17, 18, 30]
    written = [inquiries_remind(now=NOW + timedelta(days=each), base_url=URL) for each in days]

    assert written == [0, 0, 1, 0, 0, 1, 0, 1, 0]
    mails = Mail.objects.filter(address="sales@silent.example").order_by("id")
    assert len(mails) == 4
    assert all(URL + inquiry_path(inquiry) in mail.text for mail in mails)
    assert "reminder" not in mails[0].subject
    assert "reminder" in mails[1].subject
    assert mails[0].reply_to == here.officer.email
    assert quiet.reminded == 0


def test_whoever_has_answered_is_not_reminded(here: Office, supplier: Party, bom: Bom) -> None:
    inquiry = asked(here, supplier)
    answer(inquiry, incorporated={"value": "US"})

    assert inquiries_remind(now=NOW + timedelta(days=12), base_url=URL) == 0


def test_a_worker_who_sleeps_through_two_reminders_sends_one(
    here: Office, supplier: Party, bom: Bom
) -> None:
    asked(here, supplier)

    assert inquiries_remind(now=NOW + timedelta(days=12), base_url=URL) == 1
    assert inquiries_remind(now=NOW + timedelta(days=12), base_url=URL) == 0
