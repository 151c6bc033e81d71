"""A world written down: read whole, or refused by name and place."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.law.world import World
from compliance.law.world_file import read_world
from procurement.formats.problem import Problem

A = {"name": "A"}
B = {"name": "B"}
STAKE = {"holder": "A", "held": "B", "metric": "equity"}
BACK = {"holder": "B", "held": "A", "metric": "equity"}
COMPONENT = {"name": "cathode", "category": "cathode_material"}
RECYCLED = {"recycled": False, "steps": [{"kind": "reprocessing", "country": "US"}]}


def problems(**told: Any) -> list[str]:
    found = read_world(told)
    return [problem.code for problem in found] if isinstance(found, tuple) else []


def test_a_world_of_nothing_is_a_world() -> None:
    assert isinstance(read_world({}), World)


def test_refs_are_made_from_names_numbers_and_places() -> None:
    world = read_world(
        {
            "parties": [A, B],
            "parts": [{"number": "P"}],
            "lines": [{"part": "P"}],
            "stakes": [{**STAKE, "percent": "24.99"}],
        }
    )
    assert isinstance(world, World)
    assert (world.parties[0].ref, world.parts[0].ref, world.lines[0].ref) == (
        "A",
        "P",
        "line:lines.1",
    )
    assert world.stakes[0].low == world.stakes[0].high == Decimal("24.99")


@pytest.mark.parametrize("told", [24, "24", 24.0, Decimal(24), " 24 "])
def test_a_number_is_read_exactly(told: object) -> None:
    world = read_world({"parties": [A, B], "stakes": [{**STAKE, "percent": told}]})
    assert isinstance(world, World)
    assert world.stakes[0].low == 24


@pytest.mark.parametrize("told", [date(2028, 1, 1), "2028-01-01"])
def test_a_day_is_read(told: object) -> None:
    world = read_world({"procurement": {"award": told}})
    assert isinstance(world, World)
    assert world.procurement.award == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("not-a-number", {"stakes": [{**STAKE, "percent": "about a third"}]}),
        ("not-a-number", {"stakes": [{**STAKE, "percent": True}]}),
        ("not-a-number", {"stakes": [{**STAKE, "percent": "NaN"}]}),
        ("not-a-date", {"procurement": {"award": "31/02/2028"}}),
        ("not-a-date", {"procurement": {"award": 5}}),
        ("unknown-country", {"parties": [{"name": "K", "incorporated": "Korea"}]}),
        ("unknown-key", {"procurement": {"agancy": "DOD"}}),
        ("unknown-key", {"zebra": 1}),
        ("missing-key", {"parties": [{"ref": "x"}]}),
        ("unknown-word", {"stakes": [{**STAKE, "metric": "equty", "percent": 1}]}),
        ("unknown-word", {"stakes": [{**STAKE, "metric": "zzz", "percent": 1}]}),
        ("wrong-kind", {"procurement": {"agency": 5}}),
        ("wrong-kind", {"procurement": {"rdte": "yes"}}),
        ("not-a-list", {"parties": "A"}),
        ("not-a-table", {"parties": ["A"]}),
        ("not-a-table", {"readings": ["x"]}),
        ("told-twice", {"parties": [A, A]}),
        ("unknown-ref", {"stakes": [{**STAKE, "held": "C", "percent": 1}]}),
        ("unknown-ref", {"procurement": {"counterparty": "C"}}),
        ("unknown-ref", {"lines": [{"part": "P"}]}),
        ("unknown-ref", {"parts": [{"number": "P"}], "lines": [{"part": "P", "parent": "x"}]}),
        ("unknown-ref", {"licences": [{"licensor": "A", "part": "P"}]}),
        (
            "unknown-ref",
            {"disclosures": [{"party": "C", "complete_to": 92}]},
        ),
        ("unknown-ref", {"controls": [{"controller": "A", "controlled": "C", "kind": "veto"}]}),
        ("unknown-ref", {"identities": [{"party": "C", "list_key": "154", "entry": "x"}]}),
        ("unknown-word", {"procurement": {"device": "laptob"}}),
        ("unknown-word", {"parts": [{"number": "P", "category": "batery"}]}),
        ("unknown-word", {"parts": [{"number": "P", "chemistry": "nmcc"}]}),
        (
            "unknown-word",
            {"parts": [{"number": "P", "components": [{**COMPONENT, "category": "x"}]}]},
        ),
        ("unknown-word", {"licences": [{"licensor": "A", "reserved": {"quantitty": True}}]}),
        ("unknown-word", {"readings": {"4865-setting": "maybe"}}),
        ("unknown-word", {"readings": {"4865-seting": "all"}}),
        ("share-out-of-range", {"stakes": [{**STAKE, "percent": 101}]}),
        ("share-out-of-range", {"stakes": [{**STAKE, "low": 30, "high": 20}]}),
        ("share-out-of-range", {"disclosures": [{"party": "A", "complete_to": 101}]}),
        (
            "percent-over-100",
            {"stakes": [{**STAKE, "percent": 92}, {**STAKE, "percent": 20}]},
        ),
        (
            "percent-over-100",
            {"stakes": [{**STAKE, "percent": 100}, {**STAKE, "percent": "0.000001"}]},
        ),
        (
            "ownership-closed",
            {"stakes": [{**STAKE, "percent": 100}, {**BACK, "percent": 100}]},
        ),
        ("ownership-closed", {"stakes": [{**STAKE, "held": "A", "percent": 100}]}),
        (
            "held-not-a-company",
            {"parties": [A, {**B, "kind": "person"}], "stakes": [{**STAKE, "percent": 1}]},
        ),
        (
            "recycled-differs",
            {"parts": [{"number": "P", "components": [{**COMPONENT, **RECYCLED}]}]},
        ),
        ("told-twice", {"parties": [A, {**A, "incorporated": "CN"}]}),
        ("negative-cost", {"parts": [{"number": "P", "components": [{**COMPONENT, "cost": -1}]}]}),
        (
            "quantity-not-positive",
            {"parts": [{"number": "P"}], "lines": [{"part": "P", "quantity": -1}]},
        ),
        ("negative-cost", {"parts": [{"number": "P"}], "lines": [{"part": "P", "unit_cost": -1}]}),
        (
            "ends-before-it-begins",
            {
                "stakes": [
                    {**STAKE, "percent": 1, "true_from": "2028-01-02", "true_to": "2028-01-01"}
                ]
            },
        ),
        (
            "ends-before-it-begins",
            {
                "lists": [
                    {
                        "key": "154",
                        "edition": "2023-12-22",
                        "entries": [
                            {"name": "x", "true_from": "2028-01-02", "true_to": "2028-01-01"}
                        ],
                    }
                ]
            },
        ),
    ],
)
def test_what_cannot_be_so_is_refused(code: str, told: dict[str, Any]) -> None:
    assert code in problems(**{"parties": [A, B], **told})


WAIVER = {"rule": "10-usc-4865", "grantor": "usd_as", "scope": "battery", "subject": "P"}


@pytest.mark.parametrize(
    ("code", "waiver"),
    [
        ("unknown-ref", {}),
        ("unknown-word", {"grantor": "usd"}),
        ("unknown-word", {"scope": "fleet"}),
        ("ends-before-it-begins", {"ends": "2027-01-01"}),
    ],
)
def test_a_waiver_that_cannot_be_so_is_refused(code: str, waiver: dict[str, Any]) -> None:
    told = {**WAIVER, "granted": "2028-03-01", **waiver}
    assert code in problems(procurement={"waivers": [told]})


def test_a_ground_of_an_unknown_part_is_refused() -> None:
    ground = {"rule": "10-usc-4865", "ground": "(c)(3)(A)(i)", "part": "P"}
    assert problems(procurement={"grounds": [ground]}) == ["unknown-ref"]


def test_a_line_below_itself_is_refused() -> None:
    lines = [{"ref": "1", "part": "P", "parent": "2"}, {"ref": "2", "part": "P", "parent": "1"}]
    assert set(problems(parts=[{"number": "P"}], lines=lines)) == {"line-cycle"}


def test_a_suggestion_is_made() -> None:
    found = read_world({"procurement": {"agancy": "DOD"}})
    assert isinstance(found, tuple)
    assert isinstance(found[0], Problem)
    assert found[0].fix == "Did you mean 'agency'?"


def test_stakes_that_follow_each_other_are_not_added_up() -> None:
    first = {**STAKE, "percent": 92, "true_to": "2028-01-01"}
    then = {**STAKE, "percent": 20, "true_from": "2028-01-01"}
    assert problems(parties=[A, B], stakes=[first, then]) == []


@pytest.mark.parametrize("nature", ["vie", "option", "convertible"])
def test_what_is_no_share_yet_is_not_added_up(nature: str) -> None:
    stakes = [{**STAKE, "percent": 92}, {**STAKE, "percent": 20, "nature": nature}]
    assert problems(parties=[A, B], stakes=stakes) == []


def test_non_voting_shares_are_no_votes() -> None:
    votes = {**STAKE, "metric": "votes"}
    stakes = [{**votes, "percent": 92}, {**votes, "percent": 20, "nature": "non_voting"}]
    assert problems(parties=[A, B], stakes=stakes) == []


def test_a_ring_with_somebody_outside_is_read() -> None:
    stakes = [{**STAKE, "percent": 100}, {**BACK, "percent": "99.999999"}]
    assert problems(parties=[A, B], stakes=stakes) == []
