"""Who stands behind a party, as an outline to read and as a picture of the same."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from config.pages import told
from procurement.models import Party
from procurement.web.owners import Behind, Hold, More, Pair, Shown, Turn, shown_of

BOX_WIDTH, BOX_HEIGHT, GAP = 200, 44, 24
PER_ROW = 5
ROW_GAP, LABEL_STEP = 40, 15
"""Between rows: so much, and one step for each label under a box."""
LONGEST_LABEL = 30


@dataclass(slots=True)
class Entry:
    """One line of the outline: a holder, or a fold. ends: lists that end after it."""

    depth: int
    hold: Hold | None = None
    more: More | None = None
    decides: bool = False
    again: bool = False
    ring: bool = False
    opens: bool = False
    leaf: bool = True
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """party None: a fold of `more`. decides: it is on the path that decides."""

    x: int
    y: int
    lines: tuple[str, ...]
    party: Party | None = None
    more: More | None = None
    itself: bool = False
    decides: bool = False

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def foot(self) -> int:
        return self.y + BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    words: str
    x: int
    y: int
    decides: bool = False
    ring: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OwnersView:
    """What the supplier's page shows of its owners on one day.

    days: the steps of the slider; step: the one that is shown. today: the day the page was asked.
    """

    party: Party
    on: date
    today: date
    days: tuple[date, ...]
    turns: tuple[Turn, ...]
    shown: Shown
    outline: tuple[Entry, ...]
    picture: Picture | None

    @property
    def step(self) -> int:
        return self.days.index(self.on)

    @property
    def last_step(self) -> int:
        return len(self.days) - 1


def day_asked(owned: Behind, asked: QueryDict, today: date) -> date | None:
    """The day that an address asks for: `on` in ISO; or a `step` of the slider, which was drawn
    with the day `beside` among its days; else today.

    None: it asks for what is no day.
    """
    step = told(asked, "step")
    day = told(asked, "beside" if step else "on")
    try:
        on = date.fromisoformat(day) if day else today
    except ValueError:
        return None
    if step:
        days = _days(owned, today, on)
        place = int(step) if step.isascii() and step.isdigit() and len(step) < 9 else len(days)
        return days[place] if place < len(days) else None
    return on


def _days(owned: Behind, *more: date) -> list[date]:
    return sorted({*more, *(turn.day for turn in owned.turns())})


def owners_view(
    owned: Behind, *, on: date, today: date, deciding: Collection[Pair] = ()
) -> OwnersView:
    """deciding: the links, holder and held, that decide the party's standing that day."""
    shown = shown_of(owned.party, owned.on(on), deciding)
    return OwnersView(
        party=owned.party,
        on=on,
        today=today,
        days=tuple(_days(owned, today, on)),
        turns=tuple(owned.turns()),
        shown=shown,
        outline=tuple(outline_of(shown, deciding)),
        picture=picture_of(shown, deciding),
    )


def outline_of(shown: Shown, deciding: Collection[Pair] = ()) -> list[Entry]:
    """The nested list, flat: however deep the chain, a page writes it in one loop."""
    entries: list[Entry] = []
    told = {shown.party.pk}
    todo: list[tuple[int, Hold | More, frozenset[int]]] = []

    def push(held: int, depth: int, below: frozenset[int]) -> None:
        more = shown.more.get(held)
        if more is not None:
            todo.append((depth, more, below))
        todo.extend((depth, hold, below) for hold in reversed(shown.holds.get(held, [])))

    push(shown.party.pk, 0, frozenset({shown.party.pk}))
    while todo:
        depth, each, below = todo.pop()
        if isinstance(each, More):
            entries.append(Entry(depth, more=each))
            continue
        pk = each.holder.pk
        decides = each.pair in deciding
        entries.append(Entry(depth, each, None, decides, again=pk in told, ring=pk in below))
        if pk not in told:
            told.add(pk)
            push(pk, depth + 1, below | {pk})
    for place, entry in enumerate(entries):
        before = entries[place - 1].depth if place else -1
        after = entries[place + 1].depth if place + 1 < len(entries) else -1
        entry.opens = entry.depth > before
        entry.leaf = after <= entry.depth
        entry.ends = "x" * (max(0, entry.depth - max(after, 0)))
    return entries


