"""What a revision changed: every line once, the same lines the same, and pairs a person expects."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from procurement.difference import Kind, Pair, Told, difference, paired

NUMBERS = st.sampled_from(["", "BP-1", "BP-2", "bp-1", "CR2032", "R-10K"])
LINES = st.lists(
    st.builds(
        lambda number, maker, position, references, alternate, quantity: Told(
            number, maker, position, references, alternate,
            {"Part number": number, "Maker": maker, "Quantity": quantity},
        ),
        NUMBERS,
        st.sampled_from(["", "Acme", "ACME", "Cellco"]),
        st.sampled_from(["", "1", "1.1", "2"]),
        st.sampled_from(["", "R1, R2", "R2", "R1,R2,R3", "C1"]),
        st.booleans(),
        st.sampled_from(["1", "2"]),
    ),
    max_size=12,
)  # fmt: skip


def line(number: str, maker: str = "Acme", position: str = "", references: str = "") -> Told:
    cells = {"Part number": number, "Maker": maker, "Position": position}
    return Told(number, maker, position, references, False, cells)


def kinds(before: list[Told], after: list[Told]) -> list[tuple[Kind, int | None, int | None]]:
    return [(pair.kind, pair.before, pair.after) for pair in difference(before, after)]


@given(LINES, LINES)
def test_every_line_of_both_stands_in_exactly_one_pair(
    before: list[Told], after: list[Told]
) -> None:
    found = difference(before, after)
    assert sorted(pair.before for pair in found if pair.before is not None) == list(
        range(len(before))
    )
    later = [pair.after for pair in found if pair.after is not None]
    assert later == list(range(len(after)))  # in the order of the later list


@given(LINES)
def test_a_list_beside_itself_is_the_same_line_for_line(lines: list[Told]) -> None:
    assert difference(lines, lines) == [Pair(place, place) for place in range(len(lines))]


@given(LINES, st.randoms(use_true_random=False))
def test_another_order_adds_and_removes_nothing(lines: list[Told], random: object) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {pair.kind for pair in difference(lines, shuffled)} <= {Kind.SAME}


@given(LINES, LINES)
def test_as_many_lines_pair_up_seen_from_either_side_where_each_part_is_told_once(
    before: list[Told], after: list[Told]
) -> None:
    def once(lines: list[Told]) -> list[Told]:
        return list({one.part: replace(one, position="", references="") for one in lines}.values())

    one, other = once(before), once(after)
    assert len(paired(one, other)) == len(paired(other, one))


@given(LINES, st.data())
def test_one_cell_changed_is_one_line_changed(lines: list[Told], data: st.DataObject) -> None:
    named = [at for at, one in enumerate(lines) if one.number]
    if not named:
        return
    at = data.draw(st.sampled_from(named))
    after = list(lines)
    after[at] = replace(after[at], cells={**after[at].cells, "Quantity": "999"})
    found = [pair for pair in difference(lines, after) if pair.kind is not Kind.SAME]
    assert [pair.kind for pair in found] == [Kind.CHANGED]
    assert [(one.column, one.after) for one in found[0].changes] == [("Quantity", "999")]


def test_nothing_beside_nothing_is_nothing() -> None:
    assert difference([], []) == []


def test_a_line_put_in_the_middle_is_the_only_one_added_though_all_numbers_move() -> None:
    before = [line("A", position="1"), line("B", position="2")]
    after = [line("A", position="1"), line("NEW", position="2"), line("B", position="3")]
    assert kinds(before, after) == [
        (Kind.SAME, 0, 0), (Kind.ADDED, None, 1), (Kind.CHANGED, 1, 2),
    ]  # fmt: skip


def test_another_part_at_the_same_designators_is_a_change_not_a_loss() -> None:
    before = [line("OLD", references="U1, U2"), line("KEEP", references="U3")]
    after = [line("NEW", references="U2, U1, U4"), line("KEEP", references="U3")]
    assert kinds(before, after) == [(Kind.CHANGED, 0, 0), (Kind.SAME, 1, 1)]


def test_the_line_that_shares_the_most_designators_is_the_one() -> None:
    before = [line("A", references="R1"), line("B", references="R2, R3, R4")]
    after = [line("C", references="R1, R2, R3")]
    assert kinds(before, after) == [(Kind.REMOVED, 0, None), (Kind.CHANGED, 1, 0)]


def test_the_same_number_of_another_maker_is_a_change_of_maker() -> None:
    found = difference([line("CR2032", "Acme")], [line("CR2032", "Cellco")])
    assert [one.column for one in found[0].changes] == ["Maker"]


def test_the_same_part_twice_stays_two_lines() -> None:
    before = [line("A", position="1"), line("A", position="2")]
    assert kinds(before, [line("A", position="2")]) == [(Kind.REMOVED, 0, None), (Kind.SAME, 1, 0)]


def test_an_alternate_is_never_taken_for_the_line_it_stands_beside() -> None:
    alternate = Told("B", "Acme", "1", "", True, {})
    assert kinds([line("B", position="1")], [alternate]) == [
        (Kind.REMOVED, 0, None), (Kind.ADDED, None, 0),
    ]  # fmt: skip


def test_a_removed_line_stands_where_it_stood() -> None:
    before = [line("A"), line("GONE"), line("B")]
    assert kinds(before, [line("A"), line("B")]) == [
        (Kind.SAME, 0, 0), (Kind.REMOVED, 1, None), (Kind.SAME, 2, 1),
    ]  # fmt: skip
