"""Addresses of files as they came: received, read, and looked at before they become a BOM."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, parsers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Api, Json, Pages, Strict, user_of
from procurement import selectors
from procurement.access import require
from procurement.intake.fields import Field
from procurement.intake.reading import ParsedLine, Rows
from procurement.models import Upload
from procurement.services import submission
from procurement.services.mappings import LONGEST_CELL, is_shown
from procurement.services.picturing import picture_ask
from procurement.services.reading import is_too_long_to_show, upload_bytes

SHOWN_LINES = 50


class MappingSerializer(Strict, serializers.Serializer[Any]):
    """How to read the file where you see it better than we did. Left out: as recognised."""

    sheet = serializers.CharField(required=False, max_length=200)
    columns = serializers.DictField(
        child=serializers.ChoiceField(
            [(field.value, field.name) for field in Field], allow_null=True
        ),
        required=False,
        help_text="Index of the column, counted from 0 → what it holds; null: nothing of use.",
    )
    header_row = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text="The row that names the columns, counted from 1; 0: none does.",
    )
    cells = serializers.DictField(
        child=serializers.DictField(
            child=serializers.CharField(
                allow_blank=True, trim_whitespace=False, max_length=LONGEST_CELL
            )
        ),
        required=False,
        help_text="Row, counted from 1 → column, counted from 0 → the text that stands there now.",
    )


class ProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    where = serializers.CharField()
    what = serializers.CharField()
    fix = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField(["error", "warning"])


class ColumnToldSerializer(serializers.Serializer[Any]):
    column = serializers.IntegerField(help_text="Counted from 0.")
    header = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="null: nothing of use.")


class RememberedSerializer(serializers.Serializer[Any]):
    """What you told us of an earlier sheet, and was used for this one. null: nothing was."""

    said_at = serializers.DateTimeField()
    encoding = serializers.CharField(allow_null=True)
    sheet = serializers.CharField(help_text="Empty: as recognised.")
    header_row = serializers.IntegerField(allow_null=True, help_text="null: as recognised.")
    columns = ColumnToldSerializer(many=True)


class UploadSerializer(serializers.ModelSerializer[Upload]):
    problems = ProblemSerializer(many=True)
    reading = serializers.JSONField(
        help_text="Format, encoding, sheets and columns as recognised, with sample cells."
    )

    class Meta:
        model = Upload
        fields = (
            "id",
            "filename",
            "sha256",
            "size",
            "pasted",
            "received_at",
            "state",
            "reading",
            "problems",
        )


class UploadCreateSerializer(Strict, serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=255)
    encoding = serializers.CharField(required=False, max_length=40)


class UploadPasteSerializer(Strict, serializers.Serializer[Any]):
    text = serializers.CharField(
        trim_whitespace=False, help_text="Cells as a spreadsheet copies them: tabs and lines."
    )


class ReadLineSerializer(serializers.Serializer[ParsedLine]):
    row = serializers.IntegerField()
    level = serializers.IntegerField()
    parent_row = serializers.IntegerField(allow_null=True)
    position = serializers.CharField()
    part_number = serializers.CharField()
    description = serializers.CharField()
    maker = serializers.CharField()
    quantity = serializers.DecimalField(30, 6, allow_null=True)
    unit = serializers.CharField()
    unit_cost = serializers.DecimalField(30, 6, allow_null=True)
    currency = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_null=True)


class NonPartSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()


class PreviewSerializer(serializers.Serializer[Rows]):
    """What the rows would become. The first lines are shown; all problems are."""

    sheet = serializers.CharField()
    first_rows_only = serializers.BooleanField(
        help_text="It is a very long file; all of it is read once it is submitted."
    )
    lines_total = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Rows that hold something and can be no line.")
    lines = ReadLineSerializer(many=True)
    non_parts = NonPartSerializer(many=True)
    problems = ProblemSerializer(many=True)


class UploadViewSet(
    Api, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Upload]
):
    """Files as they came, byte for byte, and how we read them."""

    queryset = Upload.objects.all()
    serializer_class = UploadSerializer
    pagination_class = Pages
    parser_classes = [Json, parsers.MultiPartParser]
    scope, may = "boms", "submit"
    reading = ("preview",)

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Upload.objects.none()
        return selectors.upload_list(user=user_of(self.request))

    @extend_schema(
        request={
            "multipart/form-data": UploadCreateSerializer,
            "application/json": UploadPasteSerializer,
        }
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a file, or pasted cells, to see how it would be read. One that is very long is kept
        unread ("received") until a worker has read its first rows, in a minute or two.
        """
        shape = UploadCreateSerializer if "file" in request.data else UploadPasteSerializer
        asked = shape(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        file = said.get("file")
        content = file.read() if file else said["text"].encode()
        long = is_too_long_to_show(content)
        receive = submission.upload_keep if long else submission.upload_receive
        upload = receive(
            organisation=require(user_of(request), "submit"),
            user=user_of(request),
            filename=file.name if file else "",
            content=content,
            pasted=file is None,
            encoding=said.get("encoding"),
            now=timezone.now(),
        )
        if long:
            picture_ask(upload=upload, now=timezone.now())
        return Response(self.get_serializer(upload).data, status=201)

    @extend_schema(request=MappingSerializer, responses=PreviewSerializer)
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What every row would become under a mapping. Stores nothing. Of a very long file, what
        its first rows would.
        """
        asked = MappingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        upload = self.get_object()
        rows = submission.upload_preview(
            upload=upload, user=user_of(request), mapping=asked.validated_data
        )
        said: Any = {
            "sheet": rows.sheet,
            "first_rows_only": not is_shown(upload),
            "lines_total": len(rows.lines),
            "failed": len(rows.failed),
            "lines": rows.lines[:SHOWN_LINES],
            "non_parts": rows.non_parts,
            "problems": rows.problems,
        }
        return Response(PreviewSerializer(said).data)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def content(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The very bytes that were sent."""
        upload = self.get_object()
        response = HttpResponse(upload_bytes(upload), content_type="application/octet-stream")
        response["Content-Disposition"] = "attachment"
        response["X-Content-SHA256"] = upload.sha256
        return response

    def filter_names(self) -> set[str]:
        return super().filter_names() if self.action == "list" else set()
