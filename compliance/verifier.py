"""Checks exported proofs: `python3 verifier.py PACK.json`. Standard library only, none of our code.

A pack is {"format": "cellgate-pack-1", "proofs": [{"digest", "body"}, ...]}. A body is canonical
JSON of a dossier, every fact the law may see, and of a finding. The law is told here once more, in
other words: each standing, clause and verdict is derived again from the facts, and what does not
follow is named. Answers are 0 no, 1 unknown, 2 yes: *and* is min, *or* is max, *not* is 2 minus.
"""

# fmt: off
# mypy: ignore-errors
# ruff: noqa: E501, E701, E704, SIM905 - long lines and word lists keep a rule in sight at once
import hashlib
import json
import re
import sys
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

NO, UNKNOWN, YES = 0, 1, 2
DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
WORD = {"no": NO, "unknown": UNKNOWN, "yes": YES}
RANKS = ("prohibited waiver_needed insufficient_information review not_yet_in_force permitted_by_waiver "
         "permitted_by_exception permitted not_applicable").split()
PROHIBITED, WAIVER_NEEDED, OPEN, REVIEW, NOT_YET, BY_WAIVER, BY_EXCEPTION, PERMITTED, OUT = RANKS
DOD = set("DOD ARMY NAVY MARINE_CORPS AIR_FORCE SPACE_FORCE DLA DARPA MDA SOCOM DCMA DTRA DISA".split())
COVERED = {"CN", "HK", "MO", "KP", "RU", "IR"}
PACKS, WHOLES = ({"battery", "battery_module", "battery_pack", "battery_system", more} for more in ("cell", "contains_battery"))
NAMED = set("cathode_material anode_material separator anode_foil electrolyte electrolyte_salt electrolyte_solvent "
            "electrolyte_additive solid_electrolyte safety_device".split())
READ = {"cathode_foil", "binder", "conductive_carbon", "precursor"}
BOARDS = set("pcb bms electronic_module charger inverter power_converter power_supply radio camera".split())
MAGNETS = BOARDS - {"pcb"} | set("magnet motor thermal speaker relay sensor capacitor ic heater display".split())
CHIPS, MODULES = BOARDS - {"pcb"} | {"ic", "sensor", "display"}, {"radio", "camera", "electronic_module", "bms", "inverter"}
ADVANCED = set("li_ion li_polymer nmc nca lfp lmfp lco lmo lnmo lto silicon_anode li_metal li_s solid_state na_ion "
               "li_primary li_so2 li_mno2 li_socl2 li_cfx li_fes2 li_fes2_thermal silver_zinc".split())
OLDER = set("silver_oxide alkaline zinc_carbon zinc_air nimh nicd lead_acid vanadium_flow".split())
REST = set("battery_mineral cell_case tab busbar module_frame housing battery_holder resistor inductor transformer diode "
           "led transistor crystal fuse thermistor switch antenna connector wiring fastener mechanical insulation label "
           "marking cell".split())
KNOWN = WHOLES | NAMED | READ | BOARDS | MAGNETS | CHIPS | MODULES | REST
BUILT, METALS = {"manufacture", "assembly", "production"}, dict.fromkeys(("NdFeB", "SmCo", "tungsten", "tantalum", "molybdenum"), YES)
# Open readings: the alternative we apply, then the others; "!" where a difference asks for review.
READINGS = {key: (first, (first, *rest), mark == "!") for mark, key, first, *rest in map(str.split, (
    "! 4865-advanced-battery any advanced", "- 4865-functional other named", "- 4865-refined trace component",
    "- 4865-assembler battery cells", "- 4865-technology any battery", "- 4865-overlap earliest latest",
    "! 4865-delivery delivery action", "- 4865-final-assembly both pack", "- 4865-recycled recycler origin",
    "! 4865-setting all medical", "! 4865-rdte-fielded ends stays", "- 154-final-product either battery",
    "- 154-majority-base any count cost", "! 154-such-entity together each", "! 154-affiliate covered not-covered",
    "! 154-embedded procured not-procured", "! 805-existing-contract reached protected", "- 4872-ndfeb mined melted"))}

