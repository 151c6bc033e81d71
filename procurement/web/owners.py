"""Who stands behind a party, as a nested list and as a picture of the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from procurement.access import visible
from procurement.models import Control, Party, Stake, User

MOST = 60
"""Parties in the picture and the list; a longer chain is followed from an owner's own page."""
DEPTH = 4
BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 200, 44, 24, 64


@dataclass(slots=True)
class Owner:
    """A party above another, by which share or control; above: who stands behind it in turn.

    again: it was shown already, higher up; what stands behind it is told there.
    """

    party: Party
    stakes: list[Stake] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    above: list["Owner"] = field(default_factory=list)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    party: Party
    x: int
    y: int
    lines: tuple[str, ...]
    itself: bool

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def foot(self) -> int:
        return self.y + BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Link:
    above: Box
    below: Box
    words: str

    @property
    def middle(self) -> tuple[int, int]:
        return (self.above.middle + self.below.middle) // 2, (self.above.foot + self.below.y) // 2


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: int
    height: int


def owners_of(party: Party, *, user: User, on: date) -> list[Owner]:
    """Who holds or controls the party on a day, each with who stands behind it, four links deep."""
    shown = {party.pk}
    root = Owner(party)
    layer = [root]
    for _ in range(DEPTH):
        below = {owner.party.pk: owner for owner in layer}
        layer = []
        for owner in _above(below, user, on):
            owner.again = owner.party.pk in shown
            if not owner.again and len(shown) < MOST:
                shown.add(owner.party.pk)
                layer.append(owner)
        if not layer:
            break
    return root.above


def _above(below: dict[int, Owner], user: User, on: date) -> Iterator[Owner]:
    stands = Q(true_from=None) | Q(true_from__lte=on)
    stands &= Q(true_to=None) | Q(true_to__gt=on)
    stakes = visible(Stake.objects.filter(stands, held__in=below), user).select_related("holder")
    controls = visible(Control.objects.filter(stands, controlled__in=below), user).select_related(
        "controller"
    )
    found: dict[tuple[int, int], Owner] = {}
    for stake in stakes.order_by("-high", "holder__name"):
        owner = found.setdefault((stake.held_id, stake.holder_id), Owner(stake.holder))
        owner.stakes.append(stake)
    for control in controls:
        key = (control.controlled_id, control.controller_id)
        found.setdefault(key, Owner(control.controller)).controls.append(control)
    for (held, _), owner in found.items():
        below[held].above.append(owner)
        yield owner


def picture_of(party: Party, owners: list[Owner]) -> Picture | None:
    """The same as boxes and lines, owners above; None where nobody is known to stand behind."""
    if not owners:
        return None
    layers: list[list[Party]] = [[party]]
    links: list[tuple[int, int, str]] = []
    seen = {party.pk}
    here = [(party, owners)]
    while here:
        layer, following = [], []
        for below, above in here:
            for owner in above:
                links.append((owner.party.pk, below.pk, _share(owner)))
                if owner.party.pk not in seen:
                    seen.add(owner.party.pk)
                    layer.append(owner.party)
                    following.append((owner.party, owner.above))
        if layer:
            layers.append(layer)
        here = following
    widest = max(map(len, layers))
    width = widest * (BOX_WIDTH + GAP_X) + GAP_X
    height = len(layers) * (BOX_HEIGHT + GAP_Y) - GAP_Y + 16
    boxes: dict[int, Box] = {}
    for depth, layer in enumerate(layers):
        y = height - 8 - BOX_HEIGHT - depth * (BOX_HEIGHT + GAP_Y)
        step = width / len(layer)
        for index, each in enumerate(layer):
            x = round(step * (index + 0.5) - BOX_WIDTH / 2)
            boxes[each.pk] = Box(each, x, y, _wrapped(each.name), each == party)
    drawn = tuple(
        Link(boxes[above], boxes[below], words)
        for above, below, words in dict.fromkeys(links)
        if boxes[above].y < boxes[below].y
    )
    return Picture(tuple(boxes.values()), drawn, width, height)


def _share(owner: Owner) -> str:
    shares = [
        f"{stake.low.normalize():f}"
        + ("" if stake.low == stake.high else f"–{stake.high.normalize():f}")
        + " %"
        + ("" if stake.metric == Stake.Metric.EQUITY else f" {stake.get_metric_display().lower()}")
        for stake in owner.stakes
    ]
    return ", ".join([*shares, *(control.get_kind_display().lower() for control in owner.controls)])


def _wrapped(name: str) -> tuple[str, ...]:
    """At most two lines of some 28 characters; the whole name is in the list beside."""
    words, lines = name.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > 27:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line if len(line) <= 28 else f"{line[:27]}…" for line in lines]
    return tuple(lines) if len(lines) <= 2 else (lines[0], f"{lines[1][:26]}…")
