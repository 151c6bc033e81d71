"""Every page, for every role: it answers, shows what it should, and hides what it should."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import IdentityDecision, Report
from procurement.models import Role
from tests import factory
from tests.web.places import Place, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Place:
    return place()


def signed_in(here: Place, role: str = Role.OFFICER) -> Client:
    client = Client()
    client.force_login(here.people[role])
    return client


@pytest.mark.parametrize("role", Role.values)
def test_every_page_opens_for_everybody_of_the_office(here: Place, role: str) -> None:
    client = signed_in(here, role)
    for name, address in here.pages().items():
        assert client.get(address).status_code == 200, name


def test_nothing_is_shown_before_signing_in(here: Place) -> None:
    for name, address in (here.pages() | here.forms()).items():
        answer = Client().get(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name


def test_another_organisation_finds_none_of_it(here: Place) -> None:
    stranger = factory.user(factory.organisation(), email="stranger@example.gov")
    client = Client()
    client.force_login(stranger)
    private = {
        name: address
        for name, address in (here.pages() | here.forms()).items()
        if any(char.isdigit() for char in address)
        and name not in ("compliance:edition", "procurement:party", "compliance:party-verdicts",
                         "compliance:party-owners", "supplier-history", "stake-history",
                         "reading", "rule", "rule-cases")
    }  # fmt: skip
    assert private
    for name, address in private.items():
        assert client.get(address).status_code == 404, name


def test_somebody_of_no_organisation_is_told_so_and_sees_nothing(here: Place) -> None:
    client = Client()
    client.force_login(factory.user(email="nobody@example.gov"))
    assert client.get(reverse("compliance:checks")).status_code == 403


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COUNSEL, Role.ADMINISTRATOR])
def test_who_may_change_facts_gets_every_form(here: Place, role: str) -> None:
    client = signed_in(here, role)
    for name, address in here.forms().items():
        assert client.get(address).status_code == 200, name


def test_an_auditor_is_offered_no_button_and_refused_by_the_server(here: Place) -> None:
    client = signed_in(here, Role.AUDITOR)
    for name, address in here.forms().items():
        assert client.get(address).status_code == 403, name
        assert client.post(address, {}).status_code == 403, name
    board = client.get(reverse("compliance:bom-board", args=[here.bom.pk])).content.decode()
    assert "Upload next revision" not in board
    party = client.get(reverse("procurement:party", args=[here.party.pk])).content.decode()
    assert "Add an owner" not in party


def test_the_board_says_each_verdict_in_words(here: Place) -> None:
    page = signed_in(here).get(reverse("compliance:bom-board", args=[here.bom.pk]))
    text = page.content.decode()
    assert "PACK-1" in text
    assert "Prohibited" in text
    assert "Not applicable" in text
    assert "row 9, column Qty" in text


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("verdict=not_applicable", "R-10K", "PACK-1"),
        ("verdict=attention", "PACK-1", "R-10K"),
        ("category=resistor", "R-10K", "PACK-1"),
        ("q=pack", "PACK-1", "R-10K"),
        ("rule=ndaa-2024-154&verdict=not_applicable", "R-10K", "PACK-1"),
    ],
)
def test_the_board_is_narrowed_as_asked(here: Place, asked: str, shown: str, hidden: str) -> None:
    address = reverse("compliance:bom-board", args=[here.bom.pk])
    text = signed_in(here).get(f"{address}?{asked}").content.decode()
    table = text[text.rindex("<tbody>") : text.rindex("</tbody>")]
    assert shown in table
    assert hidden not in table


@pytest.mark.parametrize(
    "asked", ["verdict=x", "page=-1", "page=x", "sort=;drop", "rule=%00", "q=%00"]
)
def test_a_strange_address_is_no_failure(here: Place, asked: str) -> None:
    address = reverse("compliance:bom-board", args=[here.bom.pk])
    assert signed_in(here).get(f"{address}?{asked}").status_code == 200


def test_the_board_goes_out_as_a_file_without_formulas(here: Place) -> None:
    address = reverse("compliance:board-export", args=[here.bom.pk, "csv"])
    answer = signed_in(here).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "'=R-10K" in answer.getvalue().decode()
    assert signed_in(here).get(address.replace(".csv", ".xlsx")).getvalue()[:2] == b"PK"
    assert signed_in(here).get(address.replace(".csv", ".exe")).status_code == 404


def test_a_line_says_why_and_what_is_missing(here: Place) -> None:
    text = signed_in(here).get(reverse("compliance:line", args=[here.line.pk])).content.decode()
    assert "Prohibited" in text
    assert "10 U.S.C. 4865" in text
    assert "this decided" in text
    assert "To settle this we need" in text


def test_a_proof_is_handed_over_byte_for_byte(here: Place) -> None:
    made = here.line.determinations.latest("pk")
    answer = signed_in(here).get(reverse("compliance:proof", args=[made.pk]))
    assert answer.content.decode() == made.proof.body


def test_what_changed_names_its_cause(here: Place) -> None:
    text = signed_in(here).get(reverse("compliance:changes")).content.decode()
    assert "Party Cellco changed" in text
    assert "Old proof beside new" in text


def test_a_report_is_downloaded_as_it_was_made(here: Place) -> None:
    client = signed_in(here)
    made = client.post(reverse("compliance:report-new", args=[here.bom.pk, "pdf"]))
    assert made.content.startswith(b"%PDF")
    kept = Report.objects.get()
    assert client.get(reverse("compliance:report", args=[kept.pk])).content == made.content


def test_a_reading_is_chosen_by_counsel_only(here: Place) -> None:
    asked = {"key": "4865-refined", "alternative": "component", "reason": "memo 12"}
    address = reverse("compliance:reading-choice")
    assert signed_in(here).post(address, asked).status_code == 403
    assert signed_in(here, Role.COUNSEL).post(address, asked).status_code == 302
    text = signed_in(here).get(reverse("compliance:readings")).content.decode()
    assert "memo 12" in text


def test_the_operator_page_is_for_staff(here: Place) -> None:
    assert signed_in(here).get(reverse("compliance:operator")).status_code == 403
    staff = factory.user(here.office.organisation, email="staff@example.gov", is_staff=True)
    client = Client()
    client.force_login(staff)
    assert client.get(reverse("compliance:operator")).status_code == 200
    assert client.post(reverse("compliance:work-again")).status_code == 302


@pytest.mark.parametrize("given", ["%00", "%F0%9F%94%8B", "x" * 5000, "'", "9" * 30, "-1", "%25"])
def test_no_address_makes_a_page_fail(here: Place, given: str) -> None:
    client = signed_in(here)
    names = ("q", "page", "verdict", "rule", "category", "sort", "bom", "became", "unverified")
    query = "&".join(f"{name}={given}" for name in names)
    for name, address in here.pages().items():
        joined = f"{address}{'&' if '?' in address else '?'}{query}"
        assert client.get(joined).status_code == 200, name
    options = reverse("procurement:party-options")
    assert client.get(f"{options}?holder={given}").status_code == 200


def test_an_id_that_no_database_holds_is_not_found(here: Place) -> None:
    client = signed_in(here)
    for name in ("bom-board", "line", "determination", "edition", "report", "bom-progress"):
        address = reverse(f"compliance:{name}", args=[10**25])
        assert client.get(address).status_code == 404, name
    for name in ("party", "part", "procurement"):
        assert client.get(reverse(f"procurement:{name}", args=[10**25])).status_code == 404, name
    assert client.get(reverse("compliance:check-new") + f"?revises={'9' * 40}").status_code == 200


def test_a_curator_of_no_organisation_keeps_shared_facts_and_sees_no_others(here: Place) -> None:
    client = Client()
    client.force_login(factory.curator(email="curator@example.gov"))
    assert client.get("/")["Location"] == reverse("compliance:lists")
    for name in (
        "compliance:lists",
        "compliance:rules",
        "procurement:parties",
        "procurement:settings",
    ):
        assert client.get(reverse(name)).status_code == 200, name
    shared = here.office.catl.pk
    for name in ("procurement:party", "compliance:party-verdicts"):
        assert client.get(reverse(name, args=[shared])).status_code == 200
        assert client.get(reverse(name, args=[here.party.pk])).status_code == 404
    edit = reverse("procurement:fact-edit", args=["supplier", shared])
    assert client.post(edit, {"name": "CATL", "incorporated": "China"}).status_code == 302


def test_an_edition_is_released_by_a_second_curator(here: Place) -> None:
    first = factory.curator(email="first@example.gov")
    staged = factory.edition("UFLPA", here.edition.edition.replace(year=2025), state="staged")
    staged.staged_by = first
    staged.save()
    address = reverse("compliance:edition-release", args=[staged.pk])
    client = Client()
    for user, state in ((first, "staged"), (factory.curator(email="b@example.gov"), "released")):
        client.force_login(user)
        client.post(address)
        staged.refresh_from_db()
        assert staged.state == state
    officer = signed_in(here)
    assert officer.post(address).status_code == 403


def test_same_or_not_is_decided_by_counsel_and_not_the_same_by_two(here: Place) -> None:
    catl = here.office.catl
    catl.name = "Contemporary Amperex Technology"
    catl.save()
    address = reverse("compliance:decide-identity", args=[catl.pk])
    panel = reverse("compliance:party-verdicts", args=[catl.pk])
    given = {"list_key": "154", "code": "catl", "same": "no", "reason": "another company"}
    assert signed_in(here).post(address, given).status_code == 403
    counsel = signed_in(here, Role.COUNSEL)
    assert "A name is evidence, not a verdict" in counsel.get(panel).content.decode()
    counsel.post(address, given)
    decision = IdentityDecision.objects.get()
    assert (decision.same, decision.confirmed_by) == (False, None)
    counsel.post(address, given)
    decision.refresh_from_db()
    assert decision.confirmed_by is None, "nobody confirms their own decision"
    signed_in(here, Role.ADMINISTRATOR).post(address, given)
    decision.refresh_from_db()
    assert decision.confirmed_by == here.people[Role.ADMINISTRATOR]
