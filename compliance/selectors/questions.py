"""What to ask first: the open questions of a whole BOM, by how much each would settle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compliance.batches import batches
from compliance.known import MOST_IN_A_QUERY
from compliance.law.rules import BY_ID
from compliance.law.verdicts import Verdict as Word
from compliance.models import Determination, Verdict
from compliance.selectors.lines import Question, refs_of
from procurement.models import Bom, Line

OPEN = Word.INSUFFICIENT_INFORMATION.value
MOST_ANSWERS = 50_000
"""Open answers of one BOM that are counted; a question that matters is met long before."""


@dataclass(slots=True)
class Ask:
    """A question, and a line it is asked of (None: of the contractor alone).

    settles_lines: lines that wait for nothing else under any rule; settles: answers that wait for
    nothing else; touches: answers it is one of the questions of. An answer is one rule's on one
    line.
    """

    question: Question
    line: Line | None = None
    settles_lines: int = 0
    settles: int = 0
    touches: int = 0
    lines: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    @property
    def cites(self) -> list[str]:
        """The rules that ask, as they are cited, in the order of a report."""
        return list(dict.fromkeys(BY_ID[rule].cite for rule in BY_ID if rule in self.rules))


@dataclass(frozen=True, slots=True)
class Asks:
    """asks: those that would settle most first. counted: open answers; more: beside them there are
    others that were not counted.
    """

    asks: list[Ask]
    counted: int
    more: bool


def bom_asks(bom: Bom) -> Asks:
    """Every question that an answer of the BOM waits for.

    Lines that are alike share a proof, so each proof's questions are read once.
    """
    rows, more = _open(bom)
    said = _questions(rows)
    found: dict[str, Ask] = {}
    first: dict[str, int] = {}
    waits: dict[int, set[str]] = {}
    for line, rule, digest, _ in rows:
        asked = said[digest]
        if line is not None:
            waits.setdefault(line, set()).update(asked)
        for words, question in asked.items():
            ask = found.setdefault(words, Ask(question))
            ask.touches += 1
            ask.settles += len(asked) == 1
            ask.rules.add(rule)
            if line is not None:
                first.setdefault(words, line)
                ask.lines.add(line)
    for questions in waits.values():
        if len(questions) == 1:
            found[next(iter(questions))].settles_lines += 1
    lines = Line.objects.select_related("bom", "part").in_bulk(first.values())
    for words, pk in first.items():
        found[words].line = lines[pk]
    return Asks(sorted(found.values(), key=_order), len(rows), more)


def _order(ask: Ask) -> tuple[int, int, int, int, str]:
    settled = (-ask.settles_lines, -ask.settles)
    return (*settled, -len(ask.lines), -ask.touches, ask.question.question)


Row = tuple[int | None, str, str, int]
"""Line, rule, digest of the proof, determination."""


def _open(bom: Bom) -> tuple[list[Row], bool]:
    """Answers that wait for a fact, now or once their rule is in force, in the file's order."""
    standing = Verdict.objects.filter(bom=bom)
    waiting = standing.filter(verdict=OPEN) | standing.filter(would_be=OPEN)
    rows = waiting.order_by("line__sequence", "rule").values_list(
        "line_id", "rule", "proof_digest", "determination_id"
    )
    found: list[Row] = [*rows[: MOST_ANSWERS + 1]]
    return found[:MOST_ANSWERS], len(found) > MOST_ANSWERS


def _questions(rows: list[Row]) -> dict[str, dict[str, Question]]:
    """Digest → the questions, by their words, of one determination that rests on it."""
    one = {digest: made for _, _, digest, made in rows}
    needed = Determination.objects.select_related("provenance").only(
        "proof_id", "missing", "own_sources", "provenance__sources"
    )
    found: dict[str, dict[str, Question]] = {}
    for some in batches(list(one.values()), MOST_IN_A_QUERY):
        for made in needed.filter(pk__among=some):
            sources: Mapping[str, Sequence[str]] = made.sources
            found[made.proof_id] = {
                each["question"]: Question(
                    each["question"], each["fact"], refs_of(sources, each["fact"])
                )
                for each in made.missing
            }
    return found