class Case:
    """A dossier on a day; `over` changes readings. It notes which readings were asked for."""
    def __init__(self, dossier, on, over=()):
        self.part, self.buy, self.units = dossier["part"], dossier["procurement"], dossier["part"]["units"]
        self.on, self.over, self.chosen, self.asked = on, dict(over), dict(dossier["readings"]), []
    def read(self, key):
        self.asked += [key] * (key not in self.asked)
        return self.over.get(key) or self.default(key)[0]
    def default(self, key):
        applied, alternatives, review = READINGS[key]
        choice = self.chosen.get(key)
        if choice in alternatives: return choice, False
        return applied, review if choice is None else choice == "review"
    def spell(self, spells): return [s for s in spells if s["since"] is None or s["since"] <= self.on][-1]
    def concern(self, use): return UNKNOWN if use is None else WORD[self.spell(use["feoc"])["answer"]]
    def listed(self, key, party): return self.spell(self.part["lists"][key][party])
    def on_list(self, key, use): return UNKNOWN if use is None else WORD[self.listed(key, use["party"])["answer"]]
def told(fact): return UNKNOWN if fact is None else YES if fact else NO
def among(fact, known): return told(None if fact is None else fact in known)
def step(role, cite, answer, steps=()): return {"role": role, "cite": cite, "answer": answer, "steps": list(steps)}
def inputs(unit): return unit["inputs"] or []
def complete(unit): return unit["inputs"] is not None and unit["complete"] is True
def battery_line(case): return NO if case.part["within"] else 2 - among(case.part["kind"], ("other",))
def years_after(day, years): return f"{int(day[:4]) + years:04}" + ("-02-28" if day[5:] == "02-29" else day[4:])
def names(case, unit, subject):
    return subject == f"{unit['number']}|{case.part['parties'].get((unit['maker'] or {}).get('party'), 'an unnamed party')}"
def fits(case, waiver, unit):
    if waiver["scope"] == "battery": return names(case, unit, waiver["subject"])
    return waiver["subject"] in case.buy["systems"]
def in_time(case, waiver, longest="9999"): return waiver["granted"] <= case.on < min(longest, waiver["ends"] or longest)
def waived(case, rule, counts):
    return told(all(any(w["rule"] == rule and counts(w, unit) for w in case.buy["waivers"]) for unit in case.units))
def ground(case, rule, usable):
    mine = [g for g in case.buy["grounds"] if g["rule"] == rule]
    fit = [any((not g["subject"] or names(case, u, g["subject"])) and usable(g, u) for g in mine) for u in case.units]
    return told(all(fit))
# ---- 10 U.S.C. 4865 ----
NEW, SHARED, OLD = "2028-01-01", "2029-01-01", "2031-01-30"
def advanced(case, unit):
    if unit["chemistry"] in OLDER: return YES if case.read("4865-advanced-battery") == "any" else NO
    return YES if unit["chemistry"] in ADVANCED else UNKNOWN
def programs(buy):
    kinds = {NEW} if buy["reached_milestone_b"] is False else {NEW, OLD}
    if buy["milestone_b"] is not None: kinds = {OLD if buy["milestone_b"] < "2025-12-18" else NEW}
    return {None} if buy["program"] == "none" else kinds if buy["program"] else kinds | {None}
def begun_4865(case):
    """YES, NO, UNKNOWN, or None: never binds."""
    many, apart = case.buy["weapons_systems"], case.buy["portfolio_executives"]
    standard = min(told(None if many is None else many > 1), told(None if apart is None else apart != 1))
    kinds, latest = programs(case.buy), False
    if standard and ((OLD in kinds and SHARED <= case.on < OLD) or (NEW in kinds and NEW <= case.on < SHARED)):
        latest = case.read("4865-overlap") == "latest"
    seen, bound = set(), False
    for kind, also in product(kinds, {YES: (True,), NO: (False,)}.get(standard, (True, False))):
        days = [kind] * (kind is not None) + [SHARED] * also
        bound = bound or bool(days)
        seen.add(bool(days) and case.on >= (max(days) if latest else min(days)))
    return None if not bound else UNKNOWN if len(seen) > 1 else told(seen.pop())
def functional(case, each):
    if each["category"] in READ: return YES if case.read("4865-functional") == "other" else NO
    return told(each["category"] in NAMED) if each["category"] in KNOWN else UNKNOWN
def component(case, each):
    source = case.concern(each["source"])
    refined = max([NO, *([UNKNOWN] if each["steps"] is None else (case.concern(s["by"]) for s in each["steps"]))])
    if source == YES or refined <= source: return source
    return refined if case.read("4865-refined") == "trace" else source
def technology(case, unit):
    answers = [NO if unit["licences_complete"] is True else UNKNOWN]
    for licence in unit["licences"]:
        if (licence["true_from"] or "") <= case.on < (licence["true_to"] or "9999"):
            concern = case.concern(licence["licensor"])
            if not (licence["component"] and concern and case.read("4865-technology") == "battery"):
                answers.append(concern)
    return max(answers)
