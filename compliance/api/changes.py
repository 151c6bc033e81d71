"""Addresses of answers that moved, in an order without gaps, and of re-checks' certificates."""

from contextlib import suppress
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from compliance.api import serializers as shapes
from compliance.models import Recheck, VerdictChange
from compliance.recheck.words import cause_of
from config.api import Api, coded, user_of
from procurement.access import organisation_of, own
from procurement.models import Change

PAGE = 200


class ChangesSerializer(serializers.Serializer[Any]):
    changes = shapes.VerdictChangeSerializer(many=True)
    cursor = serializers.CharField(help_text="Ask with this next.")
    more = serializers.BooleanField()


class ChangesView(Api, APIView):
    scope, may = "verdicts", "read"
    asks = ("cursor",)

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str, description="Left out: from the first one.")],
        responses=ChangesSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answers that moved after `cursor`, oldest first. Ask again and again: none is missed."""
        said = request.query_params.get("cursor", "0")
        if not said.isdecimal() or not said.isascii() or len(said) > 18:
            what = "Give the cursor of an earlier answer, or none."
            raise serializers.ValidationError({"cursor": [coded(what, "invalid")]})
        rows = own(VerdictChange.objects.order_by("id"), user_of(request)).filter(id__gt=int(said))
        found: list[VerdictChange] = []
        if rows.exists():
            with suppress(OperationalError), transaction.atomic():
                _wait_for_writers()
                found = list(rows[: PAGE + 1])
        more = len(found) > PAGE
        found = found[:PAGE]
        cursor = str(found[-1].pk) if found else said
        answer = {"changes": found, "cursor": cursor, "more": more}
        return Response(ChangesSerializer(answer).data)


def _wait_for_writers() -> None:
    """Ids are given out before transactions commit, so a lower one may appear after a higher one.

    On PostgreSQL, holding off writers for an instant makes sure that none is on its way. Where one
    takes long we give up (OperationalError), tell nothing, and are asked again. SQLite has one
    writer at a time, and its ids appear in order.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(VerdictChange._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")


class CertificateSerializer(serializers.Serializer[Any]):
    """A re-check serves all organisations at once. You are told of the changes you may see and of
    your own lines; the digest covers the whole, and is chained to the certificate before.
    """

    id = serializers.IntegerField()
    cause = serializers.CharField()
    changes = serializers.ListField(child=serializers.IntegerField())
    state = serializers.ChoiceField(Recheck.State.choices)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    moved = shapes.VerdictChangeSerializer(many=True, help_text="Verdicts on your lines.")
    touched = serializers.IntegerField(help_text="Lines of anybody's that it could move.")
    rederived = serializers.IntegerField(help_text="Of those, judged again.")
    set_aside = serializers.IntegerField(help_text="Of those, not to be judged.")
    digest = serializers.CharField(help_text="SHA-256 of the whole; empty until it is done.")
    previous = serializers.CharField(help_text="The digest of the certificate before.")


class CertificateView(Api, APIView):
    scope, may = "verdicts", "read"

    @extend_schema(responses=CertificateSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What a re-check answered for and what came of it."""
        user = user_of(request)
        recheck = get_object_or_404(Recheck, pk=pk)
        seen = Q(organisation_id=None) | Q(organisation_id=organisation_of(user).pk)
        changes = list(Change.objects.filter(seen, pk__in=recheck.changes).order_by("id"))
        moved = list(own(VerdictChange.objects.filter(recheck=recheck).order_by("id"), user))
        if recheck.changes and not changes and not moved:
            raise Http404
        certificate = recheck.certificate or {}
        said = {
            "id": recheck.pk,
            "cause": cause_of(changes) if changes else moved[0].cause if moved else recheck.cause,
            "changes": [change.pk for change in changes],
            "state": recheck.state,
            "started_at": recheck.started_at,
            "finished_at": recheck.finished_at,
            "moved": moved,
            "touched": recheck.touched,
            "rederived": recheck.rederived,
            "set_aside": recheck.set_aside,
            "digest": recheck.digest,
            "previous": certificate.get("previous", ""),
        }
        return Response(CertificateSerializer(said).data)
