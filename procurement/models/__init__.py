"""Facts: who supplies what, who owns whom, what is bought. No verdicts here."""

from procurement.models.among import Among
from procurement.models.change import Change, Past, Recorder
from procurement.models.draft import Draft, DraftCell, Picture, RememberedReading
from procurement.models.evidence import Backing, Document, Evidence
from procurement.models.fact import Fact
from procurement.models.organisation import ApiToken, Membership, Organisation, Role, User
from procurement.models.part import Component, Licence, Part, ProcessStep
from procurement.models.party import Control, Disclosure, Identifier, Party, Site, Stake
from procurement.models.procurement import (
    Bom,
    Line,
    Procurement,
    Upload,
    UploadContent,
    Waiver,
    WaiverGround,
    not_superseded,
)
from procurement.models.statement import Statement

__all__ = [
    "Among",
    "ApiToken",
    "Backing",
    "Bom",
    "Change",
    "Component",
    "Control",
    "Disclosure",
    "Document",
    "Draft",
    "DraftCell",
    "Evidence",
    "Fact",
    "Identifier",
    "Licence",
    "Line",
    "Membership",
    "Organisation",
    "Part",
    "Party",
    "Past",
    "Picture",
    "ProcessStep",
    "Procurement",
    "Recorder",
    "RememberedReading",
    "Role",
    "Site",
    "Stake",
    "Statement",
    "Upload",
    "UploadContent",
    "User",
    "Waiver",
    "WaiverGround",
    "not_superseded",
]
