"""A file on its way to a submission: what a person says of it is kept at once, and remembered.

draft = draft_start(upload=upload, ...)        at the upload; applies what this sender told us
draft_read(draft=draft, ...)                   another sheet, header row or column
draft_decode(draft=draft, encoding=..., ...)   in which encoding to read its text
cells_fix(draft=draft, fixes=..., ...)         cells put right; () of None: as in the file
mapping_of(draft)                              all of it, for `upload_preview`, `bom_submit`
"""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from procurement.access import require
from procurement.formats.problem import Problem
from procurement.formats.support import charset
from procurement.formats.workbook import Sheet
from procurement.intake.columns import at
from procurement.intake.reading import Layout
from procurement.intake.texts import text_of
from procurement.models import Bom, Draft, DraftCell, Picture, RememberedReading, Upload, User
from procurement.problems import Refused
from procurement.services.mappings import LONGEST_CELL, Mapping, check_shown, is_shown, laid_out
from procurement.services.pictures import workbook_pictured
from procurement.services.reading import file_read, read_state, upload_bytes
from procurement.services.remembered import (
    Used,
    encoding_of,
    is_telling,
    proposed_layout,
    reading_of,
    remembered_use,
)

MOST_FIXES = 20_000


class Fix(NamedTuple):
    """A cell put right: row from 1, column from 0. text None: as in the file again."""

    row: int
    column: int
    text: str | None


def draft_start(*, upload: Upload, user: User, now: datetime, revises: Bom | None = None) -> Draft:
    """The draft of an upload: the one there is, or one that begins as this sender told us before.

    revises: the BOM whose next revision it is, where that is known by now.
    """
    _may(upload, user)
    draft = Draft.objects.select_related("remembered").filter(upload=upload).first()
    if draft is None:
        draft = Draft(upload=upload, revises=revises, saved_by=user, saved_at=now)
        if used := remembered_use(upload=upload, user=user):
            _begin_as(draft, used)
        draft.save()
    elif revises is not None and draft.revises_id != revises.pk:
        draft.revises = revises
        draft.save(update_fields=["revises"])
    return draft


def mapping_of(draft: Draft) -> Mapping | None:
    """How the draft says to read its file; None where that is as recognised."""
    said = reading_of(draft) or {}
    sheet = draft.sheet or ((draft.upload.reading or {}).get("layout") or {}).get("sheet", "")
    cells: dict[int | str, dict[int | str, str]] = {}
    for row, column, text in draft.cells.filter(sheet=sheet[:255]).values_list(
        "row", "column", "text"
    ):
        cells.setdefault(row, {})[column] = text
    if cells:
        said["cells"] = cells
    return said or None


def draft_read(
    *,
    draft: Draft,
    user: User,
    now: datetime,
    sheet: str | None = None,
    header_row: int | None = None,
    columns: AnyMapping[int, str | None] | None = None,
) -> Draft:
    """Say which sheet, which header row, or what some columns hold; remembered for this sender.

    Another sheet is read as recognised, another header row with the columns recognised below it.
    A file refused because no row of it seemed to name columns is read on, once a row is named.
    What equals the recognised is not kept. Raises Refused, with nothing changed, where the file
    has no such thing.
    """
    _may(draft.upload, user)
    _open(draft)
    if sheet is not None:
        draft.sheet, draft.header_row, draft.columns = sheet, None, {}
    if header_row is not None:
        draft.header_row, draft.columns = header_row, {}
        sheets = (draft.upload.reading or {}).get("sheets")
        if not draft.sheet and sheets and proposed_layout(draft.upload) is None:
            draft.sheet = sheets[0]["name"]
    if columns:
        draft.columns = {**draft.columns, **{str(key): field for key, field in columns.items()}}
    _tidy(draft)
    _, layout = laid_out(draft.upload, reading_of(draft), first_rows=True)
    draft.remembered = None
    draft.saved_by, draft.saved_at = user, now
    with transaction.atomic():
        draft.save()
        _turn(draft.upload, Upload.State.CONFIRM)
        _remember(draft, layout, user, now)
    return draft


