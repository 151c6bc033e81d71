import gzip
import io
import zipfile

import pytest

from procurement import formats
from procurement.formats.support import limits
from tests.formats.files import OLE, xlsx

ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as made:
    made.writestr("readme.txt", "hello")
WORD = io.BytesIO()
with zipfile.ZipFile(WORD, "w") as made:
    made.writestr("word/document.xml", "<w:document/>")
XLSB = io.BytesIO()
with zipfile.ZipFile(XLSB, "w") as made:
    made.writestr("xl/workbook.bin", b"\x83\x01")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"<!DOCTYPE html><html><body><table><tr><td>Part</td></tr>", "a web page"),
        (b"\xef\xbb\xbf  <HTML><table>", "a web page"),
        (b'<?xml version="1.0"?><note>hello</note>', "an XML file"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "2003",
        ),
        (b'{"parts": [{"name": "x"}]}', "a JSON file"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "a gzip archive"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (ZIP.getvalue(), "a ZIP archive"),
        (WORD.getvalue(), "a Word document"),
        (XLSB.getvalue(), "XLSB"),
        (OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"), "a Word document"),
        (bytes(range(256)) * 20, "neither a spreadsheet nor text"),
    ],
)
@pytest.mark.parametrize("name", ["parts.xlsx", "parts.csv", ""])
def test_a_file_that_is_no_spreadsheet_is_named_for_what_it_is(
    data: bytes, says: str, name: str
) -> None:
    found = formats.read(data, name)
    assert not found.readable
    (problem,) = found.problems
    assert problem.code == "not-a-spreadsheet"
    assert says in problem.what
    assert problem.fix


def test_an_empty_file_is_said() -> None:
    assert [one.code for one in formats.read(b"").problems] == ["empty-file"]
    assert [one.code for one in formats.read(b"\n\n \n\t\n").problems] == ["empty-file"]


def test_a_file_over_the_limit_is_refused_and_one_at_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = b"Part,Qty\nA,1\n"
    monkeypatch.setattr(limits, "MAX_BYTES", len(data))
    assert formats.read(data).readable
    assert [one.code for one in formats.read(data + b"\n").problems] == ["too-big"]


def test_the_content_decides_and_another_extension_is_only_said() -> None:
    found = formats.read(xlsx([["Part", "Qty"], ["A", 1]]), "parts.csv")
    assert found.format == "xlsx"
    assert [(one.code, one.severity) for one in found.problems] == [
        ("extension-differs", "warning")
    ]
    found = formats.read(b"Part,Qty\nA,1\n", "PARTS.XLSX")
    assert found.format == "csv"
    assert [one.code for one in found.problems] == ["extension-differs"]


@pytest.mark.parametrize("name", ["parts.csv", "parts.TSV", "parts.txt", "parts", "parts.bak", ""])
def test_an_extension_that_promises_nothing_else_is_not_complained_of(name: str) -> None:
    assert formats.read(b"Part,Qty\nA,1\n", name).problems == ()


def test_formats_share_no_extension_but_those_of_general_writings() -> None:
    names = [name for one in formats.FORMATS for name in one.extensions]
    assert {name for name in names if names.count(name) > 1} <= {"xml", "json"}
    assert len({one.key for one in formats.FORMATS}) == len(formats.FORMATS)
    assert formats.FORMATS[-1].key == "csv"
