"""From a file, pasted cells or the API's lines to a BOM. Nothing that was sent is lost on the way.

    upload = upload_receive(...)                  bytes kept, columns recognised
    rows = upload_preview(upload=upload, ...)     what each row would become, as often as wanted
    bom = bom_submit(upload=upload, ...)          lines, parts and makers, in one transaction

A file of many rows (`reading.is_long`) may be kept unread (`upload_keep`), for a worker to read:
`upload_lines` reads it outside any transaction, `bom_submit(read=...)` stores what it read.
"""

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from django.db import transaction

from procurement.access import require
from procurement.collector import collector_paused
from procurement.formats.problem import Problem
from procurement.formats.support.limits import MAX_BYTES
from procurement.intake.reading import Layout, Rows
from procurement.intake.rows import rows as read_rows
from procurement.models import Bom, Organisation, Procurement, Upload, User
from procurement.problems import Refused
from procurement.services.apart import Watch
from procurement.services.boms import Lines, SubmittedLine, bom_store
from procurement.services.keeping import upload_insert
from procurement.services.mappings import Mapping, laid_out, plain_mapping, workbook_read
from procurement.services.reading import (
    file_read,
    read_state,
    upload_bytes,
    upload_read_first,
)
from procurement.services.remembered import Told, encoding_of, remembered_use
from procurement.services.rows import lines_in_pieces, workbook_of
from procurement.services.spool import Held, Spool

MOST_LINES = 200_000
"""Of one bill of materials. What matching them holds grows with them."""


class Read(NamedTuple):
    """A file read whole and not yet stored. mapping: how it was read; remembered: what of that
    its sender told us of an earlier sheet.
    """

    lines: Lines
    problems: list[Problem]
    non_parts: list[dict[str, Any]]
    layout: Layout
    mapping: Mapping | None = None
    remembered: Told | None = None


def upload_keep(
    *,
    organisation: Organisation,
    user: User,
    filename: str,
    content: bytes,
    now: datetime,
    pasted: bool = False,
    encoding: str | None = None,
    lines: bool = False,
) -> Upload:
    """Keep a file byte for byte and unread: its `state` is "received". lines: it is JSON that
    holds `lines`, as `bom_submit_rows` takes them. A large one may be committed at once.
    """
    upload = _upload(organisation, user, filename, content, now, pasted)
    upload.reading = {"format": "lines"} if lines else {"encoding": encoding}
    return upload_insert(upload, content)


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
    upload = _upload(organisation, user, filename, content, now, pasted)
    for field, value in read_state(*file_read(content, upload.filename, encoding)).items():
        setattr(upload, field, value)
    with transaction.atomic():  # here: what was read of it is long for a process to be told
        return upload_insert(upload, content)


def _upload(
    organisation: Organisation,
    user: User,
    filename: str,
    content: bytes,
    now: datetime,
    pasted: bool,
) -> Upload:
    """The row that tells of the file, still to be kept with its bytes."""
    if require(user, "submit") != organisation:
        raise LookupError("a person submits to their own organisation")
    check_size(len(content))
    name = PurePath(filename.replace("\\", "/").replace("\0", "")).name[-255:] or "pasted cells"
    return Upload(
        organisation=organisation,
        filename=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pasted=pasted,
        received_by=user,
        received_at=now,
    )


def check_size(size: int) -> None:
    """Raise Refused where a file of so many bytes is larger than any that we take."""
    if size > MAX_BYTES:
        what = f"It is larger than {MAX_BYTES // 1024 // 1024} MB."
        raise Refused(Problem("too-big", "the file", what, "Split it into smaller files."))


def upload_preview(*, upload: Upload, user: User, mapping: Mapping | None = None) -> Rows:
    """What every row of the file would become, under this mapping. Stores nothing. Of a file too
    long to be read now, the rows that were pictured; raises Refused where they were not.
    """
    _own(upload, user)
    return read_rows(*laid_out(upload, mapping, first_rows=True))


def bom_same(
    *, upload: Upload, procurement: Procurement, mapping: Mapping | None = None
) -> Bom | None:
    """The BOM that the same bytes, read the same way, already made in this procurement."""
    return _same(procurement, upload.sha256, plain_mapping(mapping), encoding_of(upload))


def upload_lines(
    *,
    upload: Upload,
    user: User,
    mapping: Mapping | None = None,
    watch: Watch | None = None,
    as_told: bool = False,
    spool: Spool[SubmittedLine] | None = None,
) -> Read:
    """Every row of the file as what `bom_submit` stores. Reads it first where nobody has yet.

    as_told: where no mapping is given, as this sender told us to read such sheets. Slow for a long
    file, and outside any transaction. spool: where to lay the lines by, so that they are not held.
    Raises Refused where the file is no BOM.
    """
    _own(upload, user)
    with collector_paused():
        return _upload_lines(upload, user, mapping, watch, as_told and not mapping, spool)


