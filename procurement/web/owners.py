"""Everyone who stands behind a party, on any day, and whom of them a page shows on one."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from procurement.access import visible
from procurement.models import Control, Party, Stake, User

ROOMY = 24
"""Up to so many parties are shown whole; beyond, thin holders are folded into one entry."""
THICK = 0.249
"""An owner who may have a quarter or more of the party in effect is never folded; a ring settles
from below, so a little less will do."""
AT_ONCE = 500
"""Parties asked about in one query."""

Pair = tuple[int, int]
"""Ids of a holder and of the party it holds."""


@dataclass(slots=True)
class Hold:
    """What one party has of another on a day: stakes, and control by other means."""

    holder: Party
    held: int
    stakes: list[Stake] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    @property
    def pair(self) -> Pair:
        return self.holder.pk, self.held

    @property
    def weight(self) -> float:
        """The part that may pass through it: the largest share of one metric. Half or more, or
        any control, may pass all."""
        shares: dict[str, float] = {}
        for stake in self.stakes:
            shares[stake.metric] = shares.get(stake.metric, 0.0) + float(stake.high)
        most = max(shares.values(), default=0.0) / 100
        return 1.0 if self.controls or most >= 0.5 else most

    @property
    def words(self) -> str:
        """ "49 %, 10 to 25 % voting rights, golden share"."""
        return ", ".join(
            [*map(share_words, self.stakes), *map(control_words, self.controls)],
        )


def share_words(stake: Stake) -> str:
    """ "49 %" of equity, "10 to 25 % voting rights" of anything else."""
    low, high = f"{stake.low.normalize():f}", f"{stake.high.normalize():f}"
    words = [f"{low} %" if low == high else f"{low} to {high} %"]
    if stake.metric != Stake.Metric.EQUITY:
        words.append(stake.get_metric_display().lower())
    if stake.nature != Stake.Nature.PLAIN:
        words.append(f"({stake.get_nature_display().lower()})")
    return " ".join(words)


def control_words(control: Control) -> str:
    alleged = {None: " (alleged)", False: " (told not to hold)", True: ""}[control.holds]
    return f"{control.get_kind_display().lower()}{alleged}"


Holds = Mapping[int, list[Hold]]
"""Party → those who hold it on a day, the largest first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which something said of the owners begins or ends, and what, in words."""

    day: date
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The stakes and controls of everyone above a party, whenever they hold."""

    party: Party
    stakes: tuple[Stake, ...]
    controls: tuple[Control, ...]

    def on(self, day: date) -> Holds:
        """Who holds whom that day; a stake's last day is the one before `true_to`."""
        found: dict[Pair, Hold] = {}
        for stake in self.stakes:
            if _stands(stake, day):
                pair = (stake.holder_id, stake.held_id)
                found.setdefault(pair, Hold(stake.holder, stake.held_id)).stakes.append(stake)
        for control in self.controls:
            if _stands(control, day):
                pair = (control.controller_id, control.controlled_id)
                hold = found.setdefault(pair, Hold(control.controller, control.controlled_id))
                hold.controls.append(control)
        holds: dict[int, list[Hold]] = {}
        for hold in sorted(found.values(), key=lambda each: (-each.weight, each.holder.name)):
            holds.setdefault(hold.held, []).append(hold)
        return holds

    def turns(self) -> list[Turn]:
        """Every day, in order, on which the picture moves."""
        said: dict[date, list[str]] = {}
        for stake in self.stakes:
            what = f"{stake.holder}: {share_words(stake)} of {stake.held}"
            _note(said, stake, what)
        for control in self.controls:
            what = f"{control.controller}: {control_words(control)}, of {control.controlled}"
            _note(said, control, what)
        return [Turn(day, tuple(said[day])) for day in sorted(said)]


def _stands(fact: Stake | Control, day: date) -> bool:
    return (fact.true_from is None or fact.true_from <= day) and (
        fact.true_to is None or day < fact.true_to
    )


def _note(said: dict[date, list[str]], fact: Stake | Control, what: str) -> None:
    if fact.true_from is not None:
        said.setdefault(fact.true_from, []).append(f"{what} begins")
    if fact.true_to is not None:
        said.setdefault(fact.true_to, []).append(f"{what} has ended")


