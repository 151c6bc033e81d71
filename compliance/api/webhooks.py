"""Addresses of an organisation's webhooks and of the messages they were sent."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.models import Delivery, Webhook
from compliance.services.webhooks import (
    delivery_replay,
    webhook_create,
    webhook_remove,
    webhook_renew_secret,
    webhook_update,
)
from config.api import Api, Pages, Strict, user_of
from procurement.access import own


class WebhookSerializer(Strict, serializers.ModelSerializer[Webhook]):
    url = serializers.URLField(max_length=500, help_text="https, and not on a private network.")
    active = serializers.BooleanField(required=False)

    class Meta:
        model = Webhook
        fields = ("id", "url", "active", "made_at")
        read_only_fields = ("made_at",)


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(read_only=True, help_text="Shown this once.")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Shown this once; the old one signs nothing more.")


class ReplaySerializer(Strict, serializers.Serializer[Any]):
    delivery = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    class Meta:
        model = Delivery
        fields = ("id", "key", "state", "tries", "status", "error", "written_at", "due_at",
                  "taken_at", "body")  # fmt: skip


class WebhookViewSet(Api, viewsets.GenericViewSet[Webhook]):
    """Programs told of every answer that moves, signed by Standard Webhooks. Administrators
    manage them; all of the organisation may see them.

    A message holds up to 100 changes and a cursor for `GET /changes`. It is tried 12 times, each
    wait twice as long, for about a day; 410 ends it.
    """

    queryset = Webhook.objects.order_by("id")
    serializer_class = WebhookSerializer
    pagination_class = Pages
    scope, may = "webhooks", "administer"

    def get_queryset(self) -> QuerySet[Webhook]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return own(super().get_queryset(), user_of(self.request))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = WebhookSerializer(self.page_of(self.get_queryset()), many=True)
        return self.get_paginated_response(page.data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(WebhookSerializer(self.get_object()).data)

    @extend_schema(request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = WebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        url = asked.validated_data["url"]
        made, secret = webhook_create(url=url, by=user_of(request), now=timezone.now())
        return Response({**WebhookSerializer(made).data, "secret": secret}, status=201)

    @extend_schema(request=WebhookSerializer(partial=True), responses=WebhookSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = WebhookSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        by = user_of(request)
        made = webhook_update(webhook=self.get_object(), by=by, **asked.validated_data)
        return Response(WebhookSerializer(made).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        webhook_remove(webhook=self.get_object(), by=user_of(request))
        return Response(status=204)

    @extend_schema(request=None, responses=SecretSerializer)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Another secret in place of the one it has."""
        secret = webhook_renew_secret(webhook=self.get_object(), by=user_of(request))
        return Response({"secret": secret})

    @extend_schema(responses=DeliverySerializer(many=True))
    @action(detail=True)
    def deliveries(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Its messages, latest first."""
        rows = Delivery.objects.filter(webhook=self.get_object()).order_by("-id")
        return self.get_paginated_response(DeliverySerializer(self.page_of(rows), many=True).data)

    @extend_schema(request=ReplaySerializer, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a message again, under its own id."""
        rows = Delivery.objects.filter(webhook=self.get_object()).select_related("webhook")
        asked = ReplaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        delivery = get_object_or_404(rows, pk=asked.validated_data["delivery"])
        delivery_replay(delivery=delivery, by=user_of(request), now=timezone.now())
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data)
