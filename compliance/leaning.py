"""What the verdicts on a line leaned on, read off the world they were derived from."""

from collections.abc import Iterable, Mapping

from compliance.law.world import Procurement, World
from compliance.recheck.affected import ANY_LIST, Anchor


class Leanings:
    """Anchors of each line of one world: its parts, its parties and all above them, listed sisters
    of those and all above them, the lists.

    Parts are those of the line, of all lines below it and of those above, told of or not: what
    nobody has told of a part yet leaves no trace in a dossier, and still can be told tomorrow.
    """

    def __init__(self, world: World) -> None:
        self.above: dict[str, set[str]] = {}
        for stake in world.stakes:
            self.above.setdefault(stake.held, set()).add(stake.holder)
        for control in world.controls:
            self.above.setdefault(control.controlled, set()).add(control.controller)
        listed = sorted({identity.party for identity in world.identities if identity.same})
        self.kin = [{party, *self._upstream([party])} for party in listed]
        self.parent = {line.ref: line.parent for line in world.lines}
        self.part = {line.ref: line.part for line in world.lines}
        self.below: dict[str, list[str]] = {}
        for line in world.lines:
            if line.parent is not None:
                self.below.setdefault(line.parent, []).append(line.ref)
        self.maker = {part.ref: part.maker for part in world.parts}
        self.licensees = {
            licence.ref: licence.licensee for licence in world.licences if licence.licensee
        }

    def of(
        self, line: str, provenance: Mapping[str, tuple[str, ...]], parties: Mapping[str, str]
    ) -> set[Anchor]:
        """Whoever buys it. line: its ref, "" for the counterparty. provenance and parties: as
        `assemble` gives them for it.
        """
        refs = {ref for refs in provenance.values() for ref in refs} | set(parties.values())
        refs |= {self.licensees[ref] for ref in refs if ref in self.licensees}
        refs |= {self.part[each] for each in self._family(line)}
        return self._reached(refs)

    def bought(self, purchase: Procurement) -> set[Anchor]:
        """Of a purchase: parts that waivers name by number and maker, in every line's dossier
        alike."""
        waived = {each.subject for each in purchase.waivers}
        waived |= {each.part for each in purchase.grounds if each.part is not None}
        named = waived & self.maker.keys()
        makers = {self.maker[each] for each in named}
        return self._reached(named | {each for each in makers if each is not None})

    def _reached(self, refs: set[str]) -> set[Anchor]:
        refs = refs | self._upstream(refs)
        refs = refs.union(*(kin for kin in self.kin if kin & refs))
        anchors = {ANY_LIST}
        for ref in refs:
            kind, _, key = ref.partition(":")
            if kind in ("party", "part"):
                anchors.add(Anchor(kind, key))
        return anchors

    def _family(self, line: str) -> set[str]:
        """The line, all below it, and those above it."""
        if line not in self.parent:
            return set()
        found, todo = set(), [line]
        while todo:
            found.add(todo[-1])
            todo += self.below.get(todo.pop(), ())
        above = self.parent[line]
        while above is not None:
            found.add(above)
            above = self.parent[above]
        return found

    def _upstream(self, refs: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        todo = list(refs)
        while todo:
            for holder in self.above.get(todo.pop(), ()):
                if holder not in seen:
                    seen.add(holder)
                    todo.append(holder)
        return seen
