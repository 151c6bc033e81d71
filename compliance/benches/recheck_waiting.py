"""How long a person waits for a small bill of materials, idle and while all lines are re-checked.

All of Cellgate runs, as `manage.py start` runs it: web pages, broker, both workers, timetable. A
person's program submits through the API, one after another, and each is timed from the call until
its verdicts are committed. Then every supplier moves in one statement, so that every line is to be
judged anew in bulk, and the same is done again while thousands of those lines wait.
"""

import json
import random
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.core.management import call_command
from django.db.models import F, Sum

from compliance.benches.intake import goal
from compliance.benches.made_portfolio import LINES, Portfolio, portfolio_load
from compliance.benches.recheck_ways import NOW
from compliance.models import Piece, Recheck, Work
from config.supervise import House
from config.walkthrough import Caller
from procurement.models import Bom, Change, Line, Membership, Party, Role, User
from procurement.services.recording import recorded
from procurement.services.tokens import token_create

Found = dict[str, Any]
SUBMISSIONS, FIRST = 200, 5
"""Submissions timed at most, and before them so many that are not: processes are up by then."""
LINES_SUBMITTED = 10
PAUSES = (0.1, 0.4)
"""Seconds between one submission and the next, so that they meet bulk work at any stage of it."""
LEAST_WAITING = 500
"""Lines in bulk while a submission counts as one under load."""
LOOK = 0.004
PATIENCE = 300.0
UNDER_LOAD, BEGUN = 2.0, 1.0


class Waited(NamedTuple):
    """Seconds from the call: until the first of it was begun, and until all was committed."""

    begun: float
    judged: float


def here(scale: float) -> None:
    """Measure this process's database; the last line printed is the result."""
    call_command("migrate", verbosity=0)
    made = Portfolio.of(scale) if Line.objects.exists() else portfolio_load(scale, NOW)
    Work.objects.all().delete()
    Piece.objects.all().delete()
    Recheck.objects.filter(state=Recheck.State.OPEN).update(state=Recheck.State.DONE)
    Change.objects.filter(relayed_at=None).update(relayed_at=NOW)
    bills_aside()
    house = House(lambda line: None)
    house.env["CELLGATE_DEMO"] = "1"  # http
    with house.running(None, demo=False):
        api = Caller(house.address, key_of_officer())
        purchase = Bom.objects.get(pk=1).procurement_id
        draw = random.Random(4)  # noqa: S311 - made-up data

        def one() -> Waited:
            time.sleep(draw.uniform(*PAUSES))
            return submitted(api, purchase, sheet(draw, made))

        many = SUBMISSIONS if made.lines >= LINES // 10 else SUBMISSIONS // 4
        for _ in range(FIRST):
            one()
        idle = [one() for _ in range(many)]
        before, touched = derived(), asked_for()
        bills_back()
        everything_moves(made)
        asked_after = in_bulk_after()
        loaded: list[Waited] = []
        begins = time.perf_counter()
        while len(loaded) < many and waiting() > LEAST_WAITING:
            loaded.append(one())
        seconds = time.perf_counter() - begins
        done, asked = derived() - before, asked_for() - touched
    found = {
        "idle": idle,
        "loaded": loaded,
        "asked": asked,
        "asked after": asked_after,
        "bulk a second": done / seconds,
    }
    print(json.dumps(found))


def key_of_officer() -> str:
    officer, _ = User.objects.get_or_create(email="officer@example.gov")
    Membership.objects.get_or_create(user=officer, organisation_id=1, role=Role.OFFICER)
    scopes = ("boms:read", "boms:write", "verdicts:read")
    return token_create(user=officer, name="a bench", scopes=scopes, days=1)[1]


def sheet(draw: random.Random, made: Portfolio) -> str:
    """A few parts of the portfolio, each time others."""
    rows = ["Level,Part Number,Manufacturer,Qty,Unit,Unit Cost (USD)"]
    for n in draw.sample(range(1, made.parts + 1), LINES_SUBMITTED):
        maker = Party.objects.get(pk=n % made.suppliers + 1).name
        rows.append(f'1,P-{n:06},"{maker}",{draw.randrange(1, 10_000)},EA,3.00')
    return "\n".join(rows) + "\n"


