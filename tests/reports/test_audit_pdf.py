import hashlib
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from compliance.reports.audit import AuditReport
from compliance.reports.parts import LineResult, Marking
from compliance.reports.pdf import ROOT, NotSet, pdf_of
from tests.golden import assert_golden

REPORT = AuditReport.example()
GOLDEN = Path(__file__).parent / "golden"

NASTY = (
    "#strong[x] *bold* $x$ <b>b</b> @ref `code` // no comment",
    '#read("audit.typ") #panic()',
    "寧德時代新能源科技股份有限公司",
    "삼성에스디아이 주식회사",
    "תדיראן סוללות בע״מ (Tadiran)",
    "شركة البطاريات السعودية",
    "ООО «Лиотех»",
    "ไทยแบตเตอรี่ हिन्दी",
    "Bat🔋tery 👨‍👩‍👧 Co",
    "evil \u202egnp.exe\u202c Ltd",
    "\ud800bad \ue000 \x00\x07 \ufeff",
    "A" * 300,
    "東京" * 60,
    "",
)


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(REPORT.pdf())) as opened:
        yield opened


def text_of(written: bytes) -> str:
    document = pypdfium2.PdfDocument(written)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n\f\n".join(pages).replace("\r\n", "\n")


def elements(node: Any) -> Iterator[Any]:
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def scope(header: Any) -> str:
    return next(str(each.Scope) for each in header.A if "/Scope" in each)


def test_it_says_what_it_is_to_a_screen_reader(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root

    assert str(root.Lang) == "en-US"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo["/Title"]) == (
        "Battery sourcing audit report: Soldier radio power set (demo), revision C"
    )
    assert all(page.get("/Tabs") == pikepdf.Name.S for page in pdf.pages if "/Annots" in page)


def test_it_claims_both_standards(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as xmp:
        assert xmp["pdfuaid:part"] == "1"
        assert xmp["pdfaid:part"] == "3"
        assert xmp["pdfaid:conformance"] == "A"


def test_its_structure_has_headings_tables_with_header_cells_and_a_described_picture(
    pdf: pikepdf.Pdf,
) -> None:
    found = list(elements(pdf.Root.StructTreeRoot))
    count = Counter(str(each.S)[1:] for each in found)

    assert count["H1"] == 10
    assert count["H2"] == 4
    assert count["Table"] == count["THead"]
    headers = [each for each in found if each.S == "/TH"]
    assert len(headers) > 50
    assert all(scope(each) == "/Column" for each in headers)
    assert [str(each.Alt) for each in found if each.S == "/Figure"] == [
        "Bar of 10 lines by their worst verdict: Prohibited 1, Waiver needed 1, "
        "Insufficient information 2, Review 1, Not yet in force 1, Permitted by waiver 1, "
        "Permitted by exception 1, Not applicable 2."
    ]


def test_it_carries_the_record_and_prints_its_digest(pdf: pikepdf.Pdf) -> None:
    attached = pdf.attachments["report.json"].get_file().read_bytes()

    assert attached == b"".join(REPORT.record())
    assert pdf.attachments["report.json"].get_file().mime_type == "application/json"
    assert hashlib.sha256(attached).hexdigest() in text_of(REPORT.pdf())


def test_its_text_is_the_one_we_looked_at() -> None:
    assert_golden(GOLDEN / "audit.txt", text_of(REPORT.pdf()))


def test_each_page_has_its_number_and_the_digest_of_the_file() -> None:
    pages = text_of(REPORT.pdf()).split("\f")

    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert REPORT.file.sha256 in page


def test_a_marking_stands_at_the_top_and_the_foot_of_each_page() -> None:
    marking = Marking("CUI//SP-PROPIN", "Demo Program Office", contact="cui@example.mil")
    pages = text_of(replace(REPORT, marking=marking).pdf()).split("\f")

    assert all(page.count("CUI//SP-PROPIN") == 2 for page in pages)
    assert "Controlled by Demo Program Office" in pages[0]


def test_any_name_makes_a_document_and_markup_stays_text() -> None:
    lines = tuple(
        LineResult(str(at), name[:40], name, name, "1 each", REPORT.lines[at % 5].findings)
        for at, name in enumerate(NASTY, start=1)
    )
    report = replace(
        REPORT,
        lines=lines,
        bom=NASTY[0],
        organisation=NASTY[3],
        revision=NASTY[8],
        file=replace(REPORT.file, name=NASTY[9], submitted_by=NASTY[10]),
    )

    text = text_of(report.pdf()).replace("\n", " ").replace("\u200b", "")

    assert "#strong[x] *bold* $x$ <b>b</b> @ref `code` // no comment" in text
    assert '#read("audit.typ") #panic()' in text
    assert "삼성에스디아이 주식회사" in text
    assert "gnp.exe‡" in text
    assert "‡ after a word:" in text


def test_a_report_of_nothing_says_so() -> None:
    empty = replace(
        REPORT,
        lines=(),
        changes=(),
        since=None,
        waivers=(),
        problems=(),
        editions=(),
        readings=(),
        procurement=(),
    )

    text = text_of(empty.pdf())

    assert "No line of this file could be checked." in text
    assert "No list was loaded. Whether anyone is on a list is therefore unknown." in text


def test_a_single_line_that_is_fine_is_said_to_be_fine() -> None:
    fine = replace(REPORT, lines=(REPORT.lines[-1],), changes=())

    text = text_of(fine.pdf())

    assert "No line needs attention on that day." in text
    assert "No verdict moved." in text


def test_a_template_that_does_not_compile_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotSet, match="does not contain key"):
        pdf_of("audit.typ", {}, folder=tmp_path, timestamp=REPORT.generated_at)


MEASURE = """
import dataclasses, resource, sys
from compliance.reports.audit import AuditReport
report = AuditReport.example()
base = report.lines
lines = tuple(
    dataclasses.replace(base[n % len(base)], position=f"{n}", part_number=f"PN-{n * 7919}",
                        description=f"Part {n}", maker=f"Demo maker {n % 400}")
    for n in range(5000)
)
written = dataclasses.replace(report, lines=lines).pdf()
print(len(written), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.long
def test_five_thousand_lines_fit_into_a_gigabyte() -> None:
    told = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    size, megabytes = map(int, told.stdout.split())

    assert size > 1_000_000
    assert megabytes < 1_000
