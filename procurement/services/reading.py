"""Reading a file for the first time, and telling beforehand whether that will take long."""

import io
import zipfile
from dataclasses import asdict
from typing import Any

from django.db.models import BinaryField
from django.db.models.functions import Substr

from procurement import formats
from procurement.formats.support import charset
from procurement.formats.support.limits import MAX_PARTS
from procurement.formats.workbook import Workbook
from procurement.intake.reading import Reading
from procurement.intake.recognise import recognise
from procurement.models import Upload, UploadContent
from procurement.services.boms import as_kept

LONG_ROWS = 2_000
LONG_BYTES = 1024 * 1024
"""Of text, or of what a zipped file unpacks to: about so many rows of ten columns."""
HEAVY_ROWS = 20_000
HEAVY_BYTES = 2 * 1024 * 1024
HEAVY_UNPACKED = 16 * 1024 * 1024
"""A file beyond is not read in a worker, which may have judged and so be large already."""
SHOWN_ROWS = 60_000
SHOWN_BYTES = 10 * 1024 * 1024
SHOWN_UNPACKED = 64 * 1024 * 1024
"""A file beyond is not read in a web process: its first rows are pictured (`services.pictures`)."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg")
"""What sheets of parts are full of, and nobody reads."""
LISTED = b"PK\x01\x02"
"""How a zipped file begins each part that it lists."""
PIECE = 8 * 1024 * 1024


def is_long(content: bytes, rows: int = LONG_ROWS, size: int = LONG_BYTES) -> bool:
    """Whether a file may hold more than so many rows, told without reading it."""
    if content[:2] != b"PK":
        lines = max(content.count(b"\n"), content.count(b"\r"))
        return lines > rows or len(content) > size
    if content.count(LISTED) > MAX_PARTS:  # no list is made of so many, to tell what they unpack to
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            read = (each for each in parts if not each.filename.lower().endswith(PICTURES))
            return sum(each.file_size for each in read) > size
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(content) > size  # the reader will say what is wrong with it


def is_heavy(content: bytes) -> bool:
    """Whether the file may take more memory to read than a worker should spare."""
    return is_long(content, HEAVY_ROWS, HEAVY_UNPACKED if content[:2] == b"PK" else HEAVY_BYTES)


def is_too_long_to_show(content: bytes) -> bool:
    """Whether it may take more than a web process, which reads for several at once, should."""
    return is_long(content, SHOWN_ROWS, SHOWN_UNPACKED if content[:2] == b"PK" else SHOWN_BYTES)


def upload_is_heavy(upload: Upload) -> bool:
    """`is_heavy` of a file that is kept, without fetching what is heavy by its size alone."""
    return upload.size > HEAVY_UNPACKED or is_heavy(upload_bytes(upload))


def upload_is_too_long_to_show(upload: Upload) -> bool:
    """`is_too_long_to_show` of a file that is kept, likewise."""
    return upload.size > SHOWN_UNPACKED or is_too_long_to_show(upload_bytes(upload))


def upload_bytes(upload: Upload) -> bytes:
    """The file as sent. A database's driver holds what it fetches several times over, so a file is
    fetched a piece at a time where it is not at hand.
    """
    if "kept" in upload._state.fields_cache:
        return upload.content
    found = io.BytesIO()
    row = UploadContent.objects.filter(pk=upload.pk)
    for start in range(1, upload.size + 1, PIECE):
        piece = Substr("content", start, PIECE, output_field=BinaryField())
        found.write(row.values_list(piece, flat=True).get())
    return found.getvalue()


def file_read(content: bytes, filename: str, encoding: str | None) -> tuple[Workbook, Reading]:
    """The cells of a file, and how we would read them."""
    workbook = formats.read(content, filename, encoding)
    return workbook, recognise(workbook) if workbook.readable else Reading(None, ())


def read_state(workbook: Workbook, reading: Reading) -> dict[str, Any]:
    """The fields of an Upload that tell what came of reading it."""
    usable = reading.layout is not None or bool(workbook.choices)
    return {
        "state": Upload.State.CONFIRM if usable else Upload.State.REFUSED,
        "problems": [as_kept(each) for each in (*workbook.problems, *reading.problems)],
        "reading": {
            "format": workbook.format,
            "encoding": workbook.encoding,
            "choices": [asdict(choice) for choice in workbook.choices],
            "layout": reading.layout.as_dict() if reading.layout else None,
            "sheets": [
                {
                    "name": view.name,
                    "hidden": view.hidden,
                    "rows": view.rows,
                    "why": view.why,
                    "layout": view.layout.as_dict() if view.layout else None,
                }
                for view in reading.sheets
            ],
        },
    }


def other_encodings(upload: Upload) -> tuple[tuple[str, str], ...]:
    """(encoding, title) of what a text file can be read in, each title once, what it was read in
    among them; none for a file that is no text, for pasted cells, or where we ask anyway.
    """
    reading = upload.reading or {}
    used = reading.get("encoding")
    if upload.pasted or reading.get("choices") or used not in charset.TITLES:
        return ()
    titles = {title: encoding for encoding, title in reversed(charset.TITLES.items())}
    titles[charset.TITLES[used]] = used
    return tuple((encoding, title) for title, encoding in reversed(titles.items()))


def upload_read_first(upload: Upload) -> Workbook:
    """Read an upload that was only kept. It says from then on what came of it."""
    encoding = (upload.reading or {}).get("encoding")
    workbook, reading = file_read(upload_bytes(upload), upload.filename, encoding)
    state = read_state(workbook, reading)
    for name, value in state.items():
        setattr(upload, name, value)
    upload.save(update_fields=list(state))
    return workbook
