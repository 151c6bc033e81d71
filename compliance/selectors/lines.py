"""One line before every rule: what stands, why, what is missing, and how it came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance.law.readings import BY_KEY
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID
from compliance.law.standing import FLAGS
from compliance.models import Determination, Verdict, VerdictChange, Work
from compliance.reports.verdicts import needs_attention
from compliance.selectors.changes import changes_unfollowed
from compliance.selectors.proofs import ReadProof, proof_read
from procurement.models import Line

FLAG_WORDS = {
    **FLAGS,
    "154-waiver-conditions-unread": (
        "A waiver under section 154(d) counts, whose conditions were not readable: verify them."
    ),
    "4872-exception-verify": (
        "An exception of 10 U.S.C. 4872(c) counts, of which only the gist was noted: verify it."
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A missing fact: the question, and the refs of what to fill it in at. fact: its path."""

    question: str
    fact: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What stands under one rule, with its proof read."""

    rule: Rule | None
    verdict: Verdict
    made: Determination
    proof: ReadProof
    questions: tuple[Question, ...]
    flags: tuple[str, ...]
    earlier: int
    """Determinations before this one."""


@dataclass(frozen=True, slots=True)
class LinePage:
    line: Line
    answers: tuple[Answered, ...]
    waiting: Work | None
    following: bool
    children: tuple[Line, ...]
    alternates: tuple[Line, ...]
    changes: tuple[VerdictChange, ...]

    @property
    def moving(self) -> bool:
        """Something may show differently soon."""
        return self.following or (self.waiting is not None and not self.waiting.set_aside)

    @property
    def state(self) -> str:
        """Names what a reader sees: as long as it is the same, nothing shows differently."""
        work = self.waiting
        latest = max((each.made.pk for each in self.answers), default=0)
        asked = f"{work.pk}.{work.version}.{int(work.set_aside)}" if work else ""
        return f"{latest}-{asked}-{int(self.following)}"

    @property
    def reaching(self) -> tuple[Answered, ...]:
        """Of rules that reach the line, worst first."""
        return tuple(each for each in self.answers if each.verdict.verdict != "not_applicable")

    @property
    def not_reaching(self) -> tuple[Answered, ...]:
        return tuple(each for each in self.answers if each.verdict.verdict == "not_applicable")

    @property
    def unsettled(self) -> bool:
        """Some rule stands against the line, is open, or will be."""
        return any(
            needs_attention(each.verdict.verdict, each.verdict.would_be or None)
            for each in self.answers
        )

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked for, once each, of the worst verdicts first."""
        asked: dict[str, Question] = {}
        for answer in self.answers:
            for each in answer.questions:
                asked.setdefault(each.question, each)
        return tuple(asked.values())


def line_page(line: Line) -> LinePage:
    verdicts = (
        Verdict.objects.filter(line=line)
        .select_related("determination__proof__dossier", "determination__provenance")
        .order_by("rank", "rule")
    )
    family = Line.objects.select_related("part")
    return LinePage(
        line=line,
        answers=tuple(answered(verdict) for verdict in verdicts),
        waiting=Work.objects.filter(line=line).first(),
        following=changes_unfollowed(line.bom.organisation_id),
        children=tuple(family.filter(parent=line).order_by("sequence")[:200]),
        alternates=tuple(family.filter(alternate_of=line).order_by("sequence")),
        changes=tuple(
            VerdictChange.objects.filter(line=line)
            .select_related("before", "after")
            .order_by("-id")[:20]
        ),
    )


def answered(verdict: Verdict) -> Answered:
    made = verdict.determination
    return Answered(
        rule=BY_ID.get(verdict.rule),
        verdict=verdict,
        made=made,
        proof=proof_read(made),
        questions=questions_of(made),
        flags=flags_in_words(made.flags),
        earlier=Determination.objects.filter(
            line=made.line_id, bom=made.bom_id, rule=made.rule, pk__lt=made.pk
        ).count(),
    )


def questions_of(made: Determination) -> tuple[Question, ...]:
    return tuple(
        Question(each["question"], each["fact"], refs_of(made.sources, each["fact"]))
        for each in made.missing
    )


def refs_of(sources: Mapping[str, Sequence[str]], path: str) -> tuple[str, ...]:
    """The facts that a path of the dossier came from: its own sources, or the nearest above it."""
    if path.startswith("procurement."):
        return ("procurement",)
    above = path
    while above:
        if found := sources.get(above):
            return tuple(found)
        above = above.rpartition(".")[0]
    return ()


def flags_in_words(flags: Sequence[str]) -> tuple[str, ...]:
    """ "reading:4865-refined" as the question counsel may settle; others by our table."""
    words = []
    for flag in flags:
        key = flag.removeprefix("reading:")
        if flag.startswith("reading:") and key in BY_KEY:
            words.append(f"An open point of law decides this: {BY_KEY[key].question}")
        else:
            words.append(FLAG_WORDS.get(flag, flag.replace("-", " ").capitalize()))
    return tuple(dict.fromkeys(words))


def determinations_of(line: Line, rule: str) -> list[Determination]:
    """Every answer that one rule ever gave this line, latest first."""
    return list(
        Determination.objects.filter(line=line, rule=rule)
        .select_related("proof__dossier", "provenance")
        .order_by("-id")
    )