def _upload_lines(
    upload: Upload,
    user: User,
    mapping: Mapping | None,
    watch: Watch | None,
    as_told: bool,
    spool: Spool[SubmittedLine] | None,
) -> Read:
    if upload.state != Upload.State.RECEIVED:
        first = workbook_read(upload)
    else:
        if (upload.reading or {}).get("format") == "lines":
            workbook, layout = workbook_of(json.loads(upload_bytes(upload))["lines"])
            return _as_read(read_rows(workbook, layout, watch), layout, spool)
        first = upload_read_first(upload)
    if as_told and (used := remembered_use(upload=upload, user=user, workbook=first)):
        read = _as_read(read_rows(used.workbook, used.layout, watch), used.layout, spool)
        return read._replace(mapping=used.mapping, remembered=used.told)
    workbook, layout = laid_out(upload, mapping, first)
    return _as_read(read_rows(workbook, layout, watch), layout, spool)._replace(mapping=mapping)


def _as_read(rows: Rows, layout: Layout, spool: Spool[SubmittedLine] | None = None) -> Read:
    if len(rows.lines) > MOST_LINES:
        what = f"It has {len(rows.lines):,} lines; a bill of materials may have {MOST_LINES:,}."
        fix = "Split it into several bills of materials, and submit each."
        raise Refused(Problem("too-many-lines", f"sheet “{rows.sheet}”", what, fix))
    lines: Lines = Held() if spool is None else spool
    for piece in lines_in_pieces(rows, rows.problems_by_row()):
        lines.add(piece)
    kept = set(rows.lines.told.row)
    return Read(
        lines,
        [problem for problem in rows.problems if problem.row not in kept],
        [
            {"row": row.row, "kind": row.kind.value, "text": row.text[:500]}
            for row in rows.non_parts
        ],
        layout,
    )


@collector_paused()  # until the rows are gone, or it would walk through them at the end
def bom_submit(
    *,
    upload: Upload,
    procurement: Procurement,
    name: str,
    user: User,
    now: datetime,
    mapping: Mapping | None = None,
    supersedes: Bom | None = None,
    read: Read | None = None,
    remembered: Told | None = None,
) -> Bom:
    """Make a BOM of a file: every row is a line, or is named with what is wrong, or is no part.

    The same bytes read the same way in the same procurement are one BOM: it is given again. Raises
    Refused where no row is a line; the upload stays. read: what `upload_lines` gave for this
    mapping, where it was asked before. remembered: what of the mapping its sender told us of an
    earlier sheet, kept to be said.
    """
    _own(upload, user)
    read = read or upload_lines(upload=upload, user=user, mapping=mapping)
    with transaction.atomic():
        _lock(procurement)
        if standing := bom_same(upload=upload, procurement=procurement, mapping=mapping):
            return standing
        bom = _store(
            read,
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
            "layout": read.layout.as_dict(),
            "remembered": remembered,
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
    read = _as_read(read_rows(workbook, layout), layout)
    with transaction.atomic():
        _lock(procurement)
        if standing := _same(procurement, sha256, None):
            return standing
        upload = Upload(
            organisation=organisation,
            filename="lines.json",
            sha256=sha256,
            size=len(content),
            received_by=user,
            received_at=now,
            state=Upload.State.SUBMITTED,
            reading={"format": "lines", "mapping": None, "layout": layout.as_dict()},
        )
        upload_insert(upload, content)
        return _store(
            read,
            upload=upload,
            procurement=procurement,
            name=name,
            user=user,
            now=now,
            supersedes=supersedes,
        )


def _store(read: Read, *, procurement: Procurement, **rest: Any) -> Bom:
    return bom_store(
        procurement=procurement,
        lines=read.lines,
        headers=read.layout.headers,
        problems=read.problems,
        non_parts=read.non_parts,
        **rest,
    )


def _same(
    procurement: Procurement, sha256: str, mapping: dict[str, Any] | None, encoding: str = ""
) -> Bom | None:
    """encoding: "" where it was not read yet, or is no text."""
    boms = Bom.objects.filter(procurement=procurement, upload__sha256=sha256)
    for bom in boms.select_related("upload").order_by("-id"):
        if bom.upload and (bom.upload.reading or {}).get("mapping") == mapping:
            before = encoding_of(bom.upload)
            if not (encoding and before) or encoding == before:
                return bom
    return None


def _lock(procurement: Procurement) -> None:
    """Of two who submit the same file at once, the second finds the first one's BOM."""
    Procurement.objects.select_for_update().get(pk=procurement.pk)


def _own(upload: Upload, user: User) -> None:
    if require(user, "submit") != upload.organisation:
        raise LookupError("an upload of another organisation is not found")
