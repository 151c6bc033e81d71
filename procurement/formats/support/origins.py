"""Where a part comes from, as CycloneDX 2.0 tells it: stage × basis × share × performing party.

All of it becomes the text of one column, "mined: PT 55 %, BO 45 % (net weight); melted: US 100 %",
so that nothing told is lost. The country of origin is filled in only where the stage that made the
part lies in one country. The schema was a draft when this was read: what it does not tell is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from procurement.formats.problem import Problem

COUNTRY = "Country of origin"
STAGES = "Stages of its making"
MAKES = ("manufactured", "assembled", "produced", "fabricated")
"""Stages that make the part as it is bought, the first that is told."""
KEYS = {"stage", "basis", "distribution"}
SHARE_KEYS = {"isoCode", "percentage", "performedBy"}
WHOLE = Decimal(100)


class Origins(NamedTuple):
    """cells: column → text. problems: what could not be taken as told, each a warning."""

    cells: dict[str, str]
    problems: tuple[Problem, ...]


class Share(NamedTuple):
    country: str
    percent: Decimal | None
    by: str


def origins_of(part: Mapping[str, Any], where: str, parties: Mapping[str, str]) -> Origins:
    """The origins of one component. parties: refId → name, of the whole file."""
    cells: dict[str, str] = {}
    made: dict[str, list[Share]] = {}
    problems: list[Problem] = []
    told = part.get("origins")
    for place, origin in enumerate(told if isinstance(told, list) else [told] if told else (), 1):
        at = f"{where}, origin {place}"
        if not isinstance(origin, Mapping):
            problems.append(_odd(at, "It is no object with a stage and a distribution."))
            continue
        problems += _unknown(origin, KEYS, at)
        stage = _stage(origin.get("stage"))
        if stage is None:
            problems.append(_odd(at, "Its stage has no name."))
            stage = "unnamed stage"
        shares, odd = _shares(origin.get("distribution"), at, parties)
        problems += odd
        said = ", ".join(_words(share) for share in shares)
        basis = origin.get("basis")
        said += f" ({basis})" if isinstance(basis, str) and basis and said else ""
        said = f"{stage}: {said}" if stage and said else said
        if said:
            cells[STAGES] = f"{cells[STAGES]}; {said}" if STAGES in cells else said
        made.setdefault(stage, []).extend(shares)
    problems += _country(cells, made, where)
    return Origins(cells, tuple(problems))


def _stage(told: Any) -> str | None:
    """The name of a stage, ours or the file's own; "" where none is told, None where it has no
    name."""
    if told is None:
        return ""
    name = told.get("name") if isinstance(told, Mapping) else told
    return name.strip() or None if isinstance(name, str) else None


def _shares(told: Any, where: str, parties: Mapping[str, str]) -> tuple[list[Share], list[Problem]]:
    if not isinstance(told, list) or not told:
        return [], [_odd(where, "It tells no countries.")]
    shares, problems, total = [], [], Decimal(0)
    for each in told:
        code = each.get("isoCode") if isinstance(each, Mapping) else None
        if not isinstance(code, str) or not code.strip():
            problems.append(_odd(where, "A part of its distribution names no country."))
            continue
        problems += _unknown(each, SHARE_KEYS, where)
        percent = each.get("percentage")
        if percent is not None and not (
            isinstance(percent, Decimal) and percent.is_finite() and 0 <= percent <= WHOLE
        ):
            problems.append(_odd(where, f"“{percent}” is no share of a whole."))
            percent = None
        total += percent or 0
        by = each.get("performedBy") or ""
        if by and by not in parties:
            problems.append(_odd(where, f"It was done by “{by}”, a party the file does not tell."))
        shares.append(Share(code.strip(), percent, parties.get(str(by), str(by))))
    if total > WHOLE:
        problems.append(_odd(where, f"Its countries add up to {total:f} %."))
    return shares, problems


def _country(
    cells: dict[str, str], made: Mapping[str, list[Share]], where: str
) -> Iterator[Problem]:
    """The country of origin, where what made the part lies in one country."""
    stage = next((each for each in (*MAKES, "") if made.get(each)), None)
    if stage is None:
        return
    # A subdivision ("US-CA") lies in its country.
    countries = {share.country.partition("-")[0].upper() for share in made[stage]}
    if len(countries) == 1:
        cells[COUNTRY] = countries.pop()
    else:
        what = f"It was {stage or 'made'} in {len(countries)} countries, so no one is its origin."
        yield Problem(
            "origin-several", where, what, "Say which country it comes from.", severity="warning"
        )


def _words(share: Share) -> str:
    percent = "" if share.percent is None else f" {share.percent:f} %"
    return f"{share.country}{percent}" + (f" by {share.by}" if share.by else "")


def _unknown(told: Mapping[str, Any], known: set[str], where: str) -> Iterator[Problem]:
    for key in told:
        if key not in known and not key.startswith("ext:"):
            yield _odd(where, f"“{key}” is nothing that we know of an origin.")


def _odd(where: str, what: str) -> Problem:
    fix = "Check it against the file; the rest of the origin was read."
    return Problem("origin-unclear", where, what, fix, severity="warning")
