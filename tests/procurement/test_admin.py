"""The back office opens for operators alone, and shows no organisation's own facts."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from procurement.models import Membership, User
from tests import factory

pytestmark = pytest.mark.django_db

PAGES = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
]


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.gov", factory.PASSWORD))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_an_operator_and_for_nobody_else(operator: Client, page: str) -> None:
    address = reverse(f"{page}_changelist")
    assert operator.get(address).status_code == 200
    officer = Client()
    officer.force_login(factory.user(factory.organisation()))
    assert officer.get(address).status_code == 302


def test_an_organisations_own_facts_are_not_shown(operator: Client) -> None:
    ours = factory.organisation()
    own = factory.party("Hidden-7731", organisation=ours)
    shared = factory.party("Shared Cells")
    factory.stake(own, factory.party(organisation=ours), 10)
    factory.procurement(ours, "Hidden-7731")
    for page in PAGES:
        assert b"Hidden-7731" not in operator.get(reverse(f"{page}_changelist")).content, page
    page = "admin:procurement_party_change"
    assert operator.get(reverse(page, args=[shared.pk])).status_code == 200
    assert operator.get(reverse(page, args=[own.pk])).status_code == 302


def test_facts_are_never_written_here(operator: Client) -> None:
    party = factory.party("Shared Cells")
    address = reverse("admin:procurement_party_change", args=[party.pk])
    assert operator.post(address, {"name": "Other"}).status_code == 403
    assert operator.get(reverse("admin:procurement_party_add")).status_code == 403


def test_an_operator_makes_a_person_and_gives_them_a_place(operator: Client) -> None:
    ours = factory.organisation()
    told = {
        "email": "new@example.gov",
        "usable_password": "true",
        "password1": "a long enough pass-phrase",
        "password2": "a long enough pass-phrase",
        "membership-TOTAL_FORMS": "0",
        "membership-INITIAL_FORMS": "0",
    }
    assert operator.post(reverse("admin:procurement_user_add"), told).status_code == 302
    person = User.objects.get(email="new@example.gov")
    page = reverse("admin:procurement_user_change", args=[person.pk])
    assert operator.get(page).status_code == 200
    Membership.objects.create(user=person, organisation=ours)
    assert operator.get(page).status_code == 200
