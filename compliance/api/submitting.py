"""`POST /boms`, whatever it carries: a file, a raw body, pasted cells, an earlier upload, lines."""

import hashlib
import json
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, parsers, serializers
from rest_framework.request import Request

from compliance.models import Idempotency, Submission
from compliance.services.long_files import submission_request
from compliance.services.submission import bom_judge_request
from compliance.tasks import enqueue_work, hand_submission
from config.api import Seen, Strict, coded, unstorable, user_of
from procurement.access import require
from procurement.api.serializers import ProcurementSerializer
from procurement.api.uploads import MappingSerializer
from procurement.formats.support.limits import MAX_BYTES
from procurement.intake.fields import Field
from procurement.models import Bom, Organisation, Procurement, Upload, User
from procurement.services.procurements import procurement_create
from procurement.services.reading import LONG_BYTES, LONG_ROWS, is_long
from procurement.services.remembered import anything_remembered, remembered_use
from procurement.services.submission import (
    Mapping,
    bom_same,
    bom_submit,
    bom_submit_rows,
    upload_keep,
    upload_receive,
)

MOST_LINES = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RawParser(parsers.BaseParser):
    """The body is the file."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return bytes(stream.read(MAX_BYTES + 1))


def raw(media: str) -> type[RawParser]:
    return type("Raw", (RawParser,), {"media_type": media})


RAW = {media: raw(media) for media in ("text/csv", "text/plain", XLSX, "application/octet-stream")}


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/ProcurementRequest"}]}
)
class ProcurementField(serializers.Field[Any, Any, Any, Any]):
    """The id of a procurement, or one to be made."""

    def to_internal_value(self, data: Any) -> Procurement | dict[str, Any]:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except ValueError:
                self._refuse()
        if isinstance(data, dict):
            if where := unstorable(data):
                raise serializers.ValidationError(f"The text at {where} cannot be kept.")
            asked = ProcurementSerializer(data=data, context=self.context)
            asked.is_valid(raise_exception=True)
            return dict(asked.validated_data)
        if isinstance(data, bool) or not isinstance(data, int):
            self._refuse()
        known = Seen(queryset=Procurement.objects.all())
        known.bind("procurement", self)  # type: ignore[arg-type]
        found: Procurement = known.to_internal_value(data)
        return found

    def to_representation(self, value: Any) -> Any:
        return value.pk

    def _refuse(self) -> None:
        what = "Give the id of a procurement, or an object with at least its name."
        raise serializers.ValidationError(what, code="invalid")


class LineSerializer(Strict, serializers.Serializer[Any]):
    """One part. Values are read as a cell of a spreadsheet would be: text or number."""

    def get_fields(self) -> dict[str, Any]:
        return {
            each.value: CellField(required=False, allow_null=True)
            for each in Field
            if each not in (Field.OTHER, Field.LINK)
        }


@extend_schema_field(
    {"type": ["string", "number", "boolean", "array", "null"], "items": {"type": "string"}}
)
class CellField(serializers.Field[Any, Any, Any, Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and all(isinstance(each, str) for each in data):
            return data
        if isinstance(data, str | int | float | bool):
            return data
        raise serializers.ValidationError("Give text or a number.", code="invalid")

    def to_representation(self, value: Any) -> Any:
        return value


class SubmitSerializer(Strict, serializers.Serializer[Any]):
    """What goes with every way of submitting."""

    procurement = ProcurementField()
    name = serializers.CharField(
        max_length=200, required=False, help_text="Left out: the file's name."
    )
    supersedes = Seen(
        queryset=Bom.objects.all(),
        required=False,
        allow_null=True,
        help_text="The BOM of which this is the next revision.",
    )
    remembered = serializers.BooleanField(
        default=True,
        help_text="Where no mapping is given, read a sheet as you told us to read such sheets "
        "(columns, header row, encoding); the answer says what was used. false: as recognised.",
    )


class SubmitFileSerializer(SubmitSerializer):
    file = serializers.FileField(allow_empty_file=True, max_length=255)
    mapping = serializers.JSONField(required=False)
    encoding = serializers.CharField(required=False, max_length=40)

    def validate_mapping(self, value: Any) -> Any:
        asked = MappingSerializer(data=value)
        asked.is_valid(raise_exception=True)
        return asked.validated_data


class SubmitJsonSerializer(SubmitSerializer):
    """Exactly one of `lines`, `text` and `upload`."""

    lines: Any = serializers.ListSerializer(
        child=LineSerializer(), required=False, max_length=MOST_LINES
    )
    text = serializers.CharField(required=False, trim_whitespace=False)
    upload = Seen(queryset=Upload.objects.all(), required=False)
    mapping = MappingSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("lines", "text", "upload") if name in attrs]
        if len(given) != 1:
            what = "Give exactly one of lines, text and upload."
            raise serializers.ValidationError({"lines": [coded(what, "required")]})
        return attrs


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks, whichever way it came. digest: of all that makes it what it is."""

    procurement: Procurement | dict[str, Any]
    name: str
    supersedes: Bom | None
    digest: str
    content: bytes = b""
    filename: str = ""
    pasted: bool = False
    encoding: str | None = None
    upload: Upload | None = None
    lines: list[dict[str, Any]] | None = None
    mapping: Mapping = field(default_factory=Mapping)
    remembered: bool = True

    @property
    def as_told(self) -> bool:
        """Whether what was told of earlier sheets may be used."""
        return self.remembered and not self.mapping and self.lines is None


