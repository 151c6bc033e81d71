"""What a sender told us of how sheets of one shape are read, used for their next such sheet.

used = remembered_use(upload=upload, user=user)      None where there is nothing to use
bom_submit(upload=upload, mapping=used.mapping, ...)
"""

from collections.abc import Mapping as AnyMapping
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from procurement.formats.workbook import Workbook
from procurement.intake.reading import Layout
from procurement.models import Draft, RememberedReading, Upload, User
from procurement.problems import Refused
from procurement.services.mappings import Mapping, is_shown, laid_out
from procurement.services.reading import file_read, read_state, upload_bytes

FEWEST_HEADERS = 2
"""Sheets with fewer named columns look too much alike to remember anything by."""


class ColumnTold(TypedDict):
    """column: counted from 0. field: None for "not used"."""

    column: int
    header: str
    field: str | None


class Told(TypedDict):
    """What was used, as plain values. Empty sheet, no encoding, no header row: as recognised."""

    said_at: str
    encoding: str | None
    sheet: str
    header_row: int | None
    columns: list[ColumnTold]


class Used(NamedTuple):
    """A remembered reading that this file can be read by. told: what it changes, to be said."""

    remembered: RememberedReading
    mapping: Mapping | None
    workbook: Workbook
    layout: Layout
    told: Told

    @property
    def encoding(self) -> str:
        return self.told["encoding"] or ""


def reading_of(said: Draft | RememberedReading) -> Mapping | None:
    """How a draft, or what is remembered, says to read a sheet. Without cells put right."""
    mapping: Mapping = {}
    if said.sheet:
        mapping["sheet"] = said.sheet
    if said.header_row is not None:
        mapping["header_row"] = said.header_row
    if said.columns:
        mapping["columns"] = said.columns
    return mapping or None


def remembered_use(*, upload: Upload, user: User, workbook: Workbook | None = None) -> Used | None:
    """What this sender told us of a sheet of this shape, where this file can be read so.

    A text file whose encoding is not certain is tried in those that they chose before: where its
    headers are then those of such a sheet, it is read so, and the upload says so from then on.
    workbook: the file as read, where that is at hand; a heavy file is not read for it.
    """
    ours = RememberedReading.objects.filter(organisation=upload.organisation_id, user=user)
    may_read = workbook is not None or is_shown(upload)
    if upload.state == Upload.State.CONFIRM and _in_doubt(upload) and may_read:
        chosen = ours.exclude(encoding__in=("", encoding_of(upload)))
        for encoding in chosen.order_by("encoding").values_list("encoding", flat=True).distinct():
            if used := _in_encoding(upload, user, encoding):
                return used
    return _as_it_stands(upload, user, workbook)


def anything_remembered(*, user: User, upload: Upload) -> bool:
    """Whether this sender told us of any sheet at all."""
    return RememberedReading.objects.filter(organisation=upload.organisation_id, user=user).exists()


def is_still_told(*, upload: Upload, user: User, since: datetime) -> bool:
    """Whether a file that was read as told since then would be read so again."""
    ours = RememberedReading.objects.filter(organisation=upload.organisation_id, user=user)
    if ours.filter(said_at__gte=since).exists():
        return False
    told: Told | None = (upload.reading or {}).get("remembered")
    return told is None or ours.filter(said_at=datetime.fromisoformat(told["said_at"])).exists()


def encoding_of(upload: Upload) -> str:
    return (upload.reading or {}).get("encoding") or ""


def proposed_layout(upload: Upload) -> Layout | None:
    stored = (upload.reading or {}).get("layout")
    return Layout.from_dict(stored) if stored else None


def is_telling(layout: Layout) -> bool:
    """Whether its headers say enough to know its like by."""
    return sum(bool(column.header.strip()) for column in layout.columns) >= FEWEST_HEADERS


def _in_doubt(upload: Upload) -> bool:
    """Whether we ask for the encoding, or guessed it."""
    guessed = any(problem["code"] == "encoding-guessed" for problem in upload.problems)
    return guessed or bool((upload.reading or {}).get("choices"))


def _in_encoding(upload: Upload, user: User, encoding: str) -> Used | None:
    """The same in an encoding they chose before. Where that does not fit, nothing changes."""
    content = upload_bytes(upload)
    choices = {choice["encoding"] for choice in (upload.reading or {}).get("choices", ())}
    if encoding not in choices and not _decodes(content, encoding):
        return None
    stood = {"state": upload.state, "problems": upload.problems, "reading": upload.reading}
    workbook, reading = file_read(content, upload.filename, encoding)
    read = read_state(workbook, reading)
    _set(upload, read)
    used = _as_it_stands(upload, user, workbook)
    if used is None or used.encoding != encoding:
        _set(upload, stood)
        return None
    upload.save(update_fields=list(read))
    return used


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _set(upload: Upload, values: AnyMapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(upload, name, value)


def _as_it_stands(upload: Upload, user: User, workbook: Workbook | None) -> Used | None:
    """By the headers of the sheet that we propose, in the encoding it was read in."""
    proposed = proposed_layout(upload)
    if proposed is None or not is_telling(proposed):
        return None
    found = RememberedReading.objects.filter(
        organisation=upload.organisation_id, user=user, shape=proposed.shape
    ).first()
    if found is None:
        return None
    mapping = reading_of(found)
    try:
        workbook, layout = laid_out(upload, mapping, workbook, first_rows=True)
    except Refused:
        return None  # this file has no such sheet, row or column
    encoding = found.encoding if found.encoding == encoding_of(upload) else ""
    if layout.shape != found.becomes or not (mapping or encoding):
        return None
    return Used(found, mapping, workbook, layout, _told(found, encoding, layout))


def _told(found: RememberedReading, encoding: str, layout: Layout) -> Told:
    headers = {column.index: column.header for column in layout.columns}
    return {
        "said_at": found.said_at.isoformat(),
        "encoding": encoding or None,
        "sheet": found.sheet,
        "header_row": found.header_row,
        "columns": [
            {"column": int(index), "header": headers[int(index)], "field": field}
            for index, field in sorted(found.columns.items(), key=lambda item: int(item[0]))
        ],
    }
