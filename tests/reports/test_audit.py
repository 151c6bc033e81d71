import json
from dataclasses import replace
from datetime import date

import pytest

from compliance.reports.audit import STATEMENT, AuditReport
from compliance.reports.audit_page import MOST_SECTIONS, page_of
from compliance.reports.parts import Finding, LineResult, Question
from compliance.reports.verdicts import VERDICTS

REPORT = AuditReport.example()


def line(position: str, *findings: Finding) -> LineResult:
    return LineResult(position, f"P-{position}", "Cell", "Demo", "1", findings)


def finding(verdict: str, sentence: str = "Because.", **more: object) -> Finding:
    return Finding("fy2024-ndaa-154", "sec. 154", verdict, sentence, **more)  # type: ignore[arg-type]


def page(*lines: LineResult) -> dict[str, object]:
    return page_of(replace(REPORT, lines=lines), statement=STATEMENT, record_sha256="0" * 64)


def test_the_example_shows_every_verdict() -> None:
    shown = {f.verdict for line in REPORT.lines for f in line.findings}

    assert shown == set(VERDICTS)


def test_totals_count_each_line_once_by_its_worst_verdict() -> None:
    totals = REPORT.totals()

    assert sum(totals.values()) == len(REPORT.lines)
    assert list(totals) == list(VERDICTS)
    assert totals["insufficient_information"] == 2
    assert totals["permitted"] == 0


def test_the_worst_line_is_the_verdict_of_the_whole() -> None:
    assert REPORT.verdict == "prohibited"


def test_a_bom_without_lines_is_not_cleared() -> None:
    empty = replace(REPORT, lines=())

    assert empty.verdict == "insufficient_information"
    assert page()["sentence"] == "No line of this file could be checked."


def test_lines_come_worst_first_and_in_bom_order_within_a_verdict() -> None:
    lines = (
        line("1", finding("permitted")),
        line("2", finding("review")),
        line("3", finding("permitted")),
    )

    assert [x.position for x in replace(REPORT, lines=lines).worst_first()] == ["2", "1", "3"]


def test_lines_with_the_same_reasons_are_told_about_once_with_every_proof() -> None:
    groups = page(
        line("1", finding("review", digest="a" * 64, determination="D-1")),
        line("2", finding("review", digest="b" * 64, determination="D-2")),
        line("3", finding("review", "For another reason.", digest="c" * 64)),
    )["groups"]

    assert isinstance(groups, list)
    assert [[x["position"] for x in group["lines"]] for group in groups] == [["1", "2"], ["3"]]
    assert groups[0]["proofs"][0] == {"digests": ["a" * 64, "b" * 64], "determinations": "D-1, D-2"}


def test_a_rule_to_come_needs_attention_only_if_it_would_stand_in_the_way() -> None:
    shown = page(
        line("1", finding("not_yet_in_force", would_be="prohibited", from_day=date(2028, 1, 1))),
        line("2", finding("not_yet_in_force", would_be="permitted")),
    )

    assert shown["sentence"] == "1 of 2 lines needs attention."
    assert isinstance(shown["rest"], list)
    assert [row[0] for row in shown["rest"]] == ["2"]


def test_more_reasons_than_sections_are_listed_and_none_is_lost() -> None:
    many = MOST_SECTIONS + 7
    shown = page(*(line(str(n), finding("review", f"Reason {n}.")) for n in range(many)))

    assert shown["beyond"] == 7
    assert isinstance(shown["groups"], list)
    assert isinstance(shown["rest"], list)
    told = {x["position"] for group in shown["groups"] for x in group["lines"]}
    assert told | {row[0] for row in shown["rest"]} == {str(n) for n in range(many)}


def test_a_question_is_asked_once_with_the_lines_that_wait_for_it() -> None:
    who = Question("maker", "Who makes it?", "The supplier")
    asked = finding("insufficient_information", missing=(who, who))
    lines = [line(str(n), asked) for n in range(1, 15)]

    assert page(*lines)["questions"] == [
        {
            "asks": "Who makes it?",
            "whom": "The supplier",
            "lines": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more",
        }
    ]


def test_a_line_that_faced_no_rule_is_not_passed() -> None:
    unchecked = line("1")

    assert unchecked.verdict == "insufficient_information"
    assert page(unchecked)["rest"][0][3] == "Not checked"  # type: ignore[index]


def test_the_record_for_machines_holds_everything_as_recorded() -> None:
    record = json.loads(b"".join(REPORT.record()))

    assert record["lines"][4]["maker"] == "Fjordcell Demo AS 하늘배터리"
    assert record["true_on"] == "2027-11-15"
    assert record["statement"] == STATEMENT
    assert len(record["lines"]) == len(REPORT.lines)


def test_a_value_with_no_place_in_a_record_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        list(replace(REPORT, number=object()).record())  # type: ignore[arg-type]
