"""A finding as one plain sentence: the verdict, the day, the provision, the fact that decides."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from compliance.law.answers import Answer
from compliance.law.engine import Finding
from compliance.law.facts import Dossier, Unit
from compliance.law.rule import Rest, Step
from compliance.law.rules import BY_ID
from compliance.law.verdicts import BAD, Verdict

VERDICTS = {
    Verdict.PROHIBITED: "prohibited",
    Verdict.WAIVER_NEEDED: "prohibited unless a waiver is granted",
    Verdict.INSUFFICIENT_INFORMATION: "undetermined: a fact is missing",
    Verdict.REVIEW: "open: counsel must decide a point of law",
    Verdict.NOT_YET_IN_FORCE: "not yet in force",
    Verdict.PERMITTED_BY_WAIVER: "permitted by a waiver",
    Verdict.PERMITTED_BY_EXCEPTION: "permitted by an exception",
    Verdict.PERMITTED: "permitted",
    Verdict.NOT_APPLICABLE: "not applicable",
}


@lru_cache(maxsize=1_000)
def day(on: date) -> str:
    """8 June 2026."""
    return f"{on.day} {on:%B %Y}"


def sentence(finding: Finding, dossier: Dossier) -> str:
    """One sentence (two where a fact is missing) for a person who does not read statutes."""
    text = _sentence(finding, dossier)
    return text if text.endswith((".", "?")) else f"{text}."


def _sentence(finding: Finding, dossier: Dossier) -> str:
    cite = _cited(finding)
    asked = f"on {day(finding.on)}" if finding.on != date.min else "on any day"
    if finding.hinge != "on":
        asked += f" ({finding.hinge})"
    verdict = finding.verdict
    why = _because(finding, dossier)
    would = VERDICTS[finding.would_be] if finding.would_be else "undetermined"
    if verdict is Verdict.NOT_APPLICABLE:
        return f"{finding.cite} does not apply{why}"
    if verdict is Verdict.NOT_YET_IN_FORCE:
        return f"Not yet in force {asked} under {cite}; once in force it would be {would}{why}"
    if verdict is Verdict.REVIEW:
        return f"Review by counsel {asked} under {cite}; read conservatively it is {would}{why}"
    if verdict is Verdict.INSUFFICIENT_INFORMATION:
        count = len(finding.missing)
        first = finding.missing[0].question if finding.missing else "A fact is missing."
        more = f" And {count - 1} more to answer." if count > 1 else ""
        return f"Undetermined {asked} under {cite}: a fact is missing. {first}{more}"
    head = VERDICTS[verdict]
    return f"{head[0].upper()}{head[1:]} {asked} under {cite}{why}"


def _cited(finding: Finding) -> str:
    """The statute with the clause that decided; another law's clause is named beside it."""
    clause = finding.because[0] if finding.because else ""
    return f"{finding.cite} and {clause}" if clause[:1].isalnum() else f"{finding.cite}{clause}"


def _because(finding: Finding, dossier: Dossier) -> str:
    reason = _reason(finding, dossier)
    return f": {reason}" if reason else ""


def _reason(finding: Finding, dossier: Dossier) -> str:
    """The deciding clause's own words, and what it rests on."""
    shown = list(_deciding(finding))
    if not shown:
        return "" if finding.verdict is not Verdict.NOT_APPLICABLE else BY_ID[finding.rule].title
    step = shown[-1]
    resting = [
        text
        for rest in step.told.rests
        if rest.answer is step.answer
        for text in [_rest(rest, dossier)]
        if text
    ]
    named = list(dict.fromkeys(resting))[:2]
    if step.answer is Answer.NO and finding.verdict is not Verdict.NOT_APPLICABLE:
        return _not(shown[0].says)
    if step.answer is Answer.NO:
        detail = dict(step.told.detail)
        return detail.get("line") or (named[0] if named else _not(step.says))
    return step.says + (f" ({'; '.join(named)})" if named else "")


def _not(says: str) -> str:
    """The contrary of a clause's own words: "covers a battery" → "not a battery"."""
    if says.startswith("covers "):
        return f"it is not {says.removeprefix('covers ')}"
    return f"it is not the case that {says}"


def _deciding(finding: Finding) -> Iterator[Step]:
    """The settled steps, at any depth, that the finding gives as its reasons.

    Before a rule binds its reason is a date; what a reader wants is why it would be prohibited.
    """
    if finding.verdict is Verdict.NOT_YET_IN_FORCE:
        for step in finding.steps:
            if step.role == "forbids" and finding.would_be in BAD | {Verdict.REVIEW}:
                yield from (each for each in _down(step) if each.answer is Answer.YES)
        return
    scope = ("binds", "covers") if finding.verdict is not Verdict.NOT_APPLICABLE else ()
    for top in finding.steps:
        for step in _down(top):
            settled = step.answer is not Answer.UNKNOWN
            if step.cite in finding.because and settled and top.role not in scope:
                yield step


def _down(step: Step) -> Iterator[Step]:
    yield step
    for inner in step.steps:
        yield from _down(inner)


def _rest(rest: Rest, dossier: Dossier) -> str:
    """What a path such as part.units.0.inputs.2.source names: "cathode from CATL"."""
    for unit in (*dossier.part.units, *dossier.part.things):
        _, inside, path = rest.path.partition(f"{unit.path}.")
        if inside:
            return _within(path.split("."), unit, dossier)
    return ""


def _within(words: list[str], unit: Unit, dossier: Dossier) -> str:
    if words[0] == "inputs" and len(words) > 2:
        each = (unit.inputs or ())[int(words[1])]
        source = dossier.name(each.source)
        return f"{each.name} from {source}" if words[2] == "source" else f"{each.name}"
    return _role(words[0], unit, dossier)


def _role(role: str, unit: Unit, dossier: Dossier) -> str:
    if role == "maker":
        return f"made by {dossier.name(unit.maker)}"
    if role == "assembler":
        return f"assembled by {dossier.name(unit.assembler)}"
    if role == "cells" and unit.cells:
        return "cells by " + ", ".join(dossier.name(each) for each in unit.cells)
    if role == "licences" and unit.licences:
        names = ", ".join(dossier.name(each.licensor) for each in unit.licences)
        return f"technology licensed from {names}"
    return ""
