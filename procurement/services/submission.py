"""From a file, pasted cells or the API's lines to a BOM. Nothing that was sent is lost on the way.

    upload = upload_receive(...)                  bytes kept, columns recognised
    rows = upload_preview(upload=upload, ...)     what each row would become, as often as wanted
    bom = bom_submit(upload=upload, ...)          lines, parts and makers, in one transaction

A `Mapping` says how to read the file where the person saw it better than we did: {"sheet": name,
"columns": {index of the column, from 0: field or None}}. Left out: as recognised.
"""

import hashlib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import PurePath
from typing import Any, TypedDict

from django.db import transaction

from procurement import formats
from procurement.access import require
from procurement.formats.problem import Problem
from procurement.formats.support.limits import MAX_BYTES
from procurement.formats.workbook import Workbook
from procurement.intake.fields import Field
from procurement.intake.reading import Layout, Reading, Rows
from procurement.intake.recognise import recognise
from procurement.intake.rows import rows as read_rows
from procurement.models import Bom, Organisation, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.boms import as_kept, bom_store
from procurement.services.rows import lines_of, workbook_of


class Mapping(TypedDict, total=False):
    sheet: str
    columns: AnyMapping[int | str, str | None]


def upload_receive(
    *,
    organisation: Organisation,
    user: User,
    filename: str,
    content: bytes,
    now: datetime,
    pasted: bool = False,
    encoding: str | None = None,
) -> Upload:
    """Keep a file byte for byte and say how we would read it.

    `state` is "confirm", or "refused" where it is no BOM that we can read; `problems` says why.
    `reading` holds plain values: format, encoding, choices (of encoding, where the person must
    say), sheets (each with name, hidden, rows, why and its layout) and layout (the one proposed).
    """
    if require(user, "submit") != organisation:
        raise LookupError("a person submits to their own organisation")
    if len(content) > MAX_BYTES:
        what = f"It is larger than {MAX_BYTES // 1024 // 1024} MB."
        raise Refused(Problem("too-big", "the file", what, "Split it into smaller files."))
    name = PurePath(filename.replace("\\", "/").replace("\0", "")).name[-255:] or "pasted cells"
    workbook, reading = _read(content, name, encoding)
    return Upload.objects.create(
        organisation=organisation,
        filename=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        pasted=pasted,
        received_by=user,
        received_at=now,
        **_read_state(workbook, reading),
    )


def upload_read_again(*, upload: Upload, user: User, encoding: str) -> Upload:
    """Read a text file in the encoding that the person chose."""
    _own(upload, user)
    if upload.state == Upload.State.SUBMITTED:
        what = "It was submitted already, as it was read then."
        raise Refused(Problem("submitted", "upload", what, "Send the file again."))
    read = _read_state(*_read(bytes(upload.content), upload.filename, encoding))
    for name, value in read.items():
        setattr(upload, name, value)
    upload.save(update_fields=list(read))
    return upload


def upload_preview(*, upload: Upload, user: User, mapping: Mapping | None = None) -> Rows:
    """What every row of the file would become, under this mapping. Stores nothing."""
    _own(upload, user)
    return read_rows(*_laid_out(upload, mapping))


def bom_same(
    *, upload: Upload, procurement: Procurement, mapping: Mapping | None = None
) -> Bom | None:
    """The BOM that the same bytes, read the same way, already made in this procurement."""
    return _same(procurement, upload.sha256, plain_mapping(mapping))


def bom_submit(
    *,
    upload: Upload,
    procurement: Procurement,
    name: str,
    user: User,
    now: datetime,
    mapping: Mapping | None = None,
    supersedes: Bom | None = None,
) -> Bom:
    """Make a BOM of a file: every row is a line, or is named with what is wrong, or is no part.

    The same bytes read the same way in the same procurement are one BOM: it is given again. Raises
    Refused where no row is a line; the upload stays.
    """
    _own(upload, user)
    workbook, layout = _laid_out(upload, mapping)
    rows = read_rows(workbook, layout)
    with transaction.atomic():
        _lock(procurement)
        if standing := bom_same(upload=upload, procurement=procurement, mapping=mapping):
            return standing
        bom = _store(
            rows,
            upload=upload,
            procurement=procurement,
            name=name,
            user=user,
            now=now,
            supersedes=supersedes,
        )
        upload.state = Upload.State.SUBMITTED
        upload.reading = {
            **(upload.reading or {}),
            "mapping": plain_mapping(mapping),
            "layout": layout.as_dict(),
        }
        upload.save(update_fields=["state", "reading"])
    return bom


