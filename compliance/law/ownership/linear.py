"""The least solution of linear equations whose coefficients are never negative, exactly."""

from collections.abc import Mapping
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)

Rows = Mapping[str, Mapping[str, Fraction]]


def rise(rows: Rows, rest: Mapping[str, Fraction]) -> tuple[dict[str, Fraction], set[str]]:
    """The least y ≥ 0 with y[p] = sum of rows[p][q] × y[q], plus rest[p], for every p.

    Returns the values that are finite and the set of those that grow without end: when a loop gives
    back as much as it takes, a first drop is enough. `rest` is never negative.
    """
    wet = _reached(rows, {party for party, amount in rest.items() if amount})
    endless: set[str] = set()
    while True:
        system = {
            party: {other: share for other, share in rows[party].items() if other in wet}
            for party in rows
            if party in wet and party not in endless
        }
        found, loop = _eliminate(system, {party: rest[party] for party in system})
        if loop is None:
            dry = dict.fromkeys(rest.keys() - endless, ZERO)
            return {**dry, **found}, endless
        # Everyone who holds on to the loop grows with it.
        endless |= _reached(rows, {loop}) & wet


def _reached(rows: Rows, start: set[str]) -> set[str]:
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


def _eliminate(
    system: dict[str, dict[str, Fraction]], rest: dict[str, Fraction]
) -> tuple[dict[str, Fraction], str | None]:
    """Gauss, those with the fewest holders first. Stops at a loop that gives back all it takes."""
    order = sorted(system, key=lambda party: (len(system[party]), party))
    place = {party: k for k, party in enumerate(order)}
    users: dict[str, set[str]] = {}
    for party, shares in system.items():
        for other in shares:
            users.setdefault(other, set()).add(party)
    for party in order:
        shares = system[party]
        kept = ONE - shares.pop(party, ZERO)
        if kept <= 0:
            return {}, party
        for other in shares:
            shares[other] /= kept
        rest[party] /= kept
        for user in users.get(party, ()):
            if place[user] <= place[party]:
                continue
            share = system[user].pop(party)
            rest[user] += share * rest[party]
            for other, amount in shares.items():
                system[user][other] = system[user].get(other, ZERO) + share * amount
                users.setdefault(other, set()).add(user)
    values: dict[str, Fraction] = {}
    for party in reversed(order):
        values[party] = rest[party] + sum(
            (share * values[other] for other, share in system[party].items()), ZERO
        )
    return values, None