def picture_of(shown: Shown, deciding: Collection[Pair] = ()) -> Picture | None:
    """Owners above, the party at the foot, what decides on the left.

    None where nobody is known to stand behind it.
    """
    if not shown.holds and not shown.more:
        return None
    order, depths = _layers(shown)
    on_path = {pk for pair in deciding for pk in pair}
    rows: list[list[int]] = []
    shifts: list[int] = []
    folds: list[int] = []
    for depth in range(max(depths.values()) + 2):
        held = [pk for pk in order if depths[pk] == depth]
        layer = [*sorted(held, key=lambda pk: pk not in on_path), *folds]
        split = [layer[at : at + PER_ROW] for at in range(0, len(layer), PER_ROW)]
        rows += split
        # Lines from a layer's further rows pass between the boxes of the row below.
        shifts += [(BOX_WIDTH + GAP) // 2 * (place % 2) for place in range(len(split))]
        folds = [-pk for pk in held if pk in shown.more]  # minus: the fold above the one it holds
    down: dict[int, list[Hold]] = {}
    for hold in (hold for held in order for hold in shown.holds.get(held, ())):
        down.setdefault(hold.holder.pk, []).append(hold)
    width = max(map(len, rows)) * (BOX_WIDTH + GAP) + 2 * GAP + max(shifts)
    gaps = [
        ROW_GAP + LABEL_STEP * max(len(down.get(pk, ())) if pk > 0 else 1 for pk in row)
        for row in rows
    ]
    foot = gaps[0] if shown.party.pk in down else 8
    height = 8 + sum(gaps[1:]) + len(rows) * BOX_HEIGHT + foot
    boxes: dict[int, Box] = {}
    y = height - foot - BOX_HEIGHT
    for place, row in enumerate(rows):
        if place:
            y -= gaps[place] + BOX_HEIGHT
        for index, pk in enumerate(row):
            x = GAP + shifts[place] + index * (BOX_WIDTH + GAP)
            if pk < 0:
                more = shown.more[-pk]
                boxes[pk] = Box(x, y, (more.words,), more=more)
            else:
                party = shown.parties[pk]
                itself, decides = party == shown.party, pk in on_path
                boxes[pk] = Box(x, y, _wrapped(party.name), party, None, itself, decides)
    links = [
        *_links(boxes, down, deciding),
        *(_link(boxes[-pk], boxes[pk], more.percent, 1, 1) for pk, more in shown.more.items()),
    ]
    links.sort(key=lambda link: link.decides)  # what decides is drawn over the rest
    return Picture(tuple(boxes.values()), tuple(links), width, height)


def _layers(shown: Shown) -> tuple[list[int], dict[int, int]]:
    """Parties, each after all that it holds but for rings; and the row each belongs to: above all
    that it holds."""
    after: list[int] = []
    begun = {shown.party.pk}
    todo = [(shown.party.pk, reversed(shown.holds.get(shown.party.pk, [])))]
    while todo:
        held, rest = todo[-1]
        hold = next(rest, None)
        if hold is None:
            after.append(held)
            todo.pop()
        elif hold.holder.pk not in begun:
            begun.add(hold.holder.pk)
            todo.append((hold.holder.pk, reversed(shown.holds.get(hold.holder.pk, []))))
    order = after[::-1]
    place = {pk: index for index, pk in enumerate(order)}
    depths = dict.fromkeys(order, 0)
    for held in order:
        for hold in shown.holds.get(held, ()):
            if place[hold.holder.pk] > place[held]:
                depths[hold.holder.pk] = max(depths[hold.holder.pk], depths[held] + 1)
    return order, depths


def _links(
    boxes: dict[int, Box], down: dict[int, list[Hold]], deciding: Collection[Pair]
) -> Iterator[Link]:
    for pk, holds in down.items():
        for place, hold in enumerate(holds, 1):
            decides = hold.pair in deciding
            link = (boxes[pk], boxes[hold.held], hold.words, place, len(holds), decides)
            yield _link(*link)


def _link(above: Box, below: Box, words: str, place: int, of: int, decides: bool = False) -> Link:
    """From the foot of the holder to the head of the held. A ring's way back up is dashed, beside
    the boxes, and says so."""
    x = above.x + BOX_WIDTH * place // (of + 1)
    label = (x + 5, above.foot + 2 + LABEL_STEP * place)
    if len(words) > LONGEST_LABEL:
        words = f"{words[: LONGEST_LABEL - 1]}…"
    words = f"{words} · decides" if decides else words
    if above.foot <= below.y:
        half = (above.foot + below.y) // 2
        path = f"M{x} {above.foot}C{x} {half} {below.middle} {half} {below.middle} {below.y}"
        return Link(path, words, *label, decides)
    side = max(above.x, below.x) + BOX_WIDTH
    bend = side + GAP
    low, high = above.foot - 10, below.y + 10
    path = f"M{above.x + BOX_WIDTH} {low}C{bend} {low} {bend} {high} {below.x + BOX_WIDTH} {high}"
    return Link(path, f"ring: {words}", *label, decides, ring=True)


def _wrapped(name: str) -> tuple[str, ...]:
    """At most two lines of some 28 characters; the whole name is in the list beside."""
    words, lines = name.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > 27:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line if len(line) <= 28 else f"{line[:27]}…" for line in lines]
    return tuple(lines) if len(lines) <= 2 else (lines[0], f"{lines[1][:26]}…")
