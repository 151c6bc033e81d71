"""What `/api/v1/` offers."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from procurement.api.evidence import BackingViewSet, EvidenceViewSet
from procurement.api.facts import (
    ControlViewSet,
    DisclosureViewSet,
    IdentifierViewSet,
    LicenceViewSet,
    PartViewSet,
    PartyViewSet,
    SiteViewSet,
    StakeViewSet,
)
from procurement.api.procurements import GroundViewSet, ProcurementViewSet, WaiverViewSet
from procurement.api.tokens import MeView, TokenViewSet, VocabularyView

router = SimpleRouter(trailing_slash=False)
router.register("parties", PartyViewSet)
router.register("identifiers", IdentifierViewSet)
router.register("stakes", StakeViewSet)
router.register("disclosures", DisclosureViewSet)
router.register("controls", ControlViewSet)
router.register("sites", SiteViewSet)
router.register("licences", LicenceViewSet)
router.register("parts", PartViewSet)
router.register("procurements", ProcurementViewSet)
router.register("waivers", WaiverViewSet)
router.register("grounds", GroundViewSet)
router.register("evidence", EvidenceViewSet)
router.register("backings", BackingViewSet)
router.register("tokens", TokenViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", MeView.as_view()),
    path("vocabulary", VocabularyView.as_view()),
    *router.urls,
]
