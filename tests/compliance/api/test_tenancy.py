"""What belongs to another organisation does not exist: for every address, method, role and token.

The addresses are read from the router, so that a new one is tried the day it is added; the objects
are made one of each kind, so that a kind with an address and no object here fails by name.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from compliance.models import IdentityDecision, VerdictChange, Webhook
from procurement.models import Change, Membership, Organisation, Role, User
from procurement.services.tokens import token_create
from tests import factory
from tests.api import API, as_person, as_program

pytestmark = pytest.mark.django_db

SECRET = "Hidden-7731"
"""Stands in every text of the other organisation: it must never be in an answer."""


@dataclass(frozen=True)
class Theirs:
    organisation: Organisation
    user: User
    ids: dict[str, Any]
    """The noun in the address → the id of their row."""


@pytest.fixture
def theirs() -> Theirs:
    organisation = factory.organisation(SECRET)
    user = factory.user(organisation, email="hidden-7731@example.gov")
    own: dict[str, Any] = {"organisation": organisation}
    holder = factory.party(f"{SECRET} holder", **own)
    held = factory.party(f"{SECRET} maker", **own)
    part = factory.part(SECRET, maker=held, **own)
    purchase = factory.procurement(organisation, SECRET)
    bom = factory.bom(purchase, [part], name=SECRET, upload=factory.upload(organisation))
    line = bom.lines.get()
    first = factory.determination(line)
    after = factory.determination(line, verdict="prohibited")
    stake = factory.stake(holder, held, 60)
    evidence = factory.evidence(SECRET, **own)
    factory.document(evidence, SECRET.encode())
    change = Change.objects.filter(table_name="procurement_stake", row=stake.pk).get()
    recheck = factory.recheck(SECRET, changes=[change.pk])
    VerdictChange.objects.create(
        organisation=organisation,
        bom=bom,
        line=line,
        rule=after.rule,
        before=first,
        after=after,
        was=first.verdict,
        became=after.verdict,
        cause=SECRET,
        recheck=recheck,
        at=factory.NOW,
        number=1,
    )
    decision = IdentityDecision.objects.create(
        party=held, list_key="1260H", code="1", same=False, reason=SECRET, **own
    )
    token, _ = token_create(user=user, name=SECRET, scopes=["facts:read"])
    return Theirs(
        organisation,
        user,
        {
            "parties": held.pk,
            "identifiers": factory.identifier(held, "CAGE", "H7731").pk,
            "stakes": stake.pk,
            "disclosures": factory.disclosure(held, 90, source=SECRET).pk,
            "controls": factory.control(holder, held, source=SECRET).pk,
            "sites": factory.site(held, name=SECRET).pk,
            "licences": factory.licence(holder, technology=SECRET, **own).pk,
            "parts": part.pk,
            "procurements": purchase.pk,
            "waivers": factory.waiver(purchase, part=part, reason=SECRET).pk,
            "grounds": factory.ground(purchase, statement=SECRET).pk,
            "evidence": evidence.pk,
            "backings": factory.backing(evidence, "procurement_stake", stake.pk).pk,
            "uploads": bom.upload_id,
            "boms": bom.pk,
            "submissions": factory.submission(bom).pk,
            "determinations": after.pk,
            "identity-decisions": decision.pk,
            "tokens": token.token_key,
            "rechecks": recheck.pk,
            "webhooks": Webhook.objects.create(
                organisation=organisation,
                url=f"https://{SECRET}.example.com/",
                secret="whsec_",
                made_at=factory.NOW,
            ).pk,
        },
    )


SHARED = {"editions", "readings", "rules"}
"""Nouns whose rows belong to everybody."""


def addresses() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(noun, address with {id}, methods) of everything under /api/v1/."""
    for pattern in _flat(get_resolver().url_patterns, ""):
        path, callback = pattern
        if not path.startswith("api/v1/"):
            continue
        actions = getattr(callback, "actions", None)
        view = getattr(callback, "cls", None) or callback.view_class
        offered = actions or [method for method in METHODS if hasattr(view, method)]
        methods = tuple(m for m in METHODS if m in offered and m in view.http_method_names)
        yield path.split("/")[2], "/" + path, methods


METHODS = ("get", "post", "put", "patch", "delete")


