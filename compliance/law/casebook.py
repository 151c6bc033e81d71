"""Cases as a lawyer writes them: a sentence, a day, the facts, the verdict, the clause because of
which.

A file is TOML with `[[case]]` tables. A case's facts are the keys of `world_file` beside the usual
cast and the usual buy (`cast.toml`): `part` and `procurement` say what differs from the usual, and
`parts` with `lines` replace them by a bill of materials. `untold = [...]` inside `part`,
`procurement` or a component takes a usual fact away. Whole words are in tests/law/cases/README.md.
"""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from compliance.law.advisories import advise
from compliance.law.cases import FACTS, NotACase, over, world_of
from compliance.law.dossier import Assembled, assemble
from compliance.law.engine import Finding, judge
from compliance.law.facts import Dossier
from compliance.law.feoc import FeocIndex
from compliance.law.rule import Advisory
from compliance.law.rules import BY_ID
from compliance.law.verdicts import worst
from compliance.law.world import Metric, World

EXPECTS = (
    "verdict",
    "would_be",
    "because",
    "flags",
    "no_flags",
    "missing",
    "no_missing",
    "decided_by",
)
ABOUT = ("name", "rule", "on", "line", "law", "advisories", "advised", "not_advised", "overall")
STANDING = ("party", "concern", "cites", "attributed", "listed")
KEYS = (*ABOUT, *EXPECTS, *FACTS, *STANDING, "expects")


OURS = Path(__file__).parents[2] / "tests" / "law" / "cases"
"""Our own casebook."""


class Told(NamedTuple):
    """What came of one case: empty `wrong` is as expected."""

    file: str
    name: str
    rule: str
    wrong: tuple[str, ...]
    verdict: str = ""


class Book(NamedTuple):
    """A file as read: its cases, each with what the file says of all, and what is wrong with it."""

    cases: tuple[Mapping[str, Any], ...]
    wrong: tuple[str, ...]


def run_files(paths: Iterable[Path]) -> Iterator[Told]:
    """Every case of every file; a folder stands for the .toml files in it."""
    for path in paths:
        files = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        for file in files:
            yield from run_file(file)


def run_file(path: Path) -> Iterator[Told]:
    book = read(path)
    if book.wrong:
        yield Told(str(path), "", "", book.wrong)
    for case in book.cases:
        yield run(case, str(path))


