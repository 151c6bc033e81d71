"""What a file that is no spreadsheet really is, said in a person's words."""

from __future__ import annotations

_XLSX = "Open it in your spreadsheet program and save it as XLSX or CSV."
_COPY = "Copy the table into a spreadsheet and send that."
_UNPACK = "Unpack it and send the workbook inside."

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", _COPY),
    (b"\x89PNG", "a picture (PNG)", _COPY),
    (b"\xff\xd8\xff", "a picture (JPEG)", _COPY),
    (b"GIF8", "a picture (GIF)", _COPY),
    (b"II*\0", "a picture (TIFF)", _COPY),
    (b"MM\0*", "a picture (TIFF)", _COPY),
    (b"BM", "a picture (BMP)", _COPY),
    (b"{\\rtf", "a text document (RTF)", _COPY),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ", "an XZ archive", _UNPACK),
    (b"SQLite format 3", "a database", "Export the parts to CSV and send that."),
    (b"MZ", "a program", "Send the spreadsheet itself."),
    (b"\x7fELF", "a program", "Send the spreadsheet itself."),
)
_ZIPPED: tuple[tuple[bytes, str, str], ...] = (
    (b"word/document.xml", "a Word document", _COPY),
    (b"ppt/presentation.xml", "a PowerPoint presentation", _COPY),
    (b"xl/workbook.bin", "a binary Excel workbook (XLSB)", _XLSX),
    (b"Index/Document.iwa", "an Apple Numbers, Pages or Keynote document", _XLSX),
    (b"opendocument.text", "a text document (ODT)", _COPY),
    (b"opendocument.presentation", "a presentation (ODP)", _COPY),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def what_it_is(data: bytes) -> tuple[str, str, str] | None:
    """(code, what, fix) for a file known to be no readable spreadsheet; None for anything else."""
    if data.startswith(_OLE):
        if _utf16("EncryptedPackage") in data or _utf16("EncryptionInfo") in data:
            return (
                "password-protected",
                "It is protected by a password.",
                "Remove the password and send it again.",
            )
        if _utf16("WordDocument") in data:
            return _refused("a Word document", _COPY)
        return _refused("an old Office file that holds no workbook", _XLSX)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        for mark, name, fix in _ZIPPED:
            if mark in data:
                return _refused(name, fix)
        return _refused("a ZIP archive", _UNPACK)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return _refused("a web page (HTML)", _XLSX)
    if head.startswith(b"<?xml") or head.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
            return _refused("an Excel 2003 XML workbook", _XLSX)
        return _refused("an XML file of a kind not known here", _XLSX)
    if head.startswith((b"{", b"[")) and b'"' in head[:200]:
        return _refused("a JSON file of a kind not known here", "Send the parts as CSV or XLSX.")
    for start, name, fix in _STARTS:
        if data.startswith(start) and (len(start) > 2 or b"\0" in data[:512]):
            return _refused(name, fix)
    return None


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _refused(name: str, fix: str) -> tuple[str, str, str]:
    return "not-a-spreadsheet", f"It is {name}, not a spreadsheet.", fix
