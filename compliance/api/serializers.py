"""Verdicts, lists and re-checks as the API tells them."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance.law.settled import texts_of
from compliance.law.verdicts import Verdict as Word
from compliance.models import (
    Determination,
    Edition,
    IdentityDecision,
    Listing,
    Verdict,
    VerdictChange,
)
from procurement.api.uploads import NonPartSerializer, ProblemSerializer, RememberedSerializer
from procurement.models import Bom, Line

WORDS = [(word.value, word.value) for word in Word]


class TallySerializer(serializers.Serializer[Any]):
    """Lines by their worst verdict."""

    verdict = serializers.ChoiceField(WORDS)
    lines = serializers.IntegerField()


class BomSerializer(serializers.ModelSerializer[Bom]):
    upload_sha256 = serializers.CharField(source="upload.sha256", default=None, allow_null=True)

    class Meta:
        model = Bom
        fields = (
            "id",
            "name",
            "revision",
            "procurement",
            "supersedes",
            "upload",
            "upload_sha256",
            "state",
            "lines_total",
            "submitted_at",
            "judged_at",
        )


class BomDetailSerializer(BomSerializer):
    problems = ProblemSerializer(many=True)
    non_parts = NonPartSerializer(many=True)
    worst = serializers.ChoiceField(WORDS, allow_null=True)
    tally = TallySerializer(many=True)
    waiting = serializers.IntegerField(help_text="Lines no rule has judged yet.")

    class Meta(BomSerializer.Meta):
        fields = (*BomSerializer.Meta.fields, "problems", "non_parts", "worst", "tally", "waiting")


class StatusSerializer(serializers.Serializer[Any]):
    """How far the judging of a BOM has got."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(Bom.State.choices)
    lines_total = serializers.IntegerField()
    judged = serializers.IntegerField()
    waiting = serializers.IntegerField()
    set_aside = serializers.IntegerField(help_text="Lines that could not be judged.")
    percent = serializers.IntegerField()
    seconds_left = serializers.IntegerField(allow_null=True)
    done = serializers.BooleanField()
    remembered = RememberedSerializer(allow_null=True)
    bom = serializers.CharField(help_text="Where the BOM is.")


class LineSerializer(serializers.ModelSerializer[Line]):
    problems = ProblemSerializer(many=True)
    raw = serializers.DictField(child=serializers.CharField())
    category = serializers.CharField(source="part.category", allow_null=True)
    party = serializers.IntegerField(
        source="part.maker_id", allow_null=True, help_text="The maker as it was understood."
    )

    class Meta:
        model = Line
        fields = (
            "id",
            "sequence",
            "row",
            "level",
            "parent",
            "alternate_of",
            "position",
            "part",
            "category",
            "party",
            "part_number",
            "description",
            "maker",
            "quantity",
            "unit",
            "unit_cost",
            "currency",
            "raw",
            "problems",
        )


class MissingSerializer(serializers.Serializer[Any]):
    fact = serializers.CharField(help_text="Its path in the dossier.")
    question = serializers.CharField()


class TextSerializer(serializers.Serializer[Any]):
    """How far the text of a clause is settled: the flag of law.md on it, in words, and our reading
    of what it leaves open."""

    role = serializers.CharField()
    cite = serializers.CharField()
    confidence = serializers.CharField(help_text="T, P, S, M or I; two where its parts differ.")
    words = serializers.CharField()
    our_reading = serializers.CharField()


class DeterminationSerializer(serializers.ModelSerializer[Determination]):
    verdict = serializers.ChoiceField(WORDS)
    because = serializers.ListField(child=serializers.CharField())
    missing = MissingSerializer(many=True)
    flags = serializers.ListField(child=serializers.CharField())
    advisories = serializers.ListField(child=serializers.JSONField())
    proof_digest = serializers.CharField(source="proof_id")
    confidence = serializers.SerializerMethodField(
        help_text="Of each clause in `because`; of an outline since replaced, nothing."
    )

    @extend_schema_field(TextSerializer(many=True))
    def get_confidence(self, made: Determination) -> Any:
        return text_values(made.rule, made.rule_version, made.because)

    class Meta:
        model = Determination
        fields = (
            "id",
            "bom",
            "line",
            "rule",
            "rule_version",
            "verdict",
            "would_be",
            "on",
            "sentence",
            "because",
            "missing",
            "flags",
            "advisories",
            "proof_digest",
            "confidence",
            "derived_at",
            "previous",
        )