def draft_decode(*, draft: Draft, user: User, now: datetime, encoding: str) -> Draft:
    """Read a text file in the encoding that the person chose; remembered for this sender.

    Its columns are read as they told us before of a sheet with the headers it now has. Raises
    Refused, with nothing changed, where it cannot be read in that encoding. A file too long for
    that is as good as unread from then on: it is to be pictured anew.
    """
    upload = draft.upload
    _may(upload, user)
    _open(draft)
    if not is_shown(upload):
        if encoding not in charset.TITLES:
            raise Refused(_no_encoding(encoding))
        return _unread(draft, encoding, user, now)
    with transaction.atomic():
        _read_again(upload, encoding)
        if not encoding or encoding_of(upload) != encoding:
            raise Refused(_no_encoding(encoding))
        _say_nothing(draft, encoding, user, now)
        if upload.state == Upload.State.CONFIRM and proposed_layout(upload) is not None:
            if used := remembered_use(upload=upload, user=user):
                _begin_as(draft, used)
                draft.encoding = encoding
            _, layout = laid_out(upload, reading_of(draft), first_rows=True)
            _remember(draft, layout, user, now)
        draft.save()
    return draft


def _no_encoding(encoding: str) -> Problem:
    what = f"There is no encoding “{encoding}” to read it in."
    return Problem("encoding-unknown", "encoding", what, "Choose the one whose sample reads right.")


def _say_nothing(draft: Draft, encoding: str, user: User, now: datetime) -> None:
    """As if nobody had said how it is read, but for the encoding. Still to be saved."""
    draft.sheet, draft.header_row, draft.columns = "", None, {}
    draft.remembered, draft.encoding = None, encoding
    draft.saved_by, draft.saved_at = user, now


def _unread(draft: Draft, encoding: str, user: User, now: datetime) -> Draft:
    """Forget what was read of a long file, and how; it is read anew in this encoding."""
    upload = draft.upload
    _say_nothing(draft, encoding, user, now)
    with transaction.atomic():
        draft.save()
        upload.state, upload.problems = Upload.State.RECEIVED, []
        upload.reading = {"encoding": encoding or None}
        upload.save(update_fields=["state", "problems", "reading"])
        Picture.objects.filter(upload=upload).delete()
    return draft


def draft_pictured(*, upload_id: int, now: datetime) -> None:
    """Begin the draft of a file that has been read only now as this sender told us before."""
    drafts = Draft.objects.select_related("upload", "saved_by")
    draft = drafts.filter(upload=upload_id).first()
    if draft is None or draft.saved_by is None or reading_of(draft) is not None:
        return
    upload, user, chosen = draft.upload, draft.saved_by, draft.encoding
    if upload.state != Upload.State.CONFIRM or proposed_layout(upload) is None:
        return
    if used := remembered_use(upload=upload, user=user):
        _begin_as(draft, used)
    if chosen:
        draft.encoding = chosen
        _, layout = laid_out(upload, reading_of(draft), first_rows=True)
        _remember(draft, layout, user, now)
    draft.save()


def _begin_as(draft: Draft, used: Used) -> None:
    found = used.remembered
    draft.remembered, draft.encoding = found, used.encoding
    draft.sheet, draft.header_row, draft.columns = found.sheet, found.header_row, found.columns


def _read_again(upload: Upload, encoding: str | None) -> None:
    read = read_state(*file_read(upload_bytes(upload), upload.filename, encoding))
    for name, value in read.items():
        setattr(upload, name, value)
    upload.save(update_fields=list(read))


def draft_forget(*, draft: Draft, user: User, now: datetime) -> Draft:
    """Forget what this sender told us of such sheets, and read this one as we would ourselves."""
    _may(draft.upload, user)
    _open(draft)
    proposed, chosen = proposed_layout(draft.upload), draft.encoding
    with transaction.atomic():
        if proposed is not None:
            RememberedReading.objects.filter(
                organisation=draft.upload.organisation, user=user, shape=proposed.shape
            ).delete()
        if chosen and not is_shown(draft.upload):
            return _unread(draft, "", user, now)
        _say_nothing(draft, "", user, now)
        if chosen:
            _read_again(draft.upload, None)
        elif proposed is None:
            _turn(draft.upload, Upload.State.REFUSED)
        draft.save()
    return draft


def _turn(upload: Upload, state: str) -> None:
    if upload.state != state:
        upload.state = state
        upload.save(update_fields=["state"])


