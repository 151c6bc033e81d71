"""The page that a supplier fills in, and the office's pages around it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import Inquiry
from compliance.services.inquiries import inquiry_path
from procurement.models import Bom, Party, Role
from tests import factory
from tests.compliance.worlds import Office, every_list, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    every_list()
    return office()


@pytest.fixture
def supplier(here: Office) -> Party:
    return factory.party(
        "Silent <Cells>", organisation=here.organisation, kind="company", government_of=""
    )


@pytest.fixture
def bom(here: Office, supplier: Party) -> Bom:
    bom = here.bom(here.pack("P-1", cells_by=supplier))
    here.judge(bom)
    return bom


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


@pytest.fixture
def inquiry(client: Client, supplier: Party, bom: Bom) -> Inquiry:
    """Every question put, by the form."""
    address = reverse("compliance:inquiry-new", args=[supplier.pk])
    page = client.get(address)
    facts = [each.fact for each in page.context["askable"]]
    due = timezone.now().date() + timedelta(days=14)
    sent = client.post(
        address, {"questions": facts, "due": due.isoformat(), "email": "sales@silent.example"}
    )
    assert sent.status_code == 302, sent.content.decode()
    return Inquiry.objects.get()


def ids(inquiry: Inquiry) -> dict[str, int]:
    return {each.field: each.pk for each in inquiry.questions.all()}


def test_a_supplier_answers_without_an_account_and_sees_nothing_else(
    inquiry: Inquiry, supplier: Party
) -> None:
    anybody = Client()
    page = anybody.get(inquiry_path(inquiry))

    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    text = page.content.decode()
    assert "Silent &lt;Cells&gt;" in text
    assert "P-1" not in text
    assert "Sign out" not in text

    pk = ids(inquiry)
    sent = anybody.post(
        inquiry_path(inquiry),
        {
            f"{pk['incorporated']}-value": "United States",
            f"{pk['stakes']}-owner0": "O. Wner", f"{pk['stakes']}-share0": "100 %",
            f"{pk['stakes']}-complete": "100", f"{pk['stakes']}-same_votes": "on",
            f"{pk['business']}-refuses": "on",
            "name": "A. Seller, sales",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    assert "Thank you" in anybody.get(inquiry_path(inquiry)).content.decode()
    told = {each.field: (each.state, each.told) for each in inquiry.questions.all()}
    assert told["incorporated"] == ("answered", {"value": "US"})
    assert told["business"] == ("cannot_disclose", {})
    assert told["stakes"][1]["owners"] == [{"name": "O. Wner", "percent": "100", "country": ""}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Answer at least one"),
        ({"incorporated-value": "Atlantis"}, "is no country name or code"),
        ({"stakes-owner0": "One"}, "What share does One have?"),
        ({"stakes-share0": "5"}, "Who has it?"),
        ({"stakes-owner0": "One", "stakes-share0": "a third"}, "is no number"),
        (
            {"stakes-owner0": "A", "stakes-share0": "60", "stakes-owner1": "B",
             "stakes-share1": "41"},
            "Together they would have 101 %",
        ),
        (
            {"stakes-owner0": "A", "stakes-share0": "60", "stakes-complete": "59"},
            "from 60 (those above) to 100",
        ),
        ({"business-value": "US", "business-refuses": "on"}, "Keep one of the two"),
        ({"stakes-owner0": "A" * 10_000, "stakes-share0": "5"}, "at most 300 characters"),
        (
            {"stakes-owner0": "Acme\u202egnihtoN", "stakes-share0": "5"},
            "cannot be seen (U+202E at place 5)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_beside_it_and_nothing_typed_is_lost(
    inquiry: Inquiry, given: dict[str, str], said: str
) -> None:
    pk = ids(inquiry)
    named = {f"{pk[key.split('-')[0]]}-{key.split('-')[1]}": value for key, value in given.items()}
    answer = Client().post(inquiry_path(inquiry), {**named, "name": "A. Seller"})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert said in text
    assert all(value in text for value in named.values() if value != "on")
    inquiry.refresh_from_db()
    assert inquiry.answered_at is None


def test_a_link_that_would_run_is_shown_as_text_and_no_link(
    inquiry: Inquiry, client: Client
) -> None:
    pk = ids(inquiry)["incorporated"]
    trick = "javascript:alert(document.cookie) <a href='javascript:alert(1)'>here</a>"
    sent = Client().post(
        inquiry_path(inquiry), {f"{pk}-value": "US", f"{pk}-text": trick, "name": "<b>A</b>"}
    )
    assert sent.status_code == 302
    page = client.get(reverse("compliance:inquiry", args=[inquiry.pk])).content.decode()
    assert "javascript:alert(document.cookie) &lt;a href" in page
    assert "href='javascript" not in page
    assert 'href="javascript' not in page
    assert "<b>A</b>" not in page


def test_a_document_whose_name_reads_backwards_is_refused_by_name(inquiry: Inquiry) -> None:
    pk = ids(inquiry)["incorporated"]
    file = SimpleUploadedFile("invoice\u202efdp.exe", b"MZ", "application/pdf")
    sent = Client().post(inquiry_path(inquiry), {f"{pk}-file": file, "name": "A. Seller"})
    assert sent.status_code == 422
    assert "none of the kinds we keep" in sent.content.decode()
    assert "invoicefdp.exe" in sent.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.answered_at is None


def test_a_document_is_kept_and_given_back_only_to_the_office(
    inquiry: Inquiry, client: Client
) -> None:
    pk = ids(inquiry)["incorporated"]
    document = SimpleUploadedFile("../../extract.pdf", b"%PDF-1.7 extract")
    Client().post(
        inquiry_path(inquiry),
        {f"{pk}-value": "US", f"{pk}-file": document, "name": "A. Seller"},
    )
    address = reverse("compliance:answer-file", args=[pk])
    given = client.get(address)
    assert given.content == b"%PDF-1.7 extract"
    assert given["Content-Disposition"] == 'attachment; filename="extract.pdf"'

    stranger = Client()
    stranger.force_login(factory.user(factory.organisation("Elsewhere")))
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_link_taken_back_says_nothing(inquiry: Inquiry, client: Client) -> None:
    client.post(reverse("compliance:inquiry-revoke", args=[inquiry.pk]))
    answer = Client().get(inquiry_path(inquiry))

    assert answer.status_code == 404
    assert "Silent" not in answer.content.decode()


def test_reviewing_turns_the_answer_into_a_fact_and_an_auditor_may_only_read(
    inquiry: Inquiry, client: Client, supplier: Party, here: Office
) -> None:
    pk = ids(inquiry)["incorporated"]
    Client().post(inquiry_path(inquiry), {f"{pk}-value": "US", "name": "A. Seller"})
    auditor = Client()
    auditor.force_login(factory.user(here.organisation, role=Role.AUDITOR))
    address = reverse("compliance:answer-review", args=[pk])

    assert auditor.get(reverse("compliance:inquiry", args=[inquiry.pk])).status_code == 200
    assert auditor.post(address, {"accept": "yes"}).status_code == 403
    client.post(address, {"accept": "yes"})
    supplier.refresh_from_db()
    assert supplier.incorporated == "US"


def test_the_line_says_that_the_supplier_was_asked(
    inquiry: Inquiry, client: Client, bom: Bom
) -> None:
    line = bom.lines.get()
    page = client.get(reverse("compliance:line", args=[line.pk])).content.decode()

    assert "was asked on" in page
    assert f"to answer by {timezone.now().date() + timedelta(days=14)}" in page
