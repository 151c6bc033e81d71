"""The least fixed point of the tier arithmetic, exactly, with bounds for what is not known.

A link of one half or more passes what the holder has in full; below, it multiplies; links add up,
to one at most; and whoever has one half or more counts as having all (law.md 3.4). Holders may own
each other: then the rule's least solution is meant, which always exists, because owning more
never gives less.

The rule jumps at one half, so plain iteration may creep up to a jump for ever. Instead each ring
of cross-holdings is solved as linear equations, capped at one; whoever reaches one half counts as
one from then on, and the rest is solved again. No step leaves the values that lie below the least
solution, so the last step is that solution.

Where shares lie between bounds, the upper end takes the most of each party's holders by itself. It
is never too low. Inside a ring of cross-holdings it may be higher than any one completion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from compliance.law.answers import Answer
from compliance.law.ownership.components import components
from compliance.law.ownership.linear import rise

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)

LARGEST_RING = 500
"""A ring of more parties than this is not settled here: zero at least, one at most, and flagged."""

Values = dict[str, Fraction]
Weights = tuple[dict[str, Fraction], Fraction]
"""What each holder's value is multiplied by, and what is added to the sum."""


@dataclass(frozen=True, slots=True)
class Link:
    """`holder` has at least `low` and at most `high`; one link for each holder.

    control: control other than by shares, which passes all that the holder has.
    """

    holder: str
    low: Fraction
    high: Fraction
    control: Answer = Answer.NO

    @property
    def grows(self) -> bool:
        """More of the share would pass more of the interest."""
        return self.control is Answer.NO and _passes(self.low) != ONE


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds one party. `open`: the part that anyone may hold, at most.

    joint: the shares and the open part cannot exceed one together (options can: they dilute).
    """

    links: tuple[Link, ...] = ()
    open: Fraction = ONE
    joint: bool = True


@dataclass(frozen=True, slots=True)
class Bounds:
    """A value that is not known exactly lies between these, both included."""

    low: Fraction
    high: Fraction

    def reaches(self, threshold: Fraction) -> Answer:
        """At the threshold is enough; UNKNOWN only where the bounds lie on both sides of it."""
        if self.low >= threshold:
            return Answer.YES
        return Answer.UNKNOWN if self.high >= threshold else Answer.NO

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def attributed(
    helds: Mapping[str, Held], low: Mapping[str, Fraction], high: Mapping[str, Fraction]
) -> dict[str, Bounds]:
    """What the sources hold of every party, as bounds that no completion of the facts can leave.

    low, high: values that stand from the start (one for a source, zero for who is certainly none),
    at the least and at the most that the facts allow. Everyone else is computed; a party of whose
    holders nothing is said may be anybody's: zero at least, one at most.
    """
    least = solve(helds, low, lowest=True)
    most = solve(helds, high, lowest=False)
    return {
        party: Bounds(least.get(party, ZERO), most.get(party, ONE))
        for party in {
            *least,
            *most,
            *(link.holder for held in helds.values() for link in held.links),
        }
    }


def weigh(held: Held, values: Mapping[str, Fraction], *, lowest: bool) -> Fraction:
    """What one party's holders give it, theirs being `values`: between zero and one."""
    raised = {link.holder: _raised(values[link.holder]) for link in held.links}
    return min(ONE, _worth(_weights(held, raised, lowest=lowest), raised))


def closed_in(ring: list[str], helds: Mapping[str, Held]) -> set[str]:
    """Those of a ring who own each other whole, with nobody behind them: they may be anybody's.

    All of each is held by the others, and nobody else controls it.
    """
    found = set(ring)
    while open_ := {party for party in found if not _is_held_within(helds[party], found)}:
        found -= open_
    return found


def _is_held_within(held: Held, group: set[str]) -> bool:
    """The group holds all of it, and nobody else controls it."""
    inside = sum((link.low for link in held.links if link.holder in group), ZERO)
    return inside >= ONE and not any(
        link.control is Answer.YES and link.holder not in group for link in held.links
    )


def _raised(value: Fraction) -> Fraction:
    return ONE if value >= HALF else value


def _passes(share: Fraction) -> Fraction:
    return ONE if share >= HALF else share


def _worth(weights: Weights, raised: Mapping[str, Fraction]) -> Fraction:
    shares, constant = weights
    return constant + sum((share * raised[holder] for holder, share in shares.items()), ZERO)


