"""A document that ended, and two that disagree: what they leave in doubt, and nothing more."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compliance.law import cases
from compliance.law.documents import UNTOLD, Documents, has, plain, put, read, text_of, worst
from compliance.law.dossier import assemble
from compliance.law.engine import judge, judge_all
from compliance.law.evidence import Backing, Document
from compliance.law.packing import dossier_of
from compliance.law.proof import canonical, prove, written
from compliance.law.readiness import readiness
from compliance.law.repairs import repairs
from compliance.law.rules import BY_ID
from compliance.law.verdicts import BAD, Verdict
from compliance.law.world import (
    Component,
    Control,
    ControlKind,
    Disclosure,
    Licence,
    Metric,
    Part,
    Party,
    Procurement,
    Stake,
    Step,
    World,
)
from compliance.law.world_file import read_world
from tests import packs

RULE = BY_ID["10-usc-4865"]
LAST = date(2028, 6, 30)
DAY = timedelta(days=1)
OPEN = Verdict.INSUFFICIENT_INFORMATION


def pack(*backed: tuple[str, str | None], expires: date | None = LAST, **told: Any) -> World:
    """The usual battery; a document of its own for each (field, what the document says)."""
    world = cases.world_of({"name": "", "on": LAST, **told})
    return replace(
        world,
        documents=tuple(
            Document(f"d{number}", f"Document {number}", expires=expires)
            for number, _ in enumerate(backed)
        ),
        backings=tuple(
            Backing(f"b{number}", f"d{number}", world.parts[0].ref, field, says)
            for number, (field, says) in enumerate(backed)
        ),
    )


def line(world: World) -> Any:
    return next(iter(assemble(world).lines.values()))


def test_the_day_after_the_end_of_a_document_is_an_exact_breakpoint() -> None:
    stretches = readiness(RULE, line(pack(("assembler", None))))
    told = {each.since: each.verdict for each in stretches}
    assert told[LAST + DAY] is OPEN
    assert LAST not in told
    assert Verdict.PERMITTED in told.values()


def test_two_documents_that_end_one_after_the_other_make_two_breakpoints() -> None:
    world = pack(("assembler", None), ("assembled_in", None))
    later = replace(world.documents[1], expires=LAST + 10 * DAY)
    part = line(replace(world, documents=(world.documents[0], later))).part
    assert [each.since for each in part.doubted] == [LAST + DAY, LAST + 11 * DAY]
    assert [len(each.doubts) for each in part.doubted] == [1, 2]


def test_without_documents_a_proof_has_the_bytes_it_always_had() -> None:
    assert "doubted" not in canonical(line(pack()))
    assert "doubted" not in canonical(line(pack(("assembler", None), expires=None)))


def test_a_proof_with_doubts_is_read_back_and_proves_the_same_bytes() -> None:
    dossier = line(pack(("assembler", None), ("assembled_in", "KR")))
    assert dossier.part.doubted
    for finding in judge_all(dossier, LAST + DAY):
        proof = prove(finding, written(dossier))
        again = dossier_of(proof.body)
        assert again == dossier
        found = judge(BY_ID[finding.rule], again, LAST + DAY)
        assert prove(found, written(again)) == proof


def test_two_lines_of_one_part_are_in_doubt_from_the_same_day() -> None:
    world = pack(("assembler", None))
    world = replace(world, lines=(*world.lines, replace(world.lines[0], ref="2")))
    one, two = assemble(world).lines.values()
    assert [each.since for each in one.part.doubted] == [LAST + DAY]
    assert one.part.doubted == two.part.doubted


def backed_dealer(field: str) -> Any:
    """The counterparty's dossier where a document backs a field of hers."""
    world = pack()
    return assemble(
        replace(
            world,
            documents=(Document("d", "Register", expires=LAST),),
            backings=(Backing("b", "d", "Dealer", field),),
        )
    ).counterparty


def test_a_counterparty_is_in_doubt_when_her_own_document_ends() -> None:
    assert [each.since for each in backed_dealer("incorporated").part.doubted] == [LAST + DAY]


def test_a_document_that_ends_without_taking_anything_away_leaves_no_doubt() -> None:
    assert backed_dealer("us_person").part.doubted == ()