def cells(case, unit): return UNKNOWN if unit["cells"] is None else max([NO, *map(case.concern, unit["cells"])])
def unit_concern(case, unit):
    answers, found = [NO if complete(unit) else UNKNOWN], unit["inputs"] is None
    for each in inputs(unit):
        if each["category"] in KNOWN - NAMED - READ - {"battery_mineral"}: continue
        concern, found = component(case, each), found or each["category"] in NAMED
        if concern and each["category"] == "battery_mineral":
            answers.append(min(concern, YES if case.read("4865-refined") == "trace" else NO))
        elif concern: answers.append(min(concern, functional(case, each)))
    answers += [cells(case, unit), technology(case, unit), NO if found else UNKNOWN]
    seller = max(case.concern(unit["maker"]), case.concern(unit["assembler"]))
    if max(answers) < min(seller, YES) and case.read("4865-assembler") == "battery": return seller
    return max(answers)
def recycled(case, each):
    steps, said = each["steps"], each["recycled"]
    if said is None and steps is not None: said = any(s["kind"] in ("recycling", "reprocessing") for s in steps)
    if said is False: return NO
    answers = [told(said), told(each["custody"])]
    for kind in ("recycling", "reprocessing"):
        done = [s for s in steps or [] if s["kind"] == kind]
        home = [among(s["country"], {"US"}) for s in done]
        answers.append(min(home) if home else NO if steps is not None and said else UNKNOWN)
        answers += [2 - case.concern(s["by"]) for s in done if kind == "reprocessing"]
    return NO if min(answers) and case.read("4865-recycled") == "origin" else min(answers)
def share(case, unit):
    """More than 95 percent by cost, strictly; what is unknown lies between two bounds."""
    if not complete(unit): return UNKNOWN
    low, high, total, bases, settled = Fraction(0), Fraction(0), Fraction(0), set(), True
    for each in inputs(unit):
        counts = functional(case, each)
        if counts == NO: continue
        concern = case.concern(each["source"])
        clean = YES if concern == NO else max(2 - concern, recycled(case, each))
        bases.add((each["currency"], each["basis"]))
        settled = settled and counts == YES and each["cost"] is not None
        cost = Fraction(each["cost"] or 0)
        low, high, total = low + cost * (clean == YES), high + cost * (clean > NO), total + cost
    if not (settled and total and len(bases) == 1 and None not in next(iter(bases))): return UNKNOWN
    return YES if low * 100 > total * 95 else UNKNOWN if high * 100 > total * 95 else NO
def compliant(case):
    touched = [u for u in case.units if advanced(case, u) and unit_concern(case, u)]
    def assembly(unit):
        pack, inner = case.concern(unit["assembler"]), cells(case, unit)
        return inner if inner > pack and case.read("4865-final-assembly") == "both" else pack
    limbs = [step("and", "(c)(1)(A)(i)", min([YES, *(2 - assembly(u) for u in touched)])),
             step("and", "(c)(1)(A)(ii)", min([YES, *(share(case, u) for u in touched)])),
             step("and", "(c)(1)(A)(iii)", min([YES, *(2 - technology(case, u) for u in touched)]))]
    return step("unless", "(c)(1)(A)", min(limb["answer"] for limb in limbs), limbs)
def office(case):
    device, setting = case.buy["device"], case.buy["setting"]
    is_device = among(device, ("cell_phone", "laptop", "personal_electronic", "medical"))
    quiet = among(setting, ("office", "administrative", "hospital", "non_combat"))
    if is_device == NO: return NO
    strict = quiet == YES or device == "medical" or case.read("4865-setting") == "all"
    return min(is_device, quiet) if strict else is_device
def maintenance(case): return min([among(case.buy["maintenance"], ("only",)), *(told(u["cots"]) for u in case.units)])
def rdte(case):
    fielded = case.buy["fielded_from"]
    if case.buy["rdte"] and fielded is not None and case.on >= fielded:
        return NO if case.read("4865-rdte-fielded") == "ends" else YES
    return told(case.buy["rdte"])
