"""The person's own settings and tokens; and, for the organisation's administrator, its people."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from config.forms import Checkboxes, PlainForm
from config.pages import Request, action, form_page, page
from procurement.access import organisation_of, require
from procurement.models import ApiToken, Membership, Role
from procurement.problems import Refused
from procurement.services.people import (
    digest_choose,
    member_add,
    member_remove,
    member_update,
)
from procurement.services.tokens import SCOPES, token_create, token_revoke


class TokenForm(PlainForm):
    name = forms.CharField(label="What it is for", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=list(SCOPES.items()), widget=Checkboxes()
    )
    days = forms.TypedChoiceField(
        label="Ends after",
        choices=[("7", "A week"), ("30", "30 days"), ("90", "90 days"), ("365", "A year")],
        coerce=int,
        initial="90",
    )


class MemberForm(PlainForm):
    email = forms.EmailField(label="E-mail address")
    first_name = forms.CharField(label="First name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150, required=False)
    role = forms.ChoiceField(label="Role", choices=Role.choices)


@form_page
def settings(request: Request) -> HttpResponse:
    """A new token is shown once, in the answer to the very request that made it."""
    if not request.user.is_curator:
        organisation_of(request.user)
    form, made = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            _, made = token_create(
                user=request.user,
                name=given["name"],
                scopes=given["scopes"],
                days=given["days"],
            )
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            form = TokenForm()
    context = {
        "form": form,
        "summary": form.summary(),
        "made": made,
        "tokens": ApiToken.objects.filter(user=request.user).order_by("-created"),
        "scope_words": SCOPES,
        "now": timezone.now(),
    }
    return render(request, "procurement/settings.html", context, status=422 if form.errors else 200)


@action
def digest(request: Request) -> HttpResponse:
    organisation_of(request.user)
    wanted = request.POST.get("digest") == "yes"
    digest_choose(user=request.user, digest=wanted)
    messages.success(
        request,
        "You are e-mailed when verdicts change." if wanted else "No digests are e-mailed to you.",
    )
    return redirect("procurement:settings")


@action
def token_end(request: Request, digest: str) -> HttpResponse:
    token = get_object_or_404(ApiToken, user=request.user, digest=digest)
    token_revoke(token=token)
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("procurement:settings")


@page
def members(request: Request) -> HttpResponse:
    return _members(request, MemberForm())


def _members(request: Request, form: MemberForm, password: str = "") -> HttpResponse:
    organisation = require(request.user, "administer")
    people = Membership.objects.filter(organisation=organisation).select_related("user")
    context = {
        "people": people.order_by("user__email"),
        "roles": Role.choices,
        "form": form,
        "summary": form.summary(),
        "password": password,
    }
    status = 422 if form.errors else 200
    return render(request, "procurement/members.html", context, status=status)


@action
def member_new(request: Request) -> HttpResponse:
    """The first password is shown once, to be handed over; the person changes it."""
    require(request.user, "administer")
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            member, password = member_add(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, f"{member.user.email} is added.")
            return _members(request, MemberForm(), password)
    return _members(request, form)


@action
def member_edit(request: Request, pk: int) -> HttpResponse:
    organisation = require(request.user, "administer")
    member = get_object_or_404(Membership, pk=pk, organisation=organisation)
    try:
        if request.POST.get("remove"):
            member_remove(member=member, by=request.user)
            messages.success(request, f"{member.user.email} no longer belongs to the organisation.")
        else:
            member_update(member=member, role=request.POST.get("role", ""), by=request.user)
            messages.success(request, f"{member.user.email} is {member.get_role_display()} now.")
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.what} {problem.fix}")
    return redirect("procurement:members")
