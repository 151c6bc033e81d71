"""A document that ended, and two that disagree: what they leave in doubt, and nothing more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.law import cases
from compliance.law.dossier import assemble
from compliance.law.engine import judge, judge_all
from compliance.law.evidence import Backing, Document
from compliance.law.packing import dossier_of
from compliance.law.proof import canonical, prove, written
from compliance.law.readiness import readiness
from compliance.law.repairs import repairs
from compliance.law.rules import BY_ID
from compliance.law.verdicts import BAD, Verdict
from compliance.law.world import World
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
