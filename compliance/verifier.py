"""Checks exported proofs: `python3 verifier.py PACK.json` (exit 0: all follow, 1: not all, 3: not readable). Standard library only, none of our code.

A pack holds proofs, each a dossier (every fact the law may see) with a finding, and their grounds: who stands behind each party, and what lists say.
The law is told here once more, in other words: each standing, clause and verdict is derived again from the facts, and what does not follow is named.
Answers are 0 no, 1 unknown, 2 yes: *and* is min, *or* is max, *not* is 2 minus. Lines are long and words few, so that a rule is seen at once.
"""
import hashlib, json, re, sys; from collections import defaultdict; from datetime import date; from fractions import Fraction; from functools import cache, partial
from itertools import chain, combinations, product; from pathlib import Path
NO, UNKNOWN, YES = 0, 1, 2; WORD = {"no": NO, "unknown": UNKNOWN, "yes": YES}; DATE, LAND = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d"), re.compile("[A-Z]{2}")
RANKS = "prohibited waiver_needed insufficient_information review not_yet_in_force permitted_by_waiver permitted_by_exception permitted not_applicable".split()
PROHIBITED, WAIVER_NEEDED, OPEN, REVIEW, NOT_YET, BY_WAIVER, BY_EXCEPTION, PERMITTED, OUT = RANKS
DOD = set("DOD ARMY NAVY MARINE_CORPS AIR_FORCE SPACE_FORCE DLA DARPA MDA SOCOM DCMA DTRA DISA".split()); COVERED = dict(CN="CN", HK="CN", MO="CN", KP="KP", RU="RU", IR="IR")
PACKS, WHOLES = ({"battery", "battery_module", "battery_pack", "battery_system", more} for more in ("cell", "contains_battery"))
NAMED = set("cathode_material anode_material separator anode_foil electrolyte electrolyte_salt electrolyte_solvent electrolyte_additive solid_electrolyte safety_device".split())
READ, BUILT = {"cathode_foil", "binder", "conductive_carbon", "precursor"}, {"manufacture", "assembly", "production"}
BOARDS = set("pcb bms electronic_module charger inverter power_converter power_supply radio camera".split())
MAGNETS = BOARDS - {"pcb"} | set("magnet motor thermal speaker relay sensor capacitor ic heater display".split())
CHIPS, MODULES = BOARDS - {"pcb"} | {"ic", "sensor", "display"}, {"radio", "camera", "electronic_module", "bms", "inverter"}
ADVANCED = set("li_ion li_polymer nmc nca lfp lmfp lco lmo lnmo lto silicon_anode li_metal li_s solid_state na_ion li_primary li_so2 li_mno2 li_socl2 li_cfx li_fes2 "
               "li_fes2_thermal silver_zinc".split()); OLDER = set("silver_oxide alkaline zinc_carbon zinc_air nimh nicd lead_acid vanadium_flow".split())
REST = set("battery_mineral cell_case tab busbar module_frame housing battery_holder resistor inductor transformer diode led transistor crystal fuse thermistor switch "
           "antenna connector wiring fastener mechanical insulation label marking cell".split())
KNOWN = WHOLES | NAMED | READ | BOARDS | MAGNETS | CHIPS | MODULES | REST; METALS = dict.fromkeys(("NdFeB", "SmCo", "tungsten", "tantalum", "molybdenum"), YES)
# Open readings: the alternative we apply, then the others; "!" where a difference asks for review.
READINGS = {key: (first, (first, *rest), mark == "!") for mark, key, first, *rest in map(str.split, (
    "! 4865-advanced-battery any advanced", "- 4865-functional other named", "- 4865-refined trace component", "- 4865-overlap earliest latest", "- 4865-assembler battery cells",
    "- 4865-technology any battery", "! 4865-delivery delivery action", "- 4865-final-assembly both pack", "- 4865-recycled recycler origin", "! 4865-setting all medical",
    "! 4865-rdte-fielded ends stays", "- 154-final-product either battery", "- 154-majority-base any count cost", "! 154-such-entity together each",
    "! 154-affiliate covered not-covered", "! 154-embedded procured not-procured", "! 805-existing-contract reached protected", "- 4872-ndfeb mined melted"))}
Told = type("Told", (dict,), {"__getattr__": dict.__getitem__})  # a JSON object, its values by name
def read(text): return json.loads(text, object_hook=Told)
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def sha256(text): return hashlib.sha256(text.encode()).hexdigest()
class Case:  # a dossier on a day; `over` changes readings; it notes which readings were asked for
    def __init__(self, dossier, on, over=()):
        self.told, self.part, self.units, self.buy, self.on = dossier, dossier.part, dossier.part.units, dossier.procurement, on
        self.over, self.chosen, self.asked = dict(over), dict(dossier.readings), []
    def read(self, key, wanted): self.asked += [key] * (key not in self.asked); return (self.over.get(key) or self.default(key)[0]) == wanted
    def default(self, key):
        (applied, alternatives, review), choice = READINGS[key], self.chosen.get(key)
        return (choice, False) if choice in alternatives else (applied, review if choice is None else choice == "review")
    def concern(self, use): return UNKNOWN if use is None else WORD[spell_on(use.feoc, self.on).answer]
    def listed(self, key, party): return spell_on(self.part.lists[key][party], self.on)
    def on_list(self, key, use): return UNKNOWN if use is None else WORD[self.listed(key, use.party).answer]
def spell_on(spells, day): return [s for s in spells if (s.since or "") <= day][-1]
def force(facts, on): return [each for each in facts if (each.true_from or "") <= on < (each.true_to or "9999")]
def told(fact): return UNKNOWN if fact is None else YES if fact else NO
def among(fact, known): return told(None if fact is None else fact in known)
def step(role, cite, answer, steps=()): return Told(role=role, cite=cite, answer=answer, steps=list(steps))
def inputs(unit): return unit.inputs or []
def complete(unit): return unit.inputs is not None and unit.complete is True
def battery_line(case): return NO if case.part.within else 2 - among(case.part.kind, ("other",))
def years_after(day, years): return f"{int(day[:4]) + years:04}" + ("-02-28" if day[5:] == "02-29" else day[4:])
def names(case, unit, subject): return subject == f"{unit.number}|{case.part.parties.get((unit.maker or {}).get('party'), 'an unnamed party')}"
def fits(case, w, unit): return names(case, unit, w.subject) if w.scope == "battery" else w.subject in case.buy.systems
def in_time(case, w, longest="9999"): return w.granted <= case.on < min(longest, w.ends or longest)
def waived(case, rule, counts): return told(all(any(w.rule == rule and counts(w, u) for w in case.buy.waivers) for u in case.units))
def ground(case, rule, usable):
    def fit(g, u): return g.rule == rule and (not g.subject or names(case, u, g.subject)) and usable(g, u)
    return told(all(any(fit(g, u) for g in case.buy.grounds) for u in case.units))
