"""A heavy file read in a process of its own (`services.apart`)."""

from tempfile import TemporaryFile
from typing import Any

from procurement.models import Upload, User
from procurement.services.apart import Watch, answered, apart, say
from procurement.services.boms import SubmittedLine
from procurement.services.mappings import Mapping
from procurement.services.reading import upload_is_heavy
from procurement.services.spool import Spool
from procurement.services.submission import Read, upload_lines

PROGRAM = "import django; django.setup(); from procurement.services import bounded; bounded.here()"


def upload_lines_bounded(
    *,
    upload: Upload,
    user: User,
    mapping: Mapping | None = None,
    watch: Watch | None = None,
    as_told: bool = False,
) -> Read:
    """As `upload_lines`, and a heavy file is read apart. The upload must be committed. Raises
    Refused also where it takes more memory or time than one file is given.

    watch: told each second, with (0, 0) until the file is opened.
    """
    if not upload_is_heavy(upload):
        told: dict[str, Any] = {"mapping": mapping, "watch": watch, "as_told": as_told}
        return upload_lines(upload=upload, user=user, **told)
    lines = TemporaryFile()  # noqa: SIM115 (it stays, as what is read)
    try:
        values, places, count = apart(
            PROGRAM, [upload.pk, user.pk, mapping, as_told, lines.fileno()], [lines], watch
        )
    finally:
        upload.refresh_from_db(fields=["state", "problems", "reading"])
    return Read(Spool(lines, places, count), *values)


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    """Read the file that we were told of."""
    answered(_found)


def _found(upload: int, user: int, mapping: Mapping | None, as_told: bool, lines: int) -> Any:
    sender = User.objects.select_related("membership__organisation").get(pk=user)
    kept = Upload.objects.select_related("organisation").get(pk=upload)
    with open(lines, "w+b") as spooled:
        spool: Spool[SubmittedLine] = Spool(spooled)
        read = upload_lines(
            upload=kept, user=sender, mapping=mapping, watch=say, as_told=as_told, spool=spool
        )
        return tuple(read)[1:], spool.places, len(spool)
