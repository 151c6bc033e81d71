"""Judge a file with nothing stored: any BOM format in, every line before every rule out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compliance.law.advisories import advise
from compliance.law.dossier import assemble
from compliance.law.engine import Finding, judge_all
from compliance.law.facts import Dossier
from compliance.law.grounds import ground
from compliance.law.packing import Packed
from compliance.law.proof import Proved, prove, written
from compliance.law.rule import Advisory
from compliance.law.verdicts import Verdict, worst
from compliance.law.words import sentence
from compliance.law.world import Line, Part, Party, World
from compliance.law.world_file import read_world
from procurement.formats.problem import Problem
from procurement.intake.classify import classify_line
from procurement.intake.reading import ParsedLine
from procurement.problems import Refused
from procurement.services.stateless import file_lines

MOST_LINES = 10_000
"""Of one file. What is shown of each, with its proofs, is held until all are judged."""


@dataclass(frozen=True, slots=True)
class LineJudged:
    """One line (row None: the counterparty) before every rule that faces it. proofs: with their
    grounds, ready for a pack."""

    row: int | None
    label: str
    category: str | None
    findings: tuple[Finding, ...]
    sentences: tuple[str, ...]
    proofs: tuple[Packed, ...]
    advisories: tuple[Advisory, ...]

    @property
    def verdict(self) -> Verdict:
        return worst(finding.verdict for finding in self.findings)


@dataclass(frozen=True, slots=True)
class FileJudged:
    """What came of a file: its lines, and each problem met on the way."""

    lines: tuple[LineJudged, ...]
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> Verdict:
        return worst(line.verdict for line in self.lines)


def file_judge(
    data: bytes, filename: str, told: Mapping[str, Any] | None, on: date | None
) -> FileJudged:
    """Judge every line of a file. told: a world's tables (`law.world_file`), less its lines.

    on None: on the procurement's own days. Raises Refused where there is nothing to judge, or more
    than a person would read.
    """
    lines, problems = file_lines(data, filename, MOST_LINES)
    world = with_lines(world_of(told or {}), lines)
    return FileJudged(tuple(judged(world, lines, on)), problems)


def world_of(told: Mapping[str, Any]) -> World:
    if "lines" in told:
        what = "The world tells lines, and the file does too."
        raise Refused(Problem("lines-told-twice", "world.lines", what, "Leave lines out."))
    world = read_world(told)
    if isinstance(world, tuple):
        raise Refused(*world)
    return world


def with_lines(world: World, lines: tuple[ParsedLine, ...]) -> World:
    """The world with the file's lines: each part the world's own where number and maker agree."""
    parties = {party.name.casefold(): party for party in world.parties}
    known: dict[str, list[Part]] = {}
    for part in world.parts:
        known.setdefault(part.number.casefold(), []).append(part)
    parts: dict[str, Part] = {part.ref: part for part in world.parts}
    placed: list[Line] = []
    for ref, line, main in with_alternates(lines):
        maker = None
        if line.maker:
            maker = parties.setdefault(
                line.maker.casefold(), Party(f"maker:{line.maker}", line.maker)
            )
        part = same_part(line, maker, known) or new_part(line, maker, ref)
        parts[part.ref] = part
        parent = None if line.parent_row is None else f"row {line.parent_row}"
        placed.append(
            Line(
                ref,
                part.ref,
                parent,
                alternate_of=main,
                quantity=line.quantity,
                unit_cost=line.unit_cost,
                currency=line.currency,
            )
        )
    there = {line.ref for line in placed}
    kept = [each if each.parent in there else replace(each, parent=None) for each in placed]
    return replace(
        world, lines=tuple(kept), parts=tuple(parts.values()), parties=tuple(parties.values())
    )


def with_alternates(
    lines: tuple[ParsedLine, ...],
) -> Iterator[tuple[str, ParsedLine, str | None]]:
    """(its ref, the line, the ref of the line it may replace) for each line, and each alternate as
    a line of its own: what may be fitted instead is bought under the same law.
    """
    for line in lines:
        ref = f"row {line.row}"
        yield ref, line, None
        for place, other in enumerate(line.alternates, start=1):
            instead = line._replace(
                part_number=other.part_number or line.part_number,
                maker=other.maker,
                alternates=(),
                unit_cost=None,
                currency=None,
            )
            yield f"{ref}, alternate {place}", instead, ref


def same_part(
    line: ParsedLine, maker: Party | None, known: Mapping[str, list[Part]]
) -> Part | None:
    """The world's part that the line means: same number, and no other maker."""
    same = [
        part
        for part in known.get(line.part_number.casefold(), ())
        if maker is None or part.maker in (None, maker.ref)
    ]
    return same[0] if len(same) == 1 else None


def new_part(line: ParsedLine, maker: Party | None, ref: str) -> Part:
    """What the line itself tells of a part. ref: of the line."""
    guess = classify_line(line)
    number = line.part_number or line.value or line.description or f"row {line.row}"
    return Part(
        f"part:{ref}",
        number,
        line.description,
        None if maker is None else maker.ref,
        None if guess.category is None else str(guess.category),
        None if guess.chemistry is None else str(guess.chemistry),
    )


def judged(world: World, lines: tuple[ParsedLine, ...], on: date | None) -> Iterator[LineJudged]:
    """Each line and each alternate, in the order of the file, then the counterparty where one is
    told. Equal dossiers are judged once.
    """
    assembled, grounds = assemble(world), ground(world)
    done: dict[str, LineJudged] = {}
    for ref, line, _ in with_alternates(lines):
        dossier = assembled.lines[ref]
        facts = written(dossier)
        if facts.key not in done:
            done[facts.key] = one(dossier, on, grounds, assembled.parties[ref])
        yield replace(done[facts.key], row=line.row)
    if world.procurement.counterparty is not None:
        yield one(assembled.counterparty, on, grounds, assembled.parties[""])


def one(
    dossier: Dossier, on: date | None, grounds: Proved, parties: Mapping[str, str]
) -> LineJudged:
    """One dossier before every rule, its row still to be named."""
    findings, facts = judge_all(dossier, on), written(dossier)
    return LineJudged(
        None,
        dossier.part.label,
        dossier.part.units[0].category,
        findings,
        tuple(sentence(finding, dossier) for finding in findings),
        tuple(Packed(prove(finding, facts), grounds, parties) for finding in findings),
        advise(dossier, on),
    )