def read(path: Path) -> Book:
    """A file's cases, not run."""
    try:
        text = path.read_text(encoding="utf-8")
        book = tomllib.loads(text, parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Book((), (f"cannot be read: {error}",))
    cases = book.pop("case", [])
    common = {key: book.pop(key) for key in ("rule", *FACTS) if key in book}
    wrong = tuple(unknown(key, ("case", "rule", *FACTS)) for key in book)
    if not isinstance(cases, list) or not cases:
        return Book((), (*wrong, "there is no [[case]]"))
    return Book(tuple(over(common, case) for case in cases), wrong)


def run(case: Mapping[str, Any], file: str = "") -> Told:
    """One case, run."""
    name = str(case.get("name", "a case without a name"))
    rule = str(case.get("rule", ""))
    try:
        wrong, verdict = mismatches(case)
    except NotACase as error:
        return Told(file, name, rule, (str(error),))
    return Told(file, name, rule, tuple(wrong), verdict)


def unknown(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, list(known), 1)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def mismatches(case: Mapping[str, Any]) -> tuple[list[str], str]:
    """Where the case and the law differ, and the verdict found."""
    wrong = [unknown(key, KEYS) for key in case if key not in KEYS]
    for key in ("name", "on"):
        if key not in case:
            wrong.append(f"{key!r} is missing")
    if wrong:
        raise NotACase("; ".join(wrong))
    world = world_of(case)
    if "party" in case:
        return standing_mismatches(case, world), ""
    if not any(key in case for key in ("verdict", "expects", "advisories", "overall")):
        raise NotACase("it expects nothing: say a verdict, advisories, overall, or concern")
    assembled = assemble(world)
    found = ""
    if "verdict" in case:
        finding = find(case, assembled)
        found = finding.verdict
        wrong += compare(case, finding)
    for expected in case.get("expects", ()):
        wrong += [
            unknown(key, ("rule", "line", "on", *EXPECTS)) for key in expected if key not in KEYS
        ]
        wrong += compare(expected, find(over(case, expected), assembled))
    if "advisories" in case:
        dossier = dossier_of(case, assembled)
        beside = [*advise(dossier, day_of(case))]
        if "rule" in case:
            beside += find(case, assembled).advisories
        wrong += advisory_mismatches(case, beside)
    if "overall" in case:
        wrong += differs("overall", case["overall"], str(overall(assembled, day_of(case))))
    return wrong, found


def advisory_mismatches(case: Mapping[str, Any], beside: Iterable[Advisory]) -> list[str]:
    """All advisories by key and, under `advised`, words that some of them say."""
    told = list(beside)
    wrong = differs("advisories", sorted(case["advisories"]), sorted(each.key for each in told))
    for words in listed(case.get("advised", ())):
        if not any(words in each.says for each in told):
            wrong.append(f"advised: expected {words!r}")
    for words in listed(case.get("not_advised", ())):
        if any(words in each.says for each in told):
            wrong.append(f"advised: {words!r} was not expected")
    return wrong


def overall(assembled: Assembled, on: date | None) -> str:
    """The worst verdict over every line, the counterparty and every rule; of no lines,
    insufficient."""
    dossiers = [*assembled.lines.values(), assembled.counterparty]
    if not assembled.lines:
        return str(worst(()))
    return str(
        worst(
            judge(rule, dossier, on).verdict
            for dossier in dossiers
            for rule in BY_ID.values()
            if (rule.faces == "counterparty") == (dossier is assembled.counterparty)
        )
    )


def day_of(case: Mapping[str, Any]) -> date | None:
    """The day asked; "own" asks on the procurement's own days."""
    on = case["on"]
    if on == "own":
        return None
    if not isinstance(on, date):
        raise NotACase(f"'on' is {on!r}: write a day such as 2028-01-01, or \"own\"")
    return on


def dossier_of(case: Mapping[str, Any], assembled: Assembled) -> Dossier:
    ref = case.get("line")
    if ref is None:
        named = assembled.battery_lines() or tuple(assembled.lines)
        if not named:
            raise NotACase("there is no line to judge")
        ref = named[0]
    if ref not in assembled.lines:
        raise NotACase(f"no line {ref!r}; there are {', '.join(assembled.lines)}")
    return assembled.lines[ref]


def find(case: Mapping[str, Any], assembled: Assembled) -> Finding:
    rule = BY_ID.get(str(case.get("rule")))
    if rule is None:
        raise NotACase(f"no rule {case.get('rule')!r}; there are {', '.join(BY_ID)}")
    counterparty = rule.faces == "counterparty"
    dossier = assembled.counterparty if counterparty else dossier_of(case, assembled)
    return judge(rule, dossier, day_of(case))


def compare(expected: Mapping[str, Any], finding: Finding) -> list[str]:
    """Each expectation against what was found."""
    wrong = []
    if "verdict" in expected:
        wrong += differs("verdict", expected["verdict"], str(finding.verdict))
    if "would_be" in expected:
        wrong += differs("would_be", expected["would_be"], str(finding.would_be))
    told = {
        "because": finding.because,
        "flags": finding.flags,
        "missing": tuple(each.fact for each in finding.missing),
        "decided_by": finding.decided_by,
    }
    for key, found in told.items():
        for each in listed(expected.get(key, ())):
            if each not in found:
                wrong.append(f"{key}: expected {each!r} among {', '.join(found) or 'none'}")
    for each in listed(expected.get("no_missing", ())):
        if each in told["missing"]:
            wrong.append(f"missing: {each!r} was not expected")
    for each in listed(expected.get("no_flags", ())):
        if each in finding.flags:
            wrong.append(f"flags: {each!r} was not expected")
    return wrong


def standing_mismatches(case: Mapping[str, Any], world: World) -> list[str]:
    """A case about a party: is it a foreign entity of concern on the day, and by which prongs?"""
    on = day_of(case)
    if on is None or not any(key in case for key in ("concern", "attributed", "listed", "flags")):
        raise NotACase("a case about a party needs a day, and 'concern', 'attributed' or 'listed'")
    index, party = FeocIndex(world), str(case["party"])
    standing = index.standing(party, on)
    wrong = []
    if "concern" in case:
        wrong += differs("concern", case["concern"], standing.answer.name.lower())
    fired = [prong.cite for prong in standing.fired]
    for cite in listed(case.get("cites", ())):
        if not any(cite in each for each in fired):
            wrong.append(f"cites: expected {cite!r} among {', '.join(fired) or 'none'}")
    for flag in listed(case.get("flags", ())):
        if flag not in standing.flags:
            wrong.append(f"flags: expected {flag!r} among {', '.join(standing.flags) or 'none'}")
    for key, answer in case.get("listed", {}).items():
        wrong += differs(f"listed {key}", answer, index.listed(party, key, on).answer.name.lower())
    for metric, percent in case.get("attributed", {}).items():
        bounds = index.ledger.by_shares(party, on, Metric(metric))
        low, high = (exact_percent(each) for each in (bounds.low, bounds.high))
        wrong += differs(metric, str(percent), low if low == high else f"{low} to {high}")
    return wrong


def exact_percent(share: Any) -> str:
    """A fraction of one as percent: a decimal where it ends, else a fraction."""
    percent = share * 100
    value = Decimal(percent.numerator) / Decimal(percent.denominator)
    ends = value * percent.denominator == percent.numerator
    return f"{value.normalize():f}" if ends else str(percent)


def listed(told: Any) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def differs(what: str, expected: Any, found: Any) -> list[str]:
    return [] if expected == found else [f"{what}: expected {expected}, found {found}"]
