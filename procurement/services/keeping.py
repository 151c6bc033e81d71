"""Writing a file's bytes to the database, which takes several times its size where it is large."""

import json
from tempfile import TemporaryFile
from typing import Any

import psycopg
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from procurement.models import Upload, UploadContent
from procurement.services.apart import answered, apart

LARGE = 10 * 1024 * 1024
"""Bytes. What is larger is written by a small process, of whose memory nothing stays."""
PROGRAM = "import django; django.setup(); from procurement.services import keeping; keeping.here()"


def upload_insert(upload: Upload, content: bytes) -> Upload:
    """Keep a new upload and its bytes, together. A large one is committed by itself, unless a
    transaction is under way.
    """
    if upload.size <= LARGE or connection.in_atomic_block:
        _insert(upload, content)
        return upload
    fields = {
        field.attname: getattr(upload, field.attname)
        for field in Upload._meta.concrete_fields
        if field.attname != "id"
    }
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        told = json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
        pk: int = apart(PROGRAM, [told, file.fileno()], [file])
    return Upload.objects.get(pk=pk)


# --- in the process of its own --------------------------------------------------------------------
def here() -> None:
    answered(_kept)


def _kept(fields: dict[str, Any], content: int) -> int:
    with open(content, "rb") as file:
        file.seek(0)
        upload = Upload(**fields)
        _insert(upload, file.read())
    return upload.pk


def _insert(upload: Upload, content: bytes) -> None:
    with transaction.atomic():
        upload.save(force_insert=True)
        kept = UploadContent(upload=upload, content=content)  # at hand, as `upload.kept`
        if connection.vendor != "postgresql":
            kept.save(force_insert=True)
            return
        # Django's driver would write all bytes into the statement, as text of twice the length.
        with (
            connection.wrap_database_errors,
            psycopg.Cursor(connection.connection) as cursor,
        ):
            cursor.execute(
                "INSERT INTO procurement_uploadcontent (upload_id, content) VALUES (%s, %b)",
                [upload.pk, content],
            )