def submitted(api: Caller, purchase: int, text: str) -> Waited:
    """Submit through the API, and look until its last line is judged."""
    named = f"Waited for {uuid.uuid4()}"
    begins = time.perf_counter()
    answer = api.call(
        "POST",
        "boms",
        data={"name": named, "procurement": purchase},
        files={"file": ("waited.csv", text.encode(), "text/csv")},
    )
    bom = int(answer.json()["id"])
    begun = 0.0
    while True:
        left = list(Work.objects.filter(bom=bom).values_list("begun", flat=True))
        now = time.perf_counter() - begins
        if not begun and (not left or any(left)):
            begun = now
        if not left:
            break
        if now > PATIENCE:
            raise TimeoutError(f"{len(left)} lines of {named} are not judged")
        time.sleep(LOOK)
    if Line.objects.filter(bom=bom, verdicts=None).exists():
        raise ValueError(f"some line of {named} has no verdict")
    return Waited(begun, now)


def bills_aside() -> None:
    """Each bill is an earlier revision of the next, while nothing shall be re-checked: most were
    never judged, which the timetable would find as soon as it starts.
    """
    Bom.objects.update(state=Bom.State.JUDGED)
    Bom.objects.exclude(pk=1).update(supersedes=F("pk") - 1)


def bills_back() -> None:
    Bom.objects.exclude(supersedes=None).update(supersedes=None)


def everything_moves(made: Portfolio) -> None:
    """All suppliers in one statement, by a curator; the timetable's relay finds it."""
    with recorded(by=User.objects.get(pk=1), why="a bench"):
        suppliers = Party.objects.filter(pk__lte=made.suppliers)
        suppliers.update(business=F("incorporated"), incorporated="MX")


def waiting() -> int:
    return Work.objects.filter(queue="bulk", set_aside=False).count()


def derived() -> int:
    """Lines, and contractors, that re-checks have derived again; a person's own are not among
    them.
    """
    return Recheck.objects.aggregate(done=Sum("rederived"))["done"] or 0


def asked_for() -> int:
    """Lines that re-checks had to look at, those still waiting among them."""
    return Recheck.objects.aggregate(lines=Sum("touched"))["lines"] or 0


def in_bulk_after() -> float:
    """Wait until work lies in bulk; seconds by the clock. The relay goes on to ask for more."""
    begins = time.perf_counter()
    while waiting() <= LEAST_WAITING:
        seconds = time.perf_counter() - begins
        if seconds > PATIENCE:
            changes = Change.objects.filter(relayed_at=None).count()
            raise TimeoutError(
                f"after {seconds:.0f} s {waiting():,} lines wait in bulk; {changes:,} changes are "
                f"not taken, {Piece.objects.count():,} pieces not asked for"
            )
        time.sleep(0.1)
    return time.perf_counter() - begins


def shown(found: Found) -> Iterator[str]:
    """What a person waited, and the goals."""
    idle, loaded = ([Waited(*each) for each in found[key]] for key in ("idle", "loaded"))
    yield (
        f"  a person's {LINES_SUBMITTED} lines by the API, seconds by the clock"
        f"{'median':>10}{'p99':>8}{'begun, p99':>12}{'worst':>8}"
    )
    for name, waits in (("idle", idle), ("all lines re-checked", loaded)):
        judged, begun = [each.judged for each in waits], [each.begun for each in waits]
        yield (
            f"    {f'{name}, {len(waits)} times':<52}{statistics.median(judged):>8.3f}"
            f"{p99(judged):>8.3f}{p99(begun):>12.3f}{max(begun):>8.3f}"
        )
    done, asked = found["bulk a second"], found["asked"]
    yield (
        f"    meanwhile {done:,.0f} lines a second of {asked:,} in bulk, "
        f"the first of them asked for after {found['asked after']:.1f} s"
    )
    ratio = p99([each.judged for each in loaded]) / p99([each.judged for each in idle])
    yield goal(f"p99 under load at most {UNDER_LOAD:.0f} x idle", ratio, ratio <= UNDER_LOAD)
    slowest = max(each.begun for each in loaded)
    yield goal("each begun within a second, ms", slowest * 1000, slowest <= BEGUN)


def p99(seconds: Sequence[float]) -> float:
    """The least that 99 of 100 keep to."""
    ordered = sorted(seconds)
    return ordered[-(-99 * len(ordered) // 100) - 1]