def rule_4865(case):
    """A rule yields covers, begins, forbids, its ways out, its waiver, its ground: as far as asked."""
    line = battery_line(case)
    yield line if line != YES else max(advanced(case, u) for u in case.units)
    yield begun_4865(case)
    yield max([NO, *(unit_concern(case, u) for u in case.units if advanced(case, u))])
    yield [step("unless", "(c)(2)(A)", office(case)), step("unless", "(c)(2)(B)", maintenance(case)),
           step("unless", "(c)(2)(C)", rdte(case)), compliant(case)]
    first, second = "(c)(3)(A)(i)", "(c)(3)(A)(ii)"
    def usable(w, u):
        inside = u["embedded"] or case.buy["item"] == "embedded"
        return w["ground"] == first or (w["ground"] == second and inside)
    yield waived(case, "10-usc-4865", lambda w, u: (
        w["grantor"] in ("secdef", "usd_as") and usable(w, u) and fits(case, w, u)
        and in_time(case, w, years_after(w["granted"], 1))))
    yield ground(case, "10-usc-4865", usable)
# ---- FY2024 sec. 154 ----
def named(case, party):
    spell = case.listed("154", party)
    if spell["answer"] == "no" and spell["how"] == "affiliate":
        return YES if case.read("154-affiliate") == "covered" else NO
    return WORD[spell["answer"]]
def majority(case, unit):
    if not complete(unit) or not inputs(unit): return UNKNOWN
    parts, costed = [], all(each["cost"] is not None for each in inputs(unit))
    for each in inputs(unit):  # the names that provide it, may another, and what it counts by number and by cost
        makers = ([each["source"]["party"]] if each["source"] else []) + each["via"]
        answers = [named(case, party) for party in makers]
        who = {case.listed("154", party)["entry"] or party for party, answer in zip(makers, answers, strict=True) if answer == YES}
        parts.append((who, UNKNOWN in answers or not each["source"], (1, Fraction(each["cost"] or 0))))
    if not any(who or more for who, more, _ in parts): return NO
    def half(base, theirs):
        if base and not costed: return UNKNOWN
        total, least = sum(size[base] for *_, size in parts), sum(size[base] for who, _, size in parts if theirs(who))
        most = sum(size[base] for who, more, size in parts if theirs(who) or more)
        return YES if least * 2 > total else told(None if most * 2 > total else False)
    together = [half(base, bool) for base in (0, 1)]
    each = [max(half(base, lambda who, name=name: name in who) for name in {"", *(one for who, *_ in parts for one in who)}) for base in (0, 1)]
    if together != each and case.read("154-such-entity") == "each": together = each
    if together[0] == together[1]: return together[0]
    return {"any": max(together), "count": together[0], "cost": together[1]}[case.read("154-majority-base")]
def rule_154(case):
    line = battery_line(case)
    inside = case.part["kind"] == "contains a battery" or case.buy["item"] == "embedded"
    yield from (NO if line == YES and inside and case.read("154-embedded") == "not-procured" else line, told(case.on >= "2027-10-01"))
    uses = [u[role] for u in case.units for role in ("maker", "assembler")]
    final = max(named(case, use["party"]) if use else UNKNOWN for use in uses)
    if case.part["contained"] and final != YES:
        item = named(case, case.part["item_maker"]["party"]) if case.part["item_maker"] else UNKNOWN
        final = item if item > final and case.read("154-final-product") == "either" else final
    most = max(majority(case, u) for u in case.units)
    yield step("forbids", "(c)", max(final, most), [step("or", "(c)(1)", final), step("or", "(c)(2)", most)])
    yield []
    yield waived(case, "ndaa-2024-154", lambda w, u: w["grantor"] == "secdef" and fits(case, w, u) and in_time(case, w))
    yield ground(case, "ndaa-2024-154", lambda g, u: True)
# ---- FY2024 sec. 805 ----
def existing(case, began):
    signed = case.buy["contract_signed"]
    signed = case.buy["award"] if signed is None and case.buy["renewal"] == case.on else signed
    if signed is None or signed >= began or case.on < began: return NO
    return YES if case.read("805-existing-contract") == "protected" else NO
def rule_805a(case):
    yield from (YES, told(case.on >= "2026-06-30"))
    yield case.on_list("1260H", case.units[0]["maker"])
    yield [step("unless", "(a)(3)(B)", existing(case, "2026-06-30"))]
def rule_805b(case):
    yield from (battery_line(case), told(case.on >= "2027-06-30"))
    whole = case.part["kind"] == "contains a battery"
    uses = [u[role] for u in case.units for role in ("maker", "assembler")]
    end = max(case.on_list("1260H", use) for use in ([case.part["item_maker"]] if whole else uses))
    parties = [use["party"] for use in uses if use and whole]
    for unit in case.units:
        parties += [use["party"] for use in unit["cells"] or []]
        for each in inputs(unit): parties += ([each["source"]["party"]] if each["source"] else []) + each["via"]
    inner = [WORD[case.listed("1260H", party)["answer"]] for party in parties]
    yield max(end, *inner, *(NO if complete(u) else UNKNOWN for u in case.units))
    inner = NO if whole or not end else among(case.buy["item"], ("embedded",))
    yield [step("unless", "41 U.S.C. 105", max(2 - end, inner)), step("unless", "(a)(3)(B)", existing(case, "2027-06-30"))]
