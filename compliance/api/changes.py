"""Addresses of answers that moved, in an order without gaps, and of re-checks' certificates."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from compliance.api import serializers as shapes
from compliance.models import Recheck, VerdictChange
from compliance.selectors.certificates import certificate_for
from config.api import Api, coded, user_of
from procurement.access import own

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
        """Answers that moved after `cursor`, oldest first. Ask again and again: none is missed.

        The cursor counts in the order in which answers became visible, given out by one hand.
        """
        said = request.query_params.get("cursor", "0")
        if not said.isdecimal() or not said.isascii() or len(said) > 18:
            what = "Give the cursor of an earlier answer, or none."
            raise serializers.ValidationError({"cursor": [coded(what, "invalid")]})
        rows = own(VerdictChange.objects.order_by("number"), user_of(request))
        found = list(rows.filter(number__gt=int(said))[: PAGE + 1])
        more = len(found) > PAGE
        found = found[:PAGE]
        cursor = str(found[-1].number) if found else said
        answer = {"changes": found, "cursor": cursor, "more": more}
        return Response(ChangesSerializer(answer).data)


class CertificateSerializer(serializers.Serializer[Any]):
    """A re-check serves all organisations at once. You are told of the changes you may see and of
    your own lines; the digest covers the whole, and is chained to the certificate before.
    """

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Recheck.Kind.choices)
    number = serializers.IntegerField(
        allow_null=True, help_text="Its place in the chain; null until it is done."
    )
    cause = serializers.CharField()
    changes = serializers.ListField(child=serializers.IntegerField())
    state = serializers.ChoiceField(Recheck.State.choices)
    answers_for = serializers.DateTimeField(
        help_text="Changes up to this moment, by the database's clock, were looked at."
    )
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
        recheck = get_object_or_404(Recheck, pk=pk)
        told = certificate_for(recheck=recheck, by=user_of(request))
        if told is None:
            raise Http404
        said = {
            "id": recheck.pk,
            "kind": recheck.kind,
            "number": recheck.number,
            "cause": told.cause,
            "changes": told.changes,
            "state": recheck.state,
            "answers_for": recheck.answers_for or recheck.started_at,
            "started_at": recheck.started_at,
            "finished_at": recheck.finished_at,
            "moved": told.moved,
            "touched": recheck.touched,
            "rederived": recheck.rederived,
            "set_aside": recheck.set_aside,
            "digest": recheck.digest,
            "previous": told.previous,
        }
        return Response(CertificateSerializer(said).data)
