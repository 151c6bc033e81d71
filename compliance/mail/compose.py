"""Writes the e-mails. A supplier's text is escaped in HTML, and is one line in plain text."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.template import Context, Engine

from compliance.mail.values import (
    BomMoves,
    Digest,
    FirstCheck,
    Message,
    Move,
    ReportReady,
    SupplierQuestions,
)
from compliance.reports.verdicts import VERDICTS, rank, word

MOST_TOLD = 25
"""Moves or lines told in one e-mail per BOM, worst first; the attachment and the page have all."""

LONGEST_SUBJECT = 140

_ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)

_SIGNS = {
    "prohibited": "×",
    "waiver_needed": "!",
    "insufficient_information": "?",
    "review": "§",
    "not_yet_in_force": "»",
    "permitted_by_waiver": "✓",
    "permitted_by_exception": "✓",
    "permitted": "✓",
    "not_applicable": "–",
}

NEXT_STEPS = {
    "prohibited": (
        "Do not buy it for that day. Look for another source, or read which clause decides."
    ),
    "waiver_needed": "Ask for a waiver before award, or look for another source.",
    "insufficient_information": (
        "Answer the questions on the line’s page, or put them to the supplier."
    ),
    "review": "Ask counsel to decide the open point.",
    "not_yet_in_force": "Nothing on that day. Read what the rule would say once it binds.",
    "permitted_by_waiver": "Nothing now. Watch the day on which the waiver ends.",
    "permitted_by_exception": (
        "Nothing now. Keep the evidence of the exception with the contract file."
    ),
    "permitted": "Nothing now. Keep the report with the contract file.",
    "not_applicable": "Nothing.",
}


def digest(
    value: Digest, *, base_url: str, attached: Sequence[str] = (), left_out: int = 0
) -> Message:
    """What moved, from what to what, why, and the next step; worst first. ValueError: no moves.

    attached: names of the reports that go with it. left_out: bills of materials whose do not.
    """
    moves = [move for bom in value.boms for move in bom.moves]
    if not moves:
        raise ValueError("a digest without a move is not worth an e-mail")
    prohibited = sum(move.now == "prohibited" for move in moves)
    told = f"{_count(len(moves), 'verdict')} moved"
    if prohibited:
        told += f", {prohibited:,} now prohibited"
    about = (
        value.boms[0].bom
        if len(value.boms) == 1
        else _count(len(value.boms), "bill", "of materials")
    )
    context = {
        **_common(value, base_url, attached),
        "left_out": _count(left_out, "more bill" if attached else "bill", "of materials")
        if left_out
        else "",
        "headline": f"{told}.",
        "intro": "this is what moved since the last mail, worst first.",
        "boms": [_bom(bom, base_url) for bom in value.boms],
        "why": "you follow these bills of materials.",
    }
    return _message("digest", f"{told}: {about}", context)


def ahead(value: Digest, *, base_url: str) -> Message:
    """What will move on a coming day if nothing is done. ValueError: no moves."""
    count = sum(len(bom.moves) for bom in value.boms)
    if not count:
        raise ValueError("a warning of nothing is not worth an e-mail")
    told = f"{_count(count, 'verdict')} will move within 90 days"
    context = {
        **_common(value, base_url, ()),
        "headline": f"{told}.",
        "intro": "this is what a coming day changes if nothing is done before, worst first.",
        "boms": [_bom(bom, base_url) for bom in value.boms],
        "why": "you follow these bills of materials.",
    }
    return _message("digest", f"{told}: {value.boms[0].bom}", context)


def report_ready(value: ReportReady, *, base_url: str, attached: Sequence[str] = ()) -> Message:
    """The report somebody asked for, with its verdicts in numbers."""
    context = {
        **_common(value, base_url, attached),
        **_standing(value, base_url),
        "headline": f"Audit report: {_one_line(value.bom)}, revision {_one_line(value.revision)}",
        "attention": f"{value.attention:,}",
        "known_on": value.known_on.isoformat(),
        "why": _one_line(value.why),
    }
    return _message("report_ready", f"audit report for {value.bom}", context)


def first_check(value: FirstCheck, *, base_url: str, attached: Sequence[str] = ()) -> Message:
    """A file has been checked: how it stands, what to read first, what is missing."""
    lines = sorted(value.lines, key=lambda line: rank(line.verdict))
    context = {
        **_common(value, base_url, attached),
        **_standing(value, base_url),
        "headline": f"Checked: {_one_line(value.bom)}, revision {_one_line(value.revision)}",
        "file_name": _one_line(value.file_name),
        "sha256": _one_line(value.sha256),
        "lines": [
            {
                "position": _one_line(line.position),
                "part_number": _one_line(line.part_number),
                "maker": _one_line(line.maker),
                "cite": line.cite,
                "verdict": _verdict(line.verdict),
                "sentence": _one_line(line.sentence),
                "url": link(base_url, line.path),
            }
            for line in lines[:MOST_TOLD]
        ],
        "more": _more(len(lines) + value.more),
        "reported": value.reported,
        "questions": [_one_line(question) for question in value.questions[:MOST_TOLD]],
        "problems": f"{value.problems:,}" if value.problems else "",
        "why": "you submitted this file.",
    }
    subject = f"{word(value.verdict).lower()}: {value.bom} has been checked"
    return _message("first_check", subject, context)


def supplier_questions(value: SupplierQuestions, *, base_url: str) -> Message:
    """Questions to a supplier, with the link behind which it answers without an account."""
    due = value.due.isoformat()
    context = {
        "organisation": _one_line(value.organisation),
        "marking": _one_line(value.marking),
        "headline": f"Questions about {_one_line(value.supplier)}",
        "supplier": _one_line(value.supplier),
        "person": _one_line(value.person),
        "reply_to": _one_line(value.reply_to),
        "note": _one_line(value.note),
        "due": due,
        "questions": [_one_line(question) for question in value.questions[:MOST_TOLD]],
        "more": _more(len(value.questions)),
        "url": link(base_url, value.path),
        "reminder": value.reminder,
        "why": f"{_one_line(value.person)} of {_one_line(value.organisation)} asked you.",
    }
    subject = f"questions about {value.supplier}, to be answered by {due}"
    return _message("supplier_questions", f"{'reminder: ' * value.reminder}{subject}", context)


EXAMPLES: Mapping[str, Callable[[str], Message]] = {
    "digest": lambda base_url: digest(Digest.example(), base_url=base_url),
    "ahead": lambda base_url: ahead(Digest.example_ahead(), base_url=base_url),
    "report_ready": lambda base_url: report_ready(ReportReady.example(), base_url=base_url),
    "first_check": lambda base_url: first_check(FirstCheck.example(), base_url=base_url),
    "supplier_questions": lambda base_url: supplier_questions(
        SupplierQuestions.example(), base_url=base_url
    ),
}
"""Each e-mail with its example: for the preview page, the test e-mail and the golden files."""


def link(base_url: str, path: str) -> str:
    """The absolute address of a page. ValueError unless base_url is http(s) and path is of our own
    site.
    """
    base = urlsplit(base_url)
    if base.scheme not in ("http", "https") or not base.netloc:
        raise ValueError(f"not the address of an installation: {base_url!r}")
    if not path.startswith("/") or path.startswith(("//", "/\\")) or _one_line(path) != path:
        raise ValueError(f"not a path of this site: {path!r}")
    return base_url.rstrip("/") + path


def subject_line(text: str) -> str:
    """One line of at most LONGEST_SUBJECT characters, whatever a name holds."""
    line = f"Cellgate: {_one_line(text)}"
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _one_line(text: str) -> str:
    """No line ends, no control characters, nothing that turns the direction of what follows."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    shown = "".join(
        c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    return " ".join(shown.split())


