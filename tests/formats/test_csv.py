import pytest

from procurement import formats
from procurement.formats import csv
from procurement.formats.support import charset, limits
from procurement.formats.workbook import Hints, Row, Workbook


def read(data: bytes, encoding: str | None = None) -> Workbook:
    return formats.read(data, "parts.csv", encoding)


def rows(data: bytes) -> tuple[Row, ...]:
    found = read(data)
    assert found.sheets, found.problems
    return found.sheets[0].rows


def codes(found: Workbook) -> list[str]:
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    data = f"Part{mark}Qty\nA-1{mark}2\nB-2{mark}3\n".encode()
    assert rows(data) == (("Part", "Qty"), ("A-1", "2"), ("B-2", "3"))


def test_a_decimal_comma_is_not_taken_for_the_delimiter() -> None:
    data = b"Item;Cost\nx;0,25\ny;1,10\nz;0,30\n"
    assert rows(data)[1] == ("x", "0,25")


def test_commas_inside_descriptions_do_not_hide_the_tabs() -> None:
    data = b"Part\tDescription\nA\tred, round, small\nB\tblue, square, big\n"
    assert rows(data)[1] == ("A", "red, round, small")


def test_titles_above_the_table_do_not_hide_the_delimiter() -> None:
    data = b"Bill of materials\nProject X\n\nPart;Qty;Maker\nA;1;B\nC;2;D\nE;3;F\n"
    assert rows(data)[3] == ("Part", "Qty", "Maker")


def test_the_first_line_of_excel_may_name_the_delimiter() -> None:
    assert rows(b"sep=|\nPart|Qty\nA,B|1\n")[2] == ("A,B", "1")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do(ending: str) -> None:
    data = ending.join(["Part,Qty", "A,1", "B,2"]).encode()
    assert len(rows(data)) == 3


def test_a_quoted_line_break_stays_inside_its_row() -> None:
    data = b'Part,Maker\nA,"Murata\nTDK"\nB,Yageo\n'
    assert rows(data) == (("Part", "Maker"), ("A", "Murata\nTDK"), ("B", "Yageo"))


def test_doubled_quotation_marks_are_one() -> None:
    assert rows(b'Part,Text\nA,"5"" pipe"\n')[1] == ("A", '5" pipe')


def test_inches_inside_a_plain_cell_are_kept() -> None:
    assert rows(b'Part,Qty\n5" pipe,3\nB,4\n')[1] == ('5" pipe', "3")


def test_a_quotation_mark_never_closed_costs_no_row_and_is_named() -> None:
    lines = ["Part,Qty", '"open,1', *(f"P{number},2" for number in range(300))]
    found = read("\n".join(lines).encode())
    assert len(found.sheets[0].rows) == 302
    assert found.sheets[0].rows[2] == ("P0", "2")
    assert [(one.code, one.row) for one in found.problems] == [("quote-not-closed", 2)]


def test_a_quotation_mark_open_at_the_end_is_named() -> None:
    found = read(b'Part,Qty\nA,1\nB,"2')
    assert [(one.code, one.row) for one in found.problems] == [("quote-not-closed", 3)]
    assert len(found.sheets[0].rows) == 3


def test_where_every_row_opens_a_quotation_mark_they_quote_nothing() -> None:
    data = b"Part,Qty\n" + b'"x,1\n' * 3_000
    found = read(data)
    assert len(found.sheets[0].rows) == 3_001
    assert codes(found).count("quote-not-closed") == csv.MOST_OPEN_QUOTES


def test_rows_keep_their_own_length_and_blank_ones_their_place() -> None:
    data = b"Part,Qty,Note\nA,1\n\n,,\nB,2,x,extra\n\n\n"
    assert rows(data) == (("Part", "Qty", "Note"), ("A", "1"), (), (), ("B", "2", "x", "extra"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso2022_jp"]
)
def test_what_is_certain_about_an_encoding_needs_no_warning(encoding: str) -> None:
    text = "部品,数量\n抵抗器,3\n" * 5
    found = read(text.encode(encoding))
    assert found.sheets[0].rows[1] == ("抵抗器", "3")
    assert codes(found) == []


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Bezeichnung;Hersteller\nWiderstand;Würth\nMutter;Größe 3\n"),
        ("cp1252", "Part,Value\nC1,10µF\nC2,22µF\n"),
        ("cp936", "序号,名称,型号,数量\n1,电阻,RC0603,5\n2,电池,CR2032,1\n"),
        ("cp1251", "Поз.;Наименование;Кол.\n1;Резистор Р1-8В;10\n"),
        ("koi8_r", "Поз.;Наименование;Кол.\n1;Резистор Р1-8В;10\n"),
        ("cp866", "Поз.;Наименование;Кол.\n1;Резистор Р1-8В;10\n"),
        ("cp932", "番号,品名,型番,数量,メーカー\n1,抵抗,RC,3,村田製作所\n"),
        ("cp949", "번호,품명,수량,제조사\n1,저항,5,삼성SDI\n"),
        ("big5", "項次,料號,品名,數量,廠商\n1,電阻,RC,5,國巨\n"),
    ],
)
def test_an_older_encoding_is_recognised_by_its_writing_and_said(encoding: str, text: str) -> None:
    found = read(text.encode(encoding))
    assert found.encoding == encoding
    assert codes(found) == ["encoding-guessed"]
    first = text.split("\n")[0]
    assert "".join(map(str, found.sheets[0].rows[0])) == first.replace(";", "").replace(",", "")


