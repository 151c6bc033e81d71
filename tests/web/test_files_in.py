"""Lists and ownership come in as files: looked at, refused by name, staged, compared, taken in."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import Edition
from procurement.models import Stake, User
from tests import factory

pytestmark = pytest.mark.django_db
HEADER = "edition,code,name,aliases,rule,removed,confidence\n"
OWNED = "holder,held,what,percent\nFund,Acme,equity,25\n"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def file(text: str, name: str = "list.csv") -> BytesIO:
    given = BytesIO(text.encode())
    given.name = name
    return given


def facts(*names: str) -> str:
    return HEADER + "".join(f"2026-03-05,{n.lower()},{n},,,,T\n" for n in names)


def imported(client: Client, text: str, **fields: str) -> int:
    """The status of the answer."""
    asked = {"key": "UVL", "covers": "named", "encoding": "utf-8-sig", **fields}
    address = reverse("compliance:edition-import")
    return client.post(address, {"published": file(text), **asked}).status_code


def test_a_curator_stages_an_edition_and_sees_what_it_would_move() -> None:
    one, two = factory.curator(), factory.curator()
    client = signed_in(one)
    assert client.get(reverse("compliance:edition-import")).status_code == 200
    assert imported(client, facts("Acme", "Other")) == 302
    staged = Edition.objects.get(key="UVL")
    assert (staged.edition, staged.state, staged.staged_by) == (date(2026, 3, 5), "staged", one)
    look = reverse("compliance:edition-look", args=[staged.pk])
    page = client.get(look)
    assert page.status_code == 200
    assert "2 come, 0 go, 0 are renamed" in page.content.decode()
    client.post(look, {"published": file(facts("Acme", "Third"))})
    assert "cannot be released until they agree" in client.get(look).content.decode()
    release = reverse("compliance:edition-release", args=[staged.pk])
    signed_in(two).post(release)
    staged.refresh_from_db()
    assert staged.state == "staged"
    client.post(look, {"published": file(facts("Other", "Acme"))})
    signed_in(two).post(release)
    staged.refresh_from_db()
    assert staged.state == "released"


def test_a_file_that_is_not_understood_says_why_on_the_page() -> None:
    client = signed_in(factory.curator())
    asked = {"key": "UVL", "covers": "all", "encoding": "utf-8-sig"}
    given = {"published": file("colour\nred\n"), **asked}
    page = client.post(reverse("compliance:edition-import"), given)
    assert page.status_code == 422
    assert "No reader knows these columns" in page.content.decode()
    assert imported(client, facts("Acme"), covers="all") == 422
    assert not Edition.objects.exists()


def test_lists_are_not_for_officers_to_import_or_preview() -> None:
    officer = signed_in(factory.user(factory.organisation()))
    staged = factory.edition("UVL", state="staged")
    assert officer.get(reverse("compliance:edition-import")).status_code == 403
    assert officer.get(reverse("compliance:edition-look", args=[staged.pk])).status_code == 403


def test_an_officer_looks_at_an_ownership_file_and_takes_it_in() -> None:
    client = signed_in(factory.user(factory.organisation()))
    address = reverse("procurement:ownership")
    assert client.get(address).status_code == 200
    looked = client.post(address, {"file": file(OWNED)})
    assert "Fund holds 25 % of Acme (equity)" in looked.content.decode()
    part = client.post(address, {"file": file(OWNED)}, headers={"HX-Request": "true"})
    assert "<h1>" not in part.content.decode()
    assert not Stake.objects.exists()
    kept = client.post(address, {"file": file(OWNED), "keep": "yes"})
    assert kept.status_code == 302
    assert Stake.objects.get().low == 25


def test_names_in_a_file_are_shown_as_text() -> None:
    client = signed_in(factory.user(factory.organisation()))
    text = "holder,held,what,percent\n<script>alert(1)</script>,Acme,equity,25\n"
    page = client.post(reverse("procurement:ownership"), {"file": file(text)}).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_may_not_write_facts_may_not_take_a_file_in() -> None:
    auditor = factory.user(factory.organisation(), role="auditor")
    page = signed_in(auditor).post(reverse("procurement:ownership"), {"file": file(OWNED)})
    assert page.status_code == 403
    assert not Stake.objects.exists()
