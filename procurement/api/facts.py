"""Addresses of parties, who stands behind them, and parts with what they are made of."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Strict, seen, user_of
from procurement import selectors
from procurement.api import serializers as shapes
from procurement.api.base import FactViewSet
from procurement.models import (
    Control,
    Disclosure,
    Identifier,
    Licence,
    Part,
    Party,
    ProcessStep,
    Site,
    Stake,
)
from procurement.services import parties, parts, stakes


class PartyFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Part of a name, or a whole identifier")

    class Meta:
        model = Party
        fields = ("kind", "unverified")

    def search(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        found = selectors.party_list(user=user_of(self.request), q=value)
        return rows.filter(pk__in=found.order_by().values("pk"))


class PartyViewSet(FactViewSet):
    """Companies, government bodies and persons: suppliers, makers, licensors, holders."""

    queryset = Party.objects.all()
    serializer_class = shapes.PartySerializer
    filterset_class = PartyFilter
    creates, updates, withdraws = parties.party_create, parties.party_update, parties.party_withdraw
    row = "party"

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        numbers = seen(Identifier.objects.order_by("scheme", "id"), user_of(self.request))
        return rows.prefetch_related(Prefetch("identifiers", numbers))


class IdentifierFilter(filters.FilterSet):
    class Meta:
        model = Identifier
        fields = ("party", "scheme", "value")


class IdentifierViewSet(FactViewSet):
    """Numbers that name a party in a register: UEI, CAGE, LEI, USCC, D-U-N-S."""

    queryset = Identifier.objects.all()
    serializer_class = shapes.IdentifierSerializer
    filterset_class = IdentifierFilter
    creates, withdraws = parties.identifier_set, parties.identifier_withdraw
    row = "identifier"
    http_method_names = ("get", "post", "delete", "head", "options")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a party's number in a register, in place of the one it had there."""
        return super().create(request, *args, **kwargs)


class StakeFilter(filters.FilterSet):
    class Meta:
        model = Stake
        fields = ("holder", "held", "metric", "nature")


class StakeViewSet(FactViewSet):
    """Who holds what share of whom."""

    queryset = Stake.objects.select_related("holder", "held")
    serializer_class = shapes.StakeSerializer
    filterset_class = StakeFilter
    creates, updates, withdraws = stakes.stake_create, stakes.stake_update, stakes.stake_withdraw
    row = "stake"


class DisclosureFilter(filters.FilterSet):
    class Meta:
        model = Disclosure
        fields = ("party", "metric")


class DisclosureViewSet(FactViewSet):
    """Up to what share the holders of a party are disclosed."""

    queryset = Disclosure.objects.all()
    serializer_class = shapes.DisclosureSerializer
    filterset_class = DisclosureFilter
    creates, updates = stakes.disclosure_create, stakes.disclosure_update
    withdraws = stakes.disclosure_withdraw
    row = "disclosure"


class ControlFilter(filters.FilterSet):
    class Meta:
        model = Control
        fields = ("controller", "controlled", "kind")


class ControlViewSet(FactViewSet):
    """Control otherwise than by shares."""

    queryset = Control.objects.all()
    serializer_class = shapes.ControlSerializer
    filterset_class = ControlFilter
    creates, updates = stakes.control_create, stakes.control_update
    withdraws = stakes.control_withdraw
    row = "control"


class SiteFilter(filters.FilterSet):
    class Meta:
        model = Site
        fields = ("party", "country")


class SiteViewSet(FactViewSet):
    """Plants: a party at a place."""

    queryset = Site.objects.all()
    serializer_class = shapes.SiteSerializer
    filterset_class = SiteFilter
    creates, updates, withdraws = parties.site_create, parties.site_update, parties.site_withdraw
    row = "site"


class LicenceFilter(filters.FilterSet):
    class Meta:
        model = Licence
        fields = ("licensor", "licensee", "part")


class LicenceViewSet(FactViewSet):
    """Technology licensed from a party."""

    queryset = Licence.objects.all()
    serializer_class = shapes.LicenceSerializer
    filterset_class = LicenceFilter
    creates, updates = parts.licence_create, parts.licence_update
    withdraws = parts.licence_withdraw
    row = "licence"


class PartFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Part of a number, description or maker's name")
    category = filters.ChoiceFilter(choices=shapes.CATEGORIES)

    class Meta:
        model = Part
        fields = ("number", "maker", "unverified")

    def search(self, rows: QuerySet[Part], name: str, value: str) -> QuerySet[Part]:
        found = selectors.part_list(user=user_of(self.request), q=value)
        return rows.filter(pk__in=found.order_by().values("pk"))


class CompositionSerializer(Strict, serializers.Serializer[Any]):
    components: Any = serializers.ListSerializer(
        child=shapes.ComponentSerializer(), max_length=1_000
    )
    complete = serializers.BooleanField(
        allow_null=True,
        required=False,
        default=None,
        help_text="Told: these are all the functional cell components there are.",
    )
    why = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=300, default=""
    )


class PartViewSet(FactViewSet):
    """Maker × part number."""

    queryset = Part.objects.select_related("maker")
    serializer_class = shapes.PartSerializer
    filterset_class = PartFilter
    creates, updates, withdraws = parts.part_create, parts.part_update, parts.part_withdraw
    row = "part"
    http_method_names = ("get", "post", "put", "patch", "delete", "head", "options")

    @extend_schema(responses=CompositionSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def composition(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the part is made of, as told."""
        return self._composition(self.get_object())

    @extend_schema(request=CompositionSerializer, responses=CompositionSerializer)
    @composition.mapping.put
    def replace_composition(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell what the part is made of. Entries not named again are withdrawn, their past kept."""
        part = self.get_object()
        asked = CompositionSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        parts.composition_replace(part=part, by=user_of(request), **asked.validated_data)
        return self._composition(self.get_object())

    def _composition(self, part: Part) -> Response:
        user = user_of(self.request)
        steps = Prefetch("steps", seen(ProcessStep.objects.order_by("id"), user))
        components = seen(part.components.order_by("id"), user).prefetch_related(steps)
        said = {"components": components, "complete": part.complete}
        return Response(CompositionSerializer(said).data)