def bom_submit_rows(
    *,
    lines: Sequence[AnyMapping[str, Any]],
    content: bytes,
    procurement: Procurement,
    name: str,
    user: User,
    now: datetime,
    supersedes: Bom | None = None,
) -> Bom:
    """Make a BOM of lines given as values, by the codes of `intake.fields.Field`, under the same
    checks as a file. `content` is what was sent, and is kept as such. Line n is "row n".
    """
    organisation = require(user, "submit")
    sha256 = hashlib.sha256(content).hexdigest()
    workbook, layout = workbook_of(lines)
    rows = read_rows(workbook, layout)
    with transaction.atomic():
        _lock(procurement)
        if standing := _same(procurement, sha256, None):
            return standing
        upload = Upload.objects.create(
            organisation=organisation,
            filename="lines.json",
            sha256=sha256,
            size=len(content),
            content=content,
            received_by=user,
            received_at=now,
            state=Upload.State.SUBMITTED,
            reading={"format": "lines", "mapping": None, "layout": layout.as_dict()},
        )
        return _store(
            rows,
            upload=upload,
            procurement=procurement,
            name=name,
            user=user,
            now=now,
            supersedes=supersedes,
        )


def plain_mapping(mapping: Mapping | None) -> dict[str, Any] | None:
    """A mapping as JSON keeps it, so that equal ones compare equal. None where it says nothing."""
    said: dict[str, Any] = {}
    if mapping and mapping.get("sheet"):
        said["sheet"] = str(mapping["sheet"])
    if mapping and mapping.get("columns"):
        columns = {str(index): field for index, field in mapping["columns"].items()}
        said["columns"] = dict(sorted(columns.items(), key=lambda item: int(item[0])))
    return said or None


def _store(rows: Rows, *, procurement: Procurement, **rest: Any) -> Bom:
    by_row = rows.problems_by_row()
    lines = lines_of(rows, by_row)
    kept = {line.row for line in rows.lines}
    return bom_store(
        procurement=procurement,
        lines=lines,
        problems=[problem for problem in rows.problems if problem.row not in kept],
        non_parts=[
            {"row": row.row, "kind": row.kind.value, "text": row.text[:500]}
            for row in rows.non_parts
        ],
        **rest,
    )


def _same(procurement: Procurement, sha256: str, mapping: dict[str, Any] | None) -> Bom | None:
    boms = Bom.objects.filter(procurement=procurement, upload__sha256=sha256)
    for bom in boms.select_related("upload").defer("upload__content").order_by("-id"):
        if bom.upload and (bom.upload.reading or {}).get("mapping") == mapping:
            return bom
    return None


def _lock(procurement: Procurement) -> None:
    """Of two who submit the same file at once, the second finds the first one's BOM."""
    Procurement.objects.select_for_update().get(pk=procurement.pk)


def _own(upload: Upload, user: User) -> None:
    if require(user, "submit") != upload.organisation:
        raise LookupError("an upload of another organisation is not found")


def _read(content: bytes, filename: str, encoding: str | None) -> tuple[Workbook, Reading]:
    workbook = formats.read(content, filename, encoding)
    return workbook, recognise(workbook) if workbook.readable else Reading(None, ())


def _read_state(workbook: Workbook, reading: Reading) -> dict[str, Any]:
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


def _laid_out(upload: Upload, mapping: Mapping | None) -> tuple[Workbook, Layout]:
    """The file and how to read it, or Refused."""
    reading = upload.reading or {}
    if upload.state == Upload.State.REFUSED:
        raise Refused(*(Problem(**problem) for problem in upload.problems))
    if not reading.get("sheets"):
        what = "We do not know its encoding yet."
        fix = "Choose the encoding whose sample reads right."
        raise Refused(Problem("encoding-unclear", "the file", what, fix))
    layout = _layout(reading, mapping or {})
    workbook = formats.read(bytes(upload.content), upload.filename, reading.get("encoding"))
    return workbook, layout


def _layout(reading: AnyMapping[str, Any], mapping: Mapping) -> Layout:
    name = mapping.get("sheet")
    layouts = {view["name"]: view["layout"] for view in reading["sheets"]}
    if name and name not in layouts:
        what = f"There is no sheet “{name}”."
        fix = f"Choose one of: {', '.join(layouts)}."
        raise Refused(Problem("does-not-exist", "sheet", what, fix))
    stored = layouts[name] if name else reading["layout"]
    if stored is None:
        what = f"“{name}” has no row that names its columns." if name else "No sheet will do."
        raise Refused(Problem("no-header", "sheet", what, "Choose another sheet."))
    layout = Layout.from_dict(stored)
    columns = {column.index for column in layout.columns}
    wrong: list[Problem] = []
    said: dict[int, Field | None] = {}
    for index, field in (mapping.get("columns") or {}).items():
        where = f"columns.{index}"
        if not str(index).isdecimal() or int(index) not in columns:
            what = "There is no such column."
            fix = f"Count from 0; there are {len(columns)}."
            wrong.append(Problem("does-not-exist", where, what, fix))
        elif field is not None and field not in set(Field):
            fix = f"Use one of: {', '.join(Field)}."
            wrong.append(Problem("invalid-choice", where, f"“{field}” is no field.", fix))
        else:
            said[int(index)] = None if field is None else Field(field)
    if wrong:
        raise Refused(*wrong)
    return layout.corrected(said)