NEW, SHARED, OLD = "2028-01-01", "2029-01-01", "2031-01-30"  # ---- 10 U.S.C. 4865 ----
def advanced(case, u): return told(case.read("4865-advanced-battery", "any")) if u.chemistry in OLDER else YES if u.chemistry in ADVANCED else UNKNOWN
def programs(buy):
    kinds = {NEW} if buy.reached_milestone_b is False else {NEW, OLD}; kinds = {OLD if buy.milestone_b < "2025-12-18" else NEW} if buy.milestone_b else kinds
    return {None} if buy.program == "none" else kinds if buy.program else kinds | {None}
def begun_4865(case):  # YES, NO, UNKNOWN, or None: never binds.
    many, apart, kinds = case.buy.weapons_systems, case.buy.portfolio_executives, programs(case.buy)
    standard = min(told(None if many is None else many > 1), told(None if apart is None else apart != 1))
    every = [[kind] * (kind is not None) + [SHARED] * also for kind, also in product(kinds, {YES: (1,), NO: (0,)}.get(standard, (1, 0)))]
    early, late = ({bool(days) and case.on >= pick(days) for days in every} for pick in (min, max))
    seen = late if early != late and case.read("4865-overlap", "latest") else early; return None if not any(every) else UNKNOWN if len(seen) > 1 else told(next(iter(seen)))
def functional(case, each): return told(case.read("4865-functional", "other") if each.category in READ else each.category in NAMED if each.category in KNOWN else None)
def component(case, each):
    source, refined = case.concern(each.source), UNKNOWN if each.steps is None else max([NO, *(case.concern(s.by) for s in each.steps)])
    return refined if source < refined and case.read("4865-refined", "trace") else source
def technology(case, unit):
    found = [(each, case.concern(each.licensor)) for each in force(unit.licences, case.on)]
    return max([NO if unit.licences_complete is True else UNKNOWN, *(answer for each, answer in found if not (each.component and answer and case.read("4865-technology",
        "battery")))])
def cells(case, unit): return UNKNOWN if unit.cells is None else max([NO, *map(case.concern, unit.cells)])
def unit_concern(case, unit):
    answers, found = [NO if complete(unit) else UNKNOWN], unit.inputs is None
    for each in inputs(unit):
        if each.category in KNOWN - NAMED - READ - {"battery_mineral"}: continue
        concern, found, mineral = component(case, each), found or each.category in NAMED, each.category == "battery_mineral"
        if concern: answers.append(min(concern, told(case.read("4865-refined", "trace")) if mineral else functional(case, each)))
    answers += [cells(case, unit), technology(case, unit), NO if found else UNKNOWN]; seller = max(case.concern(unit.maker), case.concern(unit.assembler))
    return seller if max(answers) < seller and case.read("4865-assembler", "battery") else max(answers)
def recycled(case, each):
    steps, said, kinds = each.steps, each.recycled, ("recycling", "reprocessing"); said = any(s.kind in kinds for s in steps) if said is None and steps is not None else said
    if said is False: return NO
    answers = [told(said), told(each.custody), *(2 - case.concern(s.by) for s in steps or [] if s.kind == "reprocessing")]
    for kind in kinds: home = [among(s.country, {"US"}) for s in steps or [] if s.kind == kind]; answers.append(min(home) if home else NO if steps is not None and said else UNKNOWN)
    return NO if min(answers) and case.read("4865-recycled", "origin") else min(answers)
def share(case, unit):  # more than 95 percent by cost, strictly; what is unknown lies between two bounds.
    if not complete(unit): return UNKNOWN
    rows = [(Fraction(each.cost or 0), max(2 - concern, concern and recycled(case, each)), counts == YES and each.cost is not None, each) for each in inputs(unit) if (counts :=
        functional(case, each)) for concern in [case.concern(each.source)]]
    total, high, low = (sum(cost for cost, clean, *_ in rows if clean >= least) for least in (NO, UNKNOWN, YES)); bases = {(each.currency, each.basis) for *_, each in rows}
    if not (all(row[2] for row in rows) and total and len(bases) == 1) or None in chain(*bases): return UNKNOWN
    return YES if low * 100 > total * 95 else told(None if high * 100 > total * 95 else False)
def compliant(case):
    touched = [u for u in case.units if advanced(case, u) and unit_concern(case, u)]
    def assembly(unit): pack, inner = case.concern(unit.assembler), cells(case, unit); return 2 - (inner if inner > pack and case.read("4865-final-assembly", "both") else pack)
    ways = {"i": assembly, "ii": lambda u: share(case, u), "iii": lambda u: 2 - technology(case, u)}
    limbs = [step("and", f"(c)(1)(A)({n})", min([YES, *map(way, touched)])) for n, way in ways.items()]; return step("unless", "(c)(1)(A)", min(s.answer for s in limbs), limbs)
def office(case):
    tool = among(case.buy.device, ("cell_phone", "laptop", "personal_electronic", "medical")); calm = among(case.buy.setting, ("office", "administrative", "hospital", "non_combat"))
    strict = tool and (calm == YES or case.buy.device == "medical" or case.read("4865-setting", "all")); return min(tool, calm) if strict else tool
def maintenance(case): return min([among(case.buy.maintenance, ("only",)), *(told(u.cots) for u in case.units)])
def rdte(case): ended = case.buy.rdte and (case.buy.fielded_from or "9999") <= case.on; return told(not case.read("4865-rdte-fielded", "ends") if ended else case.buy.rdte)
def rule_4865(case):  # a rule yields covers, begins, forbids, its ways out, its waiver, its ground: as far as asked.
    line = battery_line(case); yield line if line != YES else max(advanced(case, u) for u in case.units); yield begun_4865(case)
    yield max([NO, *(unit_concern(case, u) for u in case.units if advanced(case, u))]); ways = {"(c)(2)(A)": office, "(c)(2)(B)": maintenance, "(c)(2)(C)": rdte}
    yield [*(step("unless", cite, way(case)) for cite, way in ways.items()), compliant(case)]
    def usable(w, u): return w.ground == "(c)(3)(A)(i)" or (w.ground == "(c)(3)(A)(ii)" and (u.embedded or case.buy.item == "embedded"))
    yield waived(case, "10-usc-4865", lambda w, u: w.grantor in ("secdef", "usd_as") and usable(w, u) and fits(case, w, u) and in_time(case, w, years_after(w.granted, 1)))
    yield ground(case, "10-usc-4865", usable)
def named(case, party):  # ---- FY2024 secs. 154 and 805 ----
    spell = case.listed("154", party); return told(case.read("154-affiliate", "covered")) if (spell.answer, spell.how) == ("no", "affiliate") else WORD[spell.answer]
