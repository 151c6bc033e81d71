"""What would move if something were otherwise: judged in memory, so that nothing can be stored."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from compliance.dossiers import world_load
from compliance.law import world as law
from compliance.law.dossier import assemble
from compliance.law.engine import Finding
from compliance.law.what_if import findings
from compliance.law.words import sentence
from compliance.law.world_checks import shares
from compliance.models import Edition, Proof, Verdict
from compliance.refs import must_ref
from procurement.formats.problem import Problem
from procurement.models import Bom, Component, Line, Organisation, Party, not_superseded
from procurement.problems import Refused, refuse_if

MOST_ASKED = 300
"""Different questions (a rule on equal facts) that one preview of a reading judges anew."""
MOST_LINES = 500
"""Lines of one BOM that a what-if judges twice."""


class Shift(NamedTuple):
    """An answer that differs between two worlds. line: its ref, "" for the contractor's.

    said, says: the answer before and after, in a sentence.
    """

    line: str
    rule: str
    before: Finding
    after: Finding
    said: str
    says: str


def shifts(
    before: law.World,
    after: law.World,
    on: date | None,
    then: date | None = None,
    only: Collection[str] | None = None,
) -> tuple[Sequence[Shift], int]:
    """What differs, and how many answers were compared. then: the day asked of `after`, where it is
    another. only: lines to compare, by ref; None: all.
    """
    old, new = assemble(before), assemble(after)
    olds = {**old.lines, "": old.counterparty}
    news = {**new.lines, "": new.counterparty}
    was = findings(old, on)
    now = {
        place: finding
        for place, finding in findings(new, then or on).items()
        if only is None or place[0] in only
    }
    found = [
        Shift(
            *place,
            was[place],
            finding,
            sentence(was[place], olds[place[0]]),
            sentence(finding, news[place[0]]),
        )
        for place, finding in now.items()
        if place in was and _said(was[place]) != _said(finding)
    ]
    return found, len(now)


def _said(finding: Finding) -> tuple[object, ...]:
    return finding.verdict, finding.would_be


@dataclass(frozen=True, slots=True)
class Turned:
    """An answer that would move. line None: the contractor's; alike: answers that move with it,
    itself counted. before, after: (verdict, would be).
    """

    bom: Bom
    line: Line | None
    rule: str
    before: tuple[str, str]
    after: tuple[str, str]
    says: str
    alike: int = 1


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reading would move on saved BOMs. asked: answers it could touch; left_out: of those,
    how many were not judged anew, because there are too many.
    """

    turned: tuple[Turned, ...]
    asked: int
    left_out: int

    @property
    def moved(self) -> int:
        return sum(each.alike for each in self.turned)


def reading_preview(
    *, organisation: Organisation, key: str, alternative: str, today: date
) -> Preview:
    """Which verdicts on the organisation's current BOMs would move if counsel read `key` so.

    alternative "": back to the default. Answers with equal facts are judged once.
    """
    groups = _touched(organisation, key)
    asked, rest = groups[:MOST_ASKED], groups[MOST_ASKED:]
    by_bom: dict[int, dict[tuple[str, str], tuple[int | None, int]]] = {}
    for bom_id, line, rule, alike in asked:
        ref = "" if line is None else must_ref(Line, line)
        by_bom.setdefault(bom_id, {})[ref, rule] = (line, alike)
    turned: list[Turned] = []
    for bom in Bom.objects.select_related("procurement").filter(pk__in=by_bom).order_by("pk"):
        wanted = by_bom[bom.pk]
        lines = {line for line, _ in wanted.values() if line is not None}
        world = world_load(bom, lines=lines, today=today)
        moved, _ = shifts(world, read_so(world, {key: alternative}), None)
        here = Line.objects.select_related("part").in_bulk(lines)
        for each in moved:
            if (each.line, each.rule) in wanted:
                line, alike = wanted[each.line, each.rule]
                turned.append(_turned(bom, here[line] if line else None, each, alike))
    return Preview(
        tuple(turned),
        sum(alike for *_, alike in groups),
        sum(alike for *_, alike in rest),
    )


def read_so(world: law.World, readings: Mapping[str, str]) -> law.World:
    """The world with points of law read otherwise; "" is the default."""
    whole = {**world.readings, **readings}
    return replace(world, readings={key: each for key, each in whole.items() if each})


def _turned(bom: Bom, line: Line | None, shift: Shift, alike: int = 1) -> Turned:
    was, now = shift.before, shift.after
    return Turned(
        bom,
        line,
        shift.rule,
        (was.verdict.value, was.would_be.value if was.would_be else ""),
        (now.verdict.value, now.would_be.value if now.would_be else ""),
        shift.says,
        alike,
    )


