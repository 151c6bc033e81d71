"""Addresses of verdicts once derived: their proofs, and their replay."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import serializers as shapes
from compliance.law.rules import BY_ID
from compliance.models import Determination
from compliance.services.foresight import determination_repairs
from compliance.services.packing import determinations_pack
from compliance.services.replaying import determination_replay
from config.api import Api, Pages, user_of
from procurement.access import own


class DeterminationFilter(filters.FilterSet):
    class Meta:
        model = Determination
        fields = ("bom", "line", "rule", "verdict")


class DeterminationViewSet(
    Api, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Determination]
):
    """Every verdict that was ever derived. They are only added to."""

    queryset = Determination.objects.all()
    serializer_class = shapes.DeterminationSerializer
    filterset_class = DeterminationFilter
    pagination_class = Pages
    scope, may = "verdicts", "read"
    reading = ("replay",)

    def get_queryset(self) -> QuerySet[Determination]:
        if getattr(self, "swagger_fake_view", False):
            return Determination.objects.none()
        return own(Determination.objects.order_by("-id"), user_of(self.request))

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT}, filters=False)
    @action(detail=True, pagination_class=None)
    def proof(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The proof, byte for byte as it was stored: verdict → clause → fact.

        The SHA-256 of these bytes is the verdict's `proof_digest`.
        """
        kept = self.get_queryset().select_related("proof__dossier").get(pk=self.get_object().pk)
        response = HttpResponse(kept.proof.body.encode(), content_type="application/json")
        response["X-Content-SHA256"] = kept.proof_id
        return response

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT}, filters=False)
    @action(detail=True, pagination_class=None)
    def pack(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The proof with its grounds, sealed: what `compliance/verifier.py` checks on its own."""
        kept = self.get_queryset().select_related(
            "proof__dossier", "provenance", "bom__procurement"
        )
        made = kept.filter(pk=self.get_object().pk)
        content = determinations_pack(determinations=made).encode()
        return HttpResponse(content, content_type="application/json")

    @extend_schema(request=None, responses=shapes.ReplaySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Derive the verdict again from what was known then, and compare bytes. Stores nothing."""
        kept = self.get_object()
        again = determination_replay(determination=kept)
        said = {
            "same": again.same,
            "outdated": again.outdated,
            "stored_digest": kept.proof_id,
            "replayed_digest": hashlib.sha256(again.body.encode()).hexdigest(),
        }
        return Response(shapes.ReplaySerializer(said).data)

    @extend_schema(responses=shapes.AdviceSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def repairs(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What would put the line right, with what is known today. Stores nothing."""
        kept = self.get_object()
        if kept.rule not in BY_ID:
            raise Http404
        advice = determination_repairs(determination=kept, today=timezone.now().date())
        return Response(shapes.AdviceSerializer(advice).data)

    def filter_names(self) -> set[str]:
        return super().filter_names() if self.action == "list" else set()