def majority(case, unit):
    if not complete(unit) or not inputs(unit): return UNKNOWN
    parts, costed = [], all(each.cost is not None for each in inputs(unit))
    for each in inputs(unit):  # the names that provide it, may another, and what it counts by number and by cost
        answers = [(party, named(case, party)) for party in ([each.source.party] if each.source else []) + each.via]
        who = {case.listed("154", party).entry or party for party, answer in answers if answer == YES}
        parts.append((who, UNKNOWN in [answer for _, answer in answers] or not each.source, (1, Fraction(each.cost or 0))))
    if not any(who or more for who, more, _ in parts): return NO
    def half(base, theirs):
        rows = [(size[base], bool(theirs(who)), more) for who, more, size in parts]
        total, most, least = (sum(size for size, sure, more in rows if sure or (more and which) or which > 1) for which in (2, 1, 0))
        return UNKNOWN if base and not costed else YES if least * 2 > total else told(None if most * 2 > total else False)
    found, one = [half(base, bool) for base in (0, 1)], {"", *chain(*(who for who, *_ in parts))}
    each = [max(half(base, lambda who, name=name: name in who) for name in one) for base in (0, 1)]
    if found != each and case.read("154-such-entity", "each"): found = each
    if found[0] == found[1]: return found[0]
    return max(found) if case.read("154-majority-base", "any") else found[case.read("154-majority-base", "cost")]
def sellers(case): return [use for u in case.units for use in (u.maker, u.assembler)]
def rule_154(case):
    line, inside = battery_line(case), case.part.kind == "contains a battery" or case.buy.item == "embedded"
    yield from (NO if line == YES and inside and case.read("154-embedded", "not-procured") else line, told(case.on >= "2027-10-01"))
    final, item = max(named(case, use.party) if use else UNKNOWN for use in sellers(case)), case.part.item_maker
    if case.part.contained and final != YES: item = named(case, item.party) if item else UNKNOWN; final = item if item > final and case.read("154-final-product", "either") else final
    most = max(majority(case, u) for u in case.units); yield step("forbids", "(c)", max(final, most), [step("or", "(c)(1)", final), step("or", "(c)(2)", most)]); yield []
    yield waived(case, "ndaa-2024-154", lambda w, u: w.grantor == "secdef" and fits(case, w, u) and in_time(case, w)); yield ground(case, "ndaa-2024-154", lambda g, u: True)
def existing(case, began):
    signed = case.buy.award if case.buy.contract_signed is None and case.buy.renewal == case.on else case.buy.contract_signed
    late = signed is None or signed >= began or case.on < began; return step("unless", "(a)(3)(B)", told(not late and case.read("805-existing-contract", "protected")))
def rule_805a(case): yield from (YES, told(case.on >= "2026-06-30"), case.on_list("1260H", case.units[0].maker)); yield [existing(case, "2026-06-30")]
def rule_805b(case):
    yield from (battery_line(case), told(case.on >= "2027-06-30")); item, uses = case.part.kind == "contains a battery", sellers(case)
    end = max(case.on_list("1260H", use) for use in ([case.part.item_maker] if item else uses))
    inner = [use for u in case.units for use in chain(u.cells or [], (each.source for each in inputs(u)))] + uses * item
    parties = [use.party for use in inner if use] + [party for u in case.units for each in inputs(u) for party in each.via]
    yield max([end, *(WORD[case.listed("1260H", party).answer] for party in parties), NO if all(map(complete, case.units)) else UNKNOWN])
    inner = NO if item or not end else among(case.buy.item, ("embedded",)); yield [step("unless", "41 U.S.C. 105", max(2 - end, inner)), existing(case, "2027-06-30")]
KINDS = {  # ---- what a thing holds inside: 10 U.S.C. 4872 and 4873, secs. 889 and 5949 ----
    "material": (MAGNETS, (), {"none": NO, **METALS}), "covered_pcb": (BOARDS, (), {"yes": YES, "no": NO}),
    "telecom": (MODULES, ("radio", "camera"), {"yes": YES, "no": NO}), "semiconductors": (CHIPS, ("ic",), {"none": NO, "some": YES})}
def things(part): return [part["item"], *(u for u in part.units if u.category in PACKS)] if part.get("item") else part.units
def whole(thing): return thing.path == "part.item" or thing.category in WHOLES
def holds(t, key):
    (may, sure, words), word = KINDS[key], t.material or None if key == "material" else dict(t.attributes).get(key)
    if t.category in sure or word is not None: return YES if t.category in sure else words.get(word, UNKNOWN)
    return UNKNOWN if whole(t) or t.category not in KNOWN - may else NO
def inside(case, key):
    found = []  # which things may hold it, in each of what is bought
    for u in things(case.part):
        held = [each for each in inputs(u) if holds(each, key) >= (UNKNOWN if holds(u, key) else YES)]
        found.append((u, held + [u] * (holds(u, key) > NO and not (held and u.complete is True and u.category not in KINDS[key][1]))))
    flat = [thing for _, held in found for thing in held]; return max(holds(t, key) for t in [*things(case.part), *flat]), flat, found
def worked(thing, kinds, needed):
    steps = thing.get("steps", None if whole(thing) else [Told(kind="manufacture", country=thing.get("assembled_in"))])
    enough = steps is not None and all(group & {s.kind for s in steps} for group in needed)
    return max([NO if enough else UNKNOWN, *(among(s.country, COVERED) for s in steps or [] if s.kind in kinds)])
def rule_4872(case):
    (covers, _, found), up = inside(case, "material"), {"refining", "separation"}; yield from (covers, told(case.on >= "2018-08-13"))
    def bad(thing):
        made = {"melting", "production"} | ({"manufacture", "assembly"} if thing.category == "magnet" else set()); answer = wide = worked(thing, made, [made])
        if case.on >= "2027-01-01": wide = worked(thing, made | up | {"mining"}, [made, {"mining"}, up])
        if thing.material != "NdFeB" or wide == answer or not case.read("4872-ndfeb", "melted"): answer = wide
        return min(answer, holds(thing, "material"))
    need = [(u, max([NO, *map(bad, held)]), [(each, bad(each)) for each in held]) for u, held in found]; yield max(answer for _, answer, _ in need)
    def spared(way): return min([max(2 - answer, way(u)) for u, answer, _ in need if answer] or [NO])
    def again(each, alone):
        if "maker" in each: return NO if alone else UNKNOWN
        home = [among(s.country, {"US"}) for s in each.steps or [] if s.kind == "reprocessing"]
        was = bool(home) if each.recycled is None and each.steps is not None else each.recycled; return min(told(was), UNKNOWN if each.steps is None else min(home or [NO]))
    ways = {"off the shelf": spared(lambda u: NO if u.category == "magnet" else told(u.cots)), "electronic device": spared(lambda u:
        among(dict(u.attributes).get("electronic_device"), ("yes",))), "recycled": min([max(2 - answer, again(each, len(held) == 1)) for *_, held in need for each, answer in held if
        answer] or [NO])}; yield [step("unless", "(c)", max(ways.values()), [step("or", f"(c), {way}", answer) for way, answer in ways.items()])]
    yield spared(lambda u: told(any(w.rule == "10-usc-4872" and w.grantor in ("secdef", "usd_as", "sae", "hca", "contracting_officer") and w.scope == "battery" and fits(case, w, u)
        and in_time(case, w, years_after(w.granted, 3)) for w in case.buy.waivers)))