def submission_of(request: Request, context: AnyMapping[str, Any]) -> Asked:
    """Read the request; raises ValidationError with every problem of its shape."""
    data: Any = request.data
    if isinstance(data, bytes):
        return _of_body(request, data, context)
    is_file = "file" in data
    shape = SubmitFileSerializer if is_file else SubmitJsonSerializer
    asked = shape(data=data, context=context)
    asked.is_valid(raise_exception=True)
    said = asked.validated_data
    if is_file:
        file = said["file"]
        content = file.read()
        rest = {"content": content, "filename": file.name, "encoding": said.get("encoding")}
        digest = _digest(content, {k: v for k, v in data.items() if k != "file"})
    else:
        text = said.get("text")
        body = json.dumps(data, sort_keys=True, ensure_ascii=False).encode()
        rest = {
            "content": body if text is None else text.encode(),
            "pasted": text is not None,
            "upload": said.get("upload"),
            "lines": said.get("lines"),
        }
        digest = _digest(body, {})
    return _submission(said, digest, mapping=said.get("mapping") or Mapping(), **rest)


def _of_body(request: Request, body: bytes, context: AnyMapping[str, Any]) -> Asked:
    """The body is the file, or for text/plain pasted cells; the rest is in the query."""
    told = {k: v for k, v in request.query_params.items() if k not in ("filename", "format")}
    asked = SubmitSerializer(data=told, context=context)
    asked.is_valid(raise_exception=True)
    pasted = (request.content_type or "").startswith("text/plain")
    return _submission(
        asked.validated_data,
        _digest(body, dict(request.query_params.items())),
        content=body,
        filename=request.query_params.get("filename", ""),
        pasted=pasted,
    )


def _submission(said: dict[str, Any], digest: str, **rest: Any) -> Asked:
    return Asked(
        procurement=said["procurement"],
        name=said.get("name", ""),
        supersedes=said.get("supersedes"),
        remembered=said["remembered"],
        digest=digest,
        **rest,
    )


def _digest(content: bytes, rest: dict[str, Any]) -> str:
    said = json.dumps(rest, sort_keys=True, default=str)
    found = hashlib.sha256(said.encode() + b"\0")
    found.update(content)  # which may have 100 MB: not once more for a sum
    return found.hexdigest()


class KeyReusedError(exceptions.APIException):
    status_code = 409
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key came with another request before. Use a new one."


Made = Bom | Submission
"""A BOM; or, for a long file, a Submission, which a worker makes into one."""