def test_where_two_encodings_would_fit_we_ask_and_show_samples() -> None:
    data = "Ilość,Część,Opis\n5,Opornik,drążek żółty\n".encode("cp1250")
    found = read(data)
    assert not found.sheets
    assert codes(found) == ["encoding-unclear"]
    choice = next(one for one in found.choices if one.encoding == "cp1250")
    assert choice.sample == "Ilość,Część,Opis"
    assert read(data, "cp1250").sheets[0].rows[1][2] == "drążek żółty"


def test_an_encoding_nobody_knows_is_said_so() -> None:
    assert codes(read(b"a,b\n1,2\n", "klingon")) == ["encoding-unknown"]


def test_a_few_bytes_that_are_no_utf_8_are_marked_and_the_rest_is_read() -> None:
    good = "Größe,1\n" * 40
    found = read(good.encode() + b"Gr\xf6\xdfe,2\n")
    assert found.sheets[0].rows[40][0] == "Gr\ufffd\ufffde"
    assert found.sheets[0].rows[39] == ("Größe", "1")


def test_a_nul_character_is_shown_and_not_kept() -> None:
    assert rows(b"Part,Qty\nA\0B,1\nC,2\n")[1] == ("A\u2400B", "1")


def test_the_end_mark_of_old_systems_is_no_row() -> None:
    assert rows(b"Part,Qty\nA,1\n\x1a") == (("Part", "Qty"), ("A", "1"))


def test_tabs_that_became_the_letter_t_are_tabs_again() -> None:
    lines = ["Header 2 pinst2t0.1", "Resistor 10k 0805t1t0.01", "Motort1t4  ", "Plugt3t1.5 0"]
    found = read("\n".join(lines).encode())
    assert found.sheets[0].rows[0][:3] == ("Header 2 pins", "2", "0.1")
    assert found.sheets[0].rows[2][:3] == ("Motor", "1", "4")
    assert codes(found) == ["tabs-lost"]


def test_tabs_written_as_backslash_t_are_tabs_again() -> None:
    found = read(b"Part\\tQty\nA\\t1\nB\\t2\n")
    assert found.sheets[0].rows[1] == ("A", "1")
    assert codes(found) == ["tabs-lost"]


def test_pasted_cells_go_through_the_same_door() -> None:
    found = csv.read_text('Part\tMaker\nA\t"Murata\nTDK"\n')
    assert found.sheets[0].rows == (("Part", "Maker"), ("A", "Murata\nTDK"))
    assert found.encoding == "utf-8"


def test_a_lone_surrogate_pasted_from_somewhere_does_not_break_it() -> None:
    assert csv.read_text("Part\tQty\nA\ud800B\t1\n").sheets[0].rows[1] == ("A?B", "1")


def test_a_hundred_thousand_rows_are_read() -> None:
    data = b"Part,Qty\n" + b"".join(b"P%d,%d\n" % (number, number) for number in range(100_000))
    assert len(rows(data)) == 100_001


def test_the_widest_row_a_spreadsheet_has_is_read_and_one_more_is_not() -> None:
    widest = ",".join(["x"] * limits.MAX_COLUMNS).encode()
    assert len(rows(widest + b"\n1,2\n")[0]) == limits.MAX_COLUMNS
    found = read(widest + b",x\n1,2\n")
    assert codes(found) == ["too-big"]
    assert not found.sheets


def test_too_many_cells_are_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELLS", 10)
    assert codes(read(b"a,b\n" * 5)) == []
    assert codes(read(b"a,b\n" * 6)) == ["too-big"]


def test_blank_rows_take_no_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELLS", 10)
    assert len(rows(b"a,b\n" + b",,,\n" * 1_000 + b"c,d\n")) == 1_002


def test_a_single_endless_line_is_refused() -> None:
    assert codes(read(b"x" * 5_000_000)) == ["too-big"]


def test_text_of_one_column_is_still_rows() -> None:
    assert csv.read(b"A-1\nB-2\n", Hints()).sheets[0].rows == (("A-1",), ("B-2",))


@pytest.mark.parametrize("encoding", sorted(charset.TITLES))
def test_a_chosen_encoding_reads_any_bytes_or_says_that_it_cannot(encoding: str) -> None:
    for data in (b"a,b\n1,2\n", b"\xff\xfea\0,\0", bytes(range(32, 256)), b"\x1b$B\x1b(Bx,\x81\n"):
        found = read(data, encoding)
        assert found.readable or codes(found)[0] in ("encoding-unfit", "empty-file")


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_blank_cells_that_end_a_wide_row_are_not_held(end: str) -> None:
    blank = "," * 16_381
    text = f'p,q,d{blank}\n1,2,"x,,"{blank}\n{blank},,\n1,2,x{end}'
    assert rows(text.encode()) == (("p", "q", "d"), ("1", "2", "x,,"), (), ("1", "2", "x"))
    broken = f'p,q{blank}\n1,"2\n3"{blank}\n4,5\n'
    assert rows(broken.encode())[2] == ("4", "5")


def test_cells_far_to_the_right_stay_where_they_are() -> None:
    text = "p,q\n1,2" + "," * 300 + "x,,\n"
    row = rows(text.encode())[1]
    assert (row[0], row[301], len(row) <= 304) == ("1", "x", True)


def test_more_places_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PLACES", 1_000)
    assert codes(read(("p" + "," * 99 + "q\n").encode() * 10)) == []
    assert codes(read(("p" + "," * 99 + "q\n").encode() * 11)) == ["too-big"]