def _weights(held: Held, raised: Mapping[str, Fraction], *, lowest: bool) -> Weights:
    """The shares, within their bounds, that give least or most with the holders at `raised`."""
    links = held.links
    if lowest:
        sure = Answer.YES
        shares, constant = {link.holder: _passes(link.low) for link in links}, ZERO
    else:
        sure = Answer.UNKNOWN
        if not held.joint:
            shares = {link.holder: _passes(link.high) for link in links}
            constant = _passes(held.open)
        else:
            shares, constant = _best(held, raised)
    for link in links:
        if link.control >= sure:
            shares[link.holder] = ONE
    return shares, constant


def _best(held: Held, raised: Mapping[str, Fraction]) -> Weights:
    room = max(ZERO, ONE - sum((link.low for link in held.links), ZERO))
    if all(link.low == link.high for link in held.links):
        shares = {link.holder: _passes(link.low) for link in held.links}
        return shares, _passes(min(held.open, room))
    able = [link for link in held.links if link.grows and link.high >= HALF]
    # Shares add up to one, so two at most can be brought to one half.
    pairs = [(one, two) for place, one in enumerate(able) for two in able[place + 1 :]]
    choices: list[tuple[Link, ...]] = [(), *((one,) for one in able), *pairs]
    options = [
        _fill(held, lifted, room - needed, raised)
        for lifted in choices
        if (needed := sum((HALF - link.low for link in lifted), ZERO)) <= room
    ]
    return max(options, key=lambda option: _worth(option, raised))


def _fill(
    held: Held, lifted: tuple[Link, ...], room: Fraction, raised: Mapping[str, Fraction]
) -> Weights:
    """`lifted` at one half each; then the room goes to whoever makes most of it."""
    part = min(held.open, room)  # the open part counts in full: nobody makes more of the room
    room -= part
    shares = {}
    for link in sorted(held.links, key=lambda each: raised[each.holder], reverse=True):
        if link in lifted:
            shares[link.holder] = ONE
            continue
        more = min(link.high - link.low, room) if link.grows else ZERO
        room -= more
        shares[link.holder] = _passes(link.low + more)
    return shares, _passes(part)


def solve(helds: Mapping[str, Held], given: Mapping[str, Fraction], *, lowest: bool) -> Values:
    """One end of the bounds of every party; see `attributed`."""
    values: Values = dict(given)
    edges = {
        party: [link.holder for link in held.links]
        for party, held in helds.items()
        if party not in given
    }
    for ring in components(edges):
        party = ring[0]
        if len(ring) > 1 or party in edges.get(party, ()):
            if len(ring) > LARGEST_RING:
                values.update(dict.fromkeys(ring, ZERO if lowest else ONE))
            else:
                closed = set() if lowest else closed_in(ring, helds)
                values.update(dict.fromkeys(closed, ONE))
                rest = [member for member in ring if member not in closed]
                _solve_ring(rest, helds, values, lowest=lowest)
        elif party in edges:
            values[party] = weigh(helds[party], values, lowest=lowest)
        elif party not in given:
            values[party] = ZERO if lowest else ONE
    return values


def _solve_ring(
    ring: list[str], helds: Mapping[str, Held], values: Values, *, lowest: bool
) -> None:
    """Add the values of one ring; those of its holders outside are there already."""
    members = set(ring)
    settled: set[str] = set()  # at one half or more: count as one
    values.update(dict.fromkeys(ring, ZERO))
    while True:
        chosen = {}
        rest = {}
        for party in ring:
            if party in settled:
                continue
            seen = {
                link.holder: ONE if link.holder in settled else _raised(values[link.holder])
                for link in helds[party].links
            }
            shares, constant = _weights(helds[party], seen, lowest=lowest)
            chosen[party] = {
                holder: share
                for holder, share in shares.items()
                if share and holder in members and holder not in settled
            }
            rest[party] = _worth((shares, constant), seen) - values[party]
        caps = {party: ONE - values[party] for party in chosen}
        steps = rise(chosen, rest, caps)
        for party, step in steps.items():
            values[party] += step
        reached = {party for party in steps if _raised(values[party]) == ONE}
        settled |= reached
        if not any(steps.values()):
            break
    final = {**values, **dict.fromkeys(settled, ONE)}
    for party in ring:
        values[party] = weigh(helds[party], final, lowest=lowest)
