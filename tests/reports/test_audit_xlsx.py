import io
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from compliance.reports.audit import AuditReport
from compliance.reports.sheet import LONGEST_CELL, inert

REPORT = AuditReport.example()


def opened(report: AuditReport) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(report.xlsx()))


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(REPORT)


def rows(book: Workbook, sheet: str) -> Iterator[dict[str, object]]:
    page = book[sheet]
    values = page.iter_rows(values_only=True)
    header: tuple[object, ...] = ()
    for row in values:
        if header:
            yield dict(zip(map(str, header), row, strict=True))
        elif row[-1] is not None:
            header = row


def test_it_has_the_five_sheets(book: Workbook) -> None:
    assert book.sheetnames == ["Summary", "Verdicts", "Clauses", "Missing facts", "Sources"]


def test_each_line_and_rule_is_one_row_worst_line_first(book: Workbook) -> None:
    told = list(rows(book, "Verdicts"))

    assert len(told) == sum(len(line.findings) for line in REPORT.lines)
    assert (told[0]["Line"], told[0]["Verdict"]) == ("1.1", "Prohibited")
    assert told[1]["Would be"] == "Prohibited"
    assert told[-1]["Verdict"] == "Not applicable"


def test_each_clause_of_each_proof_is_one_row(book: Workbook) -> None:
    """Lines that share a proof share its rows; the Verdicts sheet names the proof of each."""
    steps = {f.digest: len(f.steps) for line in REPORT.lines for f in line.findings}
    told = list(rows(book, "Clauses"))

    assert len(told) == sum(steps.values())
    assert {row["Proof SHA-256"] for row in told} == {each for each in steps if steps[each]}


def test_missing_facts_name_the_line_and_whom_to_ask(book: Workbook) -> None:
    told = list(rows(book, "Missing facts"))

    assert {row["Line"] for row in told} == {"1.2", "1.3", "1.4"}
    assert told[0]["Ask"] == "EVE Energy Company, Limited"


def test_sources_keep_the_confidence_beside_each(book: Workbook) -> None:
    told = {str(row["Source"]): row for row in rows(book, "Sources")}

    assert told["1260H"]["Confidence"] == "S: Secondary source"
    assert str(told["W-2027-11"]["Detail"]).startswith("Does not count. Breaks (c)(3)(B)")
    assert told["row 14, column Unit cost"]["Detail"] == (
        "Give the cost as a number, or leave the cell empty."
    )


def test_each_table_is_frozen_filtered_and_ready_to_print(book: Workbook) -> None:
    for page in book.worksheets:
        assert page.freeze_panes
        assert page.auto_filter.ref
        assert page.print_title_rows
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToHeight == 0


def test_nothing_in_it_runs_or_links() -> None:
    first = REPORT.lines[0]
    for nasty in ("=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "http://evil.example", "{=1}"):
        report = replace(REPORT, lines=(replace(first, part_number=nasty, maker=nasty),))
        page = opened(report)["Verdicts"]
        cells = [cell for row in page.iter_rows() for cell in row if cell.value == nasty]

        assert len(cells) == 2 * len(first.findings)
        assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_text_that_no_cell_can_hold_is_cut_and_says_so() -> None:
    cut = inert("x" * 40_000)

    assert len(cut) == LONGEST_CELL
    assert cut.endswith("(cut here: the PDF's attachment holds it all)")
    assert inert("x" * LONGEST_CELL) == "x" * LONGEST_CELL
    assert inert("half \ud800") == "half ?"
