"""Which holdings decide that a party is a foreign entity of concern: the path a reader looks for.

The standing comes from `feoc`; here nothing is judged. Of all holdings that a met prong rests on,
the fewest, largest first, that meet it by themselves.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from compliance.law.answers import Answer
from compliance.law.feoc import LISTS, METRICS, FeocIndex
from compliance.law.ownership.fixed_point import HALF, ONE, ZERO, Link
from compliance.law.ownership.shares import PASSES_ALL, in_force
from compliance.law.ownership.tiers import tiers_on
from compliance.law.world import ControlKind, Metric

Pair = tuple[str, str]
"""Refs of a holder and of the party it holds."""


def deciding(index: FeocIndex, party: str, on: date) -> frozenset[Pair]:
    """The links that meet a prong, as the standing of that day has it. Empty where no prong is met,
    or where what meets it is said of the party itself: its country, its own name on a list."""
    standing = index.standing(party, on)
    if standing.answer is not Answer.YES:
        return frozenset()
    pairs: set[Pair] = set()
    for prong in standing.fired:
        listed = next((key for key, _, says in LISTS if says == prong.says), None)
        if listed is not None:
            pairs |= _to_listed(index, party, listed, on)
    threshold = tiers_on(on).threshold
    itself = index.ledger.government(party, on) is Answer.YES
    for metric in METRICS if not itself else ():
        if index.ledger.of(party, on, metric, "governments").low >= threshold:
            pairs |= _enough(index, party, metric, threshold, on)
    for control in index.shares.controls.get(party, ()):
        is_kin = control.kind is ControlKind.FAMILY
        if is_kin and control.holds and in_force(control, on):
            if index.ledger.government(control.controller, on) is Answer.YES:
                pairs.add((control.controller, party))
        elif (
            control.kind is ControlKind.CONTRACT
            and control.holds
            and in_force(control, on)
            and control.controller != party
            and index.entity(control.controller, on).answer is Answer.YES
        ):
            pairs.add((control.controller, party))
    return frozenset(pairs)


def _enough(
    index: FeocIndex, party: str, metric: Metric, threshold: Fraction, on: date
) -> set[Pair]:
    """From the party up to governments, the largest parts first, until they make the threshold."""
    helds = index.ledger.helds(on, metric)
    pairs: set[Pair] = set()
    needed: dict[str, Fraction] = {}
    todo = deque([(party, threshold)])

    def has(ref: str) -> Fraction:
        return _raised(index.ledger.of(ref, on, metric, "governments").low)

    while todo:
        held, need = todo.popleft()
        if needed.get(held, ZERO) >= need or held not in helds:
            continue
        if held in needed:  # met again, by another way: all that it has will do
            need = ONE
        needed[held] = need
        if held != party and index.ledger.government(held, on) is Answer.YES:
            continue
        parts = [(_passes(link) * has(link.holder), link) for link in helds[held].links]
        parts.sort(key=lambda each: (-each[0], each[1].holder))
        so_far, taken = ZERO, []
        for worth, link in parts:
            if so_far >= need or not worth:
                break
            so_far += worth
            taken.append((worth, link))
        for worth, link in taken:
            pairs.add((link.holder, held))
            rest = max(ZERO, need - (so_far - worth)) / _passes(link)
            todo.append((link.holder, min(rest, HALF)))  # half is passed on as the whole
    return pairs


def _passes(link: Link) -> Fraction:
    return ONE if link.control is Answer.YES else _raised(link.low)


def _raised(value: Fraction) -> Fraction:
    return ONE if value >= HALF else value


def _to_listed(
    index: FeocIndex, party: str, key: str, on: date, seen: frozenset[str] = frozenset()
) -> set[Pair]:
    """The shortest way up to a listed name through majorities and control, or the listed holders
    who have a majority only together; none where it is the party that is named."""
    if index.listed(party, key, on).how not in ("subsidiary", "successor"):
        return set()

    def up(ref: str) -> Iterable[str]:
        for metric in METRICS:
            for link in index.shares.held(ref, on, metric).links:
                if link.low > HALF or link.control is Answer.YES:
                    yield link.holder
        for control in index.shares.controls.get(ref, ()):
            kinds = (*PASSES_ALL, ControlKind.SUCCESSOR)
            if control.kind in kinds and control.holds and in_force(control, on):
                yield control.controller

    way = _shortest(party, up, lambda ref: index.listed(ref, key, on).how == "named")
    return way or _together(index, party, key, on, seen | {party})


def _together(index: FeocIndex, party: str, key: str, on: date, seen: frozenset[str]) -> set[Pair]:
    """The listed holders with the largest sum on one metric, and how each comes to be listed.

    seen: parties whose own holders these are; they are not asked again, so that a ring ends.
    """
    sums = [
        {
            link.holder: link.low
            for link in index.shares.held(party, on, metric).links
            if link.low
            and link.holder not in seen
            and index.listed(link.holder, key, on).answer is Answer.YES
        }
        for metric in METRICS
    ]
    theirs = max(sums, key=lambda shares: sum(shares.values()))
    ways = (_to_listed(index, holder, key, on, seen) for holder in theirs)
    return {(holder, party) for holder in theirs}.union(*ways)


def _shortest(
    start: str, up: Callable[[str], Iterable[str]], is_end: Callable[[str], bool]
) -> set[Pair]:
    came: dict[str, str] = {}
    todo = deque([start])
    while todo:
        held = todo.popleft()
        if held != start and is_end(held):
            pairs = set()
            while held != start:
                pairs.add((held, came[held]))
                held = came[held]
            return pairs
        for holder in up(held):
            if holder != start and holder not in came:
                came[holder] = held
                todo.append(holder)
    return set()
