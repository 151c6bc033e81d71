"""A rule as plain text, generated from the rule, for a reader who does not read Python."""

from collections.abc import Iterator

from compliance.law.readings import READINGS
from compliance.law.rule import AllOf, AnyOf, Asks, Rule

CONFIDENCE = {
    "T": "the text itself was read",
    "P": "the text was read in part",
    "S": "a secondary source was read",
    "M": "from memory: verify",
    "I": "our reading of an open point",
}


def day(on: object) -> str:
    """1 January 2028."""
    return f"{on:%d %B %Y}".lstrip("0")


def outline(rule: Rule) -> Iterator[str]:
    """The rule's clauses in order, its days, who may waive, and its open readings."""
    yield f"{rule.id}: {rule.cite}  {rule.title}"
    yield f"{rule.enacted}. {rule.href}"
    yield (
        f"Version {rule.version}; {CONFIDENCE[rule.confidence]}. Last compared with the official "
        f"text on {day(rule.read_on)}; to be read again by {day(rule.reread_by)}."
    )
    yield from clause(rule.binds, "binds", 1)
    yield from clause(rule.covers, "covers", 1)
    for begins, what in rule.starts.days:
        yield f"  {'begins':<10}{rule.starts.cite:<18}{day(begins)} for {what}"
    yield from clause(rule.forbids, "forbids", 1)
    for each in rule.unless:
        yield from clause(each, "unless", 1)
    if rule.waived is not None:
        yield from clause(rule.waived, "waiver", 1)
        yield f"    granted by: {rule.waivers}"
    if rule.ground is not None:
        yield from clause(rule.ground, "ground", 1)
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


def clause(each: Asks, word: str, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{word:<10}{each.cite:<18}{each.says}"
    if isinstance(each, AllOf | AnyOf):
        joint = "and" if isinstance(each, AllOf) else "or"
        for inner in each.clauses:
            yield from clause(inner, joint, depth + 1)