def test_owners_told_to_the_last_percent_need_no_word_that_they_are_all() -> None:
    world = pack()
    ended = replace(
        world,
        disclosures=(*world.disclosures, Disclosure("all", "Acme", complete_to=Decimal(100))),
        documents=(Document("d", "Register", expires=LAST),),
        backings=(Backing("b", "d", "all", "complete_to"),),
    )
    assert line(ended).part.doubted == ()


def test_the_open_verdict_names_the_document_and_the_day() -> None:
    finding = judge(RULE, line(pack(("assembler", None))), LAST + DAY)
    assert finding.verdict is OPEN
    first = finding.missing[0]
    assert first.fact == "part.units.0.document"
    assert "“Document 0” is good through 2028-06-30" in first.question
    assert "who assembles" in first.question


def test_a_contradiction_names_both_statements_with_their_sources() -> None:
    world = pack(("assembled_in", None), ("assembled_in", "CN"))
    question = line(world).part.doubted[0].doubts[0].missing.question
    assert "US (“Document 0”) or CN (“Document 1”)" in question


def test_a_current_document_is_what_would_put_it_right() -> None:
    advice = repairs(RULE, line(pack(("assembler", None))), LAST + DAY)
    assert [step.path for step in advice.repairs[0].steps] == ["part.documents"]
    assert len(advice.repairs) == 1


FIELDS = ("", "assembler", "assembled_in", "complete", "licences_complete", "chemistry", "cots")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("assembler", ["Acme", "Feoc", "Who"])
def test_doubt_opens_what_was_permitted_and_never_forbids_or_weakens(
    field: str, assembler: str
) -> None:
    told = pack(part={"assembler": assembler})
    doubted = pack((field, None), part={"assembler": assembler})
    for before, after in zip(
        judge_all(line(told), LAST + DAY), judge_all(line(doubted), LAST + DAY), strict=True
    ):
        allowed = {before.verdict, OPEN} if before.verdict not in BAD else {before.verdict}
        later = (after.verdict, after.would_be) == (Verdict.NOT_YET_IN_FORCE, OPEN)
        assert after.verdict in allowed or (later and before.verdict not in BAD), before.rule


def test_the_verifier_follows_what_is_in_doubt_and_misses_it_where_it_is_left_out() -> None:
    shares = [
        {"ref": f"s-{metric}", "holder": "Owner of Acme", "held": "Acme", "metric": metric,
         "percent": 100}
        for metric in ("equity", "votes", "board")
    ]  # fmt: skip
    world = replace(
        cases.world_of({"name": "", "on": LAST, "stakes": shares}),
        documents=(Document("d", "Filing", expires=LAST),),
        backings=(Backing("b", "d", "s-equity"),),
    )
    question = packs.Asked("", world, world.lines[0].ref, RULE.id, LAST + DAY)
    finding, packed = packs.answered(question)
    assert finding.verdict is OPEN
    assert packs.faults([packed]) == []
    plain = replace(world, documents=(), backings=())
    _, permitted = packs.answered(question._replace(world=plain))
    assert packs.faults([permitted]) == []
    forged = permitted._replace(grounds=packed.grounds)
    assert any("from 2028-07-01" in fault for fault in packs.faults([forged]))


@pytest.mark.parametrize(
    ("backing", "code"),
    [
        ({"document": "none", "fact": "P"}, "unknown-ref"),
        ({"document": "D", "fact": "nobody"}, "unknown-ref"),
        ({"document": "D", "fact": "P", "field": "name"}, "unknown-field"),
        ({"document": "D", "fact": "P", "field": "incorporated", "says": "Elsewhere"},
         "unknown-word"),
    ],
)  # fmt: skip
def test_a_document_that_backs_nothing_told_is_refused_by_name(
    backing: dict[str, str], code: str
) -> None:
    told = {"documents": [{"title": "D"}], "parties": [{"name": "P"}], "backings": [backing]}
    problems = read_world(told)
    assert isinstance(problems, tuple)
    assert [each.code for each in problems] == [code]


def test_a_document_does_not_end_before_it_was_issued() -> None:
    document = {"title": "D", "issued": "2026-02-01", "expires": "2026-01-31"}
    problems = read_world({"documents": [document]})
    assert isinstance(problems, tuple)
    assert [each.code for each in problems] == ["ends-before-it-begins"]


PART = Part(
    "P",
    "P",
    components=(
        Component("c", "cathode", "cathode_material", steps=(Step("coating", "x", "KR"),)),
    ),
    attributes={"cells_in": "US"},
    cots=True,
)
CATHODE = PART.components[0] if PART.components else None


