"""Put one dossier before the law: a rule on a day, on its own days, or every rule at once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import NamedTuple

from compliance.law.answers import Answer
from compliance.law.days import breakpoints
from compliance.law.facts import Dossier, Kind, Missing, Unsure
from compliance.law.readings import BY_KEY
from compliance.law.rule import NEVER, Advisory, Case, Hinge, Rule, Step, choice
from compliance.law.rules import RULES
from compliance.law.verdicts import BAD, GOOD, RANK, Verdict

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES


class Alternative(NamedTuple):
    """What the verdict would be on another reading."""

    reading: str
    alternative: str
    verdict: Verdict
    would_be: Verdict | None


class Finding(NamedTuple):
    """What one rule says of one dossier on one day, with everything it rests on.

    would_be: under not_yet_in_force, the verdict once in force; under review, the conservative
    verdict. because: the clauses that decide. hinge: the day of the procurement that was asked
    ("on" when a day was given). alternatives: every other reading that was consulted, with its
    verdict; `decided_by` names those that differ.
    """

    rule: str
    version: str
    cite: str
    verdict: Verdict
    would_be: Verdict | None
    because: tuple[str, ...]
    on: date
    hinge: str
    steps: tuple[Step, ...]
    missing: tuple[Missing, ...]
    flags: tuple[str, ...]
    advisories: tuple[Advisory, ...]
    alternatives: tuple[Alternative, ...]
    decided_by: tuple[str, ...]

    @property
    def same_under_every_reading(self) -> bool:
        return not self.decided_by


class Outcome(NamedTuple):
    verdict: Verdict
    would_be: Verdict | None
    because: tuple[str, ...]
    steps: tuple[Step, ...]
    doubts: tuple[Unsure, ...] = ()


def leaves(step: Step, answer: Answer) -> Iterator[str]:
    """Cites of the lowest clauses of a step that gave `answer`; the step's own where it has none
    below."""
    for inner in step.steps:
        if inner.told.answer is answer:
            yield from leaves(inner, answer)
    if not any(inner.told.answer is answer for inner in step.steps):
        yield step.cite


def reasons(step: Step) -> tuple[str, ...]:
    """The step's own citation and the leaves that decided it."""
    answer = step.told.answer
    if not step.steps:
        return (step.cite,)
    return (step.cite, *leaves(step, answer))


def apply(rule: Rule, case: Case) -> Outcome:
    """The outcome on what is told; where that would be for buying, on what is told for certain.

    So a fact in doubt settles nothing in favour of buying, and weakens no prohibition.
    """
    outcome = once(rule, case)
    doubted = case.dossier.part.sure(case.on) if case.dossier.part.doubted else None
    if doubted is None or not side(outcome.verdict, outcome.would_be).endswith("for"):
        return outcome
    certain = Case(replace(case.dossier, part=doubted.part), case.on, case.overrides)
    sure = once(rule, certain)
    case.asked.extend(key for key in certain.asked if key not in case.asked)
    if side(sure.verdict, sure.would_be) == side(outcome.verdict, outcome.would_be):
        return outcome
    return sure._replace(doubts=doubted.doubts)


def once(rule: Rule, case: Case) -> Outcome:
    """One pass over the outline. A clause that cannot matter any more is not asked."""
    binds = rule.binds.ask(case, "binds")
    if binds.told.answer is NO:
        return Outcome(Verdict.NOT_APPLICABLE, None, (binds.cite,), (binds,))
    covers = rule.covers.ask(case, "covers")
    if covers.told.answer is NO:
        return Outcome(Verdict.NOT_APPLICABLE, None, (covers.cite,), (binds, covers))
    begins = rule.starts.ask(case, "begins")
    if begins.told.detail and begins.told.detail[0][0] == NEVER:
        return Outcome(Verdict.NOT_APPLICABLE, None, (begins.cite,), (binds, covers, begins))
    would, because, rest = once_in_force(rule, case)
    steps = (binds, covers, begins, *rest)
    unknown = [step.cite for step in (binds, covers) if step.told.answer is UNKNOWN]
    not_recognised = covers.told.answer is UNKNOWN and case.dossier.part.kind is None
    if unknown and (binds.told.answer is UNKNOWN or not_recognised or begins.told.answer is not NO):
        return Outcome(Verdict.INSUFFICIENT_INFORMATION, None, tuple(unknown), steps)
    if begins.told.answer is NO:
        would = Verdict.INSUFFICIENT_INFORMATION if unknown else would
        return Outcome(Verdict.NOT_YET_IN_FORCE, would, (begins.cite,), steps)
    if begins.told.answer is UNKNOWN:
        return Outcome(Verdict.INSUFFICIENT_INFORMATION, None, (begins.cite,), steps)
    return Outcome(would, None, because, steps)


