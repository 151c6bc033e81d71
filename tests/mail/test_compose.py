import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from compliance.mail.compose import (
    EXAMPLES,
    LONGEST_SUBJECT,
    MOST_TOLD,
    NEXT_STEPS,
    digest,
    first_check,
    link,
    report_ready,
    subject_line,
)
from compliance.mail.values import Digest, FirstCheck, Message, ReportReady
from compliance.reports.verdicts import VERDICTS
from tests.golden import assert_golden

BASE = "https://cellgate.example.mil"
GOLDEN = Path(__file__).parent / "golden"
DIGEST = Digest.example()
BOM = DIGEST.boms[0]
NASTY = "<script>alert(1)</script><img src=x onerror=1> \"'&\r\nBcc: spy@example.com\u202e"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_email_reads_as_the_one_we_looked_at(name: str) -> None:
    message = EXAMPLES[name](BASE)

    assert_golden(GOLDEN / f"{name}.txt", f"Subject: {message.subject}\n\n{message.text}")
    assert_golden(GOLDEN / f"{name}.html", message.html)


@pytest.mark.parametrize("name", EXAMPLES)
def test_html_needs_nothing_from_elsewhere_and_has_its_styles_in_place(name: str) -> None:
    html = EXAMPLES[name](BASE).html

    assert "<style" not in html
    assert "<link" not in html
    assert "src=" not in html
    assert 'lang="en"' in html
    assert '<td class="cell" style="' in html


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_link_is_absolute_and_ours(name: str) -> None:
    message = EXAMPLES[name](BASE)

    links = re.findall(r'href="([^"]*)"', message.html)
    assert links
    assert all(each.startswith(f"{BASE}/") for each in links)
    assert set(re.findall(r"https?://\S+", message.text)) == set(links)