# ---- what a thing holds inside: 10 U.S.C. 4872 and 4873, secs. 889 and 5949 ----
KINDS = {"material": (MAGNETS, (), {"none": NO, **METALS}), "covered_pcb": (BOARDS, (), {"yes": YES, "no": NO}),
         "telecom": (MODULES, ("radio", "camera"), {"yes": YES, "no": NO}), "semiconductors": (CHIPS, ("ic",), {"none": NO, "some": YES})}
def things(part): return [part["item"], *(u for u in part["units"] if u["category"] in PACKS)] if part.get("item") else part["units"]
def whole(thing): return thing["path"] == "part.item" or thing["category"] in WHOLES
def holds(thing, key):
    may, sure, words = KINDS[key]
    word = thing["material"] or None if key == "material" else dict(thing["attributes"]).get(key)
    if thing["category"] in sure or word is not None:
        return YES if thing["category"] in sure else words.get(word, UNKNOWN)
    return UNKNOWN if whole(thing) or thing["category"] not in KNOWN - may else NO
def inside(case, key):
    found = []  # which things may hold it, in each of what is bought
    for u in things(case.part):
        own = holds(u, key)
        held = [each for each in inputs(u) if holds(each, key) >= (UNKNOWN if own else YES)]
        more = own > NO and not (held and u["complete"] is True and u["category"] not in KINDS[key][1])
        found.append((u, held + [u] * more))
    flat = [thing for _, held in found for thing in held]
    return max(holds(t, key) for t in [*things(case.part), *flat]), flat, found
def worked(thing, kinds, needed):
    own = None if whole(thing) else [{"kind": "manufacture", "country": thing.get("assembled_in")}]
    steps = thing.get("steps", own)
    enough = steps is not None and all(group & {s["kind"] for s in steps} for group in needed)
    lands = [among(s["country"], COVERED) for s in steps or [] if s["kind"] in kinds]
    return max([NO if enough else UNKNOWN, *lands])
def rule_4872(case):
    covers, _, found = inside(case, "material")
    yield from (covers, told(case.on >= "2018-08-13"))
    up = {"refining", "separation"}
    def bad(thing):
        made = {"melting", "production"} | ({"manufacture", "assembly"} if thing["category"] == "magnet" else set())
        answer = worked(thing, made, [made])
        if case.on >= "2027-01-01":
            wide = worked(thing, made | up | {"mining"}, [made, {"mining"}, up])
            open_ = thing["material"] == "NdFeB" and wide != answer
            answer = answer if open_ and case.read("4872-ndfeb") == "melted" else wide
        return min(answer, holds(thing, "material"))
    need = [(u, max([NO, *map(bad, held)]), [(each, bad(each)) for each in held]) for u, held in found]
    yield max(answer for _, answer, _ in need)
    def spared(way): return min([max(2 - answer, way(u)) for u, answer, _ in need if answer] or [NO])
    def again(each, alone):
        if "maker" in each: return NO if alone else UNKNOWN
        steps = each["steps"]
        home = [among(s["country"], {"US"}) for s in steps or [] if s["kind"] == "reprocessing"]
        was = bool(home) if each["recycled"] is None and steps is not None else each["recycled"]
        return min(told(was), UNKNOWN if steps is None else min(home or [NO]))
    recycled_ = min([max(2 - answer, again(each, len(held) == 1)) for *_, held in need for each, answer in held if answer] or [NO])
    shelf = spared(lambda u: NO if u["category"] == "magnet" else told(u["cots"]))
    device = spared(lambda u: among(dict(u["attributes"]).get("electronic_device"), ("yes",)))
    ways = [step("or", "(c), off the shelf", shelf), step("or", "(c), electronic device", device), step("or", "(c), recycled", recycled_)]
    yield [step("unless", "(c)", max(way["answer"] for way in ways), ways)]
    def lawful(w, u): return (w["grantor"] in ("secdef", "usd_as", "sae", "hca", "contracting_officer") and w["scope"] == "battery"
                              and fits(case, w, u) and in_time(case, w, years_after(w["granted"], 3)))
    yield spared(lambda u: told(any(w["rule"] == "10-usc-4872" and lawful(w, u) for w in case.buy["waivers"])))
