"""Ownership that reads well share by share and cannot be so is named."""

from datetime import date

from compliance.law.world import Metric
from compliance.law.world_faults import ownership_faults
from tests.law.worlds import company, everywhere, government, person, stake, told, world


def test_companies_that_own_each_other_whole_are_named_once_for_each_metric() -> None:
    facts = [*everywhere("A", "B", "100"), *everywhere("B", "A", "100")]
    later = stake("G", "C", "10", true_from=date(2028, 1, 1))
    found = list(ownership_faults(world([company("A"), company("B")], [*facts, later])))
    assert [fault.code for fault in found] == ["ownership-closed"] * 3
    assert found[0].where == "party A"
    assert "A Company, B Company" in found[0].what
    assert [fault.what.split(" of the ")[1].split()[0] for fault in found] == list(Metric)


def test_a_company_that_owns_itself_is_named_on_that_metric() -> None:
    (fault,) = ownership_faults(world([company("A")], [stake("A", "A", "100")]))
    assert "equity" in fault.what


def test_cross_holdings_with_an_owner_outside_are_no_fault() -> None:
    facts = [stake("A", "B", "100"), stake("B", "A", "60"), stake("owner", "A", "40")]
    parties = [company("A"), company("B"), person("owner")]
    assert list(ownership_faults(world(parties, facts, disclosures=told("A")))) == []


def test_a_government_or_a_person_is_not_held() -> None:
    facts = [stake("A", "G", "10"), stake("A", "owner", "10"), stake("G", "A", "10")]
    found = list(ownership_faults(world([company("A"), government(), person("owner")], facts)))
    assert [fault.code for fault in found] == ["held-not-a-company"] * 2
    assert "government" in found[0].what