def _message(name: str, subject: str, context: dict[str, Any]) -> Message:
    text = _ENGINE.get_template(f"{name}.txt").render(Context(context, autoescape=False))
    html = _ENGINE.get_template(f"{name}.html").render(
        Context({**context, "title": subject_line(subject)})
    )
    return Message(subject_line(subject), _tidy(text), _INLINER.inline(html))


def _tidy(text: str) -> str:
    """No blanks at line ends, and never more than one empty line."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _common(
    value: Digest | ReportReady | FirstCheck, base_url: str, attached: Sequence[str]
) -> dict[str, Any]:
    return {
        "person": _one_line(value.person),
        "organisation": _one_line(value.organisation),
        "marking": _one_line(value.marking),
        "settings_url": link(base_url, value.settings_path),
        "attached": [_one_line(name) for name in attached],
    }


def _standing(value: ReportReady | FirstCheck, base_url: str) -> dict[str, Any]:
    return {
        "bom": _one_line(value.bom),
        "revision": _one_line(value.revision),
        "url": link(base_url, value.path),
        "true_on": value.true_on.isoformat(),
        "verdict": _verdict(value.verdict),
        "totals": _totals(value.totals),
        "line_count": f"{sum(value.totals.values()):,}",
    }


def _bom(bom: BomMoves, base_url: str) -> dict[str, Any]:
    moves = sorted(bom.moves, key=lambda move: rank(move.now))
    return {
        "bom": _one_line(bom.bom),
        "revision": _one_line(bom.revision),
        "url": link(base_url, bom.path),
        "true_on": bom.true_on.isoformat(),
        "verdict": _verdict(bom.verdict),
        "totals": _totals(bom.totals),
        "moves": [_move(move, base_url) for move in moves[:MOST_TOLD]],
        "more": _more(len(moves)),
    }


def _move(move: Move, base_url: str) -> dict[str, Any]:
    return {
        "position": _one_line(move.position),
        "part_number": _one_line(move.part_number),
        "maker": _one_line(move.maker),
        "cite": move.cite,
        "was": _verdict(move.was) if move.was else None,
        "now": _verdict(move.now),
        "would_be": _verdict(move.would_be) if move.would_be else None,
        "cause": _one_line(move.cause),
        "next": NEXT_STEPS[move.now],
        "url": link(base_url, move.path),
    }


def _totals(totals: Mapping[str, int]) -> list[dict[str, Any]]:
    shown = [(verdict, totals.get(verdict, 0)) for verdict in VERDICTS]
    return [{"verdict": _verdict(verdict), "count": f"{n:,}"} for verdict, n in shown if n]


def _verdict(verdict: str) -> dict[str, str]:
    told = VERDICTS[verdict]
    return {"word": told.word, "sign": _SIGNS[verdict], "ink": told.ink, "tint": told.tint}


def _count(number: int, noun: str, after: str = "") -> str:
    return " ".join(filter(None, (f"{number:,}", noun if number == 1 else f"{noun}s", after)))


def _more(number: int) -> str:
    """How many are left out, or "" for none."""
    return f"{number - MOST_TOLD:,}" if number > MOST_TOLD else ""
