"""What an operator does by hand: have everything derived anew."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance import chain_verifier
from compliance.models import Determination, Recheck, Verdict, Work
from compliance.recheck import asking
from compliance.recheck.certificate import lines_of
from compliance.recheck.relay import changes_relay, hand_over
from compliance.selectors.certificates import chain_export
from compliance.services.operating import everything_recheck
from procurement.models import Bom
from procurement.problems import Refused
from tests import factory
from tests.compliance.recheck.test_numbers import at_once
from tests.compliance.worlds import Office, every_list, office
from tests.factory import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = "names are read otherwise"


@pytest.fixture
def radio() -> Office:
    every_list()
    return office("Soldier Radio")


@pytest.fixture
def bom(radio: Office) -> Bom:
    bom = radio.bom(radio.pack(), radio.pack("PACK-2"), radio.pack("PACK-3"))
    radio.judge(bom)
    radio.relay()
    return bom


def derive(radio: Office) -> None:
    while changes_relay(now=NOW):
        hand_over(now=NOW, enqueue=radio.queue)
    hand_over(now=NOW, enqueue=radio.queue)
    assert {queue for queue, _ in radio.queue.sent} == {"bulk"}
    radio.work()


@pytest.mark.parametrize("piece", [500, 2], ids=["at once", "in pieces"])
def test_everything_is_derived_anew_under_one_certificate(
    radio: Office, bom: Bom, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(asking, "PIECE", piece)
    unsent = radio.bom(radio.pack("PACK-4"))
    radio.queue.sent.clear()
    while changes_relay(now=NOW):
        pass
    stale = Verdict.objects.filter(line=bom.lines.latest("pk")).earliest("pk")
    before = Determination.objects.count()
    Verdict.objects.filter(pk=stale.pk).update(verdict="permitted", proof_digest="of old names")

    recheck = everything_recheck(why=f"  {WHY} ", now=NOW)
    assert recheck is not None
    assert everything_recheck(why=WHY, now=NOW) is None, "pressed twice"
    derive(radio)

    recheck.refresh_from_db()
    assert recheck.certificate is not None
    assert recheck.certificate["cause"] == f"Everything is derived anew: {WHY}"
    assert lines_of(recheck.certificate["rederived"]) == set(bom.lines.values_list("pk", flat=True))
    assert recheck.certificate["counterparties"] == str(bom.pk)
    assert Determination.objects.count() == before + 1, "what stands is not written again"
    stale.refresh_from_db()
    assert stale.proof_digest != "of old names"
    assert not Verdict.objects.filter(bom=unsent).exists(), "what was never judged is not"
    assert not list(chain_verifier.faults(chain_export()))

    again = everything_recheck(why=WHY, now=NOW)
    assert again is not None, "once it is done, it may be asked again"
    derive(radio)
    assert Determination.objects.count() == before + 1


def test_with_nothing_to_derive_it_is_certified_at_once() -> None:
    recheck = everything_recheck(why=WHY, now=NOW)
    assert recheck is not None
    recheck.refresh_from_db()
    assert recheck.certificate is not None
    assert recheck.certificate["touched"] == ""


def test_it_wants_a_reason(bom: Bom) -> None:
    with pytest.raises(Refused, match="Say why"):
        everything_recheck(why=" \n ", now=NOW)
    assert not Work.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_the_same_moment_one_does() -> None:
    every_list()
    radio = office()
    radio.judge(radio.bom(radio.pack()))
    asked: list[Recheck | None] = []

    def ask() -> None:
        asked.append(everything_recheck(why=WHY, now=NOW))

    at_once(ask, ask, ask)
    assert len([each for each in asked if each is not None]) == 1
    assert Recheck.objects.filter(kind=Recheck.Kind.ALL).count() == 1


def test_only_an_operator_may(radio: Office, bom: Bom, client: Client) -> None:
    address = reverse("compliance:everything-again")
    client.force_login(radio.officer)
    assert client.post(address, {"why": WHY}).status_code == 403
    client.force_login(factory.user(radio.organisation, is_staff=True))
    assert client.get(address).status_code == 405
    page = client.post(address, {"why": ""}, follow=True).content.decode()
    assert "Say why in a few words." in page
    assert not Work.objects.exists()
    page = client.post(address, {"why": WHY}, follow=True).content.decode()
    assert "3 lines are asked for" in page
    page = client.post(address, {"why": WHY}, follow=True).content.decode()
    assert "being derived anew already" in page
    assert Work.objects.count() == 4
