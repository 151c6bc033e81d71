"""Addresses of a person's own tokens, of who they are, and of the words the API uses."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import permissions, serializers, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api import Api, Strict, user_of
from procurement import countries
from procurement.access import MAY, may
from procurement.categories import Category, Chemistry
from procurement.models import ApiToken, Role
from procurement.services.tokens import (
    DEFAULT_DAYS,
    LONGEST_DAYS,
    SCOPES,
    token_create,
    token_revoke,
)


class TokenSerializer(Strict, serializers.ModelSerializer[ApiToken]):
    id = serializers.CharField(source="token_key", read_only=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(list(SCOPES.items())))
    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, default=DEFAULT_DAYS, write_only=True
    )
    name = serializers.CharField(max_length=100)

    class Meta:
        model = ApiToken
        fields = ("id", "name", "scopes", "created", "expiry", "days")
        read_only_fields = ("created", "expiry")


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(read_only=True, help_text="Shown this once, and never kept.")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")


class TokenViewSet(Api, viewsets.GenericViewSet[ApiToken]):
    """A person's own tokens. Only they, signed in, make or revoke one: a token never does."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = TokenSerializer
    queryset = ApiToken.objects.all()
    pagination_class = None
    lookup_field = "token_key"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-zA-Z_-]{1,30}"

    @extend_schema(responses=TokenSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = ApiToken.objects.filter(user=user_of(request)).order_by("-created")
        return Response(TokenSerializer(rows, many=True).data)

    @extend_schema(request=TokenSerializer, responses={201: NewTokenSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = TokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, key = token_create(user=user_of(request), **asked.validated_data)
        return Response({**TokenSerializer(token).data, "token": key}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = ApiToken.objects.filter(user=user_of(request))
        token_revoke(token=get_object_or_404(rows, token_key=kwargs["id"]))
        return Response(status=204)


class MeSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField()
    organisation = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(Role.choices, allow_null=True)
    curator = serializers.BooleanField()
    may = serializers.ListField(child=serializers.ChoiceField(sorted(MAY)))
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Of the token, if it is one."
    )


class MeView(Api, APIView):
    permission_classes = [permissions.IsAuthenticated]

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who asks, for which organisation, and what they may do."""
        user = user_of(request)
        membership = getattr(user, "membership", None)
        return Response(
            MeSerializer(
                {
                    "email": user.email,
                    "name": user.get_full_name(),
                    "organisation": membership.organisation.name if membership else None,
                    "role": membership.role if membership else None,
                    "curator": user.is_curator,
                    "may": sorted(action for action in MAY if may(user, action)),
                    "scopes": request.auth.scopes if isinstance(request.auth, ApiToken) else None,
                }
            ).data
        )


class VocabularySerializer(serializers.Serializer[Any]):
    categories = serializers.DictField(child=serializers.CharField())
    chemistries = serializers.DictField(child=serializers.CharField())
    countries = serializers.DictField(child=serializers.CharField())
    scopes = serializers.DictField(child=serializers.CharField())


class VocabularyView(Api, APIView):
    permission_classes = [permissions.IsAuthenticated]

    @extend_schema(responses=VocabularySerializer)
    def get(self, request: Request) -> Response:
        """Codes and what they mean: kinds of part, chemistries, countries, scopes."""
        words = {
            "categories": {each.value: each.label for each in Category},
            "chemistries": {each.value: each.label for each in Chemistry},
            "countries": countries.codes(),
            "scopes": SCOPES,
        }
        return Response(VocabularySerializer(words).data)
