"""Facts as the API reads and writes them: the models' fields, each named."""

from rest_framework import serializers

from config.api import Country, Percent
from procurement.api.base import ALWAYS, FactSerializer
from procurement.categories import Category, Chemistry
from procurement.models import (
    Backing,
    Component,
    Control,
    Disclosure,
    Evidence,
    Identifier,
    Licence,
    Part,
    Party,
    ProcessStep,
    Procurement,
    Site,
    Stake,
    Waiver,
    WaiverGround,
)
from procurement.services.parts import CONTROLS, RESERVED

CATEGORIES = [(each.value, each.label) for each in Category]
CHEMISTRIES = [(each.value, each.label) for each in Chemistry]


class IdentifierSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = Identifier
        fields = (*ALWAYS, "party", "scheme", "value")


class IdentifierBriefSerializer(serializers.ModelSerializer[Identifier]):
    class Meta:
        model = Identifier
        fields = ("id", "scheme", "value")


class PartySerializer(FactSerializer):
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, max_length=100
    )
    incorporated = Country(required=False, allow_null=True)
    business = Country(required=False, allow_null=True)
    government_of = Country(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="The country whose government this is or acts for; blank: told, of none.",
    )
    identifiers = IdentifierBriefSerializer(many=True, read_only=True)

    class Meta(FactSerializer.Meta):
        model = Party
        fields = (
            *ALWAYS,
            "name",
            "name_local",
            "aliases",
            "kind",
            "incorporated",
            "business",
            "government_of",
            "us_person",
            "address",
            "source",
            "unverified",
            "identifiers",
        )
        read_only_fields = (*FactSerializer.Meta.read_only_fields, "unverified")


class StakeSerializer(FactSerializer):
    low = Percent(help_text="At least, percent.")
    high = Percent(required=False, help_text="At most, percent; as `low` where left out.")
    holder_name = serializers.CharField(source="holder.name", read_only=True)
    held_name = serializers.CharField(source="held.name", read_only=True)

    class Meta(FactSerializer.Meta):
        model = Stake
        fields = (
            *ALWAYS,
            "holder",
            "holder_name",
            "held",
            "held_name",
            "metric",
            "low",
            "high",
            "nature",
            "source",
        )


class DisclosureSerializer(FactSerializer):
    complete_to = Percent(help_text="Holders are disclosed up to this many percent.")

    class Meta(FactSerializer.Meta):
        model = Disclosure
        fields = (*ALWAYS, "party", "metric", "complete_to", "source")


class ControlSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = Control
        fields = (*ALWAYS, "controller", "controlled", "kind", "holds", "source")


class SiteSerializer(FactSerializer):
    country = Country()

    class Meta(FactSerializer.Meta):
        model = Site
        fields = (*ALWAYS, "party", "name", "country", "place")


class Rights(serializers.DictField):
    child = serializers.BooleanField()


class LicenceSerializer(FactSerializer):
    reserved = Rights(required=False, help_text=f"Of {', '.join(RESERVED)}; missing: not told.")
    controls = Rights(required=False, help_text=f"Of {', '.join(CONTROLS)}; missing: not told.")

    class Meta(FactSerializer.Meta):
        model = Licence
        fields = (*ALWAYS, "licensor", "licensee", "part", "technology", "reserved", "controls")


class PartSerializer(FactSerializer):
    category = serializers.ChoiceField(CATEGORIES, required=False, allow_null=True)
    chemistry = serializers.ChoiceField(CHEMISTRIES, required=False, allow_null=True)
    assembled_in = Country(required=False, allow_null=True)
    attributes = serializers.DictField(child=serializers.CharField(max_length=500), required=False)
    maker_name = serializers.CharField(
        source="maker.name", read_only=True, default=None, allow_null=True
    )

    class Meta(FactSerializer.Meta):
        model = Part
        fields = (
            *ALWAYS,
            "number",
            "name",
            "maker",
            "maker_name",
            "category",
            "chemistry",
            "hts",
            "fsc",
            "nsn",
            "assembler",
            "assembled_in",
            "cells_by",
            "complete",
            "licences_complete",
            "contains_battery",
            "cots",
            "successor_checked",
            "attributes",
            "unverified",
        )
        read_only_fields = (*FactSerializer.Meta.read_only_fields, "unverified")


