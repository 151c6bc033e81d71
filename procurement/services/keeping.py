"""Writing a file's bytes to the database, which takes several times its size where it is large."""

import json
from tempfile import TemporaryFile
from typing import Any

import psycopg
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from procurement.models import Upload
from procurement.services.apart import answered, apart

LARGE = 10 * 1024 * 1024
"""Bytes. What is larger is written by a small process, of whose memory nothing stays."""
PROGRAM = "import django; django.setup(); from procurement.services import keeping; keeping.here()"


def upload_insert(upload: Upload) -> Upload:
    """Keep a new upload. A large one is committed by itself, unless a transaction is under way."""
    if upload.size <= LARGE or connection.in_atomic_block:
        _insert(upload)
        return upload
    fields = {
        field.attname: getattr(upload, field.attname)
        for field in Upload._meta.concrete_fields
        if field.attname not in ("id", "content")
    }
    with TemporaryFile() as file:
        file.write(upload.content)
        file.flush()
        told = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
        pk: int = apart(PROGRAM, [told, file.fileno()], [file])
    return Upload.objects.defer("content").get(pk=pk)


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    answered(_kept)


def _kept(fields: dict[str, Any], content: int) -> int:
    with open(content, "rb") as file:
        file.seek(0)
        upload = Upload(**fields, content=file.read())
    _insert(upload)
    return upload.pk


def _insert(upload: Upload) -> None:
    if connection.vendor != "postgresql":
        upload.save(force_insert=True)
        return
    content = upload.content
    with transaction.atomic():
        # Django's driver would write all bytes into the statement, as text of twice the length.
        upload.content = b""
        upload.save(force_insert=True)
        with (
            connection.wrap_database_errors,
            psycopg.Cursor(connection.connection) as cursor,
        ):
            cursor.execute(
                "UPDATE procurement_upload SET content = %b WHERE id = %s", [content, upload.pk]
            )
    upload.content = content