@pytest.mark.browser
@pytest.mark.parametrize("name", EXAMPLES)
def test_html_is_accessible_and_fits_a_telephone(
    name: str, browser: Browser, axe: Callable[[Page], None]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(EXAMPLES[name](BASE).html)

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_digest_tells_what_moved_why_and_what_to_do_worst_first() -> None:
    message = digest(DIGEST, base_url=BASE)

    assert message.subject == (
        "Cellgate: 2 verdicts moved, 1 now prohibited: Soldier radio power set (demo)"
    )
    text = message.text
    assert "from Insufficient information to Prohibited" in text
    assert "Why: The maker was identified as an entity of sec. 154(b)(1)." in text
    assert f"Next: {NEXT_STEPS['prohibited']}" in text
    assert text.index("Line 1.1") < text.index("Line 1.6")


def test_a_digest_of_no_moves_is_not_written() -> None:
    with pytest.raises(ValueError, match="without a move"):
        digest(replace(DIGEST, boms=(replace(BOM, moves=()),)), base_url=BASE)


def test_one_move_is_singular_and_a_new_line_has_no_from() -> None:
    move = replace(BOM.moves[0], was=None)
    message = digest(replace(DIGEST, boms=(replace(BOM, moves=(move,)),)), base_url=BASE)

    assert message.subject.startswith("Cellgate: 1 verdict moved: ")
    assert "new line, Permitted by waiver" in message.text


def test_many_moves_are_cut_short_and_counted() -> None:
    moves = tuple(replace(BOM.moves[0], position=str(n)) for n in range(MOST_TOLD + 1_200))
    message = digest(replace(DIGEST, boms=(replace(BOM, moves=moves),)), base_url=BASE)

    assert message.text.count("* Line ") == MOST_TOLD
    assert "And 1,200 more, on the page." in message.text
    assert "And 1,200 more" in message.html


def test_several_boms_make_one_email() -> None:
    message = digest(replace(DIGEST, boms=(BOM, replace(BOM, bom="Drone pack"))), base_url=BASE)

    assert message.subject.endswith("4 verdicts moved, 2 now prohibited: 2 bills of materials")
    assert "Drone pack, revision C" in message.text


def nasty_messages() -> list[Message]:
    move = replace(BOM.moves[0], position=NASTY, part_number=NASTY, maker=NASTY, cause=NASTY)
    moved = replace(DIGEST, boms=(replace(BOM, bom=NASTY, revision=NASTY, moves=(move,)),))
    first = FirstCheck.example()
    line = replace(first.lines[0], position=NASTY, part_number=NASTY, maker=NASTY, sentence=NASTY)
    first = replace(first, bom=NASTY, revision=NASTY, file_name=NASTY, sha256=NASTY, lines=(line,))
    first = replace(first, questions=(NASTY,), person=NASTY, organisation=NASTY, marking=NASTY)
    ready = replace(ReportReady.example(), bom=NASTY, revision=NASTY, why=NASTY, person=NASTY)
    return [
        digest(replace(moved, person=NASTY, marking=NASTY), base_url=BASE, attached=[NASTY]),
        first_check(first, base_url=BASE, attached=[NASTY]),
        report_ready(ready, base_url=BASE, attached=[NASTY]),
    ]


@pytest.mark.parametrize("message", nasty_messages(), ids=["digest", "first_check", "report_ready"])
def test_no_supplier_text_becomes_markup_or_a_header_or_turns_the_page(message: Message) -> None:
    html, text, subject = message.html, message.text, message.subject

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;lt;" not in html
    assert "\u202e" not in html + text + subject
    assert not any(line.startswith("Bcc:") for line in text.splitlines())
    assert "&lt;" not in text
    sent = EmailMessage()
    sent["Subject"] = subject  # refuses a line end
    assert "Bcc" not in sent


@given(st.text())
def test_a_subject_is_always_one_short_line_that_a_header_can_hold(text: str) -> None:
    subject = subject_line(text)
    message = EmailMessage()
    message["Subject"] = subject

    assert len(subject) <= LONGEST_SUBJECT
    assert len(subject.splitlines()) == 1
    assert str(message["Subject"]) == subject
    message.as_bytes()


def test_a_marking_stands_at_the_top_and_the_foot() -> None:
    message = digest(replace(DIGEST, marking="CUI//SP-PROPIN"), base_url=BASE)

    lines = message.text.strip().splitlines()
    assert lines[0] == lines[-1] == "CUI//SP-PROPIN"
    assert message.html.count("CUI//SP-PROPIN") == 2


def test_attachments_are_named_in_the_body() -> None:
    message = report_ready(ReportReady.example(), base_url=BASE, attached=["audit.pdf"])

    assert "- audit.pdf" in message.text
    assert "audit.pdf" in message.html
    assert "Attached" not in report_ready(ReportReady.example(), base_url=BASE).text


def test_a_digest_says_how_many_reports_are_not_attached() -> None:
    some = digest(DIGEST, base_url=BASE, attached=["audit.pdf"], left_out=2)
    everything = digest(DIGEST, base_url=BASE, attached=["audit.pdf"])

    for told in (some.text, some.html):
        assert "reports of 2 more bills of materials are not attached" in told
    assert "not attached" not in everything.text + everything.html


def test_a_check_without_lines_or_questions_says_less() -> None:
    first = FirstCheck.example()
    empty = replace(first, totals={}, lines=(), questions=(), problems=0)
    message = first_check(empty, base_url=BASE)

    assert message.subject.startswith("Cellgate: insufficient information: ")
    assert "Read these first" not in message.text
    assert "could not be read" not in message.text


def test_every_verdict_has_a_next_step() -> None:
    assert list(NEXT_STEPS) == list(VERDICTS)


def test_a_link_joins_the_installation_and_the_page() -> None:
    assert link("https://a.mil/", "/boms/1/") == "https://a.mil/boms/1/"
    assert link("http://localhost:8000", "/") == "http://localhost:8000/"


@pytest.mark.parametrize("base", ["", "a.mil", "javascript:alert(1)", "ftp://a.mil"])
def test_an_address_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        link(base, "/")


@pytest.mark.parametrize(
    "path", ["", "boms/1", "//evil.mil/", "/\\evil.mil", "/a\r\nb", "https://e"]
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        link("https://a.mil", path)


def test_the_contractor_is_named_as_such_and_not_as_a_line() -> None:
    move = replace(BOM.moves[0], position="", part_number="", maker="Acme Power Inc.")
    told = digest(replace(DIGEST, boms=(replace(BOM, moves=(move,)),)), base_url=BASE)
    assert "* The contractor: Acme Power Inc.\n" in told.text
    assert ">The contractor</a>" in told.html
    assert ">Acme Power Inc.</bdi>" in told.html
    unknown = replace(FirstCheck.example().lines[0], position="", part_number="", maker="")
    first = first_check(replace(FirstCheck.example(), lines=(unknown,)), base_url=BASE)
    assert "* The contractor: not told\n" in first.text
    for each in (told, first):
        assert "Line :" not in each.text + each.html
        assert "aker not told" not in each.text + each.html