def rule_4873(case):
    covers, found, _ = inside(case, "covered_pcb")
    yield from (covers, NO)  # (e): no final rule
    yield max([NO, *(min(worked(thing, BUILT, [BUILT]), holds(thing, "covered_pcb")) for thing in found)])
def maker(case, thing, key, sure):
    designers = [s["by"] for s in thing.get("steps") or [] if s["kind"] == "design" and s["by"]]
    return max(case.on_list(key, use) for use in (thing.get("source", thing.get("maker")), *designers)) if sure else UNKNOWN
def by_maker(held, key, began, sure):
    def rule(case):
        covers, found, _ = inside(case, held)
        yield from (covers, told(case.on >= began))
        yield max([NO, *(min(maker(case, thing, key, sure(thing)), holds(thing, held)) for thing in found)])
    return rule

AWARD = (("award", "award", True, None),)
RENEWED = (*AWARD, ("renewal or extension", "renewal", False, None))
OPTION = (*AWARD, ("renewal or option", "renewal", False, None), ("delivery", "delivery", False, "4865-delivery"))
PAID = (("obligation", "obligation", True, None), ("payment", "payments", True, None))
# id: the agencies bound (None: every federal one); cites of binds, covers, begins, forbids, waiver, ground; clauses; days that bind.
RULES = {
    "10-usc-4865": (DOD, "(a) (a) (b) (a) (c)(3) (c)(3)(A)", rule_4865, OPTION),
    "ndaa-2024-154": (DOD, "(a) (a) (a) (c) (d) (d)", rule_154, PAID),
    "ndaa-2024-805-a": (DOD, "(a)(1) (a)(1)(A) (a)(1)(A) (a)(1)(A) - -", rule_805a, RENEWED),
    "ndaa-2024-805-b": (DOD, "(a)(1) (a)(1)(B) (a)(1)(B) (a)(1)(B) - -", rule_805b, RENEWED),
    "10-usc-4872": (DOD, "(a) (f)(1) (a) (a) (c),waiver -", rule_4872, (("delivery", "delivery", True, None),)),
    "10-usc-4873": (DOD, "(a) (c) (e) (a) - -", rule_4873, AWARD),
    "ndaa-2019-889": (None, "(a)(1) (f)(3) (a)(1)(A) (a)(1)(A) - -", by_maker("telecom", "889", "2019-08-13", lambda t: t["category"] in ("radio", "camera") or ("source" in t and not whole(t))), RENEWED),
    "ndaa-2023-5949": (None, "(a) (a) (c) (a)(1) - -", by_maker("semiconductors", "5949", "2027-12-23", lambda t: t["category"] == "ic"), RENEWED),
    "10-usc-4875": (DOD, "(a) (d) (a) (a) - -", lambda case: iter([NO]), AWARD),
    "hr-1166": ((), "(a) (b) (a) (a) - -", lambda case: iter([NO]), AWARD),
}
def leaves(s, answer):
    return [cite for each in s["steps"] if each["answer"] == answer for cite in leaves(each, answer)] or [s["cite"]]
def reasons(s): return [s["cite"], *leaves(s, s["answer"])] if s["steps"] else [s["cite"]]
def outcome(case, rule):
    """Verdict, what it would be once in force, because of which clauses, and every step."""
    agencies, cites, clauses, _ = RULES[rule]
    binds, covers, begins, forbids, waiver, grounds = (cite.replace(",", ", ") for cite in cites.split())
    agency = case.buy["agency"]
    bound = told(None if agency is None else agency != "NON_FEDERAL") if agencies is None else among(agency, agencies)
    steps, asked = [step("binds", binds, NO if agencies == () else bound)], clauses(case)
    if steps[0]["answer"] == NO: return OUT, None, [binds], steps
    steps.append(step("covers", covers, next(asked)))
    if steps[1]["answer"] == NO: return OUT, None, [covers], steps
    begun = next(asked)
    steps.append(step("begins", begins, begun or NO))
    if begun is None: return OUT, None, [begins], steps
    would, because, more = in_force(asked, forbids, waiver, grounds)
    steps += more
    unknown = [s["cite"] for s in steps[:2] if s["answer"] == UNKNOWN]
    if unknown and (steps[0]["answer"] == UNKNOWN or case.part["kind"] is None or begun != NO):
        return OPEN, None, unknown, steps
    if begun == NO: return NOT_YET, OPEN if unknown else would, [begins], steps
    return (OPEN, None, [begins], steps) if begun == UNKNOWN else (would, None, because, steps)
