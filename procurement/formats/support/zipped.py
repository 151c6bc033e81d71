"""Opening zipped files (XLSX, ODS) without being burst by them.

What a zip file says of its own sizes is not believed: parts are unpacked in pieces and counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from procurement.formats.support import limits
from procurement.formats.support.limits import TooBig

PIECE = 1024 * 1024


class Damaged(Exception):
    """The file cannot be unpacked. `code`, `what` and `fix` make its problem."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code, self.what, self.fix = code, what, fix


_AGAIN = "Open it in your spreadsheet program, save it again and send that."


class Package:
    """A zip file, its parts by name, and how much of it has been unpacked so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Damaged("file-damaged", "It is cut short or damaged.", _AGAIN) from error
        entries = self._zip.infolist()
        if len(entries) > limits.MAX_PARTS:
            raise TooBig(
                f"It holds more than {limits.MAX_PARTS:,} files.", "Send the workbook alone."
            )
        self.parts = {_plain(entry.filename): entry for entry in entries}
        packed = sum(entry.compress_size for entry in entries)
        if len(self.parts) != len(entries) or packed > len(data):
            raise Damaged("file-damaged", "Its parts overlap or repeat.", _AGAIN)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Damaged(
                "password-protected",
                "It is protected by a password.",
                "Remove the password and send it again.",
            )

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece to its true end. Raises TooBig or Damaged."""
        entry = self.parts[_plain(name)]
        packed = self._packed(entry)
        total = 0
        if entry.compress_type == zipfile.ZIP_STORED:
            for start in range(0, len(packed), PIECE):
                total += len(piece := bytes(packed[start : start + PIECE]))
                self._count(len(piece), entry, total)
                yield piece
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise Damaged("file-damaged", "It is packed in a way spreadsheets never are.", _AGAIN)
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for start in range(0, len(packed), PIECE):
                rest: bytes | memoryview = packed[start : start + PIECE]
                while rest and not unpack.eof:
                    piece = unpack.decompress(rest, PIECE)
                    rest = unpack.unconsumed_tail
                    total += len(piece)
                    self._count(len(piece), entry, total)
                    yield piece
            while not unpack.eof:
                if not (piece := unpack.decompress(unpack.unconsumed_tail, PIECE)):
                    break
                total += len(piece)
                self._count(len(piece), entry, total)
                yield piece
        except zlib.error as error:
            raise Damaged("file-damaged", f"Its part {name} is damaged.", _AGAIN) from error
        if not unpack.eof or total != entry.file_size:
            raise Damaged("file-damaged", f"Its part {name} is cut short or damaged.", _AGAIN)

    def whole(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def _packed(self, entry: zipfile.ZipInfo) -> memoryview:
        """The packed bytes of a part, found through its own header."""
        start = entry.header_offset
        header = self.data[start : start + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise Damaged("file-damaged", "It is cut short or damaged.", _AGAIN)
        name, extra = struct.unpack("<HH", header[26:30])
        start += 30 + name + extra
        return memoryview(self.data)[start : start + entry.compress_size]

    def _count(self, size: int, entry: zipfile.ZipInfo, so_far: int) -> None:
        self.unpacked += size
        ratio = so_far / max(entry.compress_size, 1)
        if self.unpacked > limits.MAX_UNPACKED or (
            so_far > limits.RATIO_FLOOR and ratio > limits.MAX_RATIO
        ):
            raise TooBig(
                "It unpacks to far more than its size: this is how a zip bomb is made.",
                "If it is a real workbook, remove empty formatted rows, save it and send it again.",
            )


def _plain(name: str) -> str:
    return name.lower().replace("\\", "/").lstrip("/")
