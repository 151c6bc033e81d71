"""The least solution of capped linear equations whose coefficients are never negative, exactly."""

from collections.abc import Mapping
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)

Rows = Mapping[str, Mapping[str, Fraction]]
Values = dict[str, Fraction]


def rise(rows: Rows, rest: Mapping[str, Fraction], caps: Mapping[str, Fraction]) -> Values:
    """The least y ≥ 0 with y[p] = min(caps[p], sum of rows[p][q] × y[q] + rest[p]) for every p.

    `rest` is never negative, caps are above zero. Whoever leans on no rest at all stays at zero.
    """
    wet = _reached(rows, [party for party, amount in rest.items() if amount])
    system = {
        party: {other: share for other, share in rows[party].items() if other in wet}
        for party in rows
        if party in wet
    }
    try:
        found = _eliminate(system, rest)
        if any(found[party] > caps[party] for party in found):
            found = _capped(system, rest, caps)
    except Endless:
        found = _capped(system, rest, caps)
    return {**dict.fromkeys(rows, ZERO), **found}


def _capped(system: Rows, rest: Mapping[str, Fraction], caps: Mapping[str, Fraction]) -> Values:
    """From above: let go, step by step, of those whose cap is more than they are given.

    Every party here leans on some rest, so that there is one solution only, and the way down from
    the caps ends at the least one.
    """
    capped = set(system)
    values = {party: caps[party] for party in system}
    while True:
        free = {
            party for party in capped if rest[party] + _sum(system[party], values) < caps[party]
        }
        if not free:
            return values
        capped -= free
        inner = {
            party: {other: share for other, share in shares.items() if other not in capped}
            for party, shares in system.items()
            if party not in capped
        }
        outer = {
            party: rest[party]
            + sum((share * caps[o] for o, share in system[party].items() if o in capped), ZERO)
            for party in inner
        }
        # Never endless: who is let go of is given less than it had, so that no loop can grow.
        values |= _eliminate(inner, outer)


def _sum(shares: Mapping[str, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    return sum((share * values[other] for other, share in shares.items()), ZERO)


def _reached(rows: Rows, start: list[str]) -> set[str]:
    """Whoever leans, at any remove, on one of `start`."""
    leaning: dict[str, list[str]] = {}
    for party, shares in rows.items():
        for other in shares:
            leaning.setdefault(other, []).append(party)
    seen, frontier = set(start), list(start)
    while frontier:
        for party in leaning.get(frontier.pop(), ()):
            if party not in seen:
                seen.add(party)
                frontier.append(party)
    return seen


class Endless(ArithmeticError):
    """A loop gives back all that it takes, so that whatever enters it grows without end."""


def _eliminate(rows: Rows, given: Mapping[str, Fraction]) -> Values:
    """Gauss, those with the fewest holders first; `Endless` where there is no finite solution."""
    system = {party: dict(shares) for party, shares in rows.items()}
    rest = {party: given[party] for party in rows}
    order = sorted(system, key=lambda party: (len(system[party]), party))
    users: dict[str, set[str]] = {}
    for party, shares in system.items():
        for other in shares:
            users.setdefault(other, set()).add(party)
    done: set[str] = set()
    for party in order:
        shares = system[party]
        kept = ONE - shares.pop(party, ZERO)
        if kept <= 0:
            raise Endless(party)
        done.add(party)
        for other in shares:
            shares[other] /= kept
        rest[party] /= kept
        for user in users.get(party, set()) - done:
            share = system[user].pop(party)
            rest[user] += share * rest[party]
            for other, amount in shares.items():
                system[user][other] = system[user].get(other, ZERO) + share * amount
                users[other].add(user)
    values: Values = {}
    for party in reversed(order):
        values[party] = rest[party] + _sum(system[party], values)
    return values
