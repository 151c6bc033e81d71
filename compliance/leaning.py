"""What the verdicts on a line leaned on, read off the world they were derived from."""

from collections.abc import Iterable, Mapping

from compliance.law.roles import LISTS
from compliance.law.world import World
from compliance.recheck.affected import Anchor


class Leanings:
    """Anchors of each line of one world: its parts, its parties and all above them, the lists."""

    def __init__(self, world: World) -> None:
        self.above: dict[str, set[str]] = {}
        for stake in world.stakes:
            self.above.setdefault(stake.held, set()).add(stake.holder)
        for control in world.controls:
            self.above.setdefault(control.controlled, set()).add(control.controller)
        self.licensees = {
            licence.ref: licence.licensee for licence in world.licences if licence.licensee
        }

    def of(
        self, provenance: Mapping[str, tuple[str, ...]], parties: Mapping[str, str]
    ) -> set[Anchor]:
        """provenance and parties: as `assemble` gives them for the line."""
        refs = {ref for refs in provenance.values() for ref in refs} | set(parties.values())
        refs |= {self.licensees[ref] for ref in refs if ref in self.licensees}
        anchors = {Anchor("list", key) for key in LISTS}
        for ref in refs | self._upstream(refs):
            kind, _, key = ref.partition(":")
            if kind in ("party", "part"):
                anchors.add(Anchor(kind, key))
        return anchors

    def _upstream(self, refs: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        todo = list(refs)
        while todo:
            for holder in self.above.get(todo.pop(), ()):
                if holder not in seen:
                    seen.add(holder)
                    todo.append(holder)
        return seen
