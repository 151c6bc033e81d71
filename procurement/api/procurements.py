"""Addresses of what is bought: procurements, waivers, and grounds for one."""

from typing import Any

from django_filters import rest_framework as filters

from procurement.api import serializers as shapes
from procurement.api.base import FactViewSet
from procurement.models import Procurement, Waiver, WaiverGround
from procurement.services import procurements


class ProcurementFilter(filters.FilterSet):
    class Meta:
        model = Procurement
        fields = ("number", "agency", "program", "counterparty")


class ProcurementViewSet(FactViewSet):
    """What is bought, by which agency, under which program, on which days."""

    queryset = Procurement.objects.all()
    serializer_class = shapes.ProcurementSerializer
    filterset_class = ProcurementFilter
    scope, may = "boms", "submit"
    http_method_names = ("get", "post", "patch", "head", "options")
    creates, updates = procurements.procurement_create, procurements.procurement_update
    row = "procurement"


class WaiverFilter(filters.FilterSet):
    class Meta:
        model = Waiver
        fields = ("procurement", "rule", "part")


class WaiverViewSet(FactViewSet):
    """Waivers as submitted. Whether one is lawful, the verdict says."""

    queryset = Waiver.objects.all()
    serializer_class = shapes.WaiverSerializer
    filterset_class = WaiverFilter
    scope = "boms"
    creates, updates = procurements.waiver_create, procurements.waiver_update
    withdraws = procurements.waiver_withdraw
    row = "waiver"

    def owner(self, values: dict[str, Any]) -> dict[str, Any]:
        return {}  # the procurement's


class GroundFilter(filters.FilterSet):
    class Meta:
        model = WaiverGround
        fields = ("procurement", "rule", "part")


class GroundViewSet(FactViewSet):
    """Documented facts that support asking for a waiver."""

    queryset = WaiverGround.objects.all()
    serializer_class = shapes.GroundSerializer
    filterset_class = GroundFilter
    scope = "boms"
    creates, updates = procurements.ground_create, procurements.ground_update
    withdraws = procurements.ground_withdraw
    row = "documented"

    def owner(self, values: dict[str, Any]) -> dict[str, Any]:
        return {}  # the procurement's
