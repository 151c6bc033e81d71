"""A file judged with nothing stored: each line, each alternate, and every problem on the way."""

from datetime import date

from compliance.stateless import file_judge
from procurement.services.stateless import file_lines

DAY = date(2028, 6, 1)
HEADER = "Part number,Description,Manufacturer,Qty\n"


def judge(text: str, name: str = "bom.csv") -> list[tuple[int | None, str]]:
    found = file_judge(text.encode(), name, None, DAY)
    return [(line.row, line.label) for line in found.lines]


def test_the_same_part_twice_is_two_lines() -> None:
    line = "PACK-9,Li-ion battery pack,Acme,1\n"
    assert [row for row, _ in judge(HEADER + line * 2)] == [2, 3]


def test_each_alternate_has_a_verdict_of_its_own() -> None:
    text = HEADER + "PACK-9 / PACK-7,Li-ion battery pack,Acme / Best,1\nR1,Resistor 10k,Yageo,4\n"
    assert [row for row, _ in judge(text)] == [2, 2, 3]


def test_an_alternate_of_a_forbidden_maker_is_not_hidden_behind_its_line() -> None:
    name = "Contemporary Amperex Technology Company, Limited"
    world = {
        "procurement": {"agency": "DOD"},
        "parties": [{"name": "CATL", "kind": "company", "incorporated": "CN"}],
        "lists": [{"key": "154", "edition": date(2023, 12, 22), "entries": [{"name": name}]}],
        "identities": [{"party": "CATL", "list_key": "154", "entry": name, "same": True}],
    }
    text = HEADER + "PACK-9 / PACK-7,Li-ion battery pack,Acme / CATL,1\n"
    main, alternate = file_judge(text.encode(), "bom.csv", world, DAY).lines
    assert main.verdict == "insufficient_information"
    assert alternate.verdict == "prohibited"


def test_what_is_wrong_with_the_file_itself_is_said_too() -> None:
    data = (HEADER + "R1,Resistor 10k,Yageo,4\n").encode()
    _, problems = file_lines(data, "bom.xlsx", 9)
    assert "extension-differs" in [problem.code for problem in problems]


def test_a_problem_of_a_row_is_said_once() -> None:
    data = (HEADER + 'R1,"Resistor 10k,Yageo,4\nR2,Resistor,Yageo,4\n').encode()
    _, problems = file_lines(data, "bom.csv", 9)
    assert [problem.code for problem in problems].count("quote-not-closed") == 1
