"""Addresses of documents and of what they back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import parsers, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Json, user_of
from procurement.api import serializers as shapes
from procurement.api.base import FactViewSet
from procurement.models import Backing, Document, Evidence
from procurement.services import evidence
from procurement.services.facts import owner_for
from procurement.services.statements import statement_follow, statement_set_aside


class EvidenceCreateSerializer(shapes.EvidenceSerializer):
    file = serializers.FileField(
        required=False, allow_empty_file=True, write_only=True, max_length=255
    )

    class Meta(shapes.EvidenceSerializer.Meta):
        fields = (*shapes.EvidenceSerializer.Meta.fields, "file")


class EvidenceFilter(filters.FilterSet):
    class Meta:
        model = Evidence
        fields = ("kind", "grade", "sha256")


class EvidenceViewSet(FactViewSet):
    """Documents, kept byte for byte, or named by where they are published."""

    queryset = Evidence.objects.prefetch_related("backings")
    serializer_class = shapes.EvidenceSerializer
    filterset_class = EvidenceFilter
    parser_classes = [Json, parsers.MultiPartParser]
    creates, updates = evidence.evidence_attach, evidence.evidence_update
    withdraws = evidence.evidence_withdraw
    row = "evidence"

    @extend_schema(
        request={
            "multipart/form-data": EvidenceCreateSerializer,
            "application/json": shapes.EvidenceSerializer,
        }
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Attach a document (as a multipart `file`), or name the address where it is published."""
        asked = EvidenceCreateSerializer(data=request.data, context=self.get_serializer_context())
        values = self._read(asked)
        file = values.pop("file", None)
        owner = owner_for(user_of(request), shared=values.pop("shared"))
        if file is not None:
            # One byte over the limit is enough to be refused by it; more is never read.
            values |= {"content": file.read(evidence.LARGEST + 1), "filename": file.name}
        row = evidence.evidence_attach(organisation=owner, by=user_of(request), **values)
        return self._answer(row, status=201)

    @extend_schema(
        responses={
            (200, media): OpenApiResponse(OpenApiTypes.BINARY)
            for media in sorted(set(evidence.KINDS.values()))
        },
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def document(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The document's bytes, as received."""
        kept = self.get_object()
        document = get_object_or_404(Document, evidence=kept)
        response = HttpResponse(bytes(document.content), content_type=document.content_type)
        response["Content-Disposition"] = "attachment"
        response["X-Content-SHA256"] = kept.sha256
        return response


class BackingFilter(filters.FilterSet):
    class Meta:
        model = Backing
        fields = ("evidence", "table_name", "row")


class BackingViewSet(FactViewSet):
    """Which evidence backs which fact."""

    queryset = Backing.objects.all()
    serializer_class = shapes.BackingSerializer
    filterset_class = BackingFilter
    http_method_names = ("get", "post", "delete", "head", "options")
    creates, withdraws = evidence.backing_create, evidence.backing_withdraw
    row = "backing"

    def owner(self, values: dict[str, Any]) -> dict[str, Any]:
        return {}  # the evidence's

    @extend_schema(request=shapes.SettleSerializer, responses=shapes.BackingSerializer)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def settle(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Settle a contradiction: rely on this statement, or set it aside; with the reason."""
        backing = self.get_object()
        asked = shapes.SettleSerializer(data=request.data)
        values = self._read(asked)
        by, now, reason = user_of(request), timezone.now(), values["reason"]
        if values["prevails"]:
            statement_follow(backing=backing, reason=reason, by=by, now=now)
        else:
            statement_set_aside(backing=backing, reason=reason, by=by, now=now)
        backing.refresh_from_db()
        return self._answer(backing, status=200)
