"""Where a party belongs, what it is, and who controls it otherwise than by shares."""

from decimal import Decimal

import pytest

from compliance.law.answers import Answer
from compliance.law.feoc import FeocIndex
from compliance.law.world import (
    Control,
    ControlKind,
    Party,
    PartyKind,
)
from tests.law.worlds import (
    ON,
    company,
    everywhere,
    government,
    person,
    prong,
    share,
    stake,
    standing,
    told,
    world,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
G, X = government(), company("X")


def test_hong_kong_is_read_as_china_and_asks_for_review() -> None:
    found = standing(world([company("X", "HK")]))
    assert (found.answer, found.flags) == (YES, ("hong-kong-macau",))
    settled = standing(world([company("X", "HK")], readings={"feoc-hong-kong-macau": "covered"}))
    assert (settled.answer, settled.flags) == (YES, ())
    apart = world([company("X", "HK")], readings={"feoc-hong-kong-macau": "not-covered"})
    assert standing(apart).answer is NO


@pytest.mark.parametrize("nation", ["CN", "MO", "RU", "IR", "KP"])
def test_covered_nations(nation: str) -> None:
    assert standing(world([company("X", nation)])).answer is YES


@pytest.mark.parametrize("country", [None, "Korea", "China (Taiwan)", "", "kr"])
def test_a_country_that_is_not_told_or_not_coded_is_unknown(country: str | None) -> None:
    party = Party("X", "X", PartyKind.COMPANY, "KR", country, screened=True)
    found = standing(world([party]))
    assert found.answer is UNKNOWN
    assert "business/X" in [each.fact for each in found.missing]


def test_of_whom_nothing_is_told_all_is_asked_whether_or_not_another_fact_names_it() -> None:
    unnamed = standing(world([X]), "nobody")
    daughter = standing(world([X], stakes=(stake("nobody", "X", "5"),)), "nobody")
    assert unnamed.answer is UNKNOWN
    assert {"incorporated/nobody", "business/nobody"} <= {each.fact for each in unnamed.missing}
    assert unnamed == daughter


def test_a_golden_share_of_a_government_asks_for_review() -> None:
    facts = world([G, X], controls=(Control("c", "G", "X", ControlKind.GOLDEN_SHARE),))
    found = standing(facts)
    assert (found.answer, found.flags) == (NO, ("golden-share",))
    harmless = Control("c", "owner", "X", ControlKind.VETO)
    assert standing(world([person("owner"), X], controls=(harmless,))).flags == ()
    over = Control("c", "G", "X", ControlKind.VETO, true_to=ON)
    assert standing(world([G, X], controls=(over,))).flags == ()
    denied = Control("c", "G", "X", ControlKind.VETO, holds=False)
    assert standing(world([G, X], controls=(denied,))).flags == ()


@pytest.mark.parametrize(
    ("kind", "holds", "answer"),
    [
        (ControlKind.FINDING, True, YES),
        (ControlKind.FINDING, None, UNKNOWN),
        (ControlKind.FINDING, False, NO),
        (ControlKind.SUBSIDIARY, True, YES),
        (ControlKind.CONTRACT, True, YES),
    ],
)
def test_a_government_controls_otherwise_than_by_shares(
    kind: ControlKind, holds: bool | None, answer: Answer
) -> None:
    facts = world([G, X], controls=(Control("c", "G", "X", kind, holds=holds),))
    found = standing(facts)
    assert prong(found, "direction").answer is answer
    assert found.answer is answer
    assert share(found) == "0"  # control is no share


def test_control_passes_down_the_tiers() -> None:
    control = Control("c", "G", "A", ControlKind.FINDING)
    facts = world([G, company("A"), X], [stake("A", "X", "25")], controls=(control,))
    found = standing(facts)
    assert (found.answer, share(found)) == (YES, "1/4")


def test_control_by_a_private_concern_counts_only_by_contract() -> None:
    parties = [company("catl", "CN"), X]
    contract = Control("c", "catl", "X", ControlKind.CONTRACT)
    assert standing(world(parties, controls=(contract,))).answer is YES
    whole = Control("c", "catl", "X", ControlKind.SUBSIDIARY)
    assert standing(world(parties, controls=(whole,))).answer is NO
    only = world(parties, controls=(contract,), readings={"feoc-licensor": "government"})
    assert standing(only).answer is NO


def test_companies_that_control_each_other_by_contract_decide_nothing() -> None:
    controls = tuple(
        Control(f"{one}{two}", one, two, ControlKind.CONTRACT) for one, two in ("XA", "AB", "BX")
    )
    parties = [X, company("A"), company("B")]
    index = FeocIndex(world(parties, controls=controls))
    assert [index.entity(ref, ON).answer for ref in "XAB"] == [NO, NO, NO]
    parties[2] = company("B", "CN")
    index = FeocIndex(world(parties, controls=controls))
    assert [index.entity(ref, ON).answer for ref in "XAB"] == [YES, YES, YES]


def test_a_us_company_with_us_holders_is_not_foreign_and_no_concern() -> None:
    parties = [company("X", "US"), person("owner", "US", us=True)]
    found = standing(world(parties, everywhere("owner", "X", "100")))
    assert (found.premises[0].answer, found.answer) == (NO, NO)


@pytest.mark.parametrize(("foreign", "answer"), [("24.99", NO), ("25", YES)])
def test_a_us_company_is_foreign_from_25_percent_in_foreign_hands(
    foreign: str, answer: Answer
) -> None:
    parties = [company("X", "US"), person("owner", "JP"), person("neighbour", "US", us=True)]
    rest = str(100 - Decimal(foreign))
    facts = [*everywhere("owner", "X", foreign), *everywhere("neighbour", "X", rest)]
    assert standing(world(parties, facts)).premises[0].answer is answer


def test_a_us_person_is_not_foreign_and_one_of_whom_nobody_says_so_is_unknown() -> None:
    facts = world([person("X", "US", us=True)])
    assert standing(facts).premises[0].answer is NO
    silent = Party("X", "X", PartyKind.PERSON, "US", government_of="", screened=True)
    found = standing(world([silent]))
    assert found.premises[0].answer is UNKNOWN
    assert found.answer is NO  # nothing would make this person a concern


def test_a_person_domiciled_in_a_covered_nation_is_a_concern() -> None:
    assert standing(world([person("X", "CN")])).answer is YES


@pytest.mark.parametrize(
    ("country", "answer"), [("CN", YES), ("KR", NO), (None, UNKNOWN), ("US", NO)]
)
def test_a_government(country: str | None, answer: Answer) -> None:
    party = Party("X", "X", PartyKind.GOVERNMENT, government_of=country, screened=True)
    assert standing(world([party])).answer is answer


def test_a_party_of_unknown_kind_may_be_a_government() -> None:
    party = Party("X", "X", None, "KR", "KR", screened=True)
    found = standing(world([party], disclosures=told("X")))
    assert found.answer is UNKNOWN
    assert "government_of/X" in [each.fact for each in found.missing]
    assert standing(world([party, G], everywhere("G", "X", "25"))).answer is YES


@pytest.mark.parametrize("others", [("X",), ("A",)], ids=["with itself", "with each other"])
def test_a_standing_does_not_hang_on_who_was_asked_before(others: tuple[str, ...]) -> None:
    """X of China, bound by contract to itself, or to A and A to it; and B, bound to X."""
    pairs = [("X", "B"), *((other, "X") for other in others), *(("X", each) for each in others)]
    ties = tuple(
        Control(f"{above}>{below}", above, below, ControlKind.CONTRACT, True)
        for above, below in dict.fromkeys(pairs)
    )
    facts = world([company("X", "CN"), company("A"), company("B")], controls=ties)
    after = FeocIndex(facts)
    after.standing("B", ON)

    assert after.standing("X", ON) == FeocIndex(facts).standing("X", ON)
