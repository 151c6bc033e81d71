"""Addresses of long files on their way to a BOM: how far each has got, and to cancel it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.models import Submission
from compliance.selectors.submissions import STATES, submission_list, submission_progress
from compliance.services.long_files import submission_cancel
from config.api import Api, Pages, user_of
from procurement.api.uploads import ProblemSerializer, RememberedSerializer
from procurement.selectors import bom_remembered


class SubmissionSerializer(serializers.Serializer[Any]):
    """How far a long file has got."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    upload = serializers.IntegerField()
    procurement = serializers.IntegerField()
    state = serializers.ChoiceField(STATES)
    rows_total = serializers.IntegerField(
        allow_null=True, help_text="Rows of the sheet, parts or not; null until it was opened."
    )
    rows_read = serializers.IntegerField()
    rows_stored = serializers.IntegerField(help_text="Lines of the BOM, which appears whole.")
    rows_judged = serializers.IntegerField()
    set_aside = serializers.IntegerField(help_text="Lines that could not be judged.")
    percent = serializers.IntegerField(help_text="Of the step under way.")
    seconds_left = serializers.IntegerField(
        allow_null=True, help_text="Of the step under way, by its rate so far."
    )
    done = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
    remembered = RememberedSerializer(allow_null=True)
    bom = serializers.CharField(allow_null=True, help_text="Where the BOM is, once stored.")


def told_of(submission: Submission, now: datetime) -> dict[str, Any]:
    found = submission_progress(submission=submission, now=now)
    return dict(
        SubmissionSerializer(
            {
                "id": submission.pk,
                "name": submission.name,
                "upload": submission.upload_id,
                "procurement": submission.procurement_id,
                "state": found.state,
                "rows_total": found.rows_total,
                "rows_read": found.rows_read,
                "rows_stored": found.rows_stored,
                "rows_judged": found.rows_judged,
                "set_aside": found.set_aside,
                "percent": found.percent,
                "seconds_left": found.seconds_left,
                "done": found.done,
                "problems": submission.problems,
                "remembered": submission.bom_id and bom_remembered(pk=submission.bom_id),
                "bom": submission.bom_id and reverse("bom-detail", args=[submission.bom_id]),
            }
        ).data
    )


class SubmissionViewSet(Api, viewsets.GenericViewSet[Submission]):
    """Long files on their way to a BOM."""

    queryset = Submission.objects.all()
    serializer_class = SubmissionSerializer
    pagination_class = Pages
    scope, may = "boms", "submit"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Submission.objects.none()
        return submission_list(user=user_of(self.request))

    @extend_schema(responses=SubmissionSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        now = timezone.now()
        page = self.page_of(self.get_queryset())
        return self.get_paginated_response([told_of(each, now) for each in page])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How far it has got. Poll this until `done`."""
        return Response(told_of(self.get_object(), timezone.now()))

    @extend_schema(request=None, responses=SubmissionSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop it: nothing of it is stored. Once it is stored, this is refused."""
        row = submission_cancel(submission=self.get_object(), user=user_of(request))
        return Response(told_of(row, timezone.now()))

    def filter_names(self) -> set[str]:
        return super().filter_names() if self.action == "list" else set()
