"""Addresses that answer and keep nothing: `evaluate` a world, `what-if` facts were otherwise."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from compliance.api.serializers import WORDS, MissingSerializer, TextSerializer, text_values
from compliance.law.engine import Finding
from compliance.law.packing import told_of
from compliance.law.readings import BY_KEY
from compliance.law.rules import BY_ID
from compliance.law.world import World
from compliance.law.world_file import read_world
from compliance.models import Edition
from compliance.services.evaluating import what_if, world_evaluate
from compliance.services.supposing import Otherwise, bom_suppose
from config.api import Api, Seen, Strict, coded, seen, user_of
from procurement.api import facts
from procurement.api.base import FactViewSet
from procurement.api.procurements import ProcurementViewSet
from procurement.models import Bom, Component, Line, Party, User
from procurement.problems import Refused

MOST_LINES = 1_000
LINES_SUPPOSED = 200
MOST_CHANGES = 50


@extend_schema_field(OpenApiTypes.OBJECT)
class WorldField(serializers.Field[Any, Any, Any, Any]):
    """Facts, by the schema of the casebook and of `judge --world`."""

    def to_internal_value(self, data: Any) -> World:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give an object.", code="invalid")
        world = read_world(data)
        if not isinstance(world, World):
            raise Refused(*world)
        if len(world.lines) > MOST_LINES:
            what = f"There are {len(world.lines)} lines; up to {MOST_LINES} are answered at once."
            raise serializers.ValidationError(what, code="too-many")
        return world

    def to_representation(self, value: Any) -> Any:
        raise NotImplementedError("worlds are only ever read")


class EvaluateSerializer(Strict, serializers.Serializer[Any]):
    world = WorldField(help_text="procurement, lines, parts, parties, stakes, lists, …")
    on = serializers.DateField(
        required=False, allow_null=True, help_text="The day; left out: the purchase's own days."
    )
    rules = serializers.ListField(
        child=serializers.ChoiceField(sorted(BY_ID)), required=False, help_text="Left out: all."
    )
    proofs = serializers.BooleanField(default=True)


@extend_schema_field(OpenApiTypes.OBJECT)
class ObjectField(serializers.JSONField):
    """A JSON object, or null."""


class EvaluatedSerializer(serializers.Serializer[Any]):
    line = serializers.CharField(help_text="The line's ref; empty for the counterparty.")
    rule = serializers.CharField()
    verdict = serializers.ChoiceField(WORDS)
    would_be = serializers.CharField(allow_blank=True)
    on = serializers.DateField(allow_null=True)
    sentence = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())
    missing = MissingSerializer(many=True)
    flags = serializers.ListField(child=serializers.CharField())
    confidence = TextSerializer(many=True)
    proof_digest = serializers.CharField()
    proof = ObjectField(allow_null=True)


class EvaluationSerializer(serializers.Serializer[Any]):
    verdicts = EvaluatedSerializer(many=True)
    pack = ObjectField(
        allow_null=True,
        help_text="The proofs with their grounds, sealed: `compliance/verifier.py` checks it.",
    )


class EvaluateView(Api, APIView):
    scope, may = "verdicts", "read"
    action, reading = "evaluate", ("evaluate",)

    @extend_schema(request=EvaluateSerializer, responses=EvaluationSerializer)
    def post(self, request: Request) -> Response:
        """Put a world of facts before the law. Reads and stores nothing of yours."""
        asked = EvaluateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rules = set(said.get("rules") or BY_ID)
        found = [
            each
            for each in world_evaluate(world=said["world"], on=said.get("on"))
            if each.finding.rule in rules
        ]
        verdicts = [
            {
                "line": each.line,
                **finding_values(each.finding, each.sentence),
                "proof_digest": each.packed.proof.digest,
                "proof": json.loads(each.packed.proof.body) if said["proofs"] else None,
            }
            for each in found
        ]
        packed = None
        if said["proofs"] and found:
            packed = told_of(each.packed for each in found)
        return Response(EvaluationSerializer({"verdicts": verdicts, "pack": packed}).data)


KINDS: dict[str, type[FactViewSet]] = {
    "party": facts.PartyViewSet,
    "stake": facts.StakeViewSet,
    "disclosure": facts.DisclosureViewSet,
    "control": facts.ControlViewSet,
    "site": facts.SiteViewSet,
    "licence": facts.LicenceViewSet,
    "part": facts.PartViewSet,
    "procurement": ProcurementViewSet,
}
"""What may be supposed otherwise."""


class SupposedSerializer(Strict, serializers.Serializer[Any]):
    """One change: without `id` a new fact, with it a correction, with `withdraw` a withdrawal."""

    kind = serializers.ChoiceField(sorted(KINDS))
    id = serializers.IntegerField(required=False)
    values = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="As you would send them to the address of that kind.",
    )
    withdraw = serializers.BooleanField(default=False)


OTHERWISE = {"component", "edition", "readings"}


class WhatIfSerializer(Strict, serializers.Serializer[Any]):
    bom = Seen(queryset=Bom.objects.all())
    lines = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        max_length=LINES_SUPPOSED,
        help_text=f"Ids; left out: the first {LINES_SUPPOSED}.",
    )
    on = serializers.DateField(required=False, allow_null=True)
    changes: Any = serializers.ListSerializer(
        child=SupposedSerializer(), max_length=MOST_CHANGES, required=False
    )
    component = Seen(
        queryset=Component.objects.all(), required=False, help_text="Comes from `source` instead."
    )
    source = Seen(queryset=Party.objects.all(), required=False)
    edition = Seen(
        queryset=Edition.objects.all(),
        required=False,
        help_text="A staged edition, as if it were released. For curators.",
    )
    readings = serializers.DictField(
        child=serializers.CharField(max_length=60),
        required=False,
        help_text="Open points read otherwise: key → alternative.",
    )

    def validate_readings(self, value: dict[str, str]) -> dict[str, str]:
        for key, alternative in value.items():
            if key not in BY_KEY or alternative not in BY_KEY[key].alternatives:
                what = f"There is no reading “{alternative}” of {key}."
                raise serializers.ValidationError(what, code="invalid-choice")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("component" in attrs) is not ("source" in attrs):
            half = {"source": [coded("Give component and source together.", "required")]}
            raise serializers.ValidationError(half)
        if attrs.get("changes") and OTHERWISE & set(attrs):
            what = "Suppose changes, or a source, an edition and readings: not both at once."
            raise serializers.ValidationError({"changes": [coded(what, "invalid")]})
        return attrs


class SideSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(WORDS)
    would_be = serializers.CharField(allow_blank=True)
    on = serializers.DateField(allow_null=True)
    sentence = serializers.CharField()


class MovedSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField()
    before = SideSerializer()
    after = SideSerializer()


class WhatIfAnswerSerializer(serializers.Serializer[Any]):
    moved = MovedSerializer(many=True)
    asked = serializers.IntegerField(help_text="Answers that were compared.")


class WhatIfView(Api, APIView):
    scope, may = "verdicts", "edit_facts"
    action, reading = "what-if", ("what-if",)

    @extend_schema(request=WhatIfSerializer, responses=WhatIfAnswerSerializer)
    def post(self, request: Request) -> Response:
        """What would move if facts were otherwise. Nothing is kept; you need the right to edit."""
        asked = WhatIfSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        bom = said["bom"]
        own = Line.objects.filter(bom=bom)
        lines = list(own.order_by("sequence").values_list("pk", flat=True)[:LINES_SUPPOSED])
        if "lines" in said:
            lines = said["lines"]
            if own.filter(pk__in=lines).count() != len(set(lines)):
                what = {"lines": [coded("Not every line is one of this BOM.", "does-not-exist")]}
                raise serializers.ValidationError(what)
        if OTHERWISE & set(said):
            told = self.otherwise(said, lines, user_of(request))
            return Response(WhatIfAnswerSerializer(told).data)
        changes = [supposed(request, each) for each in said.get("changes", ())]
        found = what_if(bom=bom, lines=lines, on=said.get("on"), suppose=lambda: run(changes))
        moved = [
            {
                "line": each.line,
                "rule": each.after[0].rule,
                "before": finding_values(*each.before),
                "after": finding_values(*each.after),
            }
            for each in found.moved
        ]
        return Response(WhatIfAnswerSerializer({"moved": moved, "asked": found.asked}).data)

    def otherwise(self, said: dict[str, Any], lines: list[int], user: User) -> dict[str, Any]:
        """Sources, editions and readings are supposed on facts in memory."""
        if said.get("edition") is not None and not user.is_curator:
            raise PermissionDenied("Staged editions are for curators.")
        found = bom_suppose(
            bom=said["bom"],
            lines=lines,
            otherwise=Otherwise(
                component=said.get("component"),
                source=said.get("source"),
                edition=said.get("edition"),
                readings=said.get("readings", {}),
                on=said.get("on"),
            ),
            today=timezone.now().date(),
        )
        moved = [
            {
                "line": int(each.line.partition(":")[2]) if each.line else None,
                "rule": each.rule,
                "before": finding_values(each.before, each.said),
                "after": finding_values(each.after, each.says),
            }
            for each in found.shifts
        ]
        return {"moved": moved, "asked": found.asked}


def run(changes: list[Callable[[], Any]]) -> None:
    for change in changes:
        change()


def supposed(request: Request, asked: dict[str, Any]) -> Callable[[], Any]:
    """The service call that would make this change, its values read as their own address reads."""
    view: Any = KINDS[asked["kind"]]
    user = user_of(request)

    def change() -> Any:
        rows = seen(view.queryset.all(), user)
        row = None
        if "id" in asked:
            row = rows.filter(pk=asked["id"]).first()
            if row is None:
                what = {"id": [coded(f"There is no such {asked['kind']}.", "does-not-exist")]}
                raise serializers.ValidationError(what)
        if asked["withdraw"]:
            if row is None:
                what = {"id": [coded("Say which one is withdrawn.", "required")]}
                raise serializers.ValidationError(what)
            return view.withdraws(**{view.row: row}, by=user)
        read = view.serializer_class(
            row, data=asked.get("values", {}), partial=row is not None, context={"request": request}
        )
        read.is_valid(raise_exception=True)
        values = dict(read.validated_data)
        values.pop("shared", None)
        if row is not None:
            return view.updates(**{view.row: row}, by=user, **values)
        return view.creates(organisation=user.membership.organisation, by=user, **values)

    return change


def finding_values(finding: Finding, sentence: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "would_be": finding.would_be.value if finding.would_be else "",
        "on": None if finding.on == date.min else finding.on,
        "sentence": sentence,
        "because": finding.because,
        "missing": [{"fact": each.fact, "question": each.question} for each in finding.missing],
        "flags": finding.flags,
        "confidence": text_values(finding.rule, finding.version, finding.because),
    }
