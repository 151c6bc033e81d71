"""One line: its verdicts, their proofs, and how they came to be."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from compliance.models import Determination
from compliance.reports.verdicts import rank
from compliance.selectors.inquiries import asked_words
from compliance.selectors.lines import determinations_of, flags_in_words, line_page, questions_of
from compliance.selectors.proofs import proof_read
from compliance.selectors.settling import statements_to_settle
from compliance.services.judging import bom_judge
from compliance.web.asof import AsOfForm, begin_days, moment_of
from config.pages import Request, page, seen_state, unchanged
from procurement.access import organisation_of, own
from procurement.models import Line
from procurement.problems import Refused


def line_of(request: Request, pk: int) -> Line:
    lines = Line.objects.select_related("bom__procurement", "part__maker", "parent", "alternate_of")
    return get_object_or_404(lines, pk=pk, bom__organisation=organisation_of(request.user))


@page
def line(request: Request, pk: int) -> HttpResponse:
    """Open in a browser, it asks for itself again, so that its answers turn in place."""
    row = line_of(request, pk)
    shown = line_page(row)
    if seen_state(request) == shown.state:
        return unchanged()
    asked = asked_words(shown.questions, request.user, timezone.now())
    settle = statements_to_settle(shown.questions, request.user)
    context = {"page": shown, "line": row, "asked": asked, "settle": settle}
    return render(request, "compliance/line.html", context)


@page
def line_history(request: Request, pk: int, rule: str) -> HttpResponse:
    """Every answer that one rule ever gave, the old proof beside the new."""
    row = line_of(request, pk)
    made = determinations_of(row, rule)
    shown = [(each, proof_read(each), flags_in_words(each.flags)) for each in made[:10]]
    context = {"line": row, "rule": rule, "shown": shown, "more": len(made) - len(shown)}
    return render(request, "compliance/line_history.html", context)


@page
def determination(request: Request, pk: int) -> HttpResponse:
    """One answer as it was derived, whether or not it still stands."""
    rows = Determination.objects.select_related(
        "proof__dossier", "provenance", "line", "bom__procurement", "previous"
    )
    made = get_object_or_404(own(rows, request.user), pk=pk)
    context = {
        "made": made,
        "proof": proof_read(made),
        "flags": flags_in_words(made.flags),
        "questions": questions_of(made),
    }
    return render(request, "compliance/determination.html", context)


@page
def proof_download(request: Request, pk: int) -> HttpResponse:
    """The proof, byte for byte as it was written with the verdict."""
    made = get_object_or_404(
        own(Determination.objects.select_related("proof__dossier"), request.user), pk=pk
    )
    response = HttpResponse(made.proof.body, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{made.proof_id[:16]}.json"'
    return response


@page
def line_on_day(request: Request, pk: int) -> HttpResponse:
    """What the rules say of the line on any day, or as we would have said. Nothing is stored."""
    row = line_of(request, pk)
    asked = {"true_on", "known_on"} & set(request.GET)
    form = AsOfForm(request.GET if asked else None)
    answers: list[tuple[str, str, str, str]] = []
    if form.is_valid() and any(form.cleaned_data.values()):
        try:
            answers = _answers(row, form)
        except Refused as refused:
            form.refuse(refused.problems)
    context = {
        "line": row,
        "form": form,
        "answers": answers,
        "dates": begin_days(),
        "summary": form.summary() if asked else [],
    }
    status = 422 if asked and form.errors else 200
    return render(request, "compliance/line_on_day.html", context, status=status)


def _answers(row: Line, form: AsOfForm) -> list[tuple[str, str, str, str]]:
    """(rule, verdict, would be, sentence), worst first."""
    judged = bom_judge(
        row.bom,
        [row.pk],
        true_on=form.cleaned_data["true_on"],
        known_on=moment_of(form.cleaned_data["known_on"]),
    )[0]
    return sorted(
        (
            (finding.rule, finding.verdict.value, finding.would_be or "", says)
            for (finding, _), says in zip(judged.findings, judged.sentences, strict=True)
        ),
        key=lambda answer: rank(answer[1]),
    )