def once_in_force(rule: Rule, case: Case) -> tuple[Verdict, tuple[str, ...], tuple[Step, ...]]:
    """The verdict as if the rule had begun, the clauses because of which, and the steps."""
    forbids = rule.forbids.ask(case, "forbids")
    if forbids.told.answer is NO:
        return Verdict.PERMITTED, reasons(forbids), (forbids,)
    steps = [forbids]
    excused: list[Step] = []
    for clause in rule.unless:
        step = clause.ask(case, "unless")
        steps.append(step)
        excused.append(step)
    for step in excused:
        if step.told.answer is YES:
            return Verdict.PERMITTED_BY_EXCEPTION, reasons(step), tuple(steps)
    if rule.waived is not None:
        waived = rule.waived.ask(case, "waiver")
        steps.append(waived)
        if waived.told.answer is YES:
            return Verdict.PERMITTED_BY_WAIVER, (waived.cite,), tuple(steps)
        excused.append(waived)
    if forbids.told.answer is YES and all(step.told.answer is NO for step in excused):
        if rule.ground is not None:
            ground = rule.ground.ask(case, "ground")
            steps.append(ground)
            if ground.told.answer is YES:
                return Verdict.WAIVER_NEEDED, (*reasons(forbids), ground.cite), tuple(steps)
        return Verdict.PROHIBITED, reasons(forbids), tuple(steps)
    unsettled = [
        cite for step in steps if step.told.answer is UNKNOWN for cite in leaves(step, UNKNOWN)
    ]
    return Verdict.INSUFFICIENT_INFORMATION, tuple(dict.fromkeys(unsettled)), tuple(steps)


def judge(rule: Rule, dossier: Dossier, on: date | None) -> Finding:
    """What `rule` says of `dossier`: on a day, or (None) on the procurement's own days, the worst
    of them."""
    if on is None:
        return judge_hinges(rule, dossier)
    return judge_on(rule, dossier, on, "on")


def judge_on(rule: Rule, dossier: Dossier, on: date, hinge: str) -> Finding:
    case = Case(dossier if hinge == "on" else dossier.as_known(), on)
    verdict, would_be, because, steps, doubts = apply(rule, case)
    alternatives: tuple[Alternative, ...] = ()
    decided: tuple[str, ...] = ()
    if case.asked:
        alternatives = others(rule, case)
        settled = (verdict, would_be)
        keys = tuple(dict.fromkeys(each.reading for each in alternatives))
        differ = [each for each in alternatives if (each.verdict, each.would_be) != settled]
        decided = tuple(dict.fromkeys(each.reading for each in differ))
        turned = tuple(each.reading for each in differ if side(*each[2:]) != side(*settled))
        if not turned:
            joint, turned = together(rule, case, keys, settled)
            decided = tuple(dict.fromkeys((*decided, *turned))) or joint
        if any(BY_KEY[key].chosen(choice(dossier, key))[1] for key in turned):
            if verdict is Verdict.NOT_YET_IN_FORCE:
                if would_be is not Verdict.INSUFFICIENT_INFORMATION:
                    would_be = Verdict.REVIEW
            elif verdict is not Verdict.INSUFFICIENT_INFORMATION:  # facts first, then the law
                verdict, would_be = Verdict.REVIEW, verdict
    missing, flags = gather(steps, verdict, would_be)
    if doubts:
        doubts = deciding(doubts, missing)
        missing = tuple(dict.fromkeys((*(each.missing for each in doubts), *missing)))
        flags = (*flags, *(each.kind for each in doubts))
    advisories = tuple(each for advise in rule.advises for each in advise(case))
    return Finding(
        rule.id,
        rule.version,
        rule.cite,
        verdict,
        would_be,
        because,
        on,
        hinge,
        steps,
        missing,
        tuple(sorted({*rule.flags, *flags, *(f"reading:{key}" for key in decided)})),
        advisories,
        alternatives,
        decided,
    )


def side(verdict: Verdict, would_be: Verdict | None) -> str:
    """For buying, against it, or open; of a rule not yet in force, what it will be.

    Where readings differ and all are on one side, counsel need not decide.
    """
    if verdict is Verdict.NOT_YET_IN_FORCE and would_be is not None:
        return f"later {side(would_be, None)}"
    return "for" if verdict in GOOD else "against" if verdict in BAD else "open"


def others(rule: Rule, case: Case) -> tuple[Alternative, ...]:
    """Every reading that was asked for, under each alternative not applied, the rest as chosen."""
    asked = list(case.asked)
    found: list[Alternative] = []
    for key in asked:  # grows: another reading may lead to a clause that asks for a further one
        applied = case.reading(key)
        for alternative in BY_KEY[key].alternatives:
            if alternative != applied:
                other = Case(case.dossier, case.on, ((key, alternative),))
                outcome = apply(rule, other)
                found.append(Alternative(key, alternative, outcome.verdict, outcome.would_be))
                asked.extend(more for more in other.asked if more not in asked)
    return tuple(found)