def in_force(asked, forbids, waiver, grounds):
    first = next(asked)
    steps = [first if isinstance(first, dict) else step("forbids", forbids, first)]
    if steps[0]["answer"] == NO: return PERMITTED, reasons(steps[0]), steps
    steps += next(asked, [])
    for way in steps[1:]:
        if way["answer"] == YES: return BY_EXCEPTION, reasons(way), steps
    if waiver != "-":
        steps.append(step("waiver", waiver, next(asked)))
        if steps[-1]["answer"] == YES: return BY_WAIVER, [waiver], steps
    if steps[0]["answer"] == YES and max([NO, *(way["answer"] for way in steps[1:])]) == NO:
        if grounds != "-":
            steps.append(step("ground", grounds, next(asked)))
            if steps[-1]["answer"] == YES: return WAIVER_NEEDED, [*reasons(steps[0]), grounds], steps
        return PROHIBITED, reasons(steps[0]), steps
    return OPEN, list(dict.fromkeys(c for s in steps if s["answer"] == UNKNOWN for c in leaves(s, UNKNOWN))), steps
def judged(dossier, rule, on):
    """The outcome on a day, under every open reading that it touches."""
    case, others = Case(dossier, on), []
    verdict, would, because, steps = outcome(case, rule)
    keys = list(case.asked)
    for key in keys:
        for other in sorted({*READINGS[key][1]} - {case.default(key)[0]}):
            changed = Case(dossier, on, {key: other})
            others.append((key, other, *outcome(changed, rule)[:2]))
            keys += [each for each in changed.asked if each not in keys]
    decides = list(dict.fromkeys(o[0] for o in others if o[2:] != (verdict, would)))
    turned, joint = [o[0] for o in others if side(*o[2:]) != side(verdict, would)], []
    for choice in product(*(READINGS[key][1] for key in keys)) if not turned else ():
        over = {key: to for key, to in zip(keys, choice, strict=True) if to != case.default(key)[0]}
        found = outcome(Case(dossier, on, over), rule)[:2] if len(over) > 1 and not turned else (verdict, would)
        joint, turned = joint or [*over] * (found != (verdict, would)), turned or [*over] * (side(*found) != side(verdict, would))
    decides = list(dict.fromkeys([*decides, *turned])) or joint
    if any(case.default(key)[1] for key in turned) and OPEN not in (verdict, would):
        verdict, would = (NOT_YET, REVIEW) if verdict == NOT_YET else (REVIEW, verdict)
    return dict(verdict=verdict, would_be=would, because=because, steps=steps, decided_by=decides, alternatives=others)
def side(verdict, would):
    if verdict == NOT_YET and would: return "later " + side(would, None)
    return "open" if verdict in (OPEN, REVIEW) else str(verdict in (PROHIBITED, WAIVER_NEEDED))
def on_own_days(dossier, rule):
    """The worst verdict over the procurement's own days; a day not told counts where one could go wrong."""
    firm, soft, buy = [], [], dossier["procurement"]
    for _, field, required, open_ in RULES[rule][3]:
        days = [buy[field]] if isinstance(buy[field], str) else buy[field]
        for day in days or []: (soft if open_ else firm).append(judged(dossier, rule, day))
        if days is None and required:
            found = set(DATE.findall(json.dumps(dossier))) | set(DATE.findall(Path(__file__).read_text())) | {"0001-01-01"}
            found |= {years_after(w["granted"], n) for w in buy["waivers"] for n in (1, 3)}
            late = {date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat() for day in found}
            every = [judged(dossier, rule, day) for day in sorted(found | late)]
            kinds = [RANKS.index(each["verdict"]) for each in every]
            settled = max(kinds) <= 1 or min(kinds) >= RANKS.index(NOT_YET)
            begun = [each for each in every if each["verdict"] != NOT_YET] or every
            firm.append(worst(begun) if settled else {"verdict": OPEN, "would_be": None})
    taken = worst(firm)
    for late in soft:
        if side(late["verdict"], None) != side(taken["verdict"], None) and worst([taken, late]) is late:
            applied, ask = Case(dossier, "").default("4865-delivery")
            chosen = late if applied == "delivery" else taken
            taken = {"verdict": REVIEW, "would_be": chosen["verdict"]} if ask else chosen
    return taken
