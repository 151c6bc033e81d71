"""What people decide: who is whom, and how an open point is read.

Each is a fact with two clocks, so a decision changed later leaves the earlier one in Past.
"""

from compliance.law.readings import BY_KEY
from compliance.law.readings.register import CONSERVATIVE, REVIEW
from compliance.models import IdentityDecision, Listing, ReadingChoice
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.models import Party, User
from procurement.problems import Refused
from procurement.services.recording import recorded


def identity_decide(
    *, party: Party, list_key: str, code: str, same: bool, reason: str, by: User
) -> IdentityDecision:
    """The organisation's "same" or "not the same" about a party and a list's entry.

    A "not the same" counts once a second person has given it too: the second adds themselves as
    the one who confirms. Whoever decides otherwise than what stands decides anew.
    """
    organisation = require(by, "decide_identity")
    if not Listing.objects.filter(edition__key=list_key, code=code).exists():
        what = f"List {list_key} has no entry {code}."
        raise Refused(
            Problem("does-not-exist", "code", what, "Choose an entry of a loaded edition.")
        )
    if not reason.strip():
        raise Refused(
            Problem("required", "reason", "A decision needs its reason.", "Say what you compared.")
        )
    stands = IdentityDecision.objects.filter(
        organisation=organisation, party=party, list_key=list_key, code=code
    ).first()
    said = f"{list_key} {code}: {'the same' if same else 'not the same'}. {reason}"[:300]
    with recorded(by=by, why=said):
        if stands is None:
            return IdentityDecision.objects.create(
                organisation=organisation,
                party=party,
                list_key=list_key,
                code=code,
                same=same,
                reason=reason,
                decided_by=by,
            )
        if stands.same == same:
            if not same and stands.confirmed_by_id is None and stands.decided_by_id != by.pk:
                stands.confirmed_by = by
                stands.reason = f"{stands.reason}\n{by}: {reason}"
                stands.save(update_fields=["confirmed_by", "reason"])
            elif not same and stands.confirmed_by_id is None:
                raise Refused(
                    Problem(
                        "second-person",
                        "same",
                        "You have decided this already; a second person must confirm it.",
                        "Ask a colleague who may decide.",
                    )
                )
            return stands
        stands.same, stands.reason, stands.decided_by, stands.confirmed_by = same, reason, by, None
        stands.save(update_fields=["same", "reason", "decided_by", "confirmed_by"])
        return stands


def identity_undo(*, decision: IdentityDecision, by: User) -> None:
    """Take a decision back: it was never made. Past keeps that it was, and by whom."""
    if require(by, "decide_identity").pk != decision.organisation_id:
        raise LookupError("a decision of another organisation is not found")
    with recorded(by=by, why=f"decision taken back: {decision}"[:300]):
        decision.delete()


def reading_choose(*, key: str, alternative: str, reason: str, by: User) -> ReadingChoice | None:
    """The organisation's counsel reads an open point so, and says why. "" goes back to the default:
    None. What was chosen before is kept.
    """
    organisation = require(by, "choose_readings")
    reading = BY_KEY.get(key)
    if reading is None:
        what = f"There is no open reading called {key}."
        raise Refused(Problem("does-not-exist", "key", what, "Choose one of the register."))
    allowed = {*reading.alternatives, CONSERVATIVE, REVIEW}
    if alternative and alternative not in allowed:
        fix = f"Choose one of: {', '.join(sorted(allowed))}."
        raise Refused(Problem("invalid-choice", "alternative", "There is no such reading.", fix))
    if not reason.strip():
        raise Refused(
            Problem("required", "reason", "A choice needs its reason.", "Say why it is read so.")
        )
    stands = ReadingChoice.objects.filter(organisation=organisation, key=key).first()
    with recorded(by=by, why=reason[:300]):
        if not alternative:
            if stands is not None:
                stands.delete()
            return None
        if stands is None:
            return ReadingChoice.objects.create(
                organisation=organisation,
                key=key,
                alternative=alternative,
                reason=reason,
                chosen_by=by,
            )
        stands.alternative, stands.reason, stands.chosen_by = alternative, reason, by
        stands.save(update_fields=["alternative", "reason", "chosen_by"])
        return stands
