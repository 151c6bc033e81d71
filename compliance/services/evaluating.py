"""Answers that are kept nowhere: a world put before the law, and what a change would do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction

from compliance.law.dossier import assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.grounds import ground
from compliance.law.packing import Packed
from compliance.law.proof import prove, written
from compliance.law.words import sentence
from compliance.law.world import World
from compliance.services.determinations import Judged
from compliance.services.judging import bom_judge
from procurement.models import Bom

COUNTERPARTY = ""


class Evaluated(NamedTuple):
    """One rule's answer on one line of a world; `line` is its ref, "" for the counterparty.
    packed: its proof with its grounds, ready for a pack."""

    line: str
    finding: Finding
    packed: Packed
    sentence: str


def world_evaluate(*, world: World, on: date | None) -> Iterator[Evaluated]:
    """Every rule on every line of a world, and on its counterparty where it names one.

    on None: on the world's own days. Reads no database.
    """
    assembled, grounds = assemble(world), ground(world)
    dossiers = dict(assembled.lines)
    if world.procurement.counterparty is not None:
        dossiers[COUNTERPARTY] = assembled.counterparty
    for ref, dossier in dossiers.items():
        facts = written(dossier)
        for finding in judge_all(dossier, on):
            packed = Packed(prove(finding, facts), grounds, assembled.parties[ref])
            yield Evaluated(ref, finding, packed, sentence(finding, dossier))


@dataclass(frozen=True, slots=True)
class Moved:
    """A verdict that the supposed change moves. line None: the counterparty's."""

    line: int | None
    before: tuple[Finding, str]
    after: tuple[Finding, str]


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a supposed change would do to these lines: what moves, of how many answers."""

    moved: Sequence[Moved]
    asked: int


def what_if(
    *, bom: Bom, lines: Iterable[int | None], on: date | None, suppose: Callable[[], None]
) -> Supposed:
    """Judge lines (None: the counterparty) as things are, then as they would be after `suppose`,
    which changes facts by the services that change them for good. Everything is rolled back:
    nothing is kept or followed.
    """
    wanted = list(lines)
    before = {_key(one): one for one in bom_judge(bom, wanted, true_on=on)}
    with transaction.atomic():
        suppose()
        after = bom_judge(bom, wanted, true_on=on)
        transaction.set_rollback(True)
    moved, asked = [], 0
    for one in after:
        was = _answers(before[_key(one)])
        for rule, (finding, said) in _answers(one).items():
            asked += 1
            if rule not in was or _said(was[rule][0]) != _said(finding):
                moved.append(Moved(_key(one), was[rule], (finding, said)))
    return Supposed(moved, asked)


def _key(judged: Judged) -> int | None:
    return judged.line.pk if judged.line else None


def _answers(judged: Judged) -> dict[str, tuple[Finding, str]]:
    return {
        finding.rule: (finding, said)
        for (finding, _), said in zip(judged.findings, judged.sentences, strict=True)
    }


def _said(finding: Finding) -> tuple[object, ...]:
    return (finding.verdict, finding.would_be, finding.on, finding.because)