def rule_inside(held, began, bad, case):
    covers, found, _ = inside(case, held); yield from (covers, told(case.on >= began), max([NO, *(min(bad(case, thing), holds(thing, held)) for thing in found)]))
def maker(case, thing, key):
    drew = [s.by for s in thing.get("steps") or [] if s.kind == "design" and s.by]; return max(case.on_list(key, use) for use in (thing.get("source", thing.get("maker")), *drew))
def emitter(case, t): return maker(case, t, "889") if t.category in ("radio", "camera") or ("source" in t and not whole(t)) else UNKNOWN
def chip(case, t): return maker(case, t, "5949") if t.category == "ic" else UNKNOWN
AWARD = (("award", "award", True, None),); RENEWED = (*AWARD, ("renewal or extension", "renewal", False, None))
# id: the agencies bound (None: every federal one); cites of binds, covers, begins, forbids, waiver, ground; clauses; days that bind.
RULES = {
    "10-usc-4865": (DOD, "(a) (a) (b) (a) (c)(3) (c)(3)(A)", rule_4865, (*AWARD, ("renewal or option", "renewal", False, None), ("delivery", "delivery", False, "4865-delivery"))),
    "ndaa-2024-154": (DOD, "(a) (a) (a) (c) (d) (d)", rule_154, (("obligation", "obligation", True, None), ("payment", "payments", True, None))),
    "ndaa-2024-805-a": (DOD, "(a)(1) (a)(1)(A) (a)(1)(A) (a)(1)(A) - -", rule_805a, RENEWED),
    "ndaa-2024-805-b": (DOD, "(a)(1) (a)(1)(B) (a)(1)(B) (a)(1)(B) - -", rule_805b, RENEWED),
    "10-usc-4872": (DOD, "(a) (f)(1) (a) (a) (c),waiver -", rule_4872, (("delivery", "delivery", True, None),)),
    "10-usc-4873": (DOD, "(a) (c) (e) (a) - -", partial(rule_inside, "covered_pcb", "9999", lambda case, t: worked(t, BUILT, [BUILT])), AWARD),
    "ndaa-2019-889": (None, "(a)(1) (f)(3) (a)(1)(A) (a)(1)(A) - -", partial(rule_inside, "telecom", "2019-08-13", emitter), RENEWED),
    "ndaa-2023-5949": (None, "(a) (a) (c) (a)(1) - -", partial(rule_inside, "semiconductors", "2027-12-23", chip), RENEWED),
    "10-usc-4875": (DOD, "(a) (d) (a) (a) - -", lambda case: iter([NO]), AWARD), "hr-1166": ((), "(a) (b) (a) (a) - -", lambda case: iter([NO]), AWARD)}
def leaves(s, answer): return [cite for each in s.steps if each.answer == answer for cite in leaves(each, answer)] or [s.cite]
def reasons(s): return [s.cite, *leaves(s, s.answer)] if s.steps else [s.cite]
def sure(part, on): return [d.part for d in part.get("doubted", []) if (d.since or EVER) <= on][-1:]
def outcome(case, rule):  # as told; where that is for buying, as told for certain. So what is in doubt allows nothing, and weakens no prohibition.
    found, certain = once(case, rule), sure(case.part, case.on)
    if not certain or not side(*found[:2]).endswith("False"): return found
    other = Case(Told(case.told, part=certain[0]), case.on, case.over); less = once(other, rule); case.asked += [key for key in other.asked if key not in case.asked]
    return found if side(*less[:2]) == side(*found[:2]) else less
def once(case, rule):  # verdict, what it would be once in force, because of which clauses, and every step
    (agencies, cites, clauses, _), agency, steps = RULES[rule], case.buy.agency, []; binds, covers, begins, *rest = (cite.replace(",", ", ") for cite in cites.split())
    bound = told(None if agency is None else agency != "NON_FEDERAL") if agencies is None else NO if agencies == () else among(agency, agencies); asked = clauses(case)
    for role, cite, answers in (("binds", binds, iter([bound])), ("covers", covers, asked)):
        steps.append(step(role, cite, next(answers)))
        if steps[-1].answer == NO: return OUT, None, [cite], steps
    begun, unknown = next(asked), [s.cite for s in steps if s.answer == UNKNOWN]; steps.append(step("begins", begins, begun or NO))
    if begun is None: return OUT, None, [begins], steps
    would, because, more = in_force(asked, *rest); steps += more
    if unknown and (bound == UNKNOWN or case.part.kind is None or begun != NO): return OPEN, None, unknown, steps
    if begun != YES: return NOT_YET if begun == NO else OPEN, (OPEN if unknown else would) if begun == NO else None, [begins], steps
    return would, None, because, steps
def in_force(asked, forbids, waiver, grounds):
    steps = [first if isinstance(first := next(asked), dict) else step("forbids", forbids, first)]
    if steps[0].answer == NO: return PERMITTED, reasons(steps[0]), steps
    steps += next(asked, [])
    for way in steps[1:]:
        if way.answer == YES: return BY_EXCEPTION, reasons(way), steps
    if waiver != "-": steps.append(step("waiver", waiver, next(asked)))
    if waiver != "-" and steps[-1].answer == YES: return BY_WAIVER, [waiver], steps
    if steps[0].answer < YES or any(way.answer for way in steps[1:]): return OPEN, list(dict.fromkeys(c for s in steps if s.answer == UNKNOWN for c in leaves(s, UNKNOWN))), steps
    if grounds != "-": steps.append(step("ground", grounds, next(asked)))
    granted = steps[-1].role == "ground" and steps[-1].answer == YES; return WAIVER_NEEDED if granted else PROHIBITED, reasons(steps[0]) + [grounds] * granted, steps
