"""Addresses of BOMs: submitted, judged, read, reported."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import mixins, parsers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import serializers as shapes
from compliance.api.evaluate import finding_values
from compliance.api.submissions import SubmissionSerializer, told_of
from compliance.api.submitting import (
    RAW,
    SubmitFileSerializer,
    SubmitJsonSerializer,
    submission_make,
    submission_of,
)
from compliance.law.rules import BY_ID
from compliance.models import Report, Submission, Verdict
from compliance.selectors.checks import progress
from compliance.selectors.tallies import tallies
from compliance.services.determinations import Judged
from compliance.services.exporting import bom_cyclonedx
from compliance.services.foresight import Ahead, bom_ahead
from compliance.services.judging import bom_judge
from compliance.services.mailing import MEDIA_TYPES
from compliance.services.reporting import report_make
from config.api import Api, Json, Pages, coded, user_of
from procurement import selectors
from procurement.models import Bom, not_superseded

STATUS = PolymorphicProxySerializer(
    "SubmitStatus", [shapes.StatusSerializer, SubmissionSerializer], resource_type_field_name=None
)
CYCLONEDX = "application/vnd.cyclonedx+json"
LINES_ASKED = 100
"""How many lines are judged anew for one request that asks about another day."""

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A request sent again with its key is answered as it was, and makes nothing anew.",
)
IN_QUERY = [
    OpenApiParameter("procurement", int, description="With a raw body: the procurement's id."),
    OpenApiParameter("name", str, description="With a raw body: the BOM's name."),
    OpenApiParameter("supersedes", int, description="With a raw body: the BOM this revises."),
    OpenApiParameter("filename", str, description="With a raw body: the file's name."),
    OpenApiParameter(
        "remembered",
        bool,
        description="With a raw body: false, to have the sheet read as recognised, and not as you "
        "told us to read sheets like it.",
    ),
]
MOMENTS = [
    OpenApiParameter("rule", str, enum=sorted(BY_ID), description="Only this rule."),
    OpenApiParameter(
        "true_on", date, description="The day asked about, instead of the purchase's."
    ),
    OpenApiParameter(
        "known_on", datetime, description="With what was known then; a date means its end, in UTC."
    ),
]


class FewLines(Pages):
    default_limit = max_limit = LINES_ASKED


class BomFilter(filters.FilterSet):
    current = filters.BooleanFilter(
        method="only_current", label="Only revisions that no later one supersedes"
    )

    class Meta:
        model = Bom
        fields = ("procurement", "state")

    def only_current(self, rows: QuerySet[Bom], name: str, value: bool) -> QuerySet[Bom]:
        return rows.filter(not_superseded()) if value else rows


class BomViewSet(
    Api, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Bom]
):
    """Bills of materials: send one, read its lines, verdicts and reports."""

    queryset = Bom.objects.all()
    serializer_class = shapes.BomSerializer
    filterset_class = BomFilter
    pagination_class = Pages
    parser_classes = [Json, parsers.MultiPartParser, *RAW.values()]
    scope, may = "boms", "submit"
    scopes = {
        "verdicts": "verdicts",
        "report": "verdicts",
        "readiness": "verdicts",
        "export": "verdicts",
    }

    def get_queryset(self) -> QuerySet[Bom]:
        if getattr(self, "swagger_fake_view", False):
            return Bom.objects.none()
        return selectors.bom_list(user=user_of(self.request))

    @extend_schema(
        request={
            "application/json": SubmitJsonSerializer,
            "multipart/form-data": SubmitFileSerializer,
            **dict.fromkeys(RAW, OpenApiTypes.BINARY),
        },
        parameters=[KEY, *IN_QUERY],
        responses={202: STATUS, 200: STATUS},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Submit a BOM: a file, a raw CSV or XLSX body, pasted cells, or lines.

        Answers 202 with the address of its status, before its lines are judged; 200 where the same
        bytes made a BOM in this procurement before. What cannot be a line is named in `problems`.
        A sheet like one whose columns or encoding you put right before is read so again, and
        `remembered` names what was used; send `remembered=false` to refuse that.
        A file of some 2,000 rows and more is kept and read later: then the address, and the
        answer, are those of a submission, which names its BOM once that is stored.
        """
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 255:
            what = {"Idempotency-Key": [coded("It has more than 255 characters.", "max-length")]}
            raise serializers.ValidationError(what)
        asked = submission_of(request, self.get_serializer_context())
        now = timezone.now()
        made, existing = submission_make(request, asked, key=key, now=now)
        if isinstance(made, Submission):
            where, said = reverse("submission-detail", args=[made.pk]), told_of(made, now)
        else:
            where, said = reverse("bom-status", args=[made.pk]), self._status(made)
        return Response(said, status=200 if existing else 202, headers={"Location": where})

    @extend_schema(responses=shapes.BomDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A BOM, with every row that became no line and why, and how its lines stand."""
        bom = self.get_object()
        tally = tallies([bom.pk])[bom.pk]
        return Response(
            {
                **shapes.BomSerializer(bom).data,
                "problems": bom.problems,
                "non_parts": bom.non_parts,
                "worst": tally.worst.key if tally.worst else None,
                "tally": [
                    {"verdict": each.words.key, "lines": each.lines} for each in tally.shares
                ],
                "waiting": tally.waiting,
            }
        )

    @extend_schema(responses=shapes.StatusSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def status(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How far the judging has got. Poll this until `done`."""
        return Response(self._status(self.get_object()))

    @extend_schema(responses=shapes.LineSerializer(many=True), filters=False)
    @action(detail=True)
    def lines(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The lines in the order of the file, each with the part it was taken to mean."""
        rows = selectors.line_list(user=user_of(request), bom=self.get_object())
        page = shapes.LineSerializer(self.page_of(rows), many=True)
        return self.get_paginated_response(page.data)

    @extend_schema(responses=shapes.VerdictSerializer(many=True), parameters=MOMENTS, filters=False)
    @action(detail=True)
    def verdicts(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The verdicts that stand, worst first.

        With `true_on` or `known_on`, verdicts derived anew for that day, or with what was known
        then; they are not stored. Then a page is of lines, in the order of the file.
        """
        bom = self.get_object()
        rule = request.query_params.get("rule")
        if rule and rule not in BY_ID:
            what = f"There is no rule {rule}; there are {', '.join(BY_ID)}."
            raise serializers.ValidationError({"rule": [coded(what, "invalid-choice")]})
        true_on, known_on = _day(request), _moment(request)
        if known_on is not None and known_on <= (since := selectors.bom_known_since(bom=bom)):
            what = f"Nothing was known of this BOM then; ask from {since.isoformat()} on."
            raise serializers.ValidationError({"known_on": [coded(what, "too-early")]})
        if true_on is None and known_on is None:
            rows = Verdict.objects.filter(bom=bom).select_related("determination")
            rows = rows.filter(rule=rule) if rule else rows
            page = self.page_of(rows.order_by("rank", "line__sequence", "rule"))
            found = [shapes.standing(each) for each in page]
        else:
            lines = selectors.line_list(user=user_of(request), bom=bom).values_list("pk", flat=True)
            self.pagination_class = FewLines
            ids = self.page_of(lines)
            judged = bom_judge(bom, ids, known_on=known_on, true_on=true_on) if ids else []
            found = [each for one in judged for each in _derived(one, rule)]
        return self.get_paginated_response(shapes.VerdictSerializer(found, many=True).data)

    @extend_schema(responses=shapes.ReadinessSerializer(many=True), filters=False)
    @action(detail=True)
    def readiness(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What each rule says of each line on every day, in exact stretches. Pages are of lines.

        With the first page come the rules that face the contractor (line null), where one is told.
        """
        bom = self.get_object()
        lines = selectors.line_list(user=user_of(request), bom=bom).values_list("pk", flat=True)
        self.pagination_class = FewLines
        found, contractor = bom_ahead(
            bom=bom, lines=self.page_of(lines), today=timezone.now().date()
        )
        every: dict[int | None, Ahead] = dict(found.items())
        if contractor is not None and request.query_params.get("offset", "0") == "0":
            every[None] = contractor
        said = [
            {"line": line, "rule": rule, "stretches": stretches}
            for line, rules in every.items()
            for rule, stretches in rules.items()
        ]
        return self.get_paginated_response(shapes.ReadinessSerializer(said, many=True).data)

    @extend_schema(
        responses={
            (200, media): OpenApiResponse(OpenApiTypes.BINARY) for media in MEDIA_TYPES.values()
        },
        filters=False,
    )
    @action(detail=True, url_path=r"report\.(?P<kind>pdf|xlsx)", pagination_class=None)
    def report(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The audit report of what stands now, made and kept. Tell the kind by the address."""
        bom = self.get_object()
        made = report_make(bom=bom, format=kwargs["kind"], now=timezone.now())
        return report_response(made)

    @extend_schema(
        responses={(200, CYCLONEDX): OpenApiResponse(OpenApiTypes.OBJECT)}, filters=False
    )
    @action(detail=True, url_path=r"export\.cdx\.json", pagination_class=None)
    def export(self, request: Request, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """The BOM as CycloneDX 1.6, what each rule says now as properties of its components."""
        bom = self.get_object()
        content = bom_cyclonedx(bom=bom, now=timezone.now())
        response = StreamingHttpResponse(content, content_type=CYCLONEDX)
        response["Content-Disposition"] = f'attachment; filename="bom-{bom.pk}.cdx.json"'
        return response

    def filter_names(self) -> set[str]:
        match self.action:
            case "create":
                return {"procurement", "name", "supersedes", "filename", "remembered"}
            case "list":
                return super().filter_names()
            case "lines" | "readiness":
                return {"limit", "offset"}
            case "verdicts":
                return {"limit", "offset", "rule", "true_on", "known_on"}
            case _:
                return set()

    def _status(self, bom: Bom) -> dict[str, Any]:
        since = (timezone.now() - bom.submitted_at).total_seconds()
        state = progress(bom=bom, seconds_since=since)
        return dict(
            shapes.StatusSerializer(
                {
                    "id": bom.pk,
                    "state": Bom.objects.values_list("state", flat=True).get(pk=bom.pk),
                    "lines_total": bom.lines_total,
                    "judged": state.tally.judged,
                    "waiting": state.tally.waiting,
                    "set_aside": state.set_aside,
                    "percent": state.percent,
                    "seconds_left": state.seconds_left,
                    "done": state.done,
                    "remembered": selectors.bom_remembered(pk=bom.pk),
                    "bom": reverse("bom-detail", args=[bom.pk]),
                }
            ).data
        )


def report_response(made: Report) -> HttpResponse:
    response = HttpResponse(bytes(made.content), content_type=MEDIA_TYPES[made.format])
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-SHA256"] = made.sha256
    return response


def _derived(judged: Judged, rule: str | None) -> Sequence[dict[str, Any]]:
    return [
        {
            "line": judged.line.pk if judged.line else None,
            **finding_values(finding, sentence),
            "proof_digest": proved.digest,
            "determination": None,
        }
        for (finding, proved), sentence in zip(judged.findings, judged.sentences, strict=True)
        if rule is None or finding.rule == rule
    ]


def _day(request: Request) -> date | None:
    said = request.query_params.get("true_on")
    if said is None:
        return None
    try:
        day = parse_date(said)
    except ValueError:
        day = None
    if day is None:
        _refuse_day("true_on", "Give a day as 2026-11-22.")
    return day


def _moment(request: Request) -> datetime | None:
    """A moment; a bare date means all of that day, in UTC."""
    said = request.query_params.get("known_on")
    if said is None:
        return None
    try:
        moment = parse_datetime(said)
        day = parse_date(said)
    except ValueError:
        moment = day = None
    if day is not None and "T" not in said and " " not in said:
        if day == date.max:
            _refuse_day("known_on", "Give an earlier day.")
        return datetime.combine(day + timedelta(days=1), time(), UTC)
    if moment is None or moment.tzinfo is None:
        _refuse_day("known_on", "Give a day, or a moment with its zone, as 2026-11-22T14:00:00Z.")
    return moment


def _refuse_day(name: str, what: str) -> None:
    raise serializers.ValidationError({name: [coded(what, "invalid")]})
