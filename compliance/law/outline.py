"""A rule as plain text, generated from the rule, for a reader who does not read Python."""

from collections.abc import Iterator

from compliance.law.confidence import in_words, unsettled
from compliance.law.readings import READINGS
from compliance.law.rule import Placed, Rule, placed


def day(on: object) -> str:
    """1 January 2028."""
    return f"{on:%d %B %Y}".lstrip("0")


def outline(rule: Rule) -> Iterator[str]:
    """The rule's clauses in order, each with the flag on its text and our reading; its days, who
    may waive, and its open readings."""
    yield f"{rule.id}: {rule.cite}  {rule.title}"
    yield f"{rule.enacted}. {rule.href}"
    yield (
        f"Version {rule.version}; flag {rule.confidence}: {in_words(rule.confidence).lower()}. "
        f"Last read on {day(rule.read_on)}; to be read again by "
        f"{day(rule.reread_by)}."
    )
    for each in placed(rule):
        yield from clause(rule, each)
    days = ", ".join(hinge.name for hinge in rule.hinges)
    yield f"  asked on the procurement's own days: {days}"
    for provision, why in rule.not_modelled:
        yield f"  not asked {provision}: {why}"
    for reading in READINGS:
        if reading.key in rule.readings:
            yield f"  open      {reading.cite:<18}{reading.question}"
            for key, says in reading.alternatives.items():
                mark = "*" if key == reading.conservative else "-"
                yield f"    {mark} {key}: {says}"
            yield f"    [{reading.confidence}] {reading.key}; where it decides: {reading.mode}"


def clause(rule: Rule, at: Placed) -> Iterator[str]:
    """One clause: what it asks, its flag, in words where it is not settled text, our reading."""
    indent = "  " * (at.depth + 1)
    asks, doubt = at.asks, unsettled(at.asks.confidence)
    flag = f"[{asks.confidence}]" + (f" {doubt[0].lower()}{doubt[1:]}" if doubt else "")
    if at.role == "begins":
        for begins, what in rule.starts.days:
            yield f"{indent}{at.role:<10}{asks.cite:<18}{day(begins)} for {what} {flag}"
    else:
        yield f"{indent}{at.role:<10}{asks.cite:<18}{asks.says} {flag}"
    if asks.reads:
        yield f"{indent}{'':<10}{'':<18}[I] our reading: {asks.reads}"
    if at.role == "waiver":
        yield f"    granted by: {rule.waivers}"
