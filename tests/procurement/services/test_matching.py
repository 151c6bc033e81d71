"""Asked for the few names and numbers of a small file, the database leaves out nobody whom reading
all of them would have found.
"""

import itertools

import pytest

from procurement.models import Organisation, Part, Party
from procurement.services import matching
from procurement.services.matching import Makers, Parts, ToldPart
from tests import factory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAMES = [
    "".join(parts)
    for parts in itertools.product(
        ("", "株式会社", "'", "  "),
        (
            "Saft",
            "SAFT",
            "S.A.F.T",
            "Säft",
            "Sa ft",
            "LG",
            "L&G",
            "3M",
            "Ab_c",
            "ﬁne",
            "İstan",
            "村田",
        ),
        ("", " Inc", "co", "有限公司", "\u0301x", " Power"),
    )
]
NUMBERS = [
    "P-01",
    "p-01",
    "P 01",
    "P\u201001",
    "P\t-01",
    "ß-1",
    "SS-1",
    "ⅳ-1",
    "IV-1",
    "P_01",
    " P-01",
]
EVERYTHING = -1


def met(organisation: Organisation, name: str) -> tuple[str | None, list[str]]:
    """Whom a name is taken to be, by the name as it is kept, and what is said of it."""
    makers = Makers(organisation, [name])
    ids = makers.party(name, {}, None)
    known = Party.objects.filter(pk__in=[ids]).values_list("name", flat=True).first()
    return known, [problem.what for problem in makers.problems]


@pytest.mark.parametrize("written", ["name", "name_local", "aliases"])
def test_each_maker_is_met_as_if_all_were_read(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = factory.organisation()
    for name in NAMES[::3]:
        said = [name] if written == "aliases" else name
        Party.objects.create(organisation=organisation, **{"name": "Other", written: said})
    asked = NAMES if written == "name" else NAMES[::7]
    answers = [met(organisation, name) for name in asked]
    monkeypatch.setattr(matching, "MOST_ASKED", EVERYTHING)
    assert answers == [met(organisation, name) for name in asked]
    assert {known is None for known, _ in answers} == {True, False}


def test_a_legal_form_before_a_name_hides_it_no_longer() -> None:
    organisation = factory.organisation()
    saft = factory.party("Saft", organisation=organisation)
    makers = Makers(organisation, ["株式会社Saft"])
    assert makers.party("株式会社Saft", {}, 3) == saft.pk
    assert [problem.code for problem in makers.problems] == ["maker-spelling"]


def test_a_name_longer_than_is_kept_is_met_again_by_what_was_kept() -> None:
    organisation = factory.organisation()
    name = "Accumulators of " + "very " * 80 + "far"
    first = Makers(organisation, [name])
    made = first.party(name, {}, 1)
    first.write()
    assert Makers(organisation, [name]).party(name, {}, 1) == made


@pytest.mark.parametrize("number", NUMBERS)
def test_each_part_is_met_as_if_all_were_read(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    organisation = factory.organisation()
    for each in NUMBERS[::2]:
        factory.part(each, organisation=organisation)

    def met() -> int | None:
        part, _ = Parts(organisation, [number]).part(None, ToldPart(number))
        return part if Part.objects.filter(pk=part).exists() else None

    answer = met()
    assert answer or number not in NUMBERS[::2]
    monkeypatch.setattr(matching, "MOST_ASKED", EVERYTHING)
    assert answer == met()
