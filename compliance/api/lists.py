"""Addresses of lists and their editions, of who is whom on them, and of the open readings."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import serializers as shapes
from compliance.law.readings import READINGS
from compliance.models import Edition, IdentityDecision, Listing, ReadingChoice
from compliance.selectors.lists import listed_on
from compliance.services.choosing import identity_decide, reading_choose
from compliance.services.edition_preview import edition_preview
from compliance.services.lists import edition_release
from config.api import Api, Pages, Seen, Strict, user_of
from procurement.access import organisation_of, own
from procurement.models import Party


class EditionFilter(filters.FilterSet):
    class Meta:
        model = Edition
        fields = ("key", "state", "edition")


class ConcernedSerializer(serializers.Serializer[Any]):
    party = serializers.IntegerField(source="party.pk")
    name = serializers.CharField(source="party.name")
    entry = serializers.CharField()
    coming = serializers.BooleanField()
    sure = serializers.BooleanField(help_text="A number agrees; else only the name does.")


class EditionPreviewSerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(source="before.pk", allow_null=True, default=None)
    coming = serializers.ListField(child=serializers.CharField())
    going = serializers.ListField(child=serializers.CharField())
    renamed = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    parties = ConcernedSerializer(many=True)
    lines = serializers.IntegerField(help_text="Lines that lean on the list.")
    judged = serializers.IntegerField(help_text="Of them, judged both ways.")
    verdicts = serializers.IntegerField(help_text="Of their verdicts, would move.")


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
    scope, may = "lists", "read"  # that only a curator releases, the service sees to

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
        preview = edition_preview(edition=self.get_object(), by=user_of(request))
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


class DecideSerializer(Strict, serializers.Serializer[Any]):
    party = Seen(queryset=Party.objects.all())
    list_key = serializers.CharField(max_length=20)
    code = serializers.CharField(max_length=60)
    same = serializers.BooleanField()
    reason = serializers.CharField(max_length=2_000)


class IdentityFilter(filters.FilterSet):
    class Meta:
        model = IdentityDecision
        fields = ("party", "list_key", "code")


class IdentityViewSet(
    Api, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[IdentityDecision]
):
    """The organisation's "same" and "not the same" about a party and a list's entry."""

    queryset = IdentityDecision.objects.all()
    serializer_class = shapes.IdentityDecisionSerializer
    filterset_class = IdentityFilter
    pagination_class = Pages
    scope, may = "facts", "decide_identity"

    def get_queryset(self) -> QuerySet[IdentityDecision]:
        if getattr(self, "swagger_fake_view", False):
            return IdentityDecision.objects.none()
        return own(IdentityDecision.objects.order_by("id"), user_of(self.request))

    @extend_schema(request=DecideSerializer, responses={201: shapes.IdentityDecisionSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decide. A "not the same" counts once a second person has given it too."""
        asked = DecideSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        made = identity_decide(by=user_of(request), **asked.validated_data)
        return Response(self.get_serializer(made).data, status=201)

    def filter_names(self) -> set[str]:
        return super().filter_names() if self.action == "list" else set()


class ReadingSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    cite = serializers.CharField()
    question = serializers.CharField()
    alternatives = serializers.DictField(child=serializers.CharField())
    conservative = serializers.CharField()
    mode = serializers.CharField()
    confidence = serializers.CharField()
    chosen = serializers.CharField(allow_null=True, help_text="By your organisation's counsel.")
    reason = serializers.CharField(allow_blank=True)


class ChooseSerializer(Strict, serializers.Serializer[Any]):
    alternative = serializers.CharField(
        max_length=60, allow_blank=True, help_text="Blank goes back to the default."
    )
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class ReadingViewSet(Api, viewsets.GenericViewSet[Any]):
    """The open points of the law, and how the organisation reads them."""

    queryset = ReadingChoice.objects.none()
    serializer_class = ReadingSerializer
    pagination_class = None
    scope, may = "lists", "choose_readings"
    lookup_url_kwarg = "key"
    lookup_value_regex = r"[\w.:()-]{1,60}"

    @extend_schema(responses=ReadingSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(ReadingSerializer(_readings(request), many=True).data)

    @extend_schema(request=ChooseSerializer, responses=ReadingSerializer(many=True))
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read an open point so, for the organisation. For its counsel."""
        asked = ChooseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reading_choose(key=kwargs["key"], by=user_of(request), **asked.validated_data)
        return Response(ReadingSerializer(_readings(request), many=True).data)


READING_FIELDS = ("key", "cite", "question", "conservative", "mode", "confidence")


def _readings(request: Request) -> list[dict[str, Any]]:
    choices = {
        each.key: each
        for each in ReadingChoice.objects.filter(organisation=organisation_of(user_of(request)))
    }
    return [
        {
            **{name: getattr(each, name) for name in READING_FIELDS},
            "alternatives": dict(each.alternatives),
            "chosen": choices[each.key].alternative if each.key in choices else None,
            "reason": choices[each.key].reason if each.key in choices else "",
        }
        for each in READINGS
    ]
