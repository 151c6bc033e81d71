"""Ownership files through the API: look at what one would add, take it in, and out again."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import parsers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Api, Strict, user_of
from procurement.models import Party
from procurement.services.facts import owner_for
from procurement.services.ownership import Given, ownership_import, ownership_preview
from procurement.services.ownership_export import ownership_bods, ownership_table


class OwnershipFileSerializer(Strict, serializers.Serializer[Any]):
    file = serializers.FileField(help_text="BODS 0.4, GLEIF, UK PSC, SAM.gov, or our own table.")
    shared = serializers.BooleanField(
        default=False, help_text="For curators: facts that everybody sees."
    )


class OutcomeSerializer(serializers.Serializer[Any]):
    statements = serializers.IntegerField()
    parties_new = serializers.IntegerField()
    parties_known = serializers.IntegerField()
    stakes = serializers.IntegerField()
    controls = serializers.IntegerField()
    ended = serializers.IntegerField()
    unsettled = serializers.IntegerField(help_text="Statements that make no fact by themselves.")
    repeated = serializers.IntegerField(help_text="Statements that were known already.")
    warnings = serializers.ListField(child=serializers.CharField())
    examples = serializers.ListField(child=serializers.CharField())


class OwnershipViewSet(Api, viewsets.GenericViewSet[Any]):
    """Files that say who owns and controls whom."""

    queryset = Party.objects.none()
    serializer_class = OwnershipFileSerializer
    pagination_class = None
    parser_classes = (parsers.MultiPartParser,)
    scope, may = "facts", "edit_facts"

    @extend_schema(request=OwnershipFileSerializer, responses={201: OutcomeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a file in, whole or not at all."""
        return self._run(request, ownership_import, 201)

    @extend_schema(request=OwnershipFileSerializer, responses=OutcomeSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What taking it in would add. Nothing is kept."""
        return self._run(request, ownership_preview, 200)

    def _run(self, request: Request, run: Any, status: int) -> Response:
        asked = OwnershipFileSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, file = user_of(request), asked.validated_data["file"]
        owner = owner_for(user, shared=asked.validated_data["shared"])
        told = run(files=[Given(file.name, file)], organisation=owner, by=user)
        return Response(OutcomeSerializer(told).data, status=status)

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=["bods", "csv"])],
        responses={
            (200, "application/json"): OpenApiResponse(OpenApiTypes.ANY),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY),
        },
        filters=False,
    )
    @action(detail=False)
    def export(self, request: Request, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """All stakes and controls that you may see, as BODS 0.4 or as our table (CSV)."""
        membership = getattr(user_of(request), "membership", None)
        owner = membership.organisation if membership else None
        if request.query_params.get("as") == "csv":
            pieces, kind = ownership_table(owner), "text/csv; charset=utf-8"
        else:
            pieces, kind = ownership_bods(owner, timezone.localdate()), "application/json"
        name = "ownership.csv" if kind.startswith("text") else "ownership.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(pieces, content_type=kind, headers=headers)

    def filter_names(self) -> set[str]:
        return {"as"} if self.action == "export" else set()
