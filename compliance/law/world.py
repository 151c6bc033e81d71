"""Every fact the law may see, as frozen values: what a World is made of.

A `World` is the one way in to the law. The database (`compliance/dossiers.py`), the casebook's
TOML, `judge --world` and the API's `/evaluate` all build one; `assemble` turns it into dossiers.

Three conventions hold for every value here.

- `None` means "nobody has told us", never "no". An empty tuple means "told: there are none",
  except for our own complete records (identities, waivers), which are never `None`.
- `ref` names a fact within its world. It is any unique text ("party:12", "catl"). It is for
  provenance only, and never reaches a digest.
- `true_from` and `true_to` bound when a fact is so in the world: half-open, `None` is unbounded.
  What we knew, and when, was settled by whoever built the world: a world is "as known on K".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compliance.law.evidence import Backing, Document


class PartyKind(StrEnum):
    COMPANY = "company"
    GOVERNMENT = "government"  # a state, its agency or instrumentality, its ruling party
    PERSON = "person"


class Metric(StrEnum):
    """What a stake is a share of. Each is tested on its own; they are never summed."""

    EQUITY = "equity"
    VOTES = "votes"
    BOARD = "board"


class Nature(StrEnum):
    """How a stake is held, where that matters to the law."""

    PLAIN = "plain"
    NOMINEE = "nominee"  # held for another: counted at the beneficial holder
    VIE = "vie"  # variable interest entity: counted at the beneficial holder
    CONVERTIBLE = "convertible"
    OPTION = "option"
    NON_VOTING = "non_voting"


class ControlKind(StrEnum):
    """Control other than by shares (law.md 3.4, implementation choices)."""

    GOLDEN_SHARE = "golden_share"
    VETO = "veto"
    BOARD_APPOINTMENT = "board_appointment"
    CONTRACT = "contract"
    FAMILY = "family_of_official"
    FINDING = "control_finding"  # a finding under 31 CFR 800.208, for sec. 805
    SUCCESSOR = "successor"  # `controlled` is the successor of `controller`
    SUBSIDIARY = "consolidated_subsidiary"


@dataclass(frozen=True, slots=True)
class Party:
    """A company, government body or person.

    incorporated, business: ISO 3166-1 alpha-2 of incorporation or domicile, and of the principal
    place of business. government_of: the country whose government this is, or is an instrumentality
    or a senior political figure (or immediate family) of; "" when told that it is of none.
    us_person: for a natural person, a citizen, permanent resident or protected individual.
    screened: every loaded list has been searched for this party, so that no identity means "not on
    it".
    """

    ref: str
    name: str
    kind: PartyKind | None = None
    incorporated: str | None = None
    business: str | None = None
    government_of: str | None = None
    us_person: bool | None = None
    screened: bool = False


@dataclass(frozen=True, slots=True)
class Stake:
    """Who holds what share of whom. `low` and `high` are percent, 0 to 100; equal when the share is
    known.

    A board seat is a share of all seats, vacant seats counted.
    """

    ref: str
    holder: str
    held: str
    metric: Metric
    low: Decimal
    high: Decimal
    nature: Nature = Nature.PLAIN
    true_from: date | None = None
    true_to: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Holders of `party` on `metric` are disclosed up to `complete_to` percent; `None` as metric:
    on each.

    What neither a stake nor a disclosure covers may be held by anyone. A disclosure says that no
    covered-nation government holds more of the undisclosed part than `100 - complete_to`.
    """

    ref: str
    party: str
    complete_to: Decimal
    metric: Metric | None = None
    true_from: date | None = None
    true_to: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """`controller` controls `controlled` otherwise than by shares. `holds` None: alleged, not
    settled.
    """

    ref: str
    controller: str
    controlled: str
    kind: ControlKind
    holds: bool | None = True
    true_from: date | None = None
    true_to: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One party as one list names it. `rule` is kept text such as "any successor", never trimmed
    off a name.
    """

    ref: str
    name: str
    true_from: date | None = None
    true_to: date | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ListEdition:
    """What a list said, as the world's day of knowledge knew it.

    key: "1260H", "154", "889", "5949", "UFLPA", "SDN", "FTO", "BIS-EL", "DOE-DETERMINED",
    "AG-ALLEGED" … covers: "all", or "battery" where the edition holds the battery supply-chain rows
    only; a party outside what the edition covers is UNKNOWN. read_by: the day from which it must be
    read again.
    """

    ref: str
    key: str
    edition: date
    covers: str = "all"
    read_by: date | None = None
    confidence: str = "T"
    entries: tuple[ListEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """A party and a list entry: the same, not the same, or (`None`) undecided, so that a name is
    never a verdict.

    basis: "identifier", "decision" or "name".
    """

    ref: str
    party: str
    list_key: str
    entry: str
    same: bool | None
    basis: str = "decision"


@dataclass(frozen=True, slots=True)
class Step:
    """One processing step of a component or an assembly: who did it, and in which country
    (alpha-2).

    kind: "mining", "refining", "precursor", "manufacture", "coating", "assembly", "formation",
    "recycling", "reprocessing", "melting", "design" … (law.md section 8).
    """

    kind: str
    party: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """What a part is made of: one functional cell component, or another input that some rule asks
    about.

    category: a code of `procurement.categories`. cost: in `currency`, on `cost_basis`; the same
    basis must run through a part. source: the party it comes from. steps: what was done to it,
    where; `None`: not told. custody: chain-of-custody evidence for recycled content is held (10
    U.S.C. 4865(c)(1)(B)).
    """

    ref: str
    name: str
    category: str
    cost: Decimal | None = None
    currency: str = "USD"
    cost_basis: str | None = None
    quantity: Decimal | None = None
    source: str | None = None
    steps: tuple[Step, ...] | None = None
    recycled: bool | None = None
    custody: bool | None = None
    material: str = ""
    evidence: tuple[str, ...] = ()


RESERVED_RIGHTS = ("quantity", "timing", "own_use", "access", "operate")
"""The five rights that a licence must reserve for the safe harbour (law.md 3.3(f)), in its order.
"""

CONTROLLING_RIGHTS = ("quantity_or_timing", "customers", "site_access", "exclusive_repair")
"""What gives a licensor effective control over production (law.md 3.3(f)), in its order."""


@dataclass(frozen=True, slots=True)
class Licence:
    """Technology licensed from `licensor` to `licensee`, for `part` or (`None`) whatever the
    licensee makes.

    reserved: for each of RESERVED_RIGHTS, does the contract reserve it to non-FEOCs? A missing key
    is not told. controls: for each of CONTROLLING_RIGHTS, does the licensor hold it? A missing key
    is not told.
    """

    ref: str
    licensor: str
    licensee: str | None = None
    part: str | None = None
    reserved: Mapping[str, bool] = field(default_factory=dict)
    controls: Mapping[str, bool] = field(default_factory=dict)
    true_from: date | None = None
    true_to: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Maker × part number. category `None`: not recognised.

    components: `None` when nobody has told; complete says whether they are all there are.
    assembler: who does final assembly (the maker where not said is NOT assumed). assembled_in:
    alpha-2. cells_by: the cell assembler, where cells are bought. licences_complete: no technology
    licences but those recorded. contains_battery: for an item that is neither battery nor cell nor
    component. attributes: further told facts a rule may ask for, by documented key ("wh_per_kg",
    "covered_pcb", "magnet" …).
    """

    ref: str
    number: str
    name: str = ""
    maker: str | None = None
    category: str | None = None
    chemistry: str | None = None
    components: tuple[Component, ...] | None = None
    complete: bool | None = None
    assembler: str | None = None
    assembled_in: str | None = None
    cells_by: str | None = None
    licences_complete: bool | None = None
    contains_battery: bool | None = None
    cots: bool | None = None
    successor_checked: bool | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a BOM. Lines below it are read as its composition, where the BOM says them."""

    ref: str
    part: str
    parent: str | None = None
    alternate_of: str | None = None
    quantity: Decimal | None = None
    unit_cost: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver as submitted. The rule judges whether it is lawful; an unlawful one never counts.

    grantor: an office code: "secdef", "usd_as", "sae", "hca", "contracting_officer", "other".
    scope: "battery" (then `subject` is a part ref) or "system" (then `subject` is its name).
    """

    ref: str
    rule: str
    grantor: str
    scope: str
    subject: str
    granted: date
    ends: date | None = None
    ground: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverGround:
    """A documented fact that supports asking for a waiver under `rule` on `ground` ("(c)(3)(A)(i)"
    …).
    """

    ref: str
    rule: str
    ground: str
    part: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procurement:
    """Who buys, under which program, on which days, for which use.

    agency: "DOD", "DHS", "GSA" … program: "acquisition" or "none" (outside any acquisition
    program). milestone_b: the day EMD began or Milestone B (or equivalent) was given;
    reached_milestone_b False: told, not yet. weapons_systems, portfolio_executives: how many use
    and manage the battery (10 U.S.C. 4865(e)(5)). device: "cell_phone", "laptop",
    "personal_electronic", "medical", "other". setting: "office", "administrative", "hospital",
    "non_combat", "combat", "other". maintenance: "only", "partly", "no". rdte: acquired for RDT&E
    by DoD; fielded_from: the day units were fielded. item: how the battery is bought: "end_item",
    "spare", "embedded".
    """

    ref: str
    agency: str | None = None
    program: str | None = None
    milestone_b: date | None = None
    reached_milestone_b: bool | None = None
    weapons_systems: int | None = None
    portfolio_executives: int | None = None
    award: date | None = None
    solicitation: date | None = None
    obligation: date | None = None
    payments: tuple[date, ...] | None = None
    delivery: date | None = None
    renewal: date | None = None
    contract_signed: date | None = None
    counterparty: str | None = None
    device: str | None = None
    setting: str | None = None
    maintenance: str | None = None
    rdte: bool | None = None
    fielded_from: date | None = None
    item: str | None = None
    systems: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    grounds: tuple[WaiverGround, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Facts enough to judge the lines of one BOM, as known on one day."""

    procurement: Procurement
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    parties: tuple[Party, ...] = ()
    stakes: tuple[Stake, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    controls: tuple[Control, ...] = ()
    licences: tuple[Licence, ...] = ()
    lists: tuple[ListEdition, ...] = ()
    identities: tuple[Identity, ...] = ()
    documents: tuple[Document, ...] = ()
    backings: tuple[Backing, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    """Reading key → the alternative chosen; a reading not named here stands at its default."""
    known_on: date | None = None
    """The day whose knowledge this is; a list that was to be read again by then is stale."""