def judged(dossier, rule, on):  # the outcome on a day, under every open reading that it touches.
    case, others, joint = Case(dossier, on), [], []; verdict, would, because, steps = outcome(case, rule); keys = list(case.asked)
    for key in keys:
        for other in sorted({*READINGS[key][1]} - {case.default(key)[0]}):
            changed = Case(dossier, on, {key: other}); others.append((key, other, *outcome(changed, rule)[:2])); keys += [each for each in changed.asked if each not in keys]
    decides = [o[0] for o in others if o[2:] != (verdict, would)]; turned = [o[0] for o in others if side(*o[2:]) != side(verdict, would)]
    for choice in product(*(READINGS[key][1] for key in keys)) if not turned else ():
        over = {key: to for key, to in zip(keys, choice, strict=True) if to != case.default(key)[0]}
        found = outcome(Case(dossier, on, over), rule)[:2] if len(over) > 1 and not turned else (verdict, would)
        joint, turned = joint or [*over] * (found != (verdict, would)), turned or [*over] * (side(*found) != side(verdict, would))
    if any(case.default(key)[1] for key in turned) and OPEN not in (verdict, would): verdict, would = (NOT_YET, REVIEW) if verdict == NOT_YET else (REVIEW, verdict)
    decides = list(dict.fromkeys([*decides, *turned])) or joint; return Told(verdict=verdict, would_be=would, because=because, steps=steps, decided_by=decides, alternatives=others)
def side(verdict, would): return "later " + side(would, None) if verdict == NOT_YET and would else "open" if verdict in (OPEN, REVIEW) else str(verdict in RANKS[:2])
def worst(found): return min(found, key=lambda each: RANKS.index(each.verdict))
def on_own_days(dossier, rule):  # the worst verdict over the procurement's own days; a day not told counts where one could go wrong.
    firm, soft, buy = [], [], dossier.procurement
    for _, field, required, open_ in RULES[rule][3]:
        days = [buy[field]] if isinstance(buy[field], str) else buy[field]
        for day in days or []: (soft if open_ else firm).append(judged(dossier, rule, day))
        if days is None and required:
            found = {*DATE.findall(json.dumps(dossier)), *DATE.findall(Path(__file__).read_text()), EVER}; found |= {years_after(w.granted, n) for w in buy.waivers for n in (1, 3)}
            found |= {date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat() for day in found}; every = [judged(dossier, rule, day) for day in sorted(found)]
            begun, kinds = [each for each in every if each.verdict != NOT_YET] or every, [RANKS.index(each.verdict) for each in every]
            settled = max(kinds) <= 1 or min(kinds) >= RANKS.index(NOT_YET); firm.append(worst(begun) if settled else Told(verdict=OPEN, would_be=None))
    taken, (applied, ask) = worst(firm), Case(dossier, "").default("4865-delivery")
    for late in soft:
        if side(late.verdict, None) == side(taken.verdict, None) or worst([taken, late]) is taken: continue
        taken = late if applied == "delivery" else taken; taken = Told(verdict=REVIEW, would_be=taken.verdict) if ask else taken
    return taken
# ---- who stands behind a party, and what the lists say of it: 42 U.S.C. 18741(a)(5), 89 FR 37079, sec. 154(b) ----
HALF, BAR, RING, EVER = Fraction(1, 2), Fraction(1, 4), 500, "0001-01-01"; METRICS = dict(equity="equity", votes="voting rights", board="board seats")
CONCERN, OF_FIRMS = ("154", "FTO", "SDN", "AG-ALLEGED", "DOE-DETERMINED"), {"154", "889", "1260H", "5949", "UFLPA"}
PASSES, HOME = {"control_finding", "contract", "consolidated_subsidiary"}, {"US", "AS", "GU", "MP", "PR", "UM", "VI"}
RESERVED, GIVEN = "quantity timing own_use access operate".split(), "quantity_or_timing customers site_access exclusive_repair".split()
def passed(share): return Fraction(1) if share >= HALF else share
def worth(gift, seen): return gift[1] + sum(weight * seen[holder] for holder, weight in gift[0].items())
def reaches(ends, bar=BAR): return YES if ends[0] >= bar else told(None if ends[1] >= bar else False)
def text(ends): return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
def surest(*found): return max(found, key=lambda each: each[0])
def lead(ref, way):  # whom it leads up to, each as surely as its surest way
    found, todo = {}, [(ref, YES)]
    while todo:
        below, sure = todo.pop()
        for above, answer in way(below):
            if min(sure, answer) > found.get(above, -1): found[above] = min(sure, answer); todo += [(above, found[above])] * (found[above] > NO)
    return found
