"""Same or not the same: the queue of names that a person must tell apart."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.models import IdentityDecision
from compliance.models import Match as MatchRow
from compliance.selectors.matches import PAGE, Pair, pairs, side_by_side, waiting
from compliance.services.choosing import identity_decide, identity_undo
from config.pages import Request, action, page, told
from procurement.access import own, require
from procurement.problems import Refused

SAME_REASONS = (
    "Same name and address, checked against its register",
    "Its own filing names this entity",
)
OTHER_REASONS = (
    "Another company with a common word in its name",
    "Other country, other business, no tie found in registers",
    "The listed entity is its affiliate or namesake, not the company itself",
)


@page
def queue(request: Request) -> HttpResponse:
    """One pair at a time, the next ones beside it; `at` chooses which."""
    rows = waiting(request.user)
    total = rows.count()
    at = told(request.GET, "at")
    found = pairs(list(rows[:PAGE]), request.user)
    # What one has decided oneself waits for somebody else: it comes last.
    shown = sorted(found, key=lambda pair: pair.decided_by(request.user))
    chosen = next((pair for pair in shown if pair.key == at), None)
    if chosen is None and at:
        chosen = _one(request, at)
    chosen = chosen or (shown[0] if shown else None)
    place = next((n for n, pair in enumerate(shown) if chosen and pair.key == chosen.key), 0)
    context = {
        "pairs": shown,
        "total": total,
        "chosen": chosen,
        "compared": side_by_side(chosen, request.user) if chosen else None,
        "next": shown[(place + 1) % len(shown)].key if len(shown) > 1 else "",
        "before": shown[place - 1].key if len(shown) > 1 else "",
        "same_reasons": SAME_REASONS,
        "other_reasons": OTHER_REASONS,
        "undo": request.session.get("decided"),
    }
    return render(request, "compliance/matches.html", context)


@action
def decide(request: Request) -> HttpResponse:
    """One decision, or the same one for every pair that is ticked."""
    require(request.user, "decide_identity")
    asked = (_one(request, key.replace("\0", "")) for key in request.POST.getlist("pair"))
    chosen = [pair for pair in asked if pair is not None]
    same, reason = request.POST.get("same"), told(request.POST, "reason", 300)
    if not chosen or same not in ("yes", "no"):
        messages.error(request, "Choose a pair, and say whether the two are the same.")
        return redirect("compliance:matches")
    made = []
    for pair in chosen:
        try:
            made.append(
                identity_decide(
                    party=pair.party, list_key=pair.list_key, code=pair.code,
                    same=same == "yes", reason=reason, by=request.user,
                )
            )  # fmt: skip
        except Refused as refused:
            for problem in refused.problems:
                messages.error(request, f"{pair.party}: {problem.what} {problem.fix}")
            if not reason:
                return redirect(f"{reverse('compliance:matches')}?at={chosen[0].key}")
    if made:
        request.session["decided"] = [each.pk for each in made]
        messages.success(request, "; ".join(_said(made)))
    follow = told(request.POST, "next")
    return redirect(reverse("compliance:matches") + (f"?at={follow}" if follow else ""))


@action
def undo(request: Request) -> HttpResponse:
    """Take back what was decided last in this session."""
    require(request.user, "decide_identity")
    ids = request.session.pop("decided", [])
    back = 0
    for decision in own(IdentityDecision.objects.filter(pk__in=ids), request.user):
        identity_undo(decision=decision, by=request.user)
        back += 1
    said = f"Taken back: {back} decision{'s' * (back != 1)}." if back else "Nothing to take back."
    messages.info(request, said)
    return redirect("compliance:matches")


def _one(request: Request, key: str) -> Pair | None:
    """The pair of a key "party/list/entry", while it waits."""
    party, _, rest = key.partition("/")
    list_key, _, code = rest.partition("/")
    if not party.isdecimal():
        return None
    rows: list[MatchRow] = list(
        waiting(request.user).filter(party=int(party), list_key=list_key, code=code)[:1]
    )
    return next(iter(pairs(rows, request.user)), None)


def _said(made: list[IdentityDecision]) -> Iterator[str]:
    for each in made:
        word = "the same as" if each.same else "not the same as"
        then = "" if each.same or each.confirmed_by_id else "; a second person must confirm it"
        yield f"{each.party}: {word} {each.code} on {each.list_key}{then}"