def _flat(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Any]]:
    for each in patterns:
        here = before + _plain(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _flat(each.url_patterns, here)
        else:
            yield here, each.callback


def _plain(pattern: str) -> str:
    """ "^boms/(?P<pk>[^/.]+)$" → "boms/{id}"; a kind of report → "pdf"."""
    text = pattern.removeprefix("^").removesuffix("$").removesuffix("\\Z").replace("\\.", ".")
    for name, value in (("kind", "pdf"), ("pk", "{id}"), ("id", "{id}"), ("key", "{id}")):
        start = text.find(f"(?P<{name}>")
        while start >= 0:
            end, depth = start, 0
            while True:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
                if not depth:
                    break
            text = text[:start] + value + text[end:]
            start = text.find(f"(?P<{name}>")
    return text.replace("<int:pk>", "{id}")


DETAIL = [each for each in addresses() if "{id}" in each[1] and each[0] not in SHARED]
LISTS = [each for each in addresses() if "{id}" not in each[1] and "get" in each[2]]


def test_every_address_is_tried() -> None:
    assert len(DETAIL) > 40
    assert len(LISTS) > 20
    assert not any("(" in address for _, address, _ in [*DETAIL, *LISTS])


def clients(organisation: Organisation) -> Iterator[tuple[str, APIClient]]:
    for role in Role.values:
        person = factory.user(organisation, role=role)
        yield role, as_person(person)
        if role == Role.ADMINISTRATOR:
            yield f"{role} by token", as_program(person)
    yield "curator of no organisation", as_person(factory.curator())
    curator = factory.curator()
    Membership.objects.create(user=curator, organisation=organisation, role=Role.COUNSEL)
    yield "curator of ours", as_person(curator)


def test_nothing_of_theirs_is_found_by_its_id(theirs: Theirs) -> None:
    tried = 0
    for who, client in clients(factory.organisation()):
        for noun, address, methods in DETAIL:
            for method in methods:
                where = address.format(id=theirs.ids[noun])
                answer = getattr(client, method)(where, {}, format="json")
                allowed = (403, 404) if method != "get" or "curator of no" in who else (404,)
                if noun == "tokens":
                    allowed = (403, 404)  # a token may not touch tokens at all
                assert answer.status_code in allowed, (who, method, where, answer.content[:300])
                assert SECRET.encode() not in answer.content
                tried += 1
    assert tried > 300


NEEDED = {"/api/v1/editions/listed": {"key": "154", "true_on": "2028-01-01"}}
"""What an address asks for before it answers."""


def test_no_list_and_no_search_holds_anything_of_theirs(theirs: Theirs) -> None:
    for who, client in clients(factory.organisation()):
        for noun, address, _ in LISTS:
            for query in ({}, {"q": SECRET}):
                answer = client.get(address, query | NEEDED.get(address, {}))
                if query and answer.status_code == 400:
                    continue  # an address without a search
                content = answer.getvalue()
                assert answer.status_code in (200, 403), (who, address, content[:300])
                assert SECRET.encode() not in content, (who, address)
                if answer.status_code == 200 and noun in theirs.ids:
                    rows = json.loads(content)
                    rows = rows["results"] if isinstance(rows, dict) else rows
                    assert theirs.ids[noun] not in [row.get("id") for row in rows]


def test_their_own_people_do_find_it(theirs: Theirs) -> None:
    """Without this the test above could pass on addresses that find nothing at all."""
    client = as_person(theirs.user)
    for noun, address, methods in DETAIL:
        if "get" not in methods or address.endswith(("report.pdf", "history", "pack")):
            continue
        answer = client.get(address.format(id=theirs.ids[noun]))
        assert answer.status_code == 200, (address, answer.content[:300])


def test_nothing_of_ours_can_point_at_anything_of_theirs(theirs: Theirs) -> None:
    ours = factory.organisation()
    client = as_person(factory.user(ours, role=Role.COUNSEL))
    party, part = factory.party(organisation=ours).pk, factory.part(organisation=ours)
    purchase = factory.procurement(ours).pk
    them = theirs.ids
    for address, told in [
        ("identifiers", {"party": them["parties"], "scheme": "CAGE", "value": "F9073"}),
        ("stakes", {"holder": them["parties"], "held": party, "low": "1"}),
        ("stakes", {"holder": party, "held": them["parties"], "low": "1"}),
        ("disclosures", {"party": them["parties"], "complete_to": "90"}),
        ("controls", {"controller": them["parties"], "controlled": party, "kind": "veto"}),
        ("sites", {"party": them["parties"], "name": "x", "country": "US"}),
        ("licences", {"licensor": them["parties"]}),
        ("licences", {"licensor": party, "part": them["parts"]}),
        ("parts", {"number": "x", "maker": them["parties"]}),
        ("procurements", {"name": "x", "counterparty": them["parties"]}),
        ("grounds", {"procurement": them["procurements"], "rule": "r", "ground": "g"}),
        ("grounds", {"procurement": purchase, "rule": "r", "ground": "g", "part": them["parts"]}),
        ("backings", {"evidence": them["evidence"], "table_name": "procurement_part", "row": 1}),
        (
            "backings",
            {
                "evidence": factory.evidence(organisation=ours).pk,
                "table_name": "procurement_stake",
                "row": them["stakes"],
            },
        ),
        ("boms", {"procurement": them["procurements"], "text": "a\tb"}),
        ("boms", {"procurement": purchase, "upload": them["uploads"]}),
        ("boms", {"procurement": purchase, "text": "x", "supersedes": them["boms"]}),
        ("what-if", {"bom": them["boms"], "changes": []}),
        (
            "identity-decisions",
            {
                "party": them["parties"],
                "list_key": "1260H",
                "code": "1",
                "same": True,
                "reason": "x",
            },
        ),
    ]:
        answer = client.post(f"{API}/{address}", told, format="json")
        assert answer.status_code in (400, 422), (address, told, answer.content[:300])
        said = {each["code"] for each in json.loads(answer.content)["problems"]}
        assert "does-not-exist" in said, (address, told, said)
        assert SECRET.encode() not in answer.content
    composition = {
        "components": [{"name": "x", "category": "separator", "source": them["parties"]}]
    }
    answer = client.put(f"{API}/parts/{part.pk}/composition", composition, format="json")
    assert answer.status_code == 400


def test_nobody_unknown_is_let_in_anywhere(theirs: Theirs) -> None:
    client = APIClient()
    for noun, address, methods in [*DETAIL, *LISTS]:
        for method in methods:
            where = address.format(id=theirs.ids.get(noun, ""))
            answer = getattr(client, method)(where, {}, format="json")
            assert answer.status_code in (401, 403), (method, where, answer.status_code)


def test_a_curator_of_no_organisation_reads_shared_facts_alone(theirs: Theirs) -> None:
    shared = factory.party("Shared")
    found = as_person(factory.curator()).get(f"{API}/parties").json()["results"]
    assert [each["id"] for each in found] == [shared.pk]
