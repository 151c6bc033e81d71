"""One limb of 10 U.S.C. 4865, the same arithmetic three times: ours, a plain loop, openfisca-core.

Asked of each battery: has (b) begun for its program on the day; is a functional cell component
from a foreign entity of concern (a); are more than 95 percent of component costs from elsewhere
(c)(1)(A)(ii). Ours asks the rule's own clauses, which also gather what each answer rests on and
what is missing; the other two get bare numbers, and give bare numbers.
"""

import json
import random
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from django.conf import settings

from compliance.law.asking import Gathered
from compliance.law.facts import Dossier, Use
from compliance.law.rule import Case
from compliance.law.rules.usc10_4865 import (
    ENACTED,
    EXISTING_FROM,
    NEW_FROM,
    STANDARD_FROM,
    begun_for_its_category,
    components_from_feoc,
)
from compliance.law.rules.usc10_4865_unless import MORE_THAN_PERCENT, share_outside

NO, UNKNOWN, YES = 0, 1, 2
INPUTS = 4
OPENFISCA = "openfisca-core==46.0.1"
SCRIPT = Path(__file__).parent / "openfisca_limb.py"

Told = tuple[int, int, int]
"""The three answers of the limb, as whole numbers."""


class PeerMissing(Exception):
    """A program to compare with cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Battery:
    """What the plain loop is told. milestone: the day of Milestone B, as an ordinal. costs: in
    cents. concerns: 0 no, 1 not known, 2 yes."""

    milestone: int
    systems: int
    executives: int
    costs: tuple[int, ...]
    concerns: tuple[int, ...]


def batteries(count: int, seed: int = 842) -> list[Battery]:
    """Every kind of program and of answer, and in one of eight the share is 95 percent exactly."""
    choose = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    made = []
    for number in range(count):
        year = choose.choice((2019, 2024, 2025, 2026, 2027))
        costs = [choose.randrange(1, 10_000) for _ in range(INPUTS)]
        concerns = choose.choices((NO, UNKNOWN, YES), (12, 2, 2), k=INPUTS)
        if number % 8 == 0:
            costs[0] = 19 * sum(costs[1:])
            concerns = [NO, *choose.choices((UNKNOWN, YES), k=INPUTS - 1)]
        made.append(
            Battery(
                date(year, 12, choose.randrange(16, 21)).toordinal(),
                choose.randrange(1, 4),
                choose.randrange(1, 3),
                tuple(costs),
                tuple(concerns),
            )
        )
    return made


def dossiers(told: list[Battery], shape: Dossier, uses: tuple[Use, Use, Use]) -> list[Dossier]:
    """The same batteries as dossiers. shape: one battery with INPUTS inputs, everything told.
    uses: a party that is none, may be, and is of concern."""
    unit = shape.part.units[0]
    found = []
    for each in told:
        inputs = tuple(
            known._replace(
                cost=Decimal(cost) / 100,
                source=uses[concern],
                steps=tuple(step._replace(by=uses[concern]) for step in known.steps or ()),
            )
            for known, cost, concern in zip(
                unit.inputs or (), each.costs, each.concerns, strict=True
            )
        )
        part = replace(shape.part, units=(unit._replace(inputs=inputs),))
        bought = replace(
            shape.procurement,
            program="acquisition",
            milestone_b=date.fromordinal(each.milestone),
            weapons_systems=each.systems,
            portfolio_executives=each.executives,
        )
        found.append(Dossier(part, bought, shape.readings))
    return found


def ours(asked: list[Dossier], on: date) -> list[Told]:
    """The rule's clauses on each dossier."""
    found = []
    for dossier in asked:
        case, unit = Case(dossier, on), dossier.part.units[0]
        begun = begun_for_its_category(case).answer
        concern = components_from_feoc(case, unit, Gathered())
        share = share_outside(case, unit, Gathered())
        found.append((int(begun), int(concern), int(share)))
    return found


def plain(asked: list[Battery], on: date) -> list[Told]:
    """As one would write it: a loop over dataclasses."""
    enacted, day = ENACTED.toordinal(), on.toordinal()
    new, standard, existing = (
        each.toordinal() for each in (NEW_FROM, STANDARD_FROM, EXISTING_FROM)
    )
    found = []
    for each in asked:
        begins = existing if each.milestone < enacted else new
        if each.systems > 1 and each.executives != 1:
            begins = min(begins, standard)
        low = high = total = 0
        for cost, concern in zip(each.costs, each.concerns, strict=True):
            total += cost
            if concern == NO:
                low += cost
            if concern != YES:
                high += cost
        share = YES if low * 100 > total * MORE_THAN_PERCENT else NO
        if share == NO and high * 100 > total * MORE_THAN_PERCENT:
            share = UNKNOWN
        found.append((YES if day >= begins else NO, max(each.concerns), share))
    return found


def openfisca(asked: list[Battery], on: date) -> tuple[list[Told], float]:
    """The same in openfisca-core, in a process of its own; and the seconds its calculation took,
    less the handing over of its inputs. Raises PeerMissing."""
    told = {
        "day": on.isoformat(),
        "enacted": ENACTED.toordinal(),
        "begins": [each.toordinal() for each in (NEW_FROM, STANDARD_FROM, EXISTING_FROM)],
        "percent": MORE_THAN_PERCENT,
        "milestone": [each.milestone for each in asked],
        "systems": [each.systems for each in asked],
        "executives": [each.executives for each in asked],
        "costs": [each.costs for each in asked],
        "concerns": [each.concerns for each in asked],
    }
    done = subprocess.run(  # noqa: S603 - our own script
        [openfisca_python(), SCRIPT],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PeerMissing(f"it failed: {done.stderr.strip().splitlines()[-1]}")
    answer = json.loads(done.stdout)
    found = zip(answer["begun"], answer["concern"], answer["share"], strict=True)
    return [tuple(each) for each in found], answer["seconds"]


def openfisca_python() -> Path:
    """The interpreter of a throw-away environment with openfisca-core, made where there is none.

    Apart from our own, because its needs are not ours. Raises PeerMissing.
    """
    place = Path(settings.VAR) / "bench" / "openfisca"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (place / "complete").exists():
        venv.create(place, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        done = subprocess.run(  # noqa: S603 - pip, with two names of our own
            [*install, OPENFISCA, f"numpy=={np.__version__}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PeerMissing(
                f"{OPENFISCA} could not be installed (is there a network?): "
                f"{done.stderr.strip().splitlines()[-1]}"
            )
        (place / "complete").touch()
    return python


def timed(work: Callable[[], list[Told]]) -> tuple[list[Told], float]:
    begins = time.process_time()
    found = work()
    return found, time.process_time() - begins
