"""Addresses of lists as published: read them, bring one in, see what it would move, release it."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, parsers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import serializers as shapes
from compliance.lists.readers import File
from compliance.models import Edition, Listing
from compliance.selectors.lists import listed_on
from compliance.services.edition_preview import edition_preview
from compliance.services.editions import edition_reconcile, editions_read, editions_stage
from compliance.services.lists import edition_release
from config.api import Api, Json, Pages, Strict, user_of

LARGEST_FILE = 100_000_000


class EditionFilter(filters.FilterSet):
    class Meta:
        model = Edition
        fields = ("key", "state", "edition")


class FilesSerializer(Strict, serializers.Serializer[Any]):
    file = serializers.ListField(
        child=serializers.FileField(),
        allow_empty=False,
        help_text="As published. Of OFAC's CSV give sdn.csv, alt.csv and comments together.",
    )
    encoding = serializers.ChoiceField(["utf-8-sig", "cp1252"], default="utf-8-sig")

    def validate_file(self, value: list[Any]) -> list[Any]:
        if sum(each.size for each in value) > LARGEST_FILE:
            raise serializers.ValidationError("More than 100 MB.", code="too-large")
        return value


class ImportSerializer(FilesSerializer):
    key = serializers.CharField(
        max_length=20, default="", allow_blank=True, help_text="The list; blank: all in the file."
    )
    edition = serializers.DateField(
        default=None, help_text="Its day, where the file does not say it itself."
    )
    covers = serializers.ChoiceField(
        ["all", "battery", "named"],
        default="all",
        help_text="Whom it answers for: everybody, the battery trade, those it names only.",
    )
    url = serializers.URLField(max_length=500, default="", allow_blank=True)
    expect = serializers.IntegerField(
        min_value=1, default=None, help_text="How many rows there are, where you counted them."
    )
    history = serializers.BooleanField(
        default=False, help_text="It comes before an edition that is released, on purpose."
    )


class ReconciledSerializer(serializers.Serializer[Any]):
    agree = serializers.IntegerField()
    differences = serializers.ListField(child=serializers.CharField())


class ConcernedSerializer(serializers.Serializer[Any]):
    party = serializers.IntegerField(source="party.pk")
    name = serializers.CharField(source="party.name")
    entry = serializers.CharField()
    coming = serializers.BooleanField()
    sure = serializers.BooleanField(help_text="A number agrees; else only the name does.")


class WouldMoveSerializer(serializers.Serializer[Any]):
    bom = serializers.IntegerField(source="bom.pk")
    line = serializers.IntegerField(
        source="line.pk", allow_null=True, default=None, help_text="null: the counterparty's."
    )
    rule = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    why = serializers.CharField()


class EditionPreviewSerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(source="before.pk", allow_null=True, default=None)
    coming = serializers.ListField(child=serializers.CharField())
    going = serializers.ListField(child=serializers.CharField())
    renamed = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    parties = ConcernedSerializer(many=True)
    lines = serializers.IntegerField(help_text="Lines and counterparties to judge anew.")
    judged = serializers.IntegerField(help_text="Of them, judged both ways.")
    verdicts = serializers.IntegerField(help_text="Of their verdicts, would move.")
    shown = WouldMoveSerializer(many=True, help_text="Of these, your organisation's.")


class ListedAskedSerializer(Strict, serializers.Serializer[Any]):
    key = serializers.CharField(max_length=20)
    true_on = serializers.DateField()
    published_by = serializers.DateField(required=False)
    known_on = serializers.DateTimeField(required=False)


class ListEntrySerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="ref")
    name = serializers.CharField()
    rule = serializers.CharField()
    true_from = serializers.DateField(allow_null=True)
    true_to = serializers.DateField(allow_null=True)


class ListedOnSerializer(serializers.Serializer[Any]):
    edition = serializers.DateField(
        source="edition.edition", allow_null=True, default=None, help_text="The one that speaks."
    )
    covers = serializers.CharField(source="edition.covers", allow_null=True, default=None)
    confidence = serializers.CharField(source="edition.confidence", allow_null=True, default=None)
    entries = ListEntrySerializer(many=True)


class EditionViewSet(
    Api, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Edition]
):
    """Lists as published on a day. Only a released edition is law to the engine."""

    queryset = Edition.objects.order_by("key", "-edition")
    serializer_class = shapes.EditionSerializer
    filterset_class = EditionFilter
    pagination_class = Pages
    parser_classes = [Json, parsers.MultiPartParser]
    scope, may = "lists", "read"  # that only curators stage and release, the services see to

    @extend_schema(
        request={"multipart/form-data": ImportSerializer},
        responses={201: shapes.EditionSerializer(many=True)},
        filters=False,
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stage the editions in a publisher's files, all or none. Another curator releases them."""
        asked = ImportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        history = given.pop("history")
        read = editions_read(files=_files(given.pop("file"), given.pop("encoding")), **given)
        staged = editions_stage(editions=read, by=user_of(request), history=history)
        return Response(self.get_serializer(staged, many=True).data, status=201)

    @extend_schema(request={"multipart/form-data": FilesSerializer}, responses=ReconciledSerializer)
    @action(detail=True, methods=["post"])
    def second(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Compare a staged edition with a second source; while they differ it stays staged."""
        staged = self.get_object()
        asked = FilesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        files = _files(asked.validated_data["file"], asked.validated_data["encoding"])
        told = edition_reconcile(edition=staged, files=files, by=user_of(request))
        return Response(ReconciledSerializer(told).data)

    @extend_schema(responses=shapes.ListingSerializer(many=True), filters=False)
    @action(detail=True)
    def listings(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The parties as this edition names them."""
        rows = Listing.objects.filter(edition=self.get_object()).order_by("id")
        page = shapes.ListingSerializer(self.page_of(rows), many=True)
        return self.get_paginated_response(page.data)

    @extend_schema(responses=EditionPreviewSerializer, filters=False)
    @action(detail=True)
    def preview(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What releasing it would move: entries, parties, verdicts. Nothing is kept."""
        preview = edition_preview(
            edition=self.get_object(), by=user_of(request), today=timezone.localdate()
        )
        return Response(EditionPreviewSerializer(preview).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("key", str, required=True),
            OpenApiParameter("true_on", date, required=True),
            OpenApiParameter("published_by", date),
            OpenApiParameter("known_on", datetime),
        ],
        responses=ListedOnSerializer,
        filters=False,
    )
    @action(detail=False)
    def listed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who was on a list on a day, as published by a day, as known here at a moment."""
        asked = ListedAskedSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        found = listed_on(told.pop("key"), on=told.pop("true_on"), **told)
        return Response(ListedOnSerializer(found).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a staged edition law to the engine. For a curator other than who staged it."""
        staged = self.get_object()
        made = edition_release(key=staged.key, edition=staged.edition, by=user_of(request))
        return Response(self.get_serializer(made).data)

    def filter_names(self) -> set[str]:
        if self.action == "listings":
            return {"limit", "offset"}
        if self.action == "listed":
            return {"key", "true_on", "published_by", "known_on"}
        return super().filter_names() if self.action == "list" else set()


def _files(given: list[Any], encoding: str) -> list[File]:
    return [File(each.name, each.read(), encoding) for each in given]
