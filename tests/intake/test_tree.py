import tracemalloc
from decimal import Decimal

import pytest

from procurement.formats.workbook import Cell
from procurement.intake.parsing import Parser
from procurement.intake.tree import level_of
from tests.intake.sheets import Table, layout, rows, workbook

Tree = list[tuple[int, int | None]]


def by_levels(*levels: Cell) -> tuple[Tree, list[str]]:
    body: Table = [[level, f"AB-10{n}", "1"] for n, level in enumerate(levels)]
    found = rows([["Level", "Part number", "Qty"], *body])
    tree = [(line.level, line.parent_row) for line in found.lines]
    return tree, [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("0", 0),
        (Decimal(2), 2),
        (".1", 1),
        ("..2", 2),
        ("...", 3),
        ("++", 2),
        ("L3", 3),
        ("Level 1", 1),
        ("1.2.1", 2),
        ("", None),
        ("top", None),
        (Decimal("1.5"), None),
        (Decimal(-1), None),
    ],
)
def test_a_level_is_read_as_people_write_it(cell: Cell, level: int | None) -> None:
    assert level_of(cell) == level


def test_levels_make_the_tree() -> None:
    assert by_levels("1", "2", "3", "3", "2", "1", "2") == (
        [(0, None), (1, 2), (2, 3), (2, 3), (1, 2), (0, None), (1, 7)],
        [],
    )


def test_levels_may_start_at_nought_and_be_written_with_dots() -> None:
    expected: Tree = [(0, None), (1, 2), (2, 3), (1, 2)]
    assert by_levels("0", "1", "2", "1") == (expected, [])
    assert by_levels("0", ".1", "..2", ".1") == (expected, [])
    assert by_levels(*map(Decimal, (0, 1, 2, 1))) == (expected, [])


def test_a_level_that_jumps_is_said_and_stands_under_the_row_above() -> None:
    assert by_levels("1", "3", "2") == ([(0, None), (1, 2), (1, 2)], ["level-jump"])


def test_a_level_that_cannot_be_read_takes_no_parent_and_gives_none() -> None:
    tree, codes = by_levels("1", "2", "two", "2", "1")
    assert tree == [(0, None), (1, 2), (0, None), (0, None), (0, None)]
    assert codes == ["level-unreadable", "level-jump"]


def by_positions(*positions: str) -> tuple[Tree, list[str]]:
    body: Table = [[position, f"AB-10{n}", "1"] for n, position in enumerate(positions)]
    found = rows([["Pos.", "Part number", "Qty"], *body])
    tree = [(line.level, line.parent_row) for line in found.lines]
    return tree, [problem.code for problem in found.problems]


def test_positions_like_1_2_1_make_the_tree() -> None:
    assert by_positions("1", "1.1", "1.2", "1.2.1", "2", "2.1") == (
        [(0, None), (1, 2), (1, 2), (2, 4), (0, None), (1, 6)],
        [],
    )


def test_plain_positions_make_no_tree() -> None:
    assert by_positions("1", "2", "3") == ([(0, None)] * 3, [])


def test_a_position_whose_parent_is_missing_stands_under_the_nearest() -> None:
    tree, codes = by_positions("1", "1.1", "1.1.1", "1.3.1", "1.2")
    assert tree == [(0, None), (1, 2), (2, 3), (1, 2), (1, 2)]
    assert codes == ["position-gap"]


def by_parents(*pairs: tuple[str, str]) -> tuple[Tree, list[str]]:
    body: Table = [[part, parent, "1"] for part, parent in pairs]
    found = rows([["Part number", "Parent part", "Qty"], *body])
    tree = [(line.level, line.parent_row) for line in found.lines]
    return tree, [problem.code for problem in found.problems]


def test_parents_make_the_tree_in_whatever_order() -> None:
    assert by_parents(("PACK-1", ""), ("CELL-1", "PACK-1"), ("FOIL-1", "cell-1")) == (
        [(0, None), (1, 2), (2, 3)],
        [],
    )
    tree, codes = by_parents(("FOIL-1", "CELL-1"), ("CELL-1", "PACK-1"), ("PACK-1", ""))
    assert tree == [(2, 3), (1, 4), (0, None)]
    assert codes == []


def test_of_two_rows_with_the_parents_number_the_nearest_above_is_meant() -> None:
    tree, _ = by_parents(("PACK-1", ""), ("CELL-1", "PACK-1"), ("PACK-1", ""), ("CELL-2", "PACK-1"))
    assert tree == [(0, None), (1, 2), (0, None), (1, 4)]


def test_a_parent_that_is_not_there_or_is_itself_is_said() -> None:
    tree, codes = by_parents(
        ("PACK-1", ""), ("CELL-1", "PACK-1"), ("CELL-2", "PACK-9"), ("CELL-3", "CELL-3")
    )
    assert tree == [(0, None), (1, 2), (0, None), (0, None)]
    assert codes == ["parent-not-found", "parent-not-found"]


def test_parents_in_a_circle_are_opened_and_said() -> None:
    tree, codes = by_parents(("AA-1", "CC-3"), ("BB-2", "AA-1"), ("CC-3", "BB-2"), ("DD-4", "CC-3"))
    assert codes == ["parent-circle"]
    assert sum(parent is None for _, parent in tree) == 1


def test_indentation_makes_the_tree_where_nothing_else_does() -> None:
    found = rows(
        [
            ["Description", "Qty"],
            ["Battery pack", "1"],
            ["  Cell", "18"],
            ["    Separator film", "1"],
            ["  Housing", "1"],
            ["Connector", "2"],
        ]
    )
    tree = [(line.level, line.parent_row) for line in found.lines]
    assert tree == [(0, None), (1, 2), (2, 3), (1, 2), (0, None)]
    assert found.lines[1].description == "Cell"


def test_to_look_for_indentation_no_column_is_copied() -> None:
    texts = [f"{n}{'t' * 2_000}" for n in range(1_000)]
    table = [["Description", "Qty"], *([text, "1"] for text in texts)]
    sheet, told = workbook(table).sheets[0], layout(table)
    tracemalloc.start()
    try:
        assert Parser(sheet, told).flat
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < sum(map(len, texts)) / 4


def test_a_chain_of_ten_thousand_levels_is_no_strain() -> None:
    pairs = [("P-0", ""), *((f"P-{n}", f"P-{n - 1}") for n in range(1, 10_000))]
    tree, codes = by_parents(*pairs)
    assert tree[-1] == (9_999, 10_000)
    assert codes == []