class StepSerializer(FactSerializer):
    country = Country(required=False, allow_null=True)
    shared = None  # type: ignore[assignment]
    why = None  # type: ignore[assignment]

    class Meta(FactSerializer.Meta):
        model = ProcessStep
        fields = ("kind", "party", "site", "country", "true_from", "true_to")


class ComponentSerializer(FactSerializer):
    """One entry of a composition; `steps` left out or null: not told."""

    category = serializers.ChoiceField(CATEGORIES)
    steps = StepSerializer(many=True, required=False, allow_null=True)
    shared = None  # type: ignore[assignment]
    why = None  # type: ignore[assignment]

    class Meta(FactSerializer.Meta):
        model = Component
        fields = (
            "id",
            "name",
            "category",
            "cost",
            "currency",
            "cost_basis",
            "quantity",
            "source",
            "recycled",
            "custody",
            "material",
            "steps",
            "true_from",
            "true_to",
            "known_from",
        )

    def to_representation(self, instance: Component) -> dict[str, object]:
        said = super().to_representation(instance)
        if not instance.steps_told:
            said["steps"] = None
        return said


class ProcurementSerializer(FactSerializer):
    shared = None  # type: ignore[assignment]
    payments = serializers.ListField(
        child=serializers.DateField(), required=False, allow_null=True, max_length=500
    )
    systems = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=500
    )

    class Meta(FactSerializer.Meta):
        model = Procurement
        fields = (
            *(name for name in ALWAYS if name != "shared"),
            "name",
            "number",
            "agency",
            "program",
            "milestone_b",
            "reached_milestone_b",
            "weapons_systems",
            "portfolio_executives",
            "solicitation",
            "award",
            "obligation",
            "payments",
            "delivery",
            "renewal",
            "contract_signed",
            "counterparty",
            "device",
            "setting",
            "maintenance",
            "rdte",
            "fielded_from",
            "item",
            "systems",
        )


class WaiverSerializer(FactSerializer):
    shared = None  # type: ignore[assignment]

    class Meta(FactSerializer.Meta):
        model = Waiver
        fields = (
            *(name for name in ALWAYS if name != "shared"),
            "procurement",
            "rule",
            "grantor",
            "grantor_name",
            "scope",
            "part",
            "system",
            "granted",
            "ends",
            "ground",
            "reason",
        )


class GroundSerializer(FactSerializer):
    shared = None  # type: ignore[assignment]

    class Meta(FactSerializer.Meta):
        model = WaiverGround
        fields = (
            *(name for name in ALWAYS if name != "shared"),
            "procurement",
            "rule",
            "ground",
            "part",
            "statement",
        )


class BackingSerializer(FactSerializer):
    shared = None  # type: ignore[assignment]

    class Meta(FactSerializer.Meta):
        model = Backing
        fields = (
            *(name for name in ALWAYS if name != "shared"),
            "evidence",
            "table_name",
            "row",
            "field",
            "says",
            "set_aside",
            "set_aside_by",
            "set_aside_at",
        )
        read_only_fields = (
            *FactSerializer.Meta.read_only_fields,
            "set_aside",
            "set_aside_by",
            "set_aside_at",
        )


class SettleSerializer(serializers.Serializer[None]):
    """prevails: this statement is so, and the fact is corrected; else it is not relied on."""

    prevails = serializers.BooleanField()
    reason = serializers.CharField(max_length=300)


class EvidenceSerializer(FactSerializer):
    backings = BackingSerializer(many=True, read_only=True)

    class Meta(FactSerializer.Meta):
        model = Evidence
        fields = (
            *ALWAYS,
            "title",
            "kind",
            "grade",
            "url",
            "issued",
            "expires",
            "filename",
            "sha256",
            "backings",
        )
        read_only_fields = (*FactSerializer.Meta.read_only_fields, "filename", "sha256")
