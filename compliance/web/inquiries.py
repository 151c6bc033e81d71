"""Ask a supplier: the office's side, and the one page that the supplier sees."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from compliance.models import InquiryQuestion
from compliance.selectors.inquiries import inquiries, own_questions, questions_about, state_words
from compliance.services.inquiries import (
    inquiry_answer,
    inquiry_create,
    inquiry_of_key,
    inquiry_path,
    inquiry_revoke,
)
from compliance.services.reviewing import about_row, answer_accept, answer_reject, told_words
from compliance.web.inquiry_forms import AnswerForm, InquiryForm
from config.pages import Request, action, form_page, page, told
from procurement import countries
from procurement.access import require, visible
from procurement.models import Party
from procurement.problems import Refused

USUAL_TIME = timedelta(days=21)


@page
def inquiries_page(request: Request) -> HttpResponse:
    """Everything that was asked, and what waits for review."""
    now = timezone.now()
    rows = [(each, each.state(now)) for each in inquiries(request.user)[:200]]
    to_review = own_questions(request.user).filter(state=InquiryQuestion.State.ANSWERED).count()
    return render(request, "compliance/inquiries.html", {"rows": rows, "to_review": to_review})


@form_page
def inquiry_new(request: Request, pk: int) -> HttpResponse:
    """Choose from the deciding questions that this supplier can answer."""
    require(request.user, "edit_facts")
    party = get_object_or_404(visible(Party.objects.all(), request.user), pk=pk)
    askable = questions_about(party=party, user=request.user)
    now = timezone.now()
    form = InquiryForm(
        request.POST or None, askable=askable, initial={"due": now.date() + USUAL_TIME}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            inquiry = inquiry_create(
                party=party,
                questions=[each for each in askable if each.fact in given["questions"]],
                due=given["due"],
                email=given["email"],
                note=given["note"],
                by=request.user,
                now=now,
                base_url=settings.SITE_URL,
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            how = f"They go to {inquiry.email}." if inquiry.email else "Pass the link on."
            messages.success(request, f"The questions are ready. {how}")
            return redirect("compliance:inquiry", inquiry.pk)
    context = {"form": form, "party": party, "askable": askable, "summary": form.summary()}
    return render(
        request, "compliance/inquiry_new.html", context, status=422 if form.errors else 200
    )


@page
def inquiry(request: Request, pk: int) -> HttpResponse:
    """What was asked, what came back, and what is to be done with it."""
    row = get_object_or_404(inquiries(request.user), pk=pk)
    now = timezone.now()
    answers = [
        (each, told_words(each), state_words(each, now), about_row(each, request.user))
        for each in row.questions.select_related("inquiry__party", "reviewed_by")
    ]
    context = {
        "inquiry": row,
        "state": row.state(now),
        "answers": answers,
        "link": settings.SITE_URL.rstrip("/") + inquiry_path(row),
    }
    return render(request, "compliance/inquiry.html", context)


@action
def revoke(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(inquiries(request.user), pk=pk)
    inquiry_revoke(inquiry=row, by=request.user, now=timezone.now())
    messages.success(request, "The questions are taken back; the link says nothing any more.")
    return redirect("compliance:inquiry", row.pk)


@action
def review(request: Request, pk: int) -> HttpResponse:
    """Accept an answer, or do not, with a reason."""
    questions = own_questions(request.user).select_related("inquiry__party")
    question = get_object_or_404(questions, pk=pk)
    now = timezone.now()
    try:
        if request.POST.get("accept") == "yes":
            answer_accept(question=question, by=request.user, now=now)
            said = "Accepted, and kept as evidence. What it can touch is judged again."
        else:
            reason = told(request.POST, "reason", 300)
            answer_reject(question=question, reason=reason, by=request.user, now=now)
            said = "Not accepted; the answer and your reason are kept."
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    else:
        messages.success(request, said)
    return redirect("compliance:inquiry", question.inquiry_id)


@page
def answer_file(request: Request, pk: int) -> HttpResponse:
    """The document that came with an answer, as a download and never shown in place."""
    question = get_object_or_404(own_questions(request.user), pk=pk, content__isnull=False)
    response = HttpResponse(bytes(question.content or b""), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, question.filename)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """The supplier's page. Whoever has the link may answer, once; nobody learns anything else."""
    now = timezone.now()
    found = inquiry_of_key(key, now)
    if found is None:
        return _private(render(request, "compliance/ask_gone.html", status=404))
    if found.answered_at is not None:
        return _private(render(request, "compliance/ask_thanks.html", {"inquiry": found}))
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        questions=found.questions.all(),
    )
    if form.is_bound and form.is_valid():
        answers, files = form.answers()
        try:
            inquiry_answer(
                inquiry=found, answers=answers, files=files,
                name=form.cleaned_data["name"], now=now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            return _private(redirect("compliance:ask", key))
    context = {
        "inquiry": found,
        "form": form,
        "summary": form.summary() if form.is_bound else [],
        "countries": countries.codes().values(),
    }
    status = 422 if form.errors else 200
    return _private(render(request, "compliance/ask.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: no other site is told of it, and no search engine keeps it."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
