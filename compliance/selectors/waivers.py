"""Waivers of a purchase as the rules find them: whether and when each counts, or what it breaks.

A rule is asked about every battery a waiver could cover, on every exact day on which that can move,
whatever the verdict there: so a waiver nobody needs yet is weighed as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from compliance.dossiers import world_load
from compliance.law.answers import Answer
from compliance.law.days import breakpoints
from compliance.law.dossier import Assembled, assemble
from compliance.law.rule import Case, Rule
from compliance.law.rules import BY_ID
from compliance.models import Verdict
from compliance.refs import must_ref
from procurement.models import Bom, Line, Past, Procurement, Waiver, WaiverGround, not_superseded

MOST_LINES = 60
"""Of one BOM, how many lines are asked about one waiver."""


@dataclass(frozen=True, slots=True)
class Spell:
    """From `since` (None: ever) until `until` (None: for good) it counts, or breaks `why`."""

    since: date | None
    until: date | None
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A waiver as submitted, and what its rule makes of it. today: the spell that holds.

    lines: those it counts for, on some day. spells empty: no line of a current BOM could be asked.
    """

    waiver: Waiver
    rule: Rule | None
    spells: tuple[Spell, ...]
    today: Spell | None
    lines: tuple[Line, ...]

    @property
    def ever(self) -> bool:
        return any(spell.counts for spell in self.spells)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A waiver or ground that is no longer here. kind: "waivers" or "grounds"."""

    kind: str
    row: int
    past: Past


Answers = dict[date | None, tuple[bool, list[str]]]


def waivers_weighed(*, procurement: Procurement, today: date) -> tuple[Weighed, ...]:
    """Every waiver of a purchase, latest first."""
    waivers = list(procurement.waivers.select_related("part").order_by("-granted", "-id"))
    if not waivers:
        return ()
    told: dict[int, Answers] = {waiver.pk: {} for waiver in waivers}
    covered: dict[int, set[int]] = {waiver.pk: set() for waiver in waivers}
    boms = Bom.objects.filter(not_superseded(), procurement=procurement).order_by("pk")
    for bom in boms.select_related("procurement"):
        lines = {waiver.pk: _lines(bom, waiver) for waiver in waivers}
        every_line = {pk for each in lines.values() for pk in each}
        if not every_line:
            continue
        assembled = assemble(world_load(bom, lines=every_line, today=today))
        for waiver in waivers:
            _weigh(assembled, waiver, lines[waiver.pk], told[waiver.pk], covered[waiver.pk])
    every = Line.objects.select_related("bom").in_bulk(
        {pk for pks in covered.values() for pk in pks}
    )
    found = []
    for waiver in waivers:
        spells = tuple(_spells(told[waiver.pk]))
        now = [each for each in spells if each.since is None or each.since <= today]
        found.append(
            Weighed(
                waiver,
                BY_ID.get(waiver.rule),
                spells,
                now[-1] if now else None,
                tuple(every[pk] for pk in sorted(covered[waiver.pk])),
            )
        )
    return tuple(found)


def _lines(bom: Bom, waiver: Waiver) -> list[int]:
    """Lines it could cover: of its part, and those above; for a system, all its rule reaches."""
    if waiver.part_id is None:
        reached = Verdict.objects.filter(bom=bom, rule=waiver.rule, line__isnull=False)
        reaching = reached.exclude(verdict="not_applicable").order_by("line__sequence")
        return [pk for pk in reaching.values_list("line_id", flat=True)[:MOST_LINES] if pk]
    of_part = Line.objects.filter(bom=bom, part=waiver.part_id).order_by("sequence")
    found = dict.fromkeys(of_part.values_list("pk", flat=True)[:MOST_LINES])
    above = set(found)
    while above:
        parents = Line.objects.filter(pk__in=above, parent__isnull=False)
        above = {pk for pk in parents.values_list("parent_id", flat=True) if pk} - set(found)
        found |= dict.fromkeys(above)
    return list(found)


def _weigh(
    assembled: Assembled,
    waiver: Waiver,
    lines: Iterable[int],
    told: Answers,
    covered: set[int],
) -> None:
    """Ask the rule about each line on each day that can matter, and keep the best answer."""
    rule = BY_ID.get(waiver.rule)
    if rule is None or rule.waived is None:
        return
    ref = must_ref(Waiver, waiver.pk)
    asked: list[tuple[int, dict[date | None, tuple[bool, str]]]] = []
    for pk in lines:
        line = must_ref(Line, pk)
        dossier = assembled.lines[line]
        path = _path(assembled.provenance[line], ref)
        if path is None or dossier.part.within:
            continue
        answers = {}
        for since in (None, *breakpoints(rule, dossier)):
            step = rule.waived.ask(Case(dossier, since or date.min), "waiver")
            rests = [each.answer for each in step.told.rests if each.path == path]
            why = "; ".join(dict.fromkeys(says for key, says in step.told.detail if key == path))
            if rests:
                answers[since] = (Answer.YES in rests, why)
        if answers:
            asked.append((pk, answers))
    for pk, answers in asked:
        if any(counts for counts, _ in answers.values()):
            covered.add(pk)
        for since, (counts, why) in answers.items():
            known, whys = told.get(since, (False, []))
            told[since] = (known or counts, [*whys, why])


def _path(provenance: Mapping[str, tuple[str, ...]], ref: str) -> str | None:
    return next((path for path, refs in provenance.items() if ref in refs), None)


def _spells(told: Answers) -> Iterator[Spell]:
    """In order of days, equal neighbours as one."""
    kept: list[tuple[date | None, bool, str]] = []
    for since, (counts, whys) in sorted(told.items(), key=lambda item: item[0] or date.min):
        why = "" if counts else "; ".join(dict.fromkeys(each for each in whys if each))
        if not kept or kept[-1][1:] != (counts, why):
            kept.append((since, counts, why))
    for index, (since, counts, why) in enumerate(kept):
        until = kept[index + 1][0] if index + 1 < len(kept) else None
        yield Spell(since, until, counts, why)


def taken_out(*, procurement: Procurement) -> list[TakenOut]:
    """Waivers and grounds of the purchase that were taken out again, latest first."""
    found = []
    for kind, model in (("waivers", Waiver), ("grounds", WaiverGround)):
        standing = set(
            model._default_manager.filter(procurement=procurement).values_list("pk", flat=True)
        )
        past = Past.objects.filter(
            table_name=model._meta.db_table,
            organisation_id=procurement.organisation_id,
            values__procurement_id=procurement.pk,
        ).order_by("-known_to", "-id")
        seen: set[int] = set()
        for each in past:
            if each.row not in standing and each.row not in seen:
                seen.add(each.row)
                found.append(TakenOut(kind, each.row, each))
    return found
