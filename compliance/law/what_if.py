"""Facts, day, lists or readings changed, nothing stored: the verdicts that would move."""

from datetime import date
from typing import NamedTuple

from compliance.law.dossier import Assembled, assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.verdicts import Verdict
from compliance.law.world import World


class Moved(NamedTuple):
    """A verdict that would move. line "" is the counterparty; None: the line is not there then."""

    line: str
    rule: str
    before: Verdict | None
    after: Verdict | None
    would_be: Verdict | None
    because: tuple[str, ...]


def what_if(
    before: World, after: World, on: date | None, then: date | None = None
) -> tuple[Moved, ...]:
    """The verdicts that differ between two worlds; `then` is the day asked of the second."""
    old = findings(assemble(before), on)
    new = findings(assemble(after), then or on)
    moved = []
    for place in sorted(old.keys() | new.keys()):
        was, now = old.get(place), new.get(place)
        verdicts = (was and was.verdict, now and now.verdict)
        hinted = (was and was.would_be, now and now.would_be)
        if verdicts[0] is not verdicts[1] or hinted[0] is not hinted[1]:
            because = now.because if now else ()
            moved.append(Moved(*place, *verdicts, hinted[1], because))
    return tuple(moved)


def findings(assembled: Assembled, on: date | None) -> dict[tuple[str, str], Finding]:
    """Every finding, by line and rule."""
    dossiers = {**assembled.lines, "": assembled.counterparty}
    return {
        (ref, finding.rule): finding
        for ref, dossier in dossiers.items()
        for finding in judge_all(dossier, on)
    }
