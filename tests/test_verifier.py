"""The verifier accepts what the engine proves, with the grounds it proves it from, and nothing
else."""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance import verifier
from compliance.law import casebook, cases
from compliance.law.ownership import fixed_point
from compliance.law.packing import Packed, dossier_of, pack, seal
from compliance.law.proof import canonical
from compliance.law.readings import READINGS
from compliance.law.world import Component, Line, Part, Party
from tests.law import test_feoc_properties
from tests.law.test_feoc_properties import DAYS, NAMES
from tests.law.worlds import ON, company, everywhere, government, world
from tests.packs import (
    Asked,
    answered,
    any_packed,
    asked,
    faults,
    packed,
    packed_whole,
    resealed,
    sealed,
    told_cases,
)

VERIFIER = Path(verifier.__file__)
SHARES = 16
"""The casebook's proofs are looked at in so many tests, which several processes share."""


def test_it_uses_the_standard_library_alone_and_is_short() -> None:
    tree = ast.parse(VERIFIER.read_text())
    named = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
        )
    ]
    assert {name.partition(".")[0] for name in named} <= set(sys.stdlib_module_names)
    assert len(VERIFIER.read_text().splitlines()) <= 500


def test_the_casebook_asks_much() -> None:
    assert len(asked()) > 350


@pytest.mark.parametrize("first", range(SHARES))
def test_it_accepts_the_proof_of_every_case(first: int) -> None:
    wrong = {
        asked()[number].name: found
        for number in range(first, len(asked()), SHARES)
        if (found := faults([packed(number)]))
    }
    assert not wrong


@pytest.mark.long
def test_it_accepts_every_rule_on_every_line_of_every_case() -> None:
    wrong = [
        (case["name"], found)
        for case in told_cases()
        if "party" not in case
        and (found := faults(packed_whole(cases.world_of(case), casebook.day_of(case))))
    ]
    assert not wrong


def test_a_proof_reads_back_as_the_dossier_it_was_written_from() -> None:
    for number in range(0, len(asked()), 7):
        each = packed(number)
        told = json.loads(each.proof.body)
        assert canonical(dossier_of(each.proof.body)) == resealed(told["dossier"])


def at_random(dice: random.Random) -> Asked:
    """Cross-holdings, bounds, controls, lists and licences as they fall, on readings as chosen."""
    facts, item = test_feoc_properties.a_world(dice), test_feoc_properties.an_item(dice)
    source, maker = dice.choice(NAMES), dice.choice(NAMES)
    made = Component("c", "cathode", "cathode_material", source=source, steps=item.steps)
    part = Part(
        "part",
        "PACK-1",
        maker=maker,
        category="battery_pack",
        components=(made,),
        assembled_in=dice.choice(["KR", "CN", None]),
        licences_complete=item.licences_complete,
    )
    kinds = [reading for reading in READINGS if reading.key.startswith("feoc-")]
    chosen = {each.key: dice.choice(list(each.alternatives)) for each in kinds}
    whole = replace(
        facts,
        parties=(*facts.parties, Party("stranger", "Stranger")),
        licences=tuple(replace(licence, part="part") for licence in item.licences),
        parts=(part,),
        lines=(Line("1", "part"),),
        readings={key: each for key, each in chosen.items() if dice.random() < 0.3},
        known_on=dice.choice([None, *DAYS]),
    )
    return Asked("at random", whole, "1", "ndaa-2024-154", date(2027, 12, 20))


def test_it_derives_each_standing_of_random_worlds_as_the_engine_does(
    scale: Callable[[int, int], int],
) -> None:
    dice = random.Random(18741)
    for number in range(scale(60, 3_000)):
        question = at_random(dice)
        assert not faults([answered(question)[1]]), (number, question)


@pytest.mark.parametrize("seed", range(100))
def test_a_change_of_a_pack_that_is_not_resealed_is_rejected(seed: int) -> None:
    choose = random.Random(seed)
    text = pack([any_packed(choose)])
    place = choose.randrange(len(text))
    changed = text[:place] + chr((ord(text[place]) + 1) % 128) + text[place + 1 :]
    try:
        told = json.loads(changed)
    except ValueError:
        return  # no JSON any more
    assert list(verifier.verify(told))


def test_a_pack_without_grounds_is_rejected() -> None:
    told = json.loads(pack([packed(0)]))
    told["grounds"] = []
    del told["seal"]
    told["seal"] = seal(told)
    assert list(verifier.verify(told)) == [(1, "standings are used without grounds")]