def together(
    rule: Rule, case: Case, keys: tuple[str, ...], settled: tuple[Verdict, Verdict | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Readings that only together, several changed at once, change the verdict; and those that turn
    it to another side."""
    joint: tuple[str, ...] = ()
    for choices in product(*(BY_KEY[key].alternatives for key in keys)):
        changed = tuple(
            (key, to) for key, to in zip(keys, choices, strict=True) if to != case.reading(key)
        )
        if len(changed) > 1:
            outcome = apply(rule, Case(case.dossier, case.on, changed))
            found = outcome.verdict, outcome.would_be
            if found != settled:
                joint = joint or tuple(key for key, _ in changed)
                if side(*found) != side(*settled):
                    return joint, tuple(key for key, _ in changed)
    return joint, ()


def gather(
    steps: tuple[Step, ...], verdict: Verdict, would_be: Verdict | None
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What to ask, where the verdict is open; and every flag raised on the way."""
    is_open = Verdict.INSUFFICIENT_INFORMATION in (verdict, would_be)
    missing: dict[Missing, None] = {}
    flags: set[str] = set()
    todo = list(reversed(steps))
    while todo:
        step = todo.pop()
        told = step.told
        if told.flags:
            flags.update(told.flags)
        if is_open and told.answer is UNKNOWN:
            missing.update(dict.fromkeys(told.missing))
            todo.extend(reversed(step.steps))
        elif step.steps:
            todo.extend(reversed([inner for inner in step.steps if inner.told.flags]))
    return tuple(missing), tuple(flags)


def deciding(doubts: tuple[Unsure, ...], missing: tuple[Missing, ...]) -> tuple[Unsure, ...]:
    """Of what is in doubt, that which the open clauses ask about; all of it where none is named."""
    asked = {each.fact for each in missing}

    def bears(doubt: Unsure) -> bool:
        stem = doubt.missing.fact.rpartition(".")[0]
        return any(fact == stem or fact.startswith(f"{stem}.") for fact in asked)

    return tuple(each for each in doubts if bears(each)) or doubts


def hinge_days(rule: Rule, dossier: Dossier) -> Iterator[tuple[Hinge, date]]:
    """Each recorded day of the procurement that binds under `rule`."""
    for hinge in rule.hinges:
        value = getattr(dossier.procurement, hinge.field)
        for day in value if isinstance(value, tuple) else () if value is None else (value,):
            yield hinge, day


def judge_hinges(rule: Rule, dossier: Dossier) -> Finding:
    """The worst of the verdicts on each recorded hinge; a missing one counts where some day could
    go wrong."""
    findings: list[Finding] = []
    soft: list[tuple[str, Finding]] = []
    for hinge, day in hinge_days(rule, dossier):
        found = judge_on(rule, dossier, day, hinge.name)
        if hinge.review is None:
            findings.append(found)
        else:
            soft.append((hinge.review, found))
    absent = [
        h for h in rule.hinges if h.required and getattr(dossier.procurement, h.field) is None
    ]
    if absent:
        findings.append(on_a_day_unknown(rule, dossier, absent))
    decided = min(findings, key=lambda each: RANK[each.verdict])
    for key, found in soft:
        worse = RANK[found.verdict] < RANK[decided.verdict]
        if worse and side(found.verdict, None) != side(decided.verdict, None):
            decided = by_open_hinge(key, dossier, found, decided)
    return decided


def by_open_hinge(key: str, dossier: Dossier, found: Finding, firm: Finding) -> Finding:
    """A day that counts only on one reading: what it says, what the firm days say, or review, as
    counsel chose."""
    reading = BY_KEY[key]
    applied, ask = reading.chosen(choice(dossier, key))
    alternatives = tuple(
        Alternative(key, name, each.verdict, each.would_be)
        for name in reading.alternatives
        for each in (found if name == reading.conservative else firm,)
        if name != applied
    )
    taken = found if applied == reading.conservative else firm
    return taken._replace(
        verdict=Verdict.REVIEW if ask else taken.verdict,
        would_be=taken.verdict if ask else taken.would_be,
        flags=tuple(sorted({*taken.flags, f"reading:{key}"})),
        alternatives=(*taken.alternatives, *alternatives),
        decided_by=(*taken.decided_by, key),
    )


def on_a_day_unknown(rule: Rule, dossier: Dossier, absent: list[Hinge]) -> Finding:
    """The verdict where a day that binds is not told: settled only if it is good, or bad, on every
    day."""
    days = [date.min, *breakpoints(rule, dossier)]
    found = [judge_on(rule, dossier, day, absent[0].name) for day in days]
    if all(each.verdict in GOOD for each in found) or all(each.verdict in BAD for each in found):
        begun = [each for each in found if each.verdict is not Verdict.NOT_YET_IN_FORCE]
        return min(begun or found, key=lambda each: RANK[each.verdict])
    asked = tuple(
        Missing(f"procurement.{hinge.field}", f"On which day is the {hinge.name}?")
        for hinge in absent
    )
    last = found[-1]
    return last._replace(
        verdict=Verdict.INSUFFICIENT_INFORMATION,
        would_be=None,
        because=(rule.starts.cite,),
        missing=(*asked, *last.missing),
    )


def judge_all(
    dossier: Dossier, on: date | None, rules: Iterable[Rule] = RULES
) -> tuple[Finding, ...]:
    """Every rule that faces this dossier, in the order of RULES, less those not in the books on
    the day."""
    faces = "counterparty" if dossier.part.kind is Kind.COUNTERPARTY else "line"
    return tuple([judge(rule, dossier, on) for rule in rules if rule.faces == faces])