@pytest.mark.parametrize(
    ("fact", "field", "told"),
    [
        (PART, "attributes.cells_in", True), (PART, "maker", True), (PART, "number", False),
        (PART, "owners", False), (PART, "cots.x", False), (CATHODE, "steps.0.country", True),
        (CATHODE, "steps.1.country", False), (CATHODE, "steps.first.country", False),
        (CATHODE, "steps.0", False), (CATHODE, "steps.0.kind", False),
    ],
)  # fmt: skip
def test_a_document_speaks_of_fields_that_there_are(fact: object, field: str, told: bool) -> None:
    assert has(fact, field) is told


def test_what_is_doubted_is_as_if_nobody_had_told_it_and_the_rest_stays() -> None:
    assert read(put(PART, "attributes.cells_in", UNTOLD), "attributes.cells_in") is None
    assert read(put(PART, "attributes.cells_in", "CN"), "attributes.cells_in") == "CN"
    assert read(put(CATHODE, "steps.0.country", UNTOLD), "steps.0.country") is None
    assert read(put(CATHODE, "steps.0.country", UNTOLD), "steps.0.party") == "x"
    assert read(CATHODE, "steps.9.country") is None
    against = Control("k", "a", "b", ControlKind.CONTRACT)
    assert put(against, "holds", UNTOLD) == against
    assert put(replace(against, holds=False), "holds", UNTOLD).holds is None


@pytest.mark.parametrize(
    ("fact", "field", "says", "worse"),
    [
        (PART, "cots", ["no"], False), (PART, "cots", ["yes"], True),
        (PART, "contains_battery", ["yes"], True), (PART, "attributes.telecom", ["yes"], "yes"),
        (CATHODE, "steps.0.country", ["US", "CN"], "CN"), (PART, "chemistry", ["lfp"], None),
        (Stake("s", "a", "b", Metric.EQUITY, Decimal(10), Decimal(10)), "low", ["60", "many"],
         Decimal(60)),
    ],
)  # fmt: skip
def test_of_several_statements_that_which_tells_most_against_buying_is_feared(
    fact: object, field: str, says: list[str], worse: object
) -> None:
    assert worst(fact, field, says) == worse


def test_a_share_is_the_same_however_it_is_written() -> None:
    stake = Stake("s", "a", "b", Metric.EQUITY, Decimal("10.0"), Decimal(10))
    assert plain(stake, "low", " 10.00 ") == "10"
    assert plain(stake, "low", "ten") == "ten"
    assert text_of(True) == "yes"


def test_every_kind_of_fact_is_called_by_what_it_is() -> None:
    world = World(
        procurement=Procurement(ref=""),
        parts=(PART,),
        parties=(Party("a", "Able"), Party("b", "Baker")),
        disclosures=(Disclosure("d", "b", Decimal(90)),),
        controls=(Control("k", "a", "b", ControlKind.CONTRACT, holds=False),),
        licences=(Licence("l", "a", reserved={"timing": True}),),
        documents=(Document("f", "Filing", expires=LAST),),
        backings=tuple(
            Backing(f"b{number}", "f", fact, field)
            for number, (fact, field) in enumerate(
                [("d", ""), ("k", ""), ("l", "reserved"), ("c", "steps.0.country"),
                 ("P", "attributes.cells_in")]
            )
        ),
    )  # fmt: skip
    asked = " ".join(each.says for each in Documents(world).doubts)
    for words in (
        "how far the owners of Baker are told", "who controls Baker", "the licence of Able",
        "the country in which cathode of P is processed", "cells in of P",
    ):  # fmt: skip
        assert words in asked


def test_of_what_nobody_recorded_two_statements_differ_and_one_does_not() -> None:
    world = World(
        procurement=Procurement(ref=""),
        parties=(Party("a", "Able"),),
        documents=(Document("f", "Filing"), Document("g", "Letter")),
        backings=(
            Backing("b", "f", "a", "incorporated", "KR"), Backing("n", "f", "nobody"),
        ),
    )  # fmt: skip
    assert Documents(world).doubts == ()
    also = (*world.backings, Backing("o", "g", "a", "incorporated", "US"))
    (doubt,) = Documents(replace(world, backings=also)).doubts
    assert "KR (“Filing”) or US (“Letter”)" in doubt.says
