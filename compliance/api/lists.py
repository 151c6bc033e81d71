"""Addresses of who is whom on lists, and of the open readings."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import serializers as shapes
from compliance.law.readings import READINGS
from compliance.models import IdentityDecision, ReadingChoice
from compliance.services.choosing import identity_decide, reading_choose
from config.api import Api, Pages, Seen, Strict, user_of
from procurement.access import organisation_of, own
from procurement.models import Party


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
