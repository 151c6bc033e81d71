"""What to ask first: the open questions of a whole BOM, by how many lines each would settle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compliance.law.rules import BY_ID
from compliance.law.verdicts import Verdict as Word
from compliance.models import Determination, Verdict
from compliance.selectors.lines import Question, refs_of
from procurement.models import Bom, Line

OPEN = Word.INSUFFICIENT_INFORMATION.value


@dataclass(slots=True)
class Ask:
    """A question, and a line it is asked of (None: of the contractor alone).

    settles: answers that wait for it alone; touches: answers it is one of the questions of. An
    answer is one rule's on one line.
    """

    question: Question
    line: Line | None
    settles: int = 0
    touches: int = 0
    lines: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    @property
    def cites(self) -> list[str]:
        """The rules that ask, as they are cited, in the order of a report."""
        return list(dict.fromkeys(BY_ID[rule].cite for rule in BY_ID if rule in self.rules))


def bom_asks(bom: Bom) -> list[Ask]:
    """Those that would settle most first.

    Lines that are alike share a proof, so each proof's questions are read once.
    """
    open_now = Verdict.objects.filter(bom=bom).exclude(verdict=Word.NOT_APPLICABLE)
    rows = [
        (line, rule, digest, made)
        for line, rule, digest, made, verdict, would_be in open_now.order_by(
            "line__sequence", "rule"
        ).values_list("line_id", "rule", "proof_digest", "determination_id", "verdict", "would_be")
        if OPEN in (verdict, would_be)
    ]
    asked_by: dict[str, int] = {}
    for _, _, digest, made in rows:
        asked_by.setdefault(digest, made)
    said = Determination.objects.in_bulk(list(asked_by.values()))
    missing = {
        digest: list({each["question"]: each for each in said[made].missing}.values())
        for digest, made in asked_by.items()
    }
    found: dict[str, Ask] = {}
    first: dict[str, int | None] = {}
    for line, rule, digest, _ in rows:
        questions = missing[digest]
        for each in questions:
            words = each["question"]
            if words not in found:
                sources: Mapping[str, Sequence[str]] = said[asked_by[digest]].sources
                fact = each["fact"]
                found[words] = Ask(Question(words, fact, refs_of(sources, fact)), None)
            first[words] = first.get(words) or line  # what the contractor is asked, a line may be
            ask = found[words]
            ask.touches += 1
            ask.settles += len(questions) == 1
            ask.rules.add(rule)
            if line is not None:
                ask.lines.add(line)
    lines = Line.objects.select_related("bom", "part").in_bulk(
        [pk for pk in first.values() if pk is not None]
    )
    for words, pk in first.items():
        found[words].line = None if pk is None else lines[pk]
    return sorted(
        found.values(),
        key=lambda ask: (-ask.settles, -len(ask.lines), -ask.touches, ask.question.question),
    )
