"""Lists through the API: bring an edition in, see what it would move, release it; or be refused."""

import io
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from compliance.models import Edition, Listing
from compliance.selectors.lists import listed_on
from procurement.models import User
from tests import factory
from tests.api import API, as_person, as_program, codes, places, work_off
from tests.compliance.worlds import every_list, office

pytestmark = pytest.mark.django_db

FACTS = "edition,code,name,aliases,rule,removed,confidence\n"
MILCORPS = "Name,Clean Name,Alias,Previous Name,Parent Name,Note,Start date,End date,Source Url\n"
OFAC = '{},"{}",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


@pytest.fixture
def curators() -> tuple[User, User]:
    return factory.curator(), factory.curator()


def facts(day: str, *names: str) -> str:
    rows = (f"{day},{name.lower().replace(' ', '-')},{name},,,,T\n" for name in names)
    return FACTS + "".join(rows)


def post(client: APIClient, text: str | bytes, address: str = "", **fields: Any) -> Any:
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = fields.pop("name", "list.csv")
    return client.post(f"{API}/editions{address}", {"file": file, **fields}, format="multipart")


def test_an_edition_is_staged_looked_at_and_released_by_a_second_curator(
    curators: tuple[User, User],
) -> None:
    one, two = map(as_person, curators)
    organisation = factory.organisation()
    factory.edition("1260H", date(2026, 1, 6), names=["Somebody Else Entirely"])
    maker = factory.party("Acme Battery Works", incorporated="US", business="US")
    bom = factory.bom(factory.procurement(organisation))
    factory.line(bom, factory.part(maker=maker, organisation=organisation))
    work_off()
    text = facts("2026-06-08", "Acme Battery Works", "Other Cells")
    answer = post(one, text, key="1260H", expect=2)
    assert answer.status_code == 201
    (staged,) = answer.json()
    assert (staged["key"], staged["edition"], staged["state"]) == ("1260H", "2026-06-08", "staged")
    preview = two.get(f"{API}/editions/{staged['id']}/preview").json()
    assert preview["coming"] == ["Acme Battery Works", "Other Cells"]
    assert preview["going"] == ["Somebody Else Entirely"]
    assert [each["name"] for each in preview["parties"]] == ["Acme Battery Works"]
    assert preview["judged"] == preview["lines"]
    release = f"/{staged['id']}/release"
    assert codes(one.post(f"{API}/editions{release}")) == ["second-person"]
    assert two.post(f"{API}/editions{release}").json()["state"] == "released"
    assert codes(two.post(f"{API}/editions{release}")) == ["released-already"]
    assert {each.name for each in listed_on("1260H", on=date(2026, 11, 1)).entries} == {
        "Acme Battery Works",
        "Other Cells",
    }


def test_a_preview_tells_an_organisation_which_of_its_verdicts_would_move() -> None:
    house = office()
    house.officer.is_curator = True
    house.officer.save(update_fields=["is_curator"])
    every_list()
    bom = house.bom(house.pack())
    house.judge(bom)
    client = as_person(house.officer)
    text = facts("2026-11-20", "Cellco")
    (staged,) = post(client, text, key="1260H", expect=1).json()
    told = client.get(f"{API}/editions/{staged['id']}/preview").json()
    assert told["verdicts"] == len(told["shown"])
    assert (told["lines"], told["judged"]) == (1, 1)
    assert told["shown"]
    for each in told["shown"]:
        assert each["before"] == "permitted" != each["after"]
        assert each["rule"]
        assert each["why"]
    assert {each["line"] for each in told["shown"]} == {bom.lines.get().pk}


def test_two_sources_are_compared_before_release(curators: tuple[User, User]) -> None:
    one, two = map(as_person, curators)
    (staged,) = post(one, facts("2026-01-05", "Acme", "Other"), key="TEST").json()
    second = f"/{staged['id']}/second"
    told = post(one, facts("2026-01-05", "Acme", "Third"), second).json()
    assert (told["agree"], len(told["differences"])) == (1, 2)
    assert codes(two.post(f"{API}/editions/{staged['id']}/release")) == ["sources-differ"]
    assert codes(post(one, facts("2026-01-05", "Acme", "Other"), second)) == ["same-source"]
    assert post(one, facts("2026-01-05", "Other", "Acme"), second).json()["differences"] == []
    assert two.post(f"{API}/editions/{staged['id']}/release").status_code == 200