class Grounds:  # what is told of parties, on the readings that a dossier chose
    def __init__(self, told, chosen):
        self.party, self.known_on, self.chosen, self.lists = {p.ref: p for p in told.parties}, told.known_on, chosen, defaultdict(list)
        self.stakes, self.shown, self.controls, self.decided = tables = [defaultdict(list) for _ in range(4)]
        for table, kind, key in zip(tables, ("stakes", "disclosures", "controls", "identities"), ("held", "party", "controlled", "party"), strict=True):
            for fact in told[kind]: table[fact[key]].append(fact)
        dated = {"": told.stakes + told.disclosures + told.controls}
        for edition in sorted(told.lists, key=lambda e: e.edition):
            self.lists[edition.key].append(edition); dated.setdefault(edition.key, []).extend([Told(true_from=edition.edition, true_to=None), *edition.entries])
        self.days = {key: sorted({EVER, *(f[end] for f in facts for end in ("true_from", "true_to") if f[end])}) for key, facts in dated.items()}
        self.metric = {m: "largest" if chosen.get("feoc-tier-metric") == "largest" else m for m in METRICS}
    def start(self, on, *kinds): return max(day for k in kinds for day in self.days.get(k, ()) if day <= on)
    def firm(self, ref): return self.party[ref].kind not in ("government", "person")
    def nation(self, land): return None if land in ("HK", "MO") and self.chosen.get("feoc-hong-kong-macau") == "not-covered" else COVERED.get(land)
    def covered(self, land, whose="governments"): return told(self.nation(land) is not None and whose in ("governments", self.nation(land)) if LAND.fullmatch(land or "") else None)
    def one(self, ref, on, whose="governments"):  # is a party foreign by itself; or the government of a covered nation, its organ, official or their family?
        def abroad(land): return told(land not in HOME if LAND.fullmatch(land or "") else None)
        def own(p): return NO if p.government_of == "" or (p.government_of is None and (p.kind == "company" or whose == "foreign")) else abroad(p.government_of) if whose == "foreign" else self.covered(p.government_of, whose)
        who = self.party[ref]; lands = [who.government_of] if who.kind == "government" else [who.incorporated, who.business]; kin = [told(c.holds) for c in self.ties(ref, on, ["family_of_official"]) if own(self.party[c.controller]) == YES]
        return max([own(who), *kin, *([] if whose != "foreign" else [2 - told(who.us_person)] if who.kind == "person" else map(abroad, lands))])
    def ties(self, ref, on, kinds): return [c for c in force(self.controls[ref], on) if c.kind in kinds]
    def above(self, ref, on): return {s.holder for s in force(self.stakes[ref], on)} | {c.controller for c in force(self.controls[ref], on) if c.kind != "successor"}
    def behind(self, ref, on): return {ref, *lead(ref, lambda p: [(q, YES) for q in self.above(p, on)])}
    def held(self, ref, on, metric):  # holder → least, most, control; what anyone may hold besides; do these exclude each other?
        links, hidden, only = {}, 0, True
        if metric == "largest":
            every = [self.held(ref, on, each) for each in METRICS]
            for h, link in (item for each in every for item in each[0].items()): links[h] = (*map(max, link, links.get(h, link)),)
            return links, max(each[1] for each in every), False
        for s in (s for s in force(self.stakes[ref], on) if s.metric == metric):
            sure, low, high = s.nature not in ("option", "convertible"), Fraction(s.low) / 100, Fraction(s.high) / 100
            if s.nature in ("nominee", "vie"): hidden += high
            elif s.nature != "non_voting" or metric == "equity": was, only = links.get(s.holder, (0, 0, NO)), only and sure; links[s.holder] = was[0] + low * sure, was[1] + high, NO
        left, known = 1 - sum(low for low, _, _ in links.values()), [d.complete_to for d in force(self.shown[ref], on) if d.metric in (None, metric)]
        for c in (c for c in self.ties(ref, on, PASSES) if c.holds is not False):
            was = links.get(c.controller, (0, 0, NO)); links[c.controller] = was[0], was[1], max(was[2], told(c.holds))
        links = {h: (low, min(1, high), by) for h, (low, high, by) in links.items()}
        return links, max(0, min(left, 1 - max(map(Fraction, known), default=Fraction(0)) / 100 + hidden)), only
    def gives(self, held, seen, least):  # each holder's weight, and a rest: shares within their bounds that give least, or most, with holders at `seen`.
        links, open_, joint = held; grows = {h for h, (low, _, by) in links.items() if low < HALF and by == NO}; able = [h for h in grows if links[h][1] >= HALF]
        found = [({h: passed(link[not least]) for h, link in links.items()}, 0 if least else passed(open_))] * (least or not joint)
        for up in () if found else chain(*(combinations(able, n) for n in (0, 1, 2))):
            left = max(0, 1 - sum(v[0] for v in links.values())) - sum(HALF - links[h][0] for h in up); rest = min(open_, left); shares, room = dict.fromkeys(up, 1), left - rest
            for h in sorted(links.keys() - up, key=seen.get, reverse=True):
                more = min(links[h][1] - links[h][0], room) if h in grows else 0; shares[h], room = passed(links[h][0] + more), room - more
            found += [(shares, passed(rest))] * (left >= 0)
        shares, rest = max(found, key=lambda gift: worth(gift, seen)); return {**shares, **{h: 1 for h, link in links.items() if link[2] >= (YES if least else UNKNOWN)}}, rest
    def ends(self, ref, on, metric, whose, least):  # one end of what they hold of everyone behind a party: the least solution
        behind = {p: self.one(p, on, whose) for p in self.behind(ref, on)}; fixed = {p: Fraction(one == YES or (one == UNKNOWN and not least)) for p, one in behind.items()}
        held = {p: self.held(p, on, metric) for p in behind if not fixed[p] and self.firm(p)}
        reach = {p: lead(p, lambda q: [(h, YES) for h in held[q][0] if h in held]) for p in (held if len(held) > RING else ())}
        for p in [p for p in reach if sum(p in reach[q] for q in reach[p]) > RING]: del held[p]; fixed[p] = Fraction(not least)  # too large a ring is left open
        sure = {p: [(h, YES) for h, (low, _, by) in held[p][0].items() if h in held and (low or by == YES)] for p in held if not least}; up = {p: lead(p, sure.get) for p in sure}
        for p in up:  # a ring that owns itself whole may be anybody's
            fixed[p] = Fraction(p in up[p] and all(p in up[q] and sum(held[q][0][h][0] for h, _ in sure[q]) >= 1 and not any(link[2] == YES and h not in up[p] for h, link in
                held[q][0].items()) for q in up[p]))
        x = fixed
        for rounds in range(10**5):  # up from zero, to no more than the least; where that only creeps near, to the simple fraction near by; then proved
            seen = {p: passed(value) for p, value in x.items()}; y = {p: fixed[p] or min(1, worth(self.gives(held[p], seen, least), seen)) if p in held else fixed[p] for p in x}
            if x == y: return x
            near = rounds > len(x) and all(y[p] - x[p] < Fraction(1, 10**390) for p in x)
            x = {p: Fraction(v).limit_denominator(10**190) if near else Fraction(v * 10**400 // 1, 10**400) if rounds > len(x) else v for p, v in y.items()}
        raise ArithmeticError(f"the holders of {ref} do not settle")
    def of(self, ref, on, metric, whose="governments"): return [self.ends(ref, on, self.metric[metric], whose, least)[ref] for least in (True, False)]
    def by_shares(self, ref, on, metric, whose="governments"):
        links, open_, joint = self.held(ref, on, self.metric[metric]); plain = {h: (low, high, NO) for h, (low, high, _) in links.items()}, open_, joint
        seen = {least: {h: passed(end) for h, end in self.ends(ref, on, self.metric[metric], whose, least).items()} for least in (True, False)}
        return [min(1, worth(self.gives(plain, seen[least], least), seen[least])) for least in (True, False)]
    def entries(self, key, on):
        ruling = [e for e in self.lists[key] if e.edition <= on][-1:]; return ruling, [x for e in ruling or self.lists[key] for x in force(e.entries, on) if ruling or x.true_from]
    def says(self, key, on, word): return any(word in x.rule.casefold() for x in self.entries(key, on)[1])
    def named(self, ref, key, on):  # is a party itself one of the names, by decision or number, and which? An equal name only asks.
        who, (ruling, entries), unsure = self.party[ref], self.entries(key, on), False
        for x in entries:
            said = {i.same for i in self.decided[ref] if i.list_key == key and i.entry in (x.ref, x.name)}
            if said - {None} == {True}: return YES, x.name
            unsure = unsure or (said - {None} != {False} and (said or who.name.casefold() == x.name.casefold()))
        if unsure or not ruling: return UNKNOWN, ""
        stale = self.known_on and ruling[0].read_by and ruling[0].read_by <= self.known_on
        clean = (key in OF_FIRMS and not self.firm(ref)) or (ruling[0].covers in ("all", "battery") and who.screened and not stale); return NO if clean else UNKNOWN, ""
    def chain(self, ref, kind, on): return lead(ref, lambda p: [(c.controller, told(c.holds)) for c in self.ties(p, on, [kind])])
    def follows(self, ref, key, on):
        names = ((sure, self.named(other, key, on)) for other, sure in self.chain(ref, "successor", on).items())
        return surest((NO, ""), *((min(sure, answer), name) for sure, (answer, name) in names))
    def self_or_heir(self, ref, key, on): return surest(self.named(ref, key, on), self.follows(ref, key, on))
    def majority(self, ref, members, on, least):  # one of the members, if together they hold, or may hold, over half of a party, or consolidate it.
        for c in self.ties(ref, on, ["consolidated_subsidiary"]):
            if c.controller in members and told(c.holds) >= least: return c.controller
        for links in (self.held(ref, on, metric)[0] for metric in METRICS):
            theirs = [h for h in links if h in members]; most = min(sum(links[h][1] for h in theirs), 1 - sum(link[0] for h, link in links.items() if h not in members))
            if (most if least < YES else sum(links[h][0] for h in theirs)) > HALF: return max(theirs, key=lambda h, links=links: links[h][1])
    def open(self, ref, on): return self.firm(ref) and all(self.held(ref, on, metric)[1] > HALF for metric in ("equity", "votes"))
    def parents(self, ref, on): return {*lead(ref, lambda p: [(q, YES) for q in self.above(p, on) if self.majority(p, (q,), on, YES)])}
    def subsidiary(self, ref, key, on):
        up, found = sorted(self.behind(ref, on)), []; own, wide = {p: self.self_or_heir(p, key, on) for p in up if self.firm(p)}, key == "154" or self.says(key, on, "subsidiar")
        for least in (YES, UNKNOWN):
            members = {p: name for p, (answer, name) in own.items() if answer >= least}
            while more := {p: members[by] for p in own if p not in members and (by := self.majority(p, members, on, least))}: members |= more
            if wide and ref in members: return least, members[ref], ""
            found += [[*filter(None, members.values())]]
        if wide and any(self.open(p, on) for p in up): return UNKNOWN, "", ""
        others = [p for p, said in self.decided.items() if key in [i.list_key for i in said] and self.parents(ref, on) & self.parents(p, on)] if not found[0] else []
        kin = min(found[0] + [name for answer, name in (self.named(p, key, on) for p in others) if answer == YES], default=""); return NO, kin, "affiliate" * bool(kin)
    def controlled(self, ref, key, on):  # 31 CFR 800.208: a finding says so; shares only ask.
        found, asks, above = self.chain(ref, "control_finding", on), False, self.behind(ref, on)
        for other in sorted(p for p in above - {ref} if self.firm(p)):
            answer, name = self.self_or_heir(other, key, on)
            if answer == YES == found.get(other): return YES, name, ""
            asks = asks or (answer > NO and found.get(other) != NO and (answer == YES or other in found or other in self.parents(ref, on)))
        return UNKNOWN if asks or any(self.open(p, on) for p in above) else NO, "", ""
    def listed(self, ref, key, on):  # is a party on a list, itself or through another: the answer, the entry, "affiliate" or nothing.
        own, heir = (*self.named(ref, key, on), ""), (*self.follows(ref, key, on), "")
        if own[0] == YES: return own
        if key != "154" and not self.says(key, on, "successor"): heir = NO, "", ""
        held = (self.controlled if key == "1260H" else self.subsidiary)(ref, key, on); return surest(own, heir, held) if max(own[0], heir[0], held[0]) else held
    def concern(self, licensor, on, asking=frozenset()):  # is he one whose contract gives effective control? Two who license each other decide nothing.
        if self.chosen.get("feoc-licensor") == "government": return max(self.one(licensor, on), *(reaches(self.of(licensor, on, metric), HALF) for metric in METRICS))
        return NO if licensor in asking else max(answer for answer, _ in self.entity(licensor, on, asking | {licensor})[1:])
    def ownership(self, ref, on, metric):
        ends, nations = self.by_shares(ref, on, metric), {self.nation(self.party[p].government_of) for p in self.behind(ref, on)} - {None}
        answer, detail = reaches(ends), {"held by governments": text(ends), "threshold": str(BAR)}
        if len(nations) > 1 and answer and self.chosen.get("feoc-nations-summed") == "each":
            alone = {nation: self.by_shares(ref, on, metric, nation) for nation in nations}
            answer, detail = max(map(reaches, alone.values())), detail | {f"held by {nation}": text(each) for nation, each in alone.items()}
        return answer, detail
    def entity(self, ref, on, asking=frozenset()):  # is a party foreign; then every prong that leans on nothing it makes: (answer, arithmetic).
        who, foreign, detail, controls = self.party[ref], self.one(ref, on, "foreign"), {}, [NO]
        if foreign < YES and self.firm(ref):
            ends = {METRICS[metric]: self.of(ref, on, metric, "foreign") for metric in METRICS}
            foreign, detail = max(foreign, *map(reaches, ends.values())), {f"{name} held by foreigners": text(each) for name, each in ends.items()}
        found = [(self.listed(ref, key, self.start(on, "", key))[0], {}) for key in CONCERN] + [(self.one(ref, on), {})]
        places = [] if who.kind == "government" else [who.incorporated] + [who.business] * (who.kind != "person")
        if places: found.append((max(map(self.covered, places)), {}))
        for c in (c for c in self.ties(ref, on, PASSES) if c.holds is not False):
            whose = [reaches(self.of(c.controller, on, metric)) for metric in METRICS]
            controls.append(min(told(c.holds), max(*whose, self.concern(c.controller, on, asking) if c.kind == "contract" else NO)))
        if self.firm(ref): found += [*(self.ownership(ref, on, metric) for metric in METRICS), (max(controls), {})]
        return [(foreign, detail), found[0], *((min(foreign, answer), more) for answer, more in found[1:])]
    def items(self, item, key, refs, on):  # the prongs on what a party makes: contract control with its safe harbour, and the plants.
        answers = [NO if item.licences_complete is True else UNKNOWN]
        for c in (c for c in force(item.contracts, on) if c.licensee in (None, key)):
            kept, given = min(told(dict(c.reserved).get(right)) for right in RESERVED), max(told(dict(c.controls).get(right)) for right in GIVEN)
            answers.append(min(self.concern(refs[c.licensor], self.start(on, "", *CONCERN)), given if kept < YES else UNKNOWN if given == YES else NO))
        lands = [min(self.covered(land), YES if by else UNKNOWN) for _, by, land in item.steps or () if by in (None, key)]
        return [(max(answers), {}), (max([UNKNOWN if item.steps is None else NO, *lands]), None)]
for name in "behind held ends entries named chain self_or_heir parents listed entity".split(): setattr(Grounds, name, cache(getattr(Grounds, name)))
grounded = cache(lambda body, readings, since: Grounds(certain(read(body), since), dict(json.loads(readings))))
standings = cache(lambda part, refs, readings, body: [*on_all_days(read(part), json.loads(refs), readings, body)])
def certain(told, since):  # less what is in doubt by then. Whoever is not told for certain may hold less, and then others more.
    gone = {(d.fact, d.field) for d in told.get("doubts", []) if since and (d.since or EVER) <= since}; freed = {ref for ref, field in gone if field == "owners"}
    shut = freed | {s.held for s in told.stakes if (s.ref, "low") in gone}
    told.disclosures[:] = [d for d in told.disclosures if d.party not in shut and (d.ref, "complete_to") not in gone]
    for each in told.parties: each.update((field, None) for ref, field in gone if ref == each.ref and field in each)
    for each in told.stakes: each.update({"low": "0"} if (each.ref, "low") in gone or each.held in freed else {})
    for each in told.controls: each.update({"holds": None} if (each.ref, "holds") in gone and each.holds is False else {})
    return told
def on_all_days(part, refs, readings, body):  # what is told, and from each day on which less of it is certain, what then is
    plain = Told(part, doubted=[]); yield from not_following(plain, refs, grounded(body, readings, None))
    for since in sorted({each["since"] or EVER for each in read(body).get("doubts", []) + part.get("doubted", [])}):
        yield from (f"from {since}: {fault}" for fault in not_following((sure(part, since) or [plain])[0], refs, grounded(body, readings, since)))
def not_following(part, refs, grounds):  # each list answer and each standing, derived anew on every day on which one may move
    def days(spells, *keys): return sorted({s["since"] or EVER for s in spells}.union(*(grounds.days.get(key, ()) for key in ("", *keys))))
    yield from (f"standing of {name}: the grounds tell of another" for key, name in part.parties.items() if grounds.party[refs[key]].name != name)
    for key, party, spells in ((key, party, spells) for key, held in part.lists.items() for party, spells in held.items()):
        for day in days(spells, key):
            (answer, entry, how), spell = grounds.listed(refs[party], key, grounds.start(day, "", key)), spell_on(spells, day)
            said, follows = [(WORD[spell.answer], spell.how == "affiliate", spell.entry), (answer, bool(how), entry)]
            if said[0] != answer or (key == "154" and (said[1] != follows[1] or (said[2] != entry and (how or answer == YES)))):
                yield f"standing of {part.parties[party]} on {day}: list {key}: found {said}, follows {follows}"; break
    for use in {canonical(each): each for each in walk(part) if "feoc" in each}.values():
        item, ref = part["items"].get(use["item"]), refs[use.party]; ends = [{"since": c[end]} for c in (item.contracts if item else ()) for end in ("true_from", "true_to")]
        for day in days(use.feoc + ends, *CONCERN):
            spell, prongs = spell_on(use.feoc, day), grounds.entity(ref, grounds.start(day, "", *CONCERN)) + (grounds.items(item, use.party, refs, day) if item else [])
            said = [(each, WORD[each.answer], dict(each.detail)) for each in spell.premises + spell.reasons]
            wrong = [each.says for (each, answer, detail), (follows, more) in zip(said, prongs, strict=False) if answer != follows or more not in (None, detail)]
            if wrong or len(said) != len(prongs) or WORD[spell.answer] != max(answer for answer, _ in prongs[1:]):
                yield f"standing of {part.parties[use.party]} on {day}: {'; '.join(wrong) or 'its answer'}: does not follow from the grounds"; break
def walk(value):
    if isinstance(value, dict): yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else (): yield from walk(each)
def shape(s): return Told(role=s.role, cite=s.cite, answer=WORD[s.told.answer], steps=[shape(each) for each in s.steps])
def check(packed, grounds):  # everything about a proof that does not follow; empty where all does
    proof, wrong = read(packed["body"]), ["the digest is not of these bytes"] * (sha256(packed["body"]) != packed["digest"])
    wrong += ["bytes are not canonical"] * (canonical(proof) != packed["body"]); dossier, finding, part, rule = proof.dossier, proof.finding, proof.dossier.part, proof.finding.rule
    if finding.hinge != "on": dossier = Told(dossier, part=Told(part, doubted=[d for d in part.get("doubted", []) if d.known]))
    if rule not in RULES or proof.format != "cellgate-proof-1": return [*wrong, f"no rule {rule} in format {proof.format} is known here"]
    if part.contained and not part.get("item"): return [*wrong, "the item itself is not told"]
    texts = [canonical(each) for each in (part, packed.get("parties"), dossier.readings)]
    if packed.get("grounds") in grounds: wrong += standings(*texts, grounds[packed["grounds"]])
    elif part.parties: wrong.append("standings are used without grounds")
    got, keys = judged(dossier, rule, finding.on), ["verdict", "would_be"]; wrong += ["the clauses do not follow from the facts"] * ([shape(s) for s in finding.steps] != got.steps)
    if finding.hinge == "on":
        others, keys = [(a.reading, a.alternative, a.verdict, a.would_be) for a in finding.alternatives], [*keys, "because", "decided_by"]
        wrong += ["the alternatives do not follow"] * (sorted(others) != sorted(got.alternatives))
    else:
        got, days = on_own_days(dossier, rule), [dossier.procurement[h[1]] for h in RULES[rule][3] if h[0] == finding.hinge] or [()]
        wrong += ["the day is not one the procurement tells"] * (finding.on not in (days[0] or finding.on))
    return wrong + [f"{key}: found {finding[key]}, follows {got[key]}" for key in keys if finding[key] != got[key]]
def verify(pack):  # (place of the proof, or 0 for the pack; what does not follow) of a pack as JSON reads it.
    told, rest = pack.get("format") == "cellgate-pack-2" and pack.get("proofs"), {key: each for key, each in pack.items() if key != "seal"}
    yield from ((0, "this is no pack of proofs"),) * (not told) + ((0, "the seal is not of this pack"),) * (pack.get("seal") != sha256(canonical(rest)))
    grounds = {each["digest"]: each["body"] for each in pack.get("grounds", [])}
    yield from ((0, "the digest is not of these grounds") for digest, body in grounds.items() if sha256(body) != digest)
    for place, proof in enumerate(pack.get("proofs", []), 1):
        try: yield from ((place, fault) for fault in check(proof, grounds))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error: yield place, f"cannot be read: {type(error).__name__} {error}"
def main(path):  # a pack, or an answer that carries one
    try: told = json.loads(Path(path).read_text(encoding="utf-8")); faults = list(verify(told.get("pack") or told))
    except (OSError, ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        print(f"{path!r} is no readable pack: {getattr(error, 'strerror', None) or 'it is not the JSON of one'}. Usage: python3 verifier.py PACK.json", file=sys.stderr); return 3
    print(*(f"proof {place}: {fault}" for place, fault in faults), f"{len(faults)} faults", sep="\n"); return 1 if faults else 0
if __name__ == "__main__": sys.exit(main("".join(sys.argv[1:2])))
