"""A person's own file with its problems marked: made here, or apart where it is heavy."""

from compliance.web.sheet import Seen
from procurement.marking import Marked, Place, marked
from procurement.models import Draft
from procurement.services.apart import answered, apart
from procurement.services.mappings import check_shown
from procurement.services.reading import upload_bytes, upload_is_heavy

PROGRAM = "import django; django.setup(); from compliance.web import marks; marks.here()"


def file_marked(draft: Draft) -> Marked:
    """Their own workbook where it can be kept, else the same cells in a fresh one. A heavy one is
    made by a small process. The draft must be committed.

    Raises Refused where the file cannot be read, or takes more memory or time than one is given.
    """
    check_shown(draft.upload)
    if not upload_is_heavy(draft.upload):
        return _marked(draft)
    return Marked(*apart(PROGRAM, [draft.pk], []))


def _marked(draft: Draft) -> Marked:
    seen = Seen(draft)
    places = []
    for row in seen.shown(seen.told_rows):
        for cell in row.cells:
            if cell.problems or cell.sent is not None:
                places.append(Place(row.number, cell.column.index, cell.problems, cell.sent))
        if row.problems:
            places.append(Place(row.number, None, row.problems))
    return marked(
        upload_bytes(draft.upload),
        seen.workbook,
        seen.layout.sheet,
        seen.layout.header_row,
        places,
    )


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    answered(_found)


def _found(pk: int) -> tuple[bytes, bool]:
    made = _marked(Draft.objects.select_related("upload").get(pk=pk))
    return made.content, made.own