def test_the_grounds_of_another_party_are_rejected() -> None:
    entry = next(each for each in map(packed, range(len(asked()))) if len(each.parties) > 1)
    keys = list(entry.parties)
    turned = dict(zip(keys, reversed([entry.parties[key] for key in keys]), strict=True))
    assert any(
        "the grounds tell of another" in each for each in faults([entry._replace(parties=turned)])
    )


def test_a_fault_names_the_proof_the_party_the_day_and_the_prong() -> None:
    facts = world([company("X"), government()], everywhere("G", "X", "25"))
    part = Part("part", "PACK-1", maker="X", category="battery_pack")
    facts = replace(facts, parts=(part,), lines=(Line("1", "part"),))
    entry = answered(Asked("a quarter", facts, "1", "ndaa-2024-154", ON))[1]
    assert not faults([entry])
    grounds = json.loads(entry.grounds.body)
    grounds["stakes"][0]["low"] = grounds["stakes"][0]["high"] = "24.99"
    (fault,) = faults([sealed(entry, grounds=grounds)])
    assert fault.startswith("1: standing of ")
    assert "covered governments hold 25 percent or more of its" in fault


def in_ring(size: int) -> Packed:
    """X is held by one of a ring of majorities, and that one by a government with a fifth."""
    ring = [f"r{k}" for k in range(size)]
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    stakes = [stake for holder, held in pairs for stake in everywhere(holder, held, "60")]
    stakes += [*everywhere("G", "r0", "20"), *everywhere("r0", "X", "60")]
    facts = world([company("X"), government(), *map(company, ring)], stakes)
    part = Part("part", "PACK-1", maker="X", category="battery_pack")
    facts = replace(facts, parts=(part,), lines=(Line("1", "part"),))
    return answered(Asked(f"a ring of {size}", facts, "1", "ndaa-2024-154", ON))[1]


def test_a_ring_too_large_for_the_engine_is_left_open_here_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fixed_point, "LARGEST_RING", 3)
    monkeypatch.setattr(verifier, "RING", 3)
    for size, held in ((3, '"held by governments","1"'), (4, '"held by governments","0 to 1"')):
        entry = in_ring(size)
        assert held in entry.proof.body
        assert not faults([entry])
    monkeypatch.setattr(verifier, "RING", 4)
    verifier.standings.cache_clear()
    verifier.grounded.cache_clear()
    assert faults([entry])  # what is settled by one and left open by the other does not follow


@pytest.mark.long
def test_a_ring_of_501_is_left_open() -> None:
    assert '"held by governments","0 to 1"' in (entry := in_ring(501)).proof.body
    assert not faults([entry])


def test_the_program_exits_1_on_a_fault_and_0_without(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(pack([packed(0)]))
    bad.write_text(good.read_text().replace('"seal": "', '"seal": "0'))
    for path, code in ((good, 0), (bad, 1)):
        ran = subprocess.run(
            [sys.executable, "-I", str(VERIFIER), str(path)], capture_output=True, check=False
        )
        assert ran.returncode == code, ran.stdout


@pytest.mark.parametrize(
    "told",
    [{}, {"format": "x"}, {"format": "cellgate-pack-2", "proofs": [{}]}],
    ids=["empty", "another format", "no body"],
)
def test_what_is_no_pack_is_said_to_be_none(told: dict[str, Any]) -> None:
    assert list(verifier.verify(told))


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, "No such file or directory"),
        (b"", "it is not the JSON of one"),
        (b'{"format": ', "it is not the JSON of one"),
        (b"\x7fELF\x02\x01\xff\xfe\x00", "it is not the JSON of one"),
        (b"[1, 2]", "it is not the JSON of one"),
        (b'"text"', "it is not the JSON of one"),
        (b'{"proofs": 3, "grounds": 4}', "it is not the JSON of one"),
        (b"[" * 200_000, "it is not the JSON of one"),
    ],
)
def test_what_is_no_pack_is_refused_in_one_sentence(
    tmp_path: Path, told: bytes | None, says: str
) -> None:
    path = tmp_path / "pack.json"
    if told is not None:
        path.write_bytes(told)
    ran = subprocess.run(
        [sys.executable, str(VERIFIER), str(path)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    usage = "Usage: python3 verifier.py PACK.json"
    assert ran.stderr == f"{str(path)!r} is no readable pack: {says}. {usage}\n"
