"""What is to come and what could be done: readiness, other days, repairs, what to ask first."""

from collections import Counter
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.models import Verdict
from compliance.reports.verdicts import VERDICTS
from compliance.selectors.lines import Question, refs_of
from compliance.selectors.questions import bom_asks
from compliance.selectors.readiness import LETTERS, own_days, readiness_table
from compliance.selectors.tallies import tally_of
from compliance.services.foresight import Advised, bom_ahead, line_advice
from compliance.services.judging import bom_judge
from compliance.web.asof import AsOfForm, begin_days, moment_of
from compliance.web.checks import bom_of
from compliance.web.lines import line_of
from config.pages import Request, page, told
from procurement.models import Bom, Line
from procurement.problems import Refused

LINES_AHEAD = 25
LINES_ON_A_DAY = 50
SHOWN_FIRST = 3
ASKED_FIRST = 5
LINE_RULES = tuple(rule for rule in RULES if rule.faces == "line")


@page
def bom_readiness(request: Request, pk: int) -> HttpResponse:
    """Line by statutory day, with the exact days between on which an answer moves."""
    bom = bom_of(request, pk)
    rule = told(request.GET, "rule")
    rule = rule if rule in BY_ID and BY_ID[rule].faces == "line" else ""
    shown = Paginator(bom.lines.select_related("part"), LINES_AHEAD).get_page(
        request.GET.get("page")
    )
    today = timezone.localdate()
    lines = list(shown.object_list)
    ahead, contractor = bom_ahead(bom=bom, lines=[line.pk for line in lines], today=today)
    context = {
        "bom": bom,
        "page": shown,
        "rules": LINE_RULES,
        "rule": rule,
        "table": readiness_table(
            lines,
            ahead,
            None if rule else contractor,
            rule=rule,
            today=today,
            past="past" in request.GET,
            own=own_days(bom.procurement),
        ),
        "legend": [(letters, VERDICTS[key]) for key, letters in LETTERS.items()],
        "today": today,
    }
    return render(request, "compliance/readiness.html", context)


@page
def bom_on_day(request: Request, pk: int) -> HttpResponse:
    """The whole board on any day, or as we would have shown it. Judged anew; nothing is stored."""
    bom = bom_of(request, pk)
    asked = {"true_on", "known_on"} & set(request.GET)
    form = AsOfForm(request.GET if asked else None)
    shown = Paginator(bom.lines.select_related("part"), LINES_ON_A_DAY).get_page(
        request.GET.get("page")
    )
    rows: list[OnDay] = []
    if form.is_valid() and any(form.cleaned_data.values()):
        try:
            rows = _judged(bom, [line.pk for line in shown.object_list], form)
        except Refused as refused:
            form.refuse(refused.problems)
    ranks = Counter[int | None](row.rank for row in rows if row.line is not None)
    context = {
        "bom": bom,
        "form": form,
        "page": shown,
        "rules": LINE_RULES,
        "rows": [row for row in rows if row.line is not None],
        "contractor": next((row for row in rows if row.line is None), None),
        "tally": tally_of(ranks) if ranks else None,
        "dates": begin_days(),
        "summary": form.summary() if asked else [],
    }
    status = 422 if asked and form.errors else 200
    return render(request, "compliance/bom_on_day.html", context, status=status)


class Said(NamedTuple):
    """One rule's answer on the day asked. now: the verdict that stands, where it is another."""

    rule: Rule
    verdict: str
    would_be: str
    says: str
    now: str


class OnDay(NamedTuple):
    """A line (None: the contractor) on the day asked. rank: of its worst verdict."""

    line: Line | None
    said: tuple[Said, ...]
    rank: int


def _judged(bom: Bom, lines: list[int], form: AsOfForm) -> list[OnDay]:
    wanted: list[int | None] = [*lines]
    if bom.procurement.counterparty_id is not None:
        wanted.append(None)
    standing = {
        (row.line_id, row.rule): row.verdict
        for row in Verdict.objects.filter(bom=bom)
        if row.line_id is None or row.line_id in lines
    }
    judged = bom_judge(
        bom,
        wanted,
        true_on=form.cleaned_data["true_on"],
        known_on=moment_of(form.cleaned_data["known_on"]),
    )
    found = []
    for one in judged:
        line = one.line
        said = []
        for (finding, _), says in zip(one.findings, one.sentences, strict=True):
            now = standing.get((line.pk if line else None, finding.rule), "")
            verdict = finding.verdict.value
            said.append(
                Said(
                    BY_ID[finding.rule],
                    verdict,
                    finding.would_be.value if finding.would_be else "",
                    says,
                    now if now != verdict else "",
                )
            )
        rank = min(finding.verdict.rank for finding, _ in one.findings)
        found.append(OnDay(line, tuple(said), rank))
    return found


@page
def line_repairs(request: Request, pk: int) -> HttpResponse:
    """What would put a line right, and which questions decide: a panel, or a page by itself."""
    line = line_of(request, pk)
    advised = line_advice(line=line, today=timezone.localdate())
    context = {
        "line": line,
        "advised": [_shown(each) for each in advised],
        "first": SHOWN_FIRST,
    }
    name = "compliance/parts/repairs.html" if request.htmx else "compliance/line_repairs.html"
    return render(request, name, context)


def _shown(advised: Advised) -> dict[str, object]:
    """An advice with each step and question as something that leads to its form."""

    def question(words: str, path: str) -> Question:
        return Question(words, path, refs_of(advised.sources, path))

    return {
        "advised": advised,
        "questions": [question(each.question, each.fact) for each in advised.deciding],
        "repairs": [
            (repair, [(step, question(step.says, step.path)) for step in repair.steps])
            for repair in advised.advice.repairs
        ],
    }


@page
def bom_questions(request: Request, pk: int) -> HttpResponse:
    """What to ask first for a whole BOM: a panel of its board, or all of it as a page."""
    bom = bom_of(request, pk)
    found = bom_asks(bom)
    if request.htmx:
        first, more = found.asks[:ASKED_FIRST], len(found.asks) - ASKED_FIRST
        context = {"bom": bom, "asks": first, "more": more}
        return render(request, "compliance/parts/asks.html", context)
    shown = Paginator(found.asks, LINES_ON_A_DAY).get_page(request.GET.get("page"))
    context = {"bom": bom, "page": shown, "found": found}
    return render(request, "compliance/bom_asks.html", context)
