"""What the addresses of all facts have in common."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Api, Pages, Seen, Strict, seen, user_of
from procurement.models import Fact
from procurement.selectors import Known, history_of
from procurement.services.facts import owner_for

Service = Callable[..., Any]
ALWAYS = ("id", "shared", "true_from", "true_to", "known_from", "why")


class Shared(serializers.BooleanField):
    """Whether the fact is everybody's. Asked for by a curator when it is made; never changed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, default=False, **options)

    def get_attribute(self, instance: Any) -> bool:
        return instance.organisation_id is None


class FactSerializer(Strict, serializers.ModelSerializer[Any]):
    """A fact in and out. Relations are ids; `why` is kept with the change it makes."""

    serializer_related_field = Seen
    shared = Shared()
    why = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=300, default=""
    )

    class Meta:
        read_only_fields = ("known_from",)


class KnownSerializer(serializers.Serializer[Known]):
    """A fact as we knew it, from one moment until the next."""

    values = serializers.DictField(child=serializers.JSONField())
    known_from = serializers.DateTimeField()
    known_to = serializers.DateTimeField(allow_null=True)
    actor = serializers.CharField(allow_null=True, help_text="Who brought it about.")
    why = serializers.CharField()
    withdrawn = serializers.BooleanField(help_text="At known_to it was taken out.")
    ended_by = serializers.CharField(allow_null=True)
    ended_why = serializers.CharField()


WHY = OpenApiParameter("why", str, description="Kept with the change, in your words.")


class FactViewSet(
    Api,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Any],
):
    """List, read, create, correct (PATCH) and withdraw (DELETE) one kind of fact.

    `creates`, `updates`, `withdraws`: the services; the row is passed under the name `row`.
    """

    http_method_names = ("get", "post", "patch", "delete", "head", "options")
    pagination_class = Pages
    creates: Service
    updates: Service
    withdraws: Service
    row: str

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset().none()
        return seen(super().get_queryset().order_by("id"), user_of(self.request))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell a fact."""
        values = self._read(self.get_serializer(data=request.data))
        owner = self.owner(values)
        row = type(self).creates(**owner, by=user_of(request), **values)
        return self._answer(row, status=201)

    def owner(self, values: dict[str, Any]) -> dict[str, Any]:
        """Whose the new fact will be, as `creates` takes it; takes `shared` out of `values`."""
        shared = values.pop("shared", False)
        return {"organisation": owner_for(user_of(self.request), shared=shared)}

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Correct a fact. What stood before is kept, with the day it was replaced."""
        row = self.get_object()
        if "shared" in request.data:
            refuse = {"shared": ["Whose a fact is does not change."]}
            raise serializers.ValidationError(refuse, code="read-only")
        values = self._read(self.get_serializer(row, data=request.data, partial=True))
        row = type(self).updates(**{self.row: row}, by=user_of(request), **values)
        return self._answer(row)

    @extend_schema(parameters=[WHY], responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw a fact that never was so. What was believed is kept in its history."""
        why = request.query_params.get("why", "")
        type(self).withdraws(**{self.row: self.get_object()}, by=user_of(request), why=why)
        return Response(status=204)

    @extend_schema(responses=KnownSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def history(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All that was ever taken for true of this fact, latest first."""
        model = self.get_queryset().model
        known: Any = history_of(model, self.get_object().pk)
        if not known:
            raise Http404
        return Response(KnownSerializer(known, many=True).data)

    def filter_names(self) -> set[str]:
        if self.request.method == "DELETE":
            return {"why"}
        return super().filter_names() if self.action == "list" else set()

    def _read(self, serializer: Any) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _answer(self, row: Fact, status: int = 200) -> Response:
        # Read again, so that the answer is what is stored, with what the list shows beside it.
        row = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(row).data, status=status)