class VerdictSerializer(serializers.Serializer[Any]):
    """What one rule says of one line; `line` null: of the procurement's counterparty.

    `determination` is null where the verdict was derived for this request and is not stored.
    """

    line = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField()
    verdict = serializers.ChoiceField(WORDS)
    would_be = serializers.CharField(allow_blank=True)
    on = serializers.DateField(allow_null=True)
    sentence = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())
    missing = MissingSerializer(many=True)
    flags = serializers.ListField(child=serializers.CharField())
    proof_digest = serializers.CharField()
    confidence = TextSerializer(many=True)
    determination = serializers.IntegerField(allow_null=True)


def text_values(rule: str, version: str, because: Iterable[str]) -> list[dict[str, str]]:
    """How settled the clauses are that a verdict names."""
    return [each._asdict() for each in texts_of(rule, version, because)]


def standing(verdict: Verdict) -> dict[str, Any]:
    """A stored verdict in the shape of VerdictSerializer."""
    made = verdict.determination
    return {
        "line": verdict.line_id,
        "rule": verdict.rule,
        "verdict": verdict.verdict,
        "would_be": verdict.would_be,
        "on": made.on,
        "sentence": made.sentence,
        "because": made.because,
        "missing": made.missing,
        "flags": made.flags,
        "proof_digest": verdict.proof_digest,
        "confidence": text_values(made.rule, made.rule_version, made.because),
        "determination": made.pk,
    }


class StretchSerializer(serializers.Serializer[Any]):
    since = serializers.DateField(allow_null=True, help_text="Null: from ever.")
    verdict = serializers.ChoiceField(WORDS)
    would_be = serializers.CharField(allow_null=True)
    because = serializers.ListField(child=serializers.CharField())


class ReadinessSerializer(serializers.Serializer[Any]):
    """What one rule says of one line over time: each stretch holds until the next one begins."""

    line = serializers.IntegerField(allow_null=True, help_text="Null: the contractor.")
    rule = serializers.CharField()
    stretches = StretchSerializer(many=True)


class RepairStepSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    path = serializers.CharField()
    says = serializers.CharField()
    share = serializers.CharField(
        allow_null=True, help_text="Of the cost of the components: an exact fraction."
    )


class RepairSerializer(serializers.Serializer[Any]):
    steps = RepairStepSerializer(many=True)
    verdict = serializers.ChoiceField(WORDS)
    because = serializers.ListField(child=serializers.CharField())


class AdviceSerializer(serializers.Serializer[Any]):
    """What would make it permitted: fewest steps first, then the least cost moved."""

    repairs = RepairSerializer(many=True)
    exhaustive = serializers.BooleanField(help_text="Every combination was tried.")
    grounds = serializers.ListField(
        child=serializers.CharField(), help_text="Waiver grounds on record."
    )


class ReplaySerializer(serializers.Serializer[Any]):
    same = serializers.BooleanField(help_text="The same bytes came out.")
    outdated = serializers.BooleanField(help_text="The rule has since been read anew.")
    stored_digest = serializers.CharField()
    replayed_digest = serializers.CharField()


class VerdictChangeSerializer(serializers.ModelSerializer[VerdictChange]):
    was = serializers.ChoiceField(WORDS)
    became = serializers.ChoiceField(WORDS)

    class Meta:
        model = VerdictChange
        fields = (
            "id",
            "bom",
            "line",
            "rule",
            "was",
            "became",
            "before",
            "after",
            "cause",
            "recheck",
            "at",
        )


class EditionSerializer(serializers.ModelSerializer[Edition]):
    class Meta:
        model = Edition
        fields = (
            "id",
            "key",
            "edition",
            "register_date",
            "url",
            "covers",
            "read_by",
            "confidence",
            "sha256",
            "state",
            "known_from",
        )


class ListingSerializer(serializers.ModelSerializer[Listing]):
    aliases = serializers.ListField(child=serializers.CharField())
    identifiers = serializers.DictField(child=serializers.JSONField())

    class Meta:
        model = Listing
        fields = (
            "id",
            "edition",
            "code",
            "name",
            "aliases",
            "identifiers",
            "rule",
            "url",
            "confidence",
            "true_from",
            "true_to",
        )


class IdentityDecisionSerializer(serializers.ModelSerializer[IdentityDecision]):
    class Meta:
        model = IdentityDecision
        fields = ("id", "party", "list_key", "code", "same", "reason", "known_from")