def test_ofacs_files_come_together(curators: tuple[User, User]) -> None:
    main = io.BytesIO((OFAC.format(7, "ACME") + "\x1a").encode())
    other = io.BytesIO(b'7,1,"aka","ACME LIMITED",-0- \r\n\x1a')
    main.name, other.name = "sdn.csv", "alt.csv"
    given = {"file": [main, other], "key": "SDN", "edition": "2026-11-02", "covers": "named"}
    answer = as_person(curators[0]).post(f"{API}/editions", given, format="multipart")
    assert answer.status_code == 201
    assert Listing.objects.get().aliases == ["ACME LIMITED"]


@pytest.mark.parametrize(
    ("text", "fields", "code"),
    [
        (MILCORPS + '"Acme Co.","Acme', {}, "truncated"),
        (MILCORPS + "Acme Co.,Acme Co.,,,\n", {}, "ragged-row"),
        (MILCORPS
         + "Acme Co.,Acme Co.,,,,,2027-06-08,2026-06-08,\n", {}, "ends-before-it-begins"),
        (MILCORPS + "Acme Co.,Acme Co.,,,,,https://x.gov,,2026-06-08\n", {}, "not-a-date"),
        (MILCORPS.replace("Alias,", "") + "x\n", {}, "missing-column"),
        (facts("2026-06-08", "Acme", "Acme"), {"key": "TEST"}, "duplicate-entry"),
        (facts("2026-06-08", "A" * 10_000), {"key": "TEST"}, "name-too-long"),
        (facts("2026-06-08", "Ac\u202eme"), {"key": "TEST"}, "hidden-characters"),
        (facts("2026-06-08", "\u0410cme"), {"key": "TEST"}, "mixed-scripts"),
        (facts("2026-06-08", "Acme"), {}, "required"),
        (facts("2026-06-08", "Acme"), {"key": "1260H"}, "unlikely-size"),
        (facts("2026-06-08", "Acme"), {"key": "TEST", "expect": 2}, "unlikely-size"),
        (facts("2025-12-31", "Acme"), {"key": "OLD"}, "older-edition"),
        (facts("2026-01-05", "Acme"), {"key": "OLD"}, "released-already"),
        (facts("2026-06-08", "Caf\u00e9").encode("cp1252"), {"key": "TEST"}, "encoding"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", {"key": "TEST"}, "unknown-format"),
        (b"\x00\x01\x02", {"key": "TEST"}, "unknown-format"),
        ("", {"key": "TEST"}, None),
        (facts("2026-06-08", "Acme"), {"key": "TEST", "edition": "soon"}, None),
        (facts("2026-06-08", "Acme"), {"key": "TEST", "covers": "everybody"}, None),
        (facts("2026-06-08", "Acme"), {"key": "TEST", "url": "javascript:alert(1)"}, None),
        (facts("2026-06-08", "Acme"), {"key": "TEST", "colour": "red"}, "unknown-field"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_by_name_and_nothing_of_it_is_kept(
    curators: tuple[User, User], text: str | bytes, fields: dict[str, Any], code: str | None
) -> None:
    factory.edition("OLD", date(2026, 1, 5), names=["Acme"], covers="all")
    before = Edition.objects.count(), Listing.objects.count()
    answer = post(as_person(curators[0]), text, **fields)
    assert 400 <= answer.status_code < 500
    told = codes(answer)
    assert code is None or code in told
    assert all(places(answer))
    assert (Edition.objects.count(), Listing.objects.count()) == before


def test_one_number_on_two_companies_is_refused(curators: tuple[User, User]) -> None:
    text = OFAC.format(7, "ACME") + OFAC.format(7, "APEX") + "\x1a"
    answer = post(as_person(curators[0]), text, key="SDN", edition="2026-11-02", covers="named")
    assert codes(answer) == ["two-of-one-number"]
    assert not Edition.objects.exists()


def test_of_several_editions_in_a_file_all_are_staged_or_none(curators: tuple[User, User]) -> None:
    text = facts("2026-01-05", "Acme") + facts("2026-06-08", "Acme", "Acme").removeprefix(FACTS)
    assert codes(post(as_person(curators[0]), text, key="TEST")) == ["duplicate-entry"]
    assert not Edition.objects.exists()


def test_only_curators_bring_lists_in_and_a_token_needs_its_scope() -> None:
    officer, curator = factory.user(factory.organisation()), factory.curator()
    text = facts("2026-06-08", "Acme")
    assert post(as_person(officer), text, key="TEST").status_code == 403
    assert post(as_program(curator, "lists:read"), text, key="TEST").status_code == 403
    assert not Edition.objects.exists()
    assert post(as_program(curator, "lists:write"), text, key="TEST").status_code == 201