def submission_make(
    request: Request, asked: Asked, *, key: str, now: datetime
) -> tuple[Made, bool]:
    """What was made, and whether it was there already. A key that was used answers as it did then.

    The upload is kept even where nothing in it can be used; the rest is one transaction.
    """
    user = user_of(request)
    organisation = require(user, "submit")
    if key and (answered := _answered(organisation, key, asked.digest)):
        return answered, True
    upload, long = _kept(asked, organisation, user, now)

    def make() -> tuple[Made, bool]:
        procurement = asked.procurement
        if isinstance(procurement, dict):
            procurement = procurement_create(organisation=organisation, by=user, **procurement)
        told: dict[str, Any] = {"procurement": procurement, "user": user, "now": now}
        told |= {"supersedes": asked.supersedes, "name": _name(asked, upload)}
        if upload is None:
            before = Bom.objects.filter(procurement=procurement).count()
            bom = bom_submit_rows(lines=asked.lines or [], content=asked.content, **told)
            existing = Bom.objects.filter(procurement=procurement).count() == before
        else:
            told["upload"] = upload
            if long and asked.as_told and anything_remembered(user=user, upload=upload):
                made = submission_request(hand=hand_submission, as_told=True, **told)
                return made, made.upload_id != upload.pk or made.bom_id is not None
            used = None
            if asked.as_told and not long:
                used = remembered_use(upload=upload, user=user)
            mapping = used.mapping if used else asked.mapping
            same = bom_same(upload=upload, procurement=procurement, mapping=mapping)
            if long and same is None:
                made = submission_request(mapping=mapping, hand=hand_submission, **told)
                return made, made.upload_id != upload.pk
            remembered = used.told if used else None
            bom = same or bom_submit(mapping=mapping, remembered=remembered, **told)
            existing = bom == same
        if not existing:
            bom_judge_request(bom=bom, cause="submitted", now=now, enqueue=enqueue_work)
        return bom, existing

    return _once(organisation, key, asked.digest, now, make)


def _kept(
    asked: Asked, organisation: Organisation, user: User, now: datetime
) -> tuple[Upload | None, bool]:
    """The upload (None: few lines, given as values), and whether it is left to a worker to read."""
    if asked.upload is not None:
        long = asked.upload.size > LONG_BYTES or is_long(asked.upload.content)
        return asked.upload, long
    told: dict[str, Any] = {"organisation": organisation, "user": user, "now": now}
    told["content"] = asked.content
    if asked.lines is not None:
        if len(asked.lines) <= LONG_ROWS:
            return None, False
        return upload_keep(filename="lines.json", lines=True, **told), True
    told |= {"filename": asked.filename, "pasted": asked.pasted, "encoding": asked.encoding}
    if is_long(asked.content):
        return upload_keep(**told), True
    return upload_receive(**told), False


def _once(
    organisation: Organisation,
    key: str,
    digest: str,
    now: datetime,
    make: Callable[[], tuple[Made, bool]],
) -> tuple[Made, bool]:
    try:
        with transaction.atomic():
            if not key:
                return make()
            row = Idempotency.objects.create(
                organisation=organisation, key=key, request_sha256=digest, at=now
            )
            made, existing = make()
            if isinstance(made, Submission):
                row.submission = made
            else:
                row.bom = made
            row.save(update_fields=["bom", "submission"])
            return made, existing
    except IntegrityError:
        # Another request with this key was first, and has by now committed.
        answered = _answered(organisation, key, digest) if key else None
        if answered is None:
            raise
        return answered, True


def _answered(organisation: Organisation, key: str, digest: str) -> Made | None:
    row = Idempotency.objects.filter(organisation=organisation, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != digest:
        raise KeyReusedError
    return row.submission or row.bom


def _name(asked: Asked, upload: Upload | None) -> str:
    """As given, else the file's name without its ending."""
    if asked.name:
        return asked.name
    filename = upload.filename if upload else "lines"
    return filename.rpartition(".")[0] or filename
