"""Facts entered by form: kept with who and why, shown as history, refused with nothing lost."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from procurement.models import (
    ApiToken,
    Change,
    Component,
    Evidence,
    Licence,
    Membership,
    Party,
    Role,
    Stake,
    Waiver,
)
from tests import factory
from tests.compliance.worlds import Office, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def client(here: Office) -> Client:
    client = Client()
    client.force_login(here.officer)
    return client


def add(client: Client, kind: str, given: Mapping[str, object], about: str = "") -> tuple[int, str]:
    """Status and page of a form sent for a new fact."""
    answer = client.post(reverse("procurement:fact-new", args=[kind]) + about, given)
    return answer.status_code, answer.content.decode()


def stake(here: Office, **given: object) -> dict[str, object]:
    return {
        "holder": f"CATL [{here.catl.pk}]", "held": f"Cellco [{here.cellco.pk}]",
        "metric": "equity", "low": "0.5", "nature": "plain", **given,
    }  # fmt: skip


def test_a_stake_is_kept_with_who_and_why(here: Office, client: Client) -> None:
    here.cellco.stakes.update(low=90, high=90)
    assert add(client, "stake", stake(here, low="9.95 %", why="page 31"))[0] == 302
    made = Stake.objects.get(holder=here.catl)
    assert (made.low, made.high) == (Decimal("9.95"), Decimal("9.95"))
    assert made.organisation == here.organisation
    change = Change.objects.filter(table_name="procurement_stake").latest("pk")
    assert (change.actor, change.why) == (here.officer, "page 31")
    history = client.get(reverse("procurement:fact-history", args=["stake", made.pk]))
    assert "page 31" in history.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"low": "about a third"}, "“about a third” is no number"),
        ({"low": ""}, "This field is required"),
        ({"low": "101"}, "101 is no share of a whole"),
        ({"low": "20"}, "Others already have 100 %"),
        ({"low": "20", "high": "10"}, "cannot both be"),
        ({"holder": "Nobody"}, "No supplier here is called “Nobody”"),
        ({"holder": "Cellco"}, "cannot stand behind itself"),
        ({"true_from": "2026-02-31"}, "“2026-02-31” is no day of the calendar"),
        ({"true_from": "2026-02-02", "true_to": "2026-02-01"}, "without having begun"),
        ({"metric": "luck"}, "Select a valid choice"),
    ],
)
def test_a_wrong_stake_is_refused_by_name_and_nothing_typed_is_lost(
    here: Office, client: Client, given: dict[str, object], said: str
) -> None:
    before = Stake.objects.count()
    status, page = add(client, "stake", stake(here, source="my source", **given))
    assert status == 422
    assert said in page.replace("&#x27;", "'")
    assert "my source" in page
    assert 'id="problems"' in page
    assert Stake.objects.count() == before


@pytest.mark.parametrize(
    ("country", "said"),
    [("Korea", "South Korea"), ("China (Taiwan)", "Taiwan"), ("Narnia", "Narnia")],
)
def test_a_country_that_is_no_one_country_is_asked_back(
    client: Client, country: str, said: str
) -> None:
    status, page = add(client, "supplier", {"name": "New Maker", "incorporated": country})
    assert status == 422
    assert said in page


def test_a_country_is_taken_in_anybodys_words(here: Office, client: Client) -> None:
    given = {"name": "New Maker", "incorporated": "Republic of Korea", "aliases": "A\nB\nA"}
    assert add(client, "supplier", given)[0] == 302
    made = here.organisation.pk
    party = type(here.acme).objects.get(name="New Maker", organisation=made)
    assert (party.incorporated, party.aliases) == ("KR", ["A", "B"])


def test_an_unknown_supplier_is_added_only_when_asked(here: Office, client: Client) -> None:
    given = {"number": "P-2", "maker": "Brand New Inc.", "category": "battery_pack"}
    assert add(client, "part", given)[0] == 422
    assert add(client, "part", {**given, "add_new": "on"})[0] == 302
    assert type(here.acme).objects.filter(name="Brand New Inc.").get().organisation is not None


def test_two_suppliers_of_one_name_are_told_apart(here: Office, client: Client) -> None:
    twin = factory.party("CATL", organisation=here.organisation)
    here.cellco.stakes.update(low=90, high=90)
    assert "More than one supplier" in add(client, "stake", stake(here, holder="CATL"))[1]
    assert add(client, "stake", stake(here, holder=f"CATL [{twin.pk}]"))[0] == 302


def test_a_shared_supplier_is_changed_by_curators_alone(here: Office, client: Client) -> None:
    address = reverse("procurement:fact-edit", args=["supplier", here.catl.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"name": "Mine now"}).status_code == 403
    here.officer.is_curator = True
    here.officer.save()
    assert client.post(address, {"name": "CATL", "incorporated": "China"}).status_code == 302


def test_a_correction_keeps_what_stood_before(here: Office, client: Client) -> None:
    address = reverse("procurement:fact-edit", args=["supplier", here.acme.pk])
    given = {"name": "Acme Power", "kind": "company", "incorporated": "Canada", "why": "moved"}
    assert client.post(address, given).status_code == 302
    shown = client.get(reverse("procurement:fact-history", args=["supplier", here.acme.pk]))
    text = shown.content.decode()
    assert "United States" in text
    assert "Canada" in text
    assert "“moved”" in text


def test_a_fact_that_never_was_is_taken_out_and_remembered(here: Office, client: Client) -> None:
    made = factory.stake(here.catl, here.acme, 1, organisation=here.organisation)
    client.post(reverse("procurement:fact-withdraw", args=["stake", made.pk]), {"why": "a typo"})
    assert not Stake.objects.filter(pk=made.pk).exists()
    change = Change.objects.filter(table_name="procurement_stake", row=made.pk).latest("pk")
    assert (change.became, change.why) == (None, "a typo")


def composition(**given: str) -> dict[str, str]:
    return {
        "whole-currency": "USD", "whole-cost_basis": "unit_price", "whole-complete": "yes",
        "components-count": "1", "c0-steps-count": "1", "c0-name": "Cathode",
        "c0-category": "cathode_material", "c0-cost": "12.5", "c0-s0-kind": "manufacture",
        "c0-s0-country": "Japan", "c0-steps_told": "on", **given,
    }  # fmt: skip


def test_what_a_part_is_made_of_is_kept_as_a_whole(here: Office, client: Client) -> None:
    part = factory.part("P-9", organisation=here.organisation)
    address = reverse("procurement:composition", args=[part.pk])
    assert client.post(address, composition(**{"c0-source": "Cellco"})).status_code == 302
    made = Component.objects.get(part=part)
    assert (made.cost, made.source, made.steps_told) == (Decimal("12.5"), here.cellco, True)
    assert [step.country for step in made.steps.all()] == ["JP"]
    part.refresh_from_db()
    assert part.complete is True


def test_another_component_is_offered_with_all_that_was_typed(here: Office, client: Client) -> None:
    part = factory.part("P-9", organisation=here.organisation)
    address = reverse("procurement:composition", args=[part.pk])
    answer = client.post(address, composition(more="components", **{"c0-cost": "a lot"}))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="c1-name"' in text
    assert 'value="a lot"' in text
    assert not Component.objects.filter(part=part).exists()


def test_a_wrong_cost_is_told_at_its_own_field(here: Office, client: Client) -> None:
    part = factory.part("P-9", organisation=here.organisation)
    address = reverse("procurement:composition", args=[part.pk])
    answer = client.post(address, composition(**{"c0-cost": "-1"}))
    assert answer.status_code == 422
    assert 'href="#id_c0-cost"' in answer.content.decode()


def test_a_licence_keeps_only_the_rights_that_were_told(here: Office, client: Client) -> None:
    given = {"licensor": "CATL", "reserved_quantity": "no", "controls_customers": "yes"}
    assert add(client, "licence", given, f"?licensee={here.cellco.pk}")[0] == 302
    made = Licence.objects.get()
    assert (made.reserved, made.controls) == ({"quantity": False}, {"customers": True})


def test_a_procurement_keeps_what_is_not_known_as_not_known(here: Office, client: Client) -> None:
    address = reverse("procurement:procurement-edit", args=[here.procurement.pk])
    given = {
        "name": "Radios",
        "agency": "DOD",
        "award": "2028-06-02",
        "payments": "2028-09-01\n31/02",
    }
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert "“31/02”" in answer.content.decode()
    assert client.post(address, {**given, "payments": "none"}).status_code == 302
    here.procurement.refresh_from_db()
    assert here.procurement.award == date(2028, 6, 2)
    assert here.procurement.payments == []
    assert here.procurement.delivery is None


def test_a_waiver_is_kept_as_submitted(here: Office, client: Client) -> None:
    address = reverse("compliance:waiver-new", args=[here.procurement.pk])
    given = {"rule": "10-usc-4865", "grantor": "other", "scope": "system", "granted": "2027-01-01"}
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "system": "Radio"}).status_code == 302
    assert Waiver.objects.get().system == "Radio"


def test_a_token_is_shown_once(here: Office, client: Client) -> None:
    address = reverse("procurement:settings")
    assert client.post(address, {"name": "", "days": "7"}).status_code == 422
    page = client.post(address, {"name": "erp", "scopes": ["boms:read"], "days": "7"})
    token = ApiToken.objects.get()
    assert token.scopes == ["boms:read"]
    assert 'id="token"' in page.content.decode()
    assert 'id="token"' not in client.get(address).content.decode()
    client.post(reverse("procurement:token-end", args=[token.digest]))
    assert not ApiToken.objects.exists()


def test_people_are_kept_by_the_administrator_alone(here: Office, client: Client) -> None:
    assert client.get(reverse("procurement:members")).status_code == 403
    chief = factory.user(here.organisation, role=Role.ADMINISTRATOR, email="chief@example.gov")
    client.force_login(chief)
    given = {"email": "second@example.gov", "role": "auditor"}
    page = client.post(reverse("procurement:member-new"), given)
    assert "first password" in page.content.decode()
    added = Membership.objects.get(user__email="second@example.gov")
    assert (added.organisation, added.role) == (here.organisation, "auditor")
    again = client.post(reverse("procurement:member-new"), given)
    assert "works for an organisation already" in again.content.decode()
    own = Membership.objects.get(user=chief)
    client.post(reverse("procurement:member-edit", args=[own.pk]), {"role": "officer"})
    own.refresh_from_db()
    assert own.role == Role.ADMINISTRATOR, "the last administrator stays"
    other = Membership.objects.get(user=factory.user(factory.organisation(), email="x@example.gov"))
    address = reverse("procurement:member-edit", args=[other.pk])
    assert client.post(address, {"remove": "yes"}).status_code == 404


def test_a_document_backs_a_fact_and_is_given_back_as_it_came(here: Office, client: Client) -> None:
    part = factory.part("P-9", organisation=here.organisation)
    address = reverse("procurement:evidence-new") + f"?table=procurement_part&row={part.pk}"
    given = {"title": "Test report", "grade": "third_party", "expires": "2027-01-01"}
    assert client.post(address, given).status_code == 422, "neither a document nor an address"
    wrong = SimpleUploadedFile("run.exe", b"MZ")
    assert "none of the kinds" in client.post(address, {**given, "file": wrong}).content.decode()
    right = SimpleUploadedFile("report.pdf", b"%PDF-1.7 test")
    assert client.post(address, {**given, "file": right}).status_code == 302
    evidence = Evidence.objects.get()
    page = client.get(reverse("procurement:part", args=[part.pk])).content.decode()
    assert "Test report" in page
    document = reverse("procurement:evidence-document", args=[evidence.pk])
    answer = client.get(document)
    assert answer.content == b"%PDF-1.7 test"
    assert answer["Content-Disposition"].startswith("attachment")
    stranger = factory.user(factory.organisation(), email="stranger@example.gov")
    client.force_login(stranger)
    assert client.get(document).status_code == 404


def test_a_suppliers_address_is_a_link_only_where_it_is_a_web_address(
    here: Office, client: Client
) -> None:
    part = factory.part("P-9", organisation=here.organisation)
    for url in ("javascript:alert(1)", "https://example.gov/report"):
        made = factory.evidence(f"At {url}", organisation=here.organisation, url=url)
        factory.backing(made, "procurement_part", part.pk)
    page = client.get(reverse("procurement:part", args=[part.pk])).content.decode()
    assert 'href="https://example.gov/report"' in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A" * 10_000, "at most 300 characters"),
        ("Acme \u202eyrettaB", "cannot be seen (U+202E at place 6)"),
        ("Acme\x07", "cannot be seen (U+0007 at place 5)"),
    ],
)
def test_a_name_that_is_no_name_is_refused_by_name_and_nothing_is_kept(
    here: Office, client: Client, name: str, said: str
) -> None:
    before = Party.objects.count()
    answer = client.post(
        reverse("procurement:fact-new", args=["supplier"]), {"name": name, "kind": "company"}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Party.objects.count() == before


def test_one_document_is_attached_to_many_facts_and_says_what_differs(
    here: Office, client: Client
) -> None:
    part = factory.part("P-9", organisation=here.organisation, maker=here.acme)
    address = reverse("procurement:evidence-new")
    file = SimpleUploadedFile("certificate.pdf", b"%PDF-1.7", "application/pdf")
    given = {"title": "Certificate", "grade": "third_party", "file": file, "expires": "2026-12-16"}
    made = client.post(f"{address}?table=procurement_part&row={part.pk}", given)
    assert made.status_code == 302, made.content.decode()
    document = Evidence.objects.get()
    again = client.post(
        f"{address}?table=procurement_party&row={here.acme.pk}",
        {"kept": document.pk, "field": "incorporated", "says": "KR"},
    )
    assert again.status_code == 302, again.content.decode()
    assert Evidence.objects.count() == 1
    assert document.backings.count() == 2
    page = client.get(reverse("procurement:party", args=[here.acme.pk])).content.decode()
    assert "Two statements differ: country of incorporation" in page
    assert "South Korea" in page
    listed = client.get(reverse("procurement:documents")).content.decode()
    assert "Certificate" in listed
    assert "Acme Power" in listed
    assert "P-9" in listed
    said = document.backings.get(field="incorporated")
    settle = reverse("procurement:statement-settle", args=[said.pk])
    assert client.post(settle, {"prevails": "no", "reason": ""}).status_code == 422
    assert client.post(settle, {"prevails": "no", "reason": "A plant only"}).status_code == 302
    page = client.get(reverse("procurement:party", args=[here.acme.pk])).content.decode()
    assert "Two statements differ" not in page
    assert "A plant only" in page
    stranger = factory.user(factory.organisation(), email="stranger2@example.gov")
    client.force_login(stranger)
    assert client.get(settle).status_code == 404
    assert client.get(reverse("procurement:evidence-edit", args=[document.pk])).status_code == 404
    assert "Certificate" not in client.get(reverse("procurement:documents")).content.decode()


def test_what_a_supplier_is_called_is_text_and_never_markup(here: Office, client: Client) -> None:
    name = "<script>alert(1)</script> & Söhne 电池"
    party = factory.party(name, organisation=here.organisation)
    factory.stake(party, here.acme, 0, organisation=here.organisation)
    for address in (
        reverse("procurement:party", args=[party.pk]),
        reverse("procurement:party", args=[here.acme.pk]),
        reverse("procurement:parties") + "?q=script",
        reverse("procurement:party-options") + "?holder=script",
    ):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_rules_ask_beside_a_parts_own_fields_is_kept_by_its_key(
    here: Office, client: Client
) -> None:
    part = factory.part("P-9", organisation=here.organisation, attributes={"kept": "as it is"})
    address = reverse("procurement:fact-edit", args=["part", part.pk])
    given = {"number": "P-9", "covered_pcb": "no", "semiconductors": "some", "wh_per_kg": "260.50"}
    assert client.post(address, {**given, "cells_in": "Japan"}).status_code == 302
    part.refresh_from_db()
    assert part.attributes == {
        "kept": "as it is", "covered_pcb": "no", "semiconductors": "some", "wh_per_kg": "260.50",
        "cells_in": "JP",
    }  # fmt: skip
    page = client.get(address).content.decode()
    assert '<option value="some" selected>' in page
    assert 'value="260.50"' in page
    client.post(address, {**given, "covered_pcb": ""})
    part.refresh_from_db()
    assert "covered_pcb" not in part.attributes, "taken back is not told, never no"


def test_each_missing_fact_leads_to_the_field_where_it_is_told(
    here: Office, client: Client
) -> None:
    bom = here.bom(here.pack())
    here.judge(bom)
    line = bom.lines.get()
    page = client.get(reverse("compliance:line", args=[line.pk])).content.decode()
    form = client.get(
        reverse("procurement:fact-edit", args=["part", line.part_id])
    ).content.decode()
    named = re.findall(rf'href="/facts/part/{line.part_id}/edit/#(id_\w+)"', page)
    assert "id_covered_pcb" in named
    for anchor in named:
        assert f'id="{anchor}"' in form, anchor