def worst(found): return min(found, key=lambda each: RANKS.index(each["verdict"]))
def standings(dossier, wrong):
    """Each standing follows from its prongs, its arithmetic, its plants and its lists."""
    part, chosen = dossier["part"], dict(dossier["readings"])
    for use, spell in ((each, spell) for each in walk(part) if "feoc" in each for spell in each["feoc"]):
        where, prongs = f"standing of {use['party']}", spell["reasons"]
        if WORD[spell["answer"]] != max([NO, *(WORD[p["answer"]] for p in prongs)]):
            wrong.append(f"{where}: the answer does not follow from its prongs")
        premise = min([YES, *(WORD[p["answer"]] for p in spell["premises"])])
        for prong in prongs:
            detail, answer = dict(prong["detail"]), WORD[prong["answer"]]
            if "threshold" in detail and chosen.get("feoc-nations-summed") != "each":
                (low, _, high), bar = detail["held by governments"].partition(" to "), Fraction(detail["threshold"])
                reach = YES if Fraction(low) >= bar else told(None if Fraction(high or low) >= bar else False)
                wrong += [f"{where}: {prong['says']}: not so by {detail}"] * (answer != min(premise, reach))
            if "sec. 154" in prong["cite"]:
                on_list = Case(dossier, spell["since"] or "0001-01-01").listed("154", use["party"])
                if WORD[on_list["answer"]] != answer: wrong.append(f"{where}: section 154 is told two ways")
            if prong["says"].startswith("works on this item"):
                steps, hk = part["items"][use["item"]]["steps"], chosen.get("feoc-hong-kong-macau") == "not-covered"
                lands = COVERED - ({"HK", "MO"} if hk else set())
                found = [UNKNOWN] * (steps is None) + [min(among(land, lands), UNKNOWN if who is None else YES)
                                                       for _, who, land in steps or [] if who in (None, use["party"])]
                wrong += [f"{where}: {prong['says']}: not so by its steps"] * (answer != max([NO, *found]))
def walk(value):
    yield from [value] if isinstance(value, dict) else []
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(each)
def shape(s):
    return {"role": s["role"], "cite": s["cite"], "answer": WORD[s["told"]["answer"]], "steps": [shape(each) for each in s["steps"]]}
def check(digest, body):
    """Everything about a proof that does not follow; empty where all does."""
    proof, wrong = json.loads(body), []
    if hashlib.sha256(body.encode()).hexdigest() != digest: wrong.append("the digest is not of these bytes")
    if json.dumps(proof, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != body:
        wrong.append("the bytes are not canonical")
    dossier, finding = proof["dossier"], proof["finding"]
    rule, hinge = finding["rule"], finding["hinge"]
    if rule not in RULES or proof["format"] != "cellgate-proof-1":
        return [*wrong, f"no rule {rule} in format {proof['format']} is known here"]
    if dossier["part"]["contained"] and not dossier["part"].get("item"): return [*wrong, "the item itself is not told"]
    standings(dossier, wrong)
    got = judged(dossier, rule, finding["on"])
    if [shape(s) for s in finding["steps"]] != got["steps"]: wrong.append("the clauses do not follow from the facts")
    if hinge == "on":
        keys = ("verdict", "would_be", "because", "decided_by")
        others = [(a["reading"], a["alternative"], a["verdict"], a["would_be"]) for a in finding["alternatives"]]
        wrong += ["the alternatives do not follow"] * (sorted(others) != sorted(got["alternatives"]))
    else:
        got, keys = on_own_days(dossier, rule), ("verdict", "would_be")
        days = [dossier["procurement"][h[1]] for h in RULES[rule][3] if h[0] == hinge] or [()]
        wrong += ["the day is not one the procurement tells"] * (finding["on"] not in (days[0] or finding["on"]))
    return wrong + [f"{key}: found {finding[key]}, follows {got[key]}" for key in keys if finding[key] != got[key]]
def verify(pack):
    if pack.get("format") != "cellgate-pack-1" or not pack.get("proofs"): yield 0, "this is no pack of proofs"
    for place, proof in enumerate(pack.get("proofs", []), 1):
        try: yield from ((place, fault) for fault in check(proof["digest"], proof["body"]))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            yield place, f"cannot be read: {type(error).__name__} {error}"
def main(path):
    faults = list(verify(json.loads(Path(path).read_text(encoding="utf-8"))))
    print("\n".join([*(f"proof {place}: {fault}" for place, fault in faults), f"{len(faults)} faults"]))
    return 1 if faults else 0
if __name__ == "__main__": sys.exit(main(sys.argv[1]))