def behind(party: Party, *, user: User) -> Behind:
    """All that the person may see of who stands behind the party, at any remove, on any day."""
    stakes: list[Stake] = []
    controls: list[Control] = []
    seen, layer = {party.pk}, [party.pk]
    while layer:
        above: set[int] = set()
        for start in range(0, len(layer), AT_ONCE):
            here = layer[start : start + AT_ONCE]
            owned = visible(Stake.objects.select_related("holder", "held"), user)
            led = visible(Control.objects.select_related("controller", "controlled"), user)
            owning = list(owned.filter(held__in=here).order_by("pk"))
            leading = list(led.filter(controlled__in=here).order_by("pk"))
            above |= {each.holder_id for each in owning}
            above |= {each.controller_id for each in leading}
            stakes += owning
            controls += leading
        layer = sorted(above - seen)
        seen |= above
    return Behind(party, tuple(stakes), tuple(controls))


@dataclass(frozen=True, slots=True)
class More:
    """Thin holders of one party, folded into one entry. percent: what they hold of it
    together, at most."""

    held: Party
    count: int
    percent: str

    @property
    def words(self) -> str:
        return f"and {self.count} more"


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom a page shows: parties by id, the holds between them, and what is folded by the party
    held. total: parties that stand behind, shown or not."""

    party: Party
    parties: Mapping[int, Party]
    holds: Holds
    more: Mapping[int, More]
    total: int


def shown_of(party: Party, holds: Holds, deciding: Iterable[Pair] = ()) -> Shown:
    """Everyone where there is room; else every owner that could matter, and the way down from it.

    Never folded: who may have a quarter or more in effect, governments, and who is `deciding`.
    """
    effect, way = _effect(party.pk, holds)
    parties = {party.pk: party}
    for held in effect:
        parties |= {hold.holder.pk: hold.holder for hold in holds.get(held, ())}
    keep = set(parties)
    if len(parties) > ROOMY:
        keep = {party.pk} | {pk for pair in deciding for pk in pair if pk in parties}
        keep |= {pk for pk in parties if effect[pk] >= THICK or _is_government(parties[pk])}
        for pk in list(keep):
            while pk in way and way[pk] not in keep:
                pk = way[pk]
                keep.add(pk)
    kept = {
        held: [hold for hold in holds[held] if hold.holder.pk in keep]
        for held in keep
        if held in holds
    }
    more = {}
    for held in keep:
        folded = [hold for hold in holds.get(held, ()) if hold.holder.pk not in keep]
        if folded:
            percent = sum(hold.weight for hold in folded) * 100
            more[held] = More(parties[held], len(folded), f"{min(percent, 100):.4g} %")
    return Shown(party, {pk: parties[pk] for pk in keep}, kept, more, len(parties) - 1)


def _is_government(party: Party) -> bool:
    return party.kind == Party.Kind.GOVERNMENT or bool(party.government_of)


def _effect(party: int, holds: Holds) -> tuple[dict[int, float], dict[int, int]]:
    """What each owner may have of the party, at most, by all ways together; and the party that
    its shortest way down goes through. Rings settle, as each round adds less."""
    way: dict[int, int] = {}
    order, todo = [party], deque([party])
    while todo:
        held = todo.popleft()
        for hold in holds.get(held, ()):
            if hold.holder.pk != party and hold.holder.pk not in way:
                way[hold.holder.pk] = held
                order.append(hold.holder.pk)
                todo.append(hold.holder.pk)
    below: dict[int, list[Hold]] = {pk: [] for pk in order}
    for held in order:
        for hold in holds.get(held, ()):
            below[hold.holder.pk].append(hold)
    effect = dict.fromkeys(order, 0.0) | {party: 1.0}
    moved = set(order[1:])
    while moved:
        again: set[int] = set()
        for pk in order:
            if pk not in moved:
                continue
            worth = min(1.0, sum(hold.weight * effect[hold.held] for hold in below[pk]) + 1e-9)
            if worth > effect[pk] + 1e-6:
                effect[pk] = worth
                again |= {hold.holder.pk for hold in holds.get(pk, ())} - {party}
        moved = again
    return effect, way