def cells_fix(*, draft: Draft, fixes: Sequence[Fix], user: User, now: datetime) -> int:
    """Keep cells put right; the last word on a cell stands. Returns how many were told.

    Raises Refused, with nothing kept, for a cell that the sheet has not.
    """
    _may(draft.upload, user)
    _open(draft)
    if len(fixes) > MOST_FIXES:
        what = f"{len(fixes):,} cells at once are too many."
        raise Refused(Problem("too-many", "cells", what, f"Send at most {MOST_FIXES:,}."))
    workbook, layout = laid_out(draft.upload, reading_of(draft), first_rows=True)
    sheet = next(each for each in workbook.sheets if each.name == layout.sheet)
    columns = {column.index for column in layout.columns}
    for fix in fixes:
        where = f"row {fix.row}, column {fix.column}"
        if not layout.header_row < fix.row <= len(sheet.rows) or fix.column not in columns:
            what = "There is no such cell below the header."
            raise Refused(Problem("does-not-exist", where, what, "Choose a cell of the table."))
        if fix.text is not None and len(fix.text) > LONGEST_CELL:
            what = f"The text has {len(fix.text):,} characters; a cell keeps {LONGEST_CELL:,}."
            raise Refused(Problem("text-too-long", where, what, "Shorten it."))
    last = {
        (fix.row, fix.column): None if fix.text == _sent(sheet, fix) else fix.text for fix in fixes
    }
    with transaction.atomic():
        _restore(draft, sheet.name[:255], [cell for cell, text in last.items() if text is None])
        DraftCell.objects.bulk_create(
            [
                DraftCell(
                    draft=draft, sheet=sheet.name, row=row, column=column,
                    text=text.replace("\0", ""),
                )
                for (row, column), text in last.items()
                if text is not None
            ],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["draft", "sheet", "row", "column"],
            update_fields=["text"],
        )  # fmt: skip
        draft.saved_by, draft.saved_at, draft.put_aside = user, now, False
        draft.save(update_fields=["saved_by", "saved_at", "put_aside"])
    return len(last)


def draft_put_aside(*, draft: Draft, user: User) -> None:
    """Take a draft off the list of the unfinished. The file stays as it was sent."""
    _may(draft.upload, user)
    draft.put_aside = True
    draft.save(update_fields=["put_aside"])


def _sent(sheet: Sheet, fix: Fix) -> str:
    """The text of the cell in the file."""
    return text_of(at(sheet.rows[fix.row - 1], fix.column))


def _restore(draft: Draft, sheet: str, cells: list[tuple[int, int]]) -> None:
    by_column: dict[int, list[int]] = {}
    for row, column in cells:
        by_column.setdefault(column, []).append(row)
    for column, rows in by_column.items():
        for start in range(0, len(rows), 500):
            draft.cells.filter(
                sheet=sheet, column=column, row__in=rows[start : start + 500]
            ).delete()


def _tidy(draft: Draft) -> None:
    """Leave out what says no more than we recognised, so that equal readings are equal."""
    reading: dict[str, Any] = draft.upload.reading or {}
    proposed = (reading.get("layout") or {}).get("sheet")
    if draft.sheet == proposed:
        draft.sheet = ""
    stored = reading.get("layout")
    if draft.sheet:
        views = {view["name"]: view["layout"] for view in reading.get("sheets", ())}
        stored = views.get(draft.sheet)
    if stored and draft.header_row == stored["header_row"]:
        draft.header_row = None
    said = reading_of(draft) or {}
    said.pop("columns", None)
    _, layout = laid_out(draft.upload, said or None, first_rows=True)
    recognised = {str(one.index): one.field.value if one.field else None for one in layout.columns}
    draft.columns = {
        key: field for key, field in draft.columns.items() if recognised.get(key, "") != field
    }


def _remember(draft: Draft, layout: Layout, user: User, now: datetime) -> None:
    proposed = proposed_layout(draft.upload)
    if proposed is None or not is_telling(proposed):
        return
    key: dict[str, Any] = {
        "organisation": draft.upload.organisation,
        "user": user,
        "shape": proposed.shape,
    }
    before = RememberedReading.objects.filter(**key).first()
    # A sheet like it came in an encoding that needs no choice: what was chosen stays.
    encoding = draft.encoding or (before.encoding if before else "")
    if reading_of(draft) is None and not encoding:
        RememberedReading.objects.filter(**key).delete()
        return
    RememberedReading.objects.update_or_create(
        **key,
        defaults={
            "becomes": layout.shape,
            "sheet": draft.sheet,
            "header_row": draft.header_row,
            "columns": draft.columns,
            "encoding": encoding,
            "said_at": now,
        },
    )


def _open(draft: Draft) -> None:
    """Raise Refused where it was submitted, or its file is too heavy and not yet pictured."""
    if not is_shown(draft.upload) and workbook_pictured(draft.upload) is None:
        check_shown(draft.upload)
    if draft.upload.state == Upload.State.SUBMITTED:
        what = "It was submitted already, as it was read then."
        fix = "Send it again as the next revision."
        raise Refused(Problem("submitted", "upload", what, fix))


def _may(upload: Upload, user: User) -> None:
    if require(user, "submit") != upload.organisation:
        raise LookupError("an upload of another organisation is not found")
