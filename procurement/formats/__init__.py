"""Bill-of-materials formats: bytes in; sheets of plain cells and Problems out. No Django.

Adding one is a file here with a FORMAT, a line in FORMATS, and files in tests/formats.
"""

from __future__ import annotations

from dataclasses import replace

from procurement.formats import altium, csv, cyclonedx, ipc2581, kicad, ods, xls, xlsx
from procurement.formats.problem import Problem
from procurement.formats.support import limits
from procurement.formats.support.signatures import what_it_is
from procurement.formats.workbook import Format, Hints, Workbook, refusal

FORMATS: tuple[Format, ...] = (
    xlsx.FORMAT,
    xls.FORMAT,
    ods.FORMAT,
    cyclonedx.FORMAT,
    kicad.FORMAT,
    ipc2581.FORMAT,
    altium.FORMAT,
    csv.FORMAT,
)
"""In the order they are asked; the first that claims the bytes reads them. Text comes last."""


def read(data: bytes, filename: str = "", encoding: str | None = None) -> Workbook:
    """The sheets of any file a person may send. Never raises on bad input: see `problems`.

    `filename` is only compared with what the file really is. `encoding` is the person's choice
    where an earlier answer had `choices`.
    """
    if not data:
        return refusal("", "empty-file", "It is empty.", "Send the file that has the parts.")
    if len(data) > limits.MAX_BYTES:
        most = limits.MAX_BYTES // 1024 // 1024
        return refusal(
            "", "too-big", f"It is larger than {most} MB.", "Split it into smaller files."
        )
    format_ = next((one for one in FORMATS[:-1] if one.claims(data)), None)
    if format_ is None:
        if encoding is None and (known := what_it_is(data)):
            return refusal("", *known)
        format_ = FORMATS[-1]
        if not format_.claims(data):
            return refusal(
                "",
                "not-a-spreadsheet",
                "It is neither a spreadsheet nor text.",
                "Send the parts as XLSX or CSV.",
            )
    found = format_.read(data, Hints(filename, encoding))
    return replace(found, problems=(*_name_differs(filename, format_), *found.problems))


def _name_differs(filename: str, format_: Format) -> tuple[Problem, ...]:
    _, dot, extension = filename.lower().rpartition(".")
    known = {name for one in FORMATS for name in one.extensions}
    if not dot or extension in format_.extensions or extension not in known:
        return ()
    return (
        Problem(
            "extension-differs",
            "the file",
            f"Its name ends in .{extension}, but it is: {format_.title}. It was read as that.",
            "Nothing to do, unless you sent the wrong file.",
            severity="warning",
        ),
    )
