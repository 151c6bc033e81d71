"""Is a party a foreign entity of concern? 42 U.S.C. 18741(a)(5), and (F) by 10 U.S.C. 4865(e)(4).

Each prong is asked, whether or not another has fired, in the order of law.md 3.4. The prongs (A) to
(E) need a foreign entity; (F) does not. DOE's interpretation (89 FR 37079) is applied as a floor;
flags say where the Department of Defense could be stricter.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from compliance.law.answers import Answer, every, some
from compliance.law.contracts import contract_prong, relevant
from compliance.law.countries import ALPHA2, COVERED_NATIONS, HONG_KONG_MACAU
from compliance.law.editions import Editions
from compliance.law.feoc_questions import part_of_government, where
from compliance.law.listing import Lists
from compliance.law.ownership.fixed_point import HALF
from compliance.law.ownership.ledger import NATURAL, Ledger
from compliance.law.ownership.shares import PASSES_ALL, UNEXERCISED, Shares, in_force
from compliance.law.ownership.sources import jurisdiction
from compliance.law.ownership.tiers import TIERS, tiers_on
from compliance.law.readings import BY_KEY
from compliance.law.standing import Item, Listed, Missing, Prong, Standing
from compliance.law.world import ControlKind, Licence, Metric, Party, PartyKind, World

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

STATUTE = "42 U.S.C. 18741(a)(5)"
CONCERN = f"{STATUTE}(C)"
DOE = "89 FR 37079"
LISTS = (
    ("154", "10 U.S.C. 4865(e)(4); FY2024 NDAA sec. 154(b)", "is specified in section 154"),
    ("FTO", f"{STATUTE}(A)", "is designated a foreign terrorist organization"),
    ("SDN", f"{STATUTE}(B)", "is on the list of specially designated nationals"),
    ("AG-ALLEGED", f"{STATUTE}(D)", "is alleged to have been involved in a listed crime"),
    ("DOE-DETERMINED", f"{STATUTE}(E)", "is determined to have acted against the United States"),
)
REGISTERS = frozenset({"AG-ALLEGED", "DOE-DETERMINED"})
METRICS = {Metric.EQUITY: "equity", Metric.VOTES: "voting rights", Metric.BOARD: "board seats"}
SPECIAL = frozenset({ControlKind.GOLDEN_SHARE, ControlKind.VETO, ControlKind.BOARD_APPOINTMENT})


class Own(NamedTuple):
    """What lists do not touch: is the party foreign, the prongs of (C), flags, and whether someone
    in a covered nation holds 25 percent or more."""

    foreign: Prong
    concern: tuple[Prong, ...]
    flags: frozenset[str]
    covered_parent: bool


class FeocIndex:
    """The standing of every party of one world; what is worked out for a day is kept.

    A list that was to be read again by the world's `known_on` no longer clears anyone.
    """

    def __init__(self, world: World, editions: Editions | None = None) -> None:
        self.parties = {party.ref: party for party in world.parties}
        self.shares = Shares(world)
        self.lists = Lists(world, self.shares, editions)
        self.readings = {
            key: BY_KEY[key].chosen(world.readings.get(key))[0]
            for key in BY_KEY
            if key.startswith("feoc-")
        }
        self.chosen = {
            key
            for key, choice in world.readings.items()
            if key in BY_KEY and choice in BY_KEY[key].alternatives
        }
        self.ledger = Ledger(
            self.parties,
            self.shares,
            self.nation,
            largest=self.readings["feoc-tier-metric"] == "largest",
        )
        self.licences: dict[str, list[Licence]] = {}
        for licence in world.licences:
            if licence.licensee is not None and licence.part is None:
                self.licences.setdefault(licence.licensee, []).append(licence)
        self._entities: dict[tuple[str, date, frozenset[str]], Standing] = {}
        self._asking: set[str] = set()
        self._kept: dict[tuple[str, int, date], Own] = {}

    def nation(self, country: str) -> str | None:
        """The covered nation that a country belongs to, if any (law.md 3.2)."""
        if country in HONG_KONG_MACAU and self.readings["feoc-hong-kong-macau"] == "not-covered":
            return None
        return COVERED_NATIONS.get(country)

    def breakpoints(self, party: str, item: Item | None = None) -> tuple[date, ...]:
        """Every day, in order, on which the standing may move. Between two of them it stands."""
        licences = [*self.licences.get(party, ()), *(item.licences if item else ())]
        days: set[date | None] = {
            day for each in licences for day in (each.true_from, each.true_to)
        }
        behind = self.shares.upstream(party)
        for licence in licences:
            behind |= self.shares.upstream(licence.licensor)
        # A sister company on a list is behind nobody: what moves who holds her moves this one.
        behind = behind.union(*(above for above in self.lists.kin if above & behind))
        known = {day for day in days if day is not None}
        known |= self.shares.breakpoints(behind) | self.lists.editions.breakpoints()
        known |= {later.true_from for later in TIERS[1:]}
        return tuple(sorted(known))

    def listed(self, party: str, key: str, on: date, scope: str = "battery") -> Listed:
        """Is the party on a list that day, itself or through another? See `Lists.listed`."""
        return self.lists.listed(party, key, on, scope)

    def standing(self, party: str, on: date, item: Item | None = None) -> Standing:
        """Is the party a foreign entity of concern on that day, for an item it makes or sells?

        Without one, as an entity: plants and contracts taint what is made there, not the company.
        """
        entity = self.entity(party, on)
        if item is None:
            return entity
        licences = relevant(item, party, self.licences.get(party, ()), on)
        contract, flags = contract_prong(
            item, party, licences, lambda licensor: self._controls_count(licensor, on)
        )
        prongs = (*entity.prongs, contract, self._plant(party, item))
        return Standing.of(prongs, (*entity.flags, *flags), entity.premises)

    def entity(self, party: str, on: date) -> Standing:
        """The standing of the party itself, whatever the item."""
        asked = (party, on, frozenset(self._asking))  # who is being asked is cut short further up
        found = self._entities.get(asked)
        if found is None:
            found = self._entities[asked] = self._entity(party, on)
        return found

    def _entity(self, ref: str, on: date) -> Standing:
        party = self.parties.get(ref) or Party(ref, ref)
        own = self._own(party, on)
        premise = own.foreign
        prongs: list[Prong] = []
        flags: list[str] = []
        for key, cite, says in LISTS:
            listed = self.listed(ref, key, on)
            listing = Prong(cite, says, listed.answer, listed.facts, missing=listed.missing)
            prongs.append(listing if key == "154" else _needs(premise, listing))
            flags += listed.flags
            if key in REGISTERS and "list-verify" in listed.flags:
                flags.append("register-verify")
        prongs += [_needs(premise, prong) for prong in own.concern]
        flags += own.flags
        if self.lists.half_owned(ref, "SDN", on):
            flags.append("sdn-half-owned")
        if own.covered_parent and some(prong.answer for prong in prongs) is not YES:
            flags.append("covered-nation-parent")
        return Standing.of(tuple(prongs), tuple(flags), (premise,))

    def _own(self, party: Party, on: date) -> Own:
        """What moves on the days of holdings alone, kept from one such day to the next; what a
        contract brings moves with the lists too, and is not kept."""
        stretch = (party.ref, bisect_right(self.ledger.days, on), tiers_on(on).true_from)
        if stretch in self._kept:
            return self._kept[stretch]
        concern = [self._government(party, on)]
        if party.kind is not PartyKind.GOVERNMENT:
            concern.append(self._jurisdiction(party))
        if party.kind not in NATURAL:
            concern += [self._ownership(party, metric, on) for metric in METRICS]
            concern.append(self._control(party, on))
        found = Own(
            self._foreign(party, on),
            tuple(concern),
            frozenset(self._flags(party, on)),
            self._covered_parent(party, on),
        )
        contracts = self.shares.controls.get(party.ref, ())
        if not any(control.kind is ControlKind.CONTRACT for control in contracts):
            self._kept[stretch] = found
        return found

    def _foreign(self, party: Party, on: date) -> Prong:
        """law.md 3.3(a): (i) to (iii) by itself, (iv) through whoever owns or controls it."""
        says = "is a foreign entity"
        answer = self.ledger.foreign(party.ref, on)
        asks = () if answer is not UNKNOWN else where(party) or part_of_government(party)
        if answer is YES or party.kind in NATURAL:
            return Prong(STATUTE, says, answer, self._family_facts(party, on), missing=asks)
        threshold = tiers_on(on).threshold
        detail: dict[str, str] = {}
        through = [answer]
        for metric, name in METRICS.items():
            bounds = self.ledger.of(party.ref, on, metric, "foreign")
            detail[f"{name} held by foreigners"] = str(bounds)
            through.append(bounds.reaches(threshold))
        answer = some(through)
        missing = (asks or self._ask_holders(party.ref, on)) if answer is UNKNOWN else ()
        facts = self._holding_facts(party.ref, on)
        return Prong(STATUTE, says, answer, facts, detail, missing)

    def _government(self, party: Party, on: date) -> Prong:
        answer = self.ledger.government(party.ref, on)
        says = "is the government of a covered nation, its instrumentality, official or family"
        missing = part_of_government(party) if answer is UNKNOWN else ()
        return Prong(CONCERN, says, answer, self._family_facts(party, on), missing=missing)

    def _family_facts(self, party: Party, on: date) -> tuple[str, ...]:
        """The party, and whose immediate family it is said to be."""
        facts = {party.ref} | {
            ref
            for control in self.shares.controls.get(party.ref, ())
            if control.kind is ControlKind.FAMILY and in_force(control, on)
            for ref in (control.ref, control.controller)
        }
        return tuple(sorted(facts))

    def _jurisdiction(self, party: Party) -> Prong:
        answer = jurisdiction(party, self.nation)
        says = "is incorporated or domiciled in a covered nation, or has its main business there"
        missing = where(party) if answer is UNKNOWN else ()
        return Prong(f"{CONCERN}; {DOE}", says, answer, (party.ref,), missing=missing)

    def _ownership(self, party: Party, metric: Metric, on: date) -> Prong:
        """law.md 3.3(e): 25 percent or more of one metric, cumulatively, through the tiers."""
        tiers = tiers_on(on)
        name = METRICS[metric]
        says = f"covered governments hold 25 percent or more of its {name}"
        bounds = self.ledger.by_shares(party.ref, on, metric)
        detail = {"held by governments": str(bounds), "threshold": str(tiers.threshold)}
        answer = bounds.reaches(tiers.threshold)
        nations = self.ledger.nations(party.ref, on)
        if len(nations) > 1 and answer is not NO and self.readings["feoc-nations-summed"] == "each":
            alone = {
                nation: self.ledger.by_shares(party.ref, on, metric, nation) for nation in nations
            }
            answer = some(each.reaches(tiers.threshold) for each in alone.values())
            detail |= {f"held by {nation}": str(alone[nation]) for nation in sorted(alone)}
        missing = self._ask_holders(party.ref, on, metric) if answer is UNKNOWN else ()
        facts = self._holding_facts(party.ref, on, metric)
        return Prong(f"{CONCERN}; {tiers.cite}", says, answer, facts, detail, missing)

    def _control(self, party: Party, on: date) -> Prong:
        """Control otherwise than by shares: a finding, a consolidated subsidiary, a contract."""
        threshold = tiers_on(on).threshold
        answers, facts, missing = [], {party.ref}, []
        for control in self.shares.controls.get(party.ref, ()):
            if (
                control.kind not in PASSES_ALL
                or control.holds is False
                or not in_force(control, on)
            ):
                continue
            whose = some(
                self.ledger.of(control.controller, on, metric, "governments").reaches(threshold)
                for metric in METRICS
            )
            if control.kind is ControlKind.CONTRACT:
                whose = some((whose, self._controls_count(control.controller, on)))
            answers.append(every((whose, Answer.of(control.holds))))
            facts |= {control.ref, control.controller}
            if answers[-1] is UNKNOWN:
                says = f"Does {self._name(control.controller)} control {party.name}, and who is it?"
                missing.append(Missing(f"control/{party.ref}/{control.controller}", says))
        return Prong(
            f"{CONCERN}; {DOE}",
            "is controlled by, or subject to the direction of, a covered government",
            some(answers),
            tuple(sorted(facts)),
            missing=tuple(missing),
        )

    def _controls_count(self, licensor: str, on: date) -> Answer:
        """Is it one whose contract control counts? Two who license each other decide nothing."""
        if self.readings["feoc-licensor"] == "government":
            return max(
                self.ledger.government(licensor, on),
                *(
                    self.ledger.of(licensor, on, metric, "governments").reaches(HALF)
                    for metric in METRICS
                ),
            )
        if licensor in self._asking:
            return NO
        self._asking.add(licensor)
        try:
            return self.entity(licensor, on).answer
        finally:
            self._asking.discard(licensor)

    def _plant(self, party: str, item: Item) -> Prong:
        """law.md 3.3(c)(ii): what the party does to this item, it does in a covered nation."""
        says = "works on this item in a covered nation"
        answers, missing = [], []
        if item.steps is None:
            answers.append(UNKNOWN)
            ask = f"Where does {self._name(party)} make it, step by step?"
            missing.append(Missing(f"steps/{party}", ask))
        for step in item.steps or ():
            if step.party not in (None, party):
                continue
            known = step.country in ALPHA2
            covered = self.nation(step.country) is not None if known and step.country else None
            answer = Answer.of(covered)
            if step.party is None and answer is YES:
                answer = UNKNOWN
            answers.append(answer)
            if answer is UNKNOWN:
                asked = f"Who does the step {step.kind}, and in which country?"
                missing.append(Missing(f"steps/{party}/{step.kind}", asked))
        detail = {
            f"step {place}": f"{step.kind} in {step.country or 'an unknown country'}"
            for place, step in enumerate(item.steps or (), 1)
            if step.party in (None, party)
        }
        asks = tuple(dict.fromkeys(missing))
        return Prong(f"{CONCERN}; {DOE}", says, some(answers), (party,), detail, asks)

    def _flags(self, party: Party, on: date) -> set[str]:
        """What a person should look at; see `standing.FLAGS`."""
        flags: set[str] = set()
        if "feoc-hong-kong-macau" not in self.chosen:
            places = {party.incorporated, party.business, party.government_of}
            if places & HONG_KONG_MACAU:
                flags.add("hong-kong-macau")
        threshold = tiers_on(on).threshold
        nations = self.ledger.nations(party.ref, on)
        for metric in METRICS if party.kind not in NATURAL else ():
            flags |= self.ledger.rings(party.ref, on, metric)
            if len(nations) > 1 and "feoc-nations-summed" not in self.chosen:
                together = self.ledger.by_shares(party.ref, on, metric)
                alone = (self.ledger.by_shares(party.ref, on, metric, each) for each in nations)
                if together.low >= threshold > max(each.low for each in alone):
                    flags.add("cross-nation-sum")
        behind = self.shares.upstream(party.ref, on)
        for each in behind:
            if any(
                control.kind in SPECIAL
                and control.holds is not False
                and in_force(control, on)
                and self._is_governmental(control.controller, on)
                for control in self.shares.controls.get(each, ())
            ):
                flags.add("golden-share")
            if any(
                stake.nature in UNEXERCISED and in_force(stake, on)
                for stake in self.shares.stakes.get(each, ())
            ):
                flags.add("unexercised-rights")
        return flags

    def _is_governmental(self, party: str, on: date) -> bool:
        return any(
            self.ledger.of(party, on, metric, "governments").low >= HALF for metric in METRICS
        )

    def _covered_parent(self, party: Party, on: date) -> bool:
        """Does someone subject to a covered nation's jurisdiction hold 25 percent or more?"""
        threshold = tiers_on(on).threshold
        return party.kind not in NATURAL and any(
            self.ledger.by_shares(party.ref, on, metric, "covered").low >= threshold
            for metric in METRICS
        )

    def _holding_facts(self, party: str, on: date, metric: Metric | None = None) -> tuple[str, ...]:
        behind = self.shares.upstream(party, on)
        known = {each for each in behind if each in self.parties}
        return tuple(sorted(known | self.shares.facts(behind, on, metric)))

    def _ask_holders(
        self, party: str, on: date, metric: Metric | None = None
    ) -> tuple[Missing, ...]:
        """Who stands behind the party that nobody has told us of?"""
        metrics = [metric] if metric else list(METRICS)
        asks = []
        for each in sorted(self.shares.upstream(party, on)):
            who = self.parties.get(each)
            if who is None:
                asks.append(Missing(f"party/{each}", f"Who is {each}?"))
            elif self.ledger.government(each, on) is UNKNOWN:
                asks += part_of_government(who)
            elif who.kind not in NATURAL and any(self._is_open(each, on, m) for m in metrics):
                asks.append(Missing(f"stakes/{each}", f"Who else holds {who.name}?"))
        return tuple(asks)

    def _is_open(self, party: str, on: date, metric: Metric) -> bool:
        held = self.ledger.helds(on, metric).get(party)
        return held is None or held.open > 0 or any(k.low < k.high for k in held.links)

    def _name(self, party: str) -> str:
        who = self.parties.get(party)
        return who.name if who else party


def _needs(premise: Prong, prong: Prong) -> Prong:
    """The prong, where it needs its premise as well."""
    answer = every((premise.answer, prong.answer))
    missing = prong.missing
    if answer is UNKNOWN and premise.answer is UNKNOWN:
        missing = tuple(dict.fromkeys((*missing, *premise.missing)))
    return replace(prong, answer=answer, missing=missing)