def _touched(organisation: Organisation, key: str) -> list[tuple[int, int | None, str, int]]:
    """(BOM, a line, rule, how many alike) of each answer that the reading was consulted for.

    A proof's finding names every reading that its rule consulted. Who is of concern is settled
    before any rule asks, so those readings can touch every answer that reaches its line.
    """
    current = Verdict.objects.filter(not_superseded("bom"), bom__organisation=organisation)
    if not key.startswith("feoc-"):
        named = Proof.objects.filter(rest__contains=f'"reading":"{key}"').values("digest")
        current = current.filter(proof_digest__in=named)
    else:
        current = current.exclude(verdict="not_applicable")
    found: dict[tuple[int, str, str], list[int | None]] = {}
    for bom, line, rule, digest in current.order_by("bom", "line__sequence", "rule").values_list(
        "bom_id", "line_id", "rule", "proof_digest"
    ):
        found.setdefault((bom, rule, digest), []).append(line)
    return [(bom, lines[0], rule, len(lines)) for (bom, rule, _), lines in found.items()]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is supposed to be otherwise about one BOM; what is None or empty stays as it is.

    component, source: the component comes from another party, refined and processed by it.
    held, holder, metric, percent: the holder's share of another company. dates: days of the
    purchase by field. edition: a staged edition, as if it were released. listed, list_key: a party
    that the latest edition of a list names. readings: key → alternative. on: the day asked of the
    supposed world (None: the purchase's own days).
    """

    component: Component | None = None
    source: Party | None = None
    held: Party | None = None
    holder: Party | None = None
    metric: str = law.Metric.EQUITY.value
    percent: Decimal | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    edition: Edition | None = None
    listed: Party | None = None
    list_key: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Supposed:
    """asked: answers compared. lines: how many lines they are of; left_out: lines not asked.

    shifts: the same as `turned`, each with its findings, in no order.
    """

    turned: tuple[Turned, ...]
    shifts: Sequence[Shift]
    asked: int
    lines: int
    left_out: int


def bom_suppose(
    *, bom: Bom, otherwise: Otherwise, today: date, lines: Sequence[int] | None = None
) -> Supposed:
    """Judge a BOM (or these lines of it) as it is and as it would be.

    Refused where what is supposed cannot be so.
    """
    rows = bom.lines.order_by("sequence")
    if lines is not None:
        rows = rows.filter(pk__in=lines)
    every = list(rows.values_list("pk", flat=True))
    wanted = every[:MOST_LINES]
    beside = [
        party.pk
        for party in (otherwise.source, otherwise.held, otherwise.holder, otherwise.listed)
        if party is not None
    ]
    before = world_load(bom, lines=wanted, today=today, beside=beside)
    staged = frozenset() if otherwise.edition is None else frozenset({otherwise.edition.pk})
    base = before
    if staged:
        base = world_load(bom, lines=wanted, today=today, beside=beside, staged=staged)
    after = suppose(base, otherwise)
    standing = set(shares(before))
    refuse_if(_by_field(each) for each in shares(after) if each not in standing)
    here = {must_ref(Line, pk): line for pk, line in bom.lines.in_bulk(wanted).items()}
    moved, asked = shifts(before, after, None, otherwise.on, only={"", *here})
    turned = [_turned(bom, here.get(each.line), each) for each in moved]
    turned.sort(key=lambda each: each.line.sequence if each.line else 0)
    return Supposed(tuple(turned), moved, asked, len(wanted), len(every) - len(wanted))


def suppose(world: law.World, otherwise: Otherwise) -> law.World:
    """The world as supposed. The staged edition is not its task: it is loaded with the world."""
    if otherwise.component is not None and otherwise.source is not None:
        source = must_ref(Party, otherwise.source.pk)
        business = next((each.business for each in world.parties if each.ref == source), None)
        ref = must_ref(Component, otherwise.component.pk)
        world = replace(world, parts=tuple(_sourced(world.parts, ref, source, business)))
    if None not in (otherwise.held, otherwise.holder, otherwise.percent):
        world = replace(world, stakes=tuple(_staked(world, otherwise)))
    if otherwise.listed is not None and otherwise.list_key:
        world = _listed(world, must_ref(Party, otherwise.listed.pk), otherwise)
    if otherwise.dates:
        dates: dict[str, Any] = dict(otherwise.dates)
        if "payments" in dates:
            dates["payments"] = (dates["payments"],)
        world = replace(world, procurement=replace(world.procurement, **dates))
    return read_so(world, otherwise.readings) if otherwise.readings else world


def _by_field(problem: Problem) -> Problem:
    """A fault that the supposed share brings, beside the field it was given in."""
    return Problem(problem.code, "percent", problem.what, problem.fix)


def _sourced(
    parts: Iterable[law.Part], ref: str, source: str, country: str | None
) -> Iterator[law.Part]:
    """What its old source did to the component, the new one does, where it does business."""
    for part in parts:
        components = []
        for each in part.components or ():
            if each.ref == ref:
                steps = tuple(
                    replace(step, party=source, country=country)
                    if step.party in (each.source, None)
                    else step
                    for step in each.steps or ()
                )
                told = None if each.steps is None else steps
                each = replace(each, source=source, steps=told)
            components.append(each)
        yield part if part.components is None else replace(part, components=tuple(components))


def _listed(world: law.World, party: str, otherwise: Otherwise) -> law.World:
    """The latest edition of the list names the party, from the first day on."""
    key = otherwise.list_key
    editions = [each for each in world.lists if each.key == key]
    if not editions:
        what = f"No edition of {key} is loaded."
        raise Refused(Problem("does-not-exist", "list_key", what, "Choose another list."))
    latest = max(editions, key=lambda each: each.edition)
    entry = law.ListEntry("supposed", str(otherwise.listed))
    named = replace(latest, entries=(*latest.entries, entry))
    lists = tuple(named if each is latest else each for each in world.lists)
    same = law.Identity("supposed", party, key, entry.ref, same=True)
    return replace(world, lists=lists, identities=(*world.identities, same))


def _staked(world: law.World, otherwise: Otherwise) -> Iterator[law.Stake]:
    """The holder's share in place of what it held of that kind."""
    held, holder = (
        "" if party is None else must_ref(Party, party.pk)
        for party in (otherwise.held, otherwise.holder)
    )
    metric = law.Metric(otherwise.metric)
    for each in world.stakes:
        if (each.held, each.holder, each.metric) != (held, holder, metric):
            yield each
    percent = otherwise.percent or Decimal(0)
    if not 0 <= percent <= 100:
        what = f"{percent} % is no share."
        raise Refused(Problem("share-out-of-range", "percent", what, "Give 0 to 100."))
    yield law.Stake("supposed", holder, held, metric, percent, percent)
