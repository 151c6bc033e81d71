"""`/rules`: the law as it is applied here, clause by clause, with its cases and what they cover."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.serializers import WORDS
from compliance.law.rule import Rule
from compliance.law.rules import BY_ID, RULES
from compliance.models import ReadingChoice
from compliance.selectors.rulebook import Coverage, coverage, outline_rows
from config.api import Api


class RuleRowSerializer(serializers.Serializer[Any]):
    depth = serializers.IntegerField()
    role = serializers.CharField()
    cite = serializers.CharField()
    says = serializers.CharField()
    our_reading = serializers.CharField(help_text="Of what the text leaves open.")
    readings = serializers.ListField(
        child=serializers.CharField(), help_text="Open points of the register, by key."
    )
    flags = serializers.ListField(
        child=serializers.CharField(),
        help_text="T: text read, P: in part, S: secondary source, M: from memory, I: our reading.",
    )


class RuleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version = serializers.CharField()
    cite = serializers.CharField()
    title = serializers.CharField()
    enacted = serializers.CharField()
    href = serializers.CharField()
    confidence = serializers.CharField(help_text="The flag on the text as a whole.")
    read_on = serializers.DateField()
    reread_by = serializers.DateField()
    faces = serializers.CharField(help_text="line, or counterparty: once for each purchase.")
    waivers = serializers.CharField()
    outline = RuleRowSerializer(many=True)


class CaseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    law = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="Null: the purchase's own days.")
    verdict = serializers.ChoiceField(WORDS)
    would_be = serializers.CharField(allow_blank=True)
    because = serializers.ListField(child=serializers.CharField())
    as_expected = serializers.BooleanField()


class ReachedSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(WORDS)
    cases = serializers.IntegerField()
    would_be = serializers.IntegerField(help_text="Cases that would show it, once in force.")
    possible = serializers.BooleanField(help_text="The outline has a clause that could give it.")


PLAIN = tuple(str(name) for name in RuleSerializer().fields if str(name) != "outline")


class RuleCasesSerializer(RuleSerializer):
    cases = CaseSerializer(many=True)
    reached = ReachedSerializer(many=True, help_text="Verdict by verdict, zeros and all.")


class RuleViewSet(Api, viewsets.GenericViewSet[Any]):
    """The statutes each line is put before, generated from what is applied."""

    queryset = ReadingChoice.objects.none()
    serializer_class = RuleSerializer
    pagination_class = None
    scope, may = "lists", "read"
    lookup_url_kwarg = "key"
    lookup_value_regex = r"[\w-]{1,60}"

    @extend_schema(responses=RuleSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(RuleSerializer([rule_values(rule) for rule in RULES], many=True).data)

    @extend_schema(responses=RuleCasesSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One rule, with its cases in the casebook as they run now, and what they cover."""
        rule = BY_ID.get(kwargs["key"])
        if rule is None:
            raise Http404
        told = {**rule_values(rule), **coverage_values(coverage(rule))}
        return Response(RuleCasesSerializer(told).data)


def rule_values(rule: Rule) -> dict[str, Any]:
    outline = [
        {
            "depth": row.depth,
            "role": row.role,
            "cite": row.cite,
            "says": row.says,
            "our_reading": row.reads,
            "readings": [each.key for each in row.readings],
            "flags": row.flags,
        }
        for row in outline_rows(rule)
    ]
    return {**{name: getattr(rule, name) for name in PLAIN}, "outline": outline}


def coverage_values(told: Coverage) -> dict[str, Any]:
    cases = [
        {
            "name": case.name,
            "law": case.law,
            "on": case.on,
            "verdict": case.verdict.key,
            "would_be": case.would_be,
            "because": case.because,
            "as_expected": not case.wrong,
        }
        for case in told.cases
    ]
    reached = [
        {"verdict": words.key, "cases": count, "would_be": would, "possible": can}
        for words, count, would, can in told.verdicts
    ]
    return {"cases": cases, "reached": reached}
