"""What designators, footprints, part-number families, sizes and codes say a part is."""

from __future__ import annotations

import re
from functools import lru_cache

from procurement.categories import Category, Chemistry
from procurement.intake.saying import NOTHING, Saying

_PREFIX = re.compile(r"^>?\s*([A-Z]{1,5}?)[ _-]?\d", re.IGNORECASE)
_DESIGNATORS: dict[str, Category] = {
    "R": Category.RESISTOR,
    "RN": Category.RESISTOR,
    "RS": Category.RESISTOR,
    "C": Category.CAPACITOR,
    "L": Category.INDUCTOR,
    "FB": Category.INDUCTOR,
    "D": Category.DIODE,
    "ZD": Category.DIODE,
    "VD": Category.DIODE,
    "LED": Category.LED,
    "Q": Category.TRANSISTOR,
    "VT": Category.TRANSISTOR,
    "U": Category.IC,
    "IC": Category.IC,
    "DD": Category.IC,
    "DA": Category.IC,
    "Y": Category.CRYSTAL,
    "XTAL": Category.CRYSTAL,
    "ZQ": Category.CRYSTAL,
    "F": Category.FUSE,
    "FU": Category.FUSE,
    "K": Category.RELAY,
    "RLY": Category.RELAY,
    "SW": Category.SWITCH,
    "S": Category.SWITCH,
    "J": Category.CONNECTOR,
    "CN": Category.CONNECTOR,
    "CON": Category.CONNECTOR,
    "P": Category.CONNECTOR,
    "XP": Category.CONNECTOR,
    "XS": Category.CONNECTOR,
    "TH": Category.THERMISTOR,
    "RT": Category.THERMISTOR,
    "NTC": Category.THERMISTOR,
    "BZ": Category.SPEAKER,
    "LS": Category.SPEAKER,
    "TV": Category.TRANSFORMER,
    "TR": Category.TRANSFORMER,
    "ANT": Category.ANTENNA,
    "TP": Category.MARKING,
    "FID": Category.MARKING,
    "LOGO": Category.MARKING,
}
_BATTERY_DESIGNATORS = frozenset({"BT", "BAT", "BATT", "B", "GB", "CELL"})

_FOOTPRINTS: tuple[tuple[Category, str, float], ...] = (
    (
        Category.BATTERY_HOLDER,
        r"battery_?holder|batteryclip|keystone_?\d|bat_?holder|coin_?holder",
        0.75,
    ),
    (Category.MARKING, r"mountinghole|logo|fiducial|testpoint|test_?point|silkscreen", 0.75),
    (Category.RESISTOR, r"^resistors?_|^r_\d{4}|^res_?\d{4}|^r\d{4}$|^resad|r_bourns", 0.5),
    (
        Category.CAPACITOR,
        r"^capacitors?_|^c_\d{4}|^cap_?\d{4}|^c\d{4}$|^cp_elec|^c_tant|^capc",
        0.5,
    ),
    (Category.INDUCTOR, r"^inductors?_|^l_\w+|^ind_?\d{4}|^inductor", 0.5),
    (Category.LED, r"^leds?_|^led_", 0.5),
    (Category.THERMISTOR, r"^thrmc|thermistor", 0.5),
    (Category.DIODE, r"^diodes?_|^d_(?:so|sm|do|po)|^sod-|^do-2", 0.5),
    (Category.CRYSTAL, r"^crystals?|^oscillator|^resonator", 0.6),
    (Category.FUSE, r"^fuses?_|fuse_", 0.6),
    (
        Category.CONNECTOR,
        r"^conn\w*_|pinheader|pin_header|^usb_|^rj45|jst_|molex|phoenix_contact|box_header|hdrv",
        0.6,
    ),
    (Category.SWITCH, r"^button_?switch|^sw_|^buttons?_", 0.6),
    (Category.RELAY, r"^relays?_|smdip", 0.5),
    (
        Category.IC,
        r"^package_(?:so|qfp|dfn|son|bga|lga)|^housings?_(?:s|q|d)|^(?:l|t|ht|ch)?q?fp-|^[wvu]?q?fn-|^[wvxu]?son-",
        0.45,
    ),
    (Category.IC, r"^(?:[thmsv]*ss?op|soic|so|sop|wqfn|lqfp|tqfp|lga|bga|dip|vqfn)-\d", 0.4),
    (Category.TRANSFORMER, r"transformer", 0.5),
)
_FAMILIES: tuple[tuple[Category, str, float], ...] = (
    (
        Category.RESISTOR,
        r"^(?:rc\d{4}[a-z]{2}-|crcw\d{4}|erj-?\d|rmcf\d{4}|rk73|cr(?:0402|0603|0805|1206|1210|2512)[-_]|wslp?\d{4}|csr\d{4}|ltr\d{2}|0805w8f|0603waf)",
        0.55,
    ),
    (
        Category.CAPACITOR,
        r"^(?:grm\d|gcm\d|grt\d|cl(?:05|10|21|31|32)[abcfxy]|cc0[468]0[235][a-z]|c\d{4}[cx]\d|tmk\d|umk\d|emk\d|eee-|r82e|vj\d{4}|cga\d)",
        0.55,
    ),
    (
        Category.INDUCTOR,
        r"^(?:lqm|lqg|lqh|blm|mpz|srr\d|srn\d|sdr\d|fnr\d|cbc\d|brl\d|imc\d|744\d{4,})",
        0.5,
    ),
    (
        Category.DIODE,
        r"^(?:1n\d{3,4}|bzt52|bzx|mm3z|smaj|smbj|smcj|sm6t|pesd|esds|bat(?:46|54|60|85)|bav\d|mbr\d|ss\d{2}|sbr\d|rbr\d|cus\d|usblc|nup2|sp05|us1|sk5)",
        0.5,
    ),
    (
        Category.TRANSISTOR,
        r"^(?:2n\d{3,4}|bss\d|irf|irl|ao3\d|dmn\d|dmp\d|si\d{4}|bc[8]\d\d|mmbt|pmv\d|buk\d|bsc\d|ntr\d|csd\d|zxt|zxm|umh\d|bsp\d)",
        0.5,
    ),
    (
        Category.IC,
        r"^(?:stm32|attiny|atmega|atsam|lm\d{3,4}|tps\d|bq\d{4,5}|max\d{4}|ltc\d{4}|sn\d\d|cd4\d{3}|mcp\d|ads\d|lpc\d|esp32|w25q|tja\d|tca\d|pcf\d|ina\d|isl\d|iso\d|cp210|tlv\d|ncp\d|ap2\d|xc6\d|drv\d|rp2040|pic\d\d|24aa|24lc|tusb|txs\d|pcm\d{4})",
        0.5,
    ),
    (Category.CRYSTAL, r"^(?:abm\d|ecs-|cstce|x5032|nx\d{4}|hc49)", 0.5),
)

_COINS = (
    "927|1025|1130|1216|1220|1225|1612|1616|1620|1625|1632|2012|2016|2020|2025|2032|2040|2050"
    "|2320|2325|2330|2335|2354|2412|2430|2450|2477|3032"
)
_COIN = re.compile(rf"\b(?P<kind>CR|BR|DL|ECR|LIR|ML|VL|KCR)[ -]?(?:{_COINS})(?!\d)", re.IGNORECASE)
_BUTTON = re.compile(
    r"\b(?:LR(?:41|43|44|45|48|54|55|57|58|59|60|66|69|1130|626|521|621|920|936|1120|9)|SR(?:41|43|44|45|48|54|55|57|59|60|66|69|516|521|527|616|621|626|712|716|721|726|731|916|920|927|936|1116|1120|1130)S?W?|PR(?:41|44|48|70|536)|AG(?:1[0-3]|[1-9])|V(?:13|357|371|377)(?:GA)?)\b",
    re.IGNORECASE,
)
_PHOTO = re.compile(
    r"\b(?:CR(?:123A?|2|P2|V3|17335|17345|14250|14505|1/3N)|2CR5|CR-?P2|BR-2/3A)(?![0-9A-Z])",
    re.IGNORECASE,
)
_ROUND = re.compile(
    r"(?<![\dA-Z.])(?:(?P<kind>ICR|INR|IMR|IFR|NCR|NCA|UR|URF?|US|LFP|LIR|CGR|HG|SF|HW|SLPB)-?)?"
    r"(?P<size>10440|14430|14500|14650|16340|18350|18500|18650|20700|21700|22650|25500|26650|26700"
    r"|32140|32650|32700|33140|33600|40138|4680|46800|46950|46120)"
    r"(?!\d)(?!\s*(?:rpm|ohm|Ω|r/min))",
    re.IGNORECASE,
)
_ER = re.compile(
    r"\b(?:ER(?:10450|14250|14335|14505|17335|17505|18505|26500|34615)|LS(?:H)?[ -]?(?:14250"
    r"|14500|17500|20|26500|33600)|TL-?(?:49\d\d|59\d\d|2100|5101))\b",
    re.IGNORECASE,
)
_HOUSEHOLD = re.compile(
    r"\b(?:A{2,4}|9V|6LR61|6LF22|6F22|LR0?3|LR0?6|LR1|LR14|LR20|L91|L92|FR0?3|FR0?6|HR0?3|HR0?6|E91|E92|MN1500|MN2400)\b(?=.{0,30}\b(?:batter|cell|alkaline|akku|pile|pila|nimh|lithium))"
    r"|\b(?:batter\w*|akku|alkaline|cells?|pile|pila)\b.{0,20}\b(?:A{2,4}|9V|LR0?[36]|C|D)\b",
    re.IGNORECASE,
)
_ARMY = re.compile(r"\b(?P<kind>BA|BB)-?(?P<number>\d{3,5})[A-Z]{0,2}(?:/[A-Z]{1,3})?\b")
_FSC: dict[str, Category] = {
    "6135": Category.BATTERY,
    "6140": Category.BATTERY,
    "5905": Category.RESISTOR,
    "5910": Category.CAPACITOR,
    "5920": Category.FUSE,
    "5930": Category.SWITCH,
    "5935": Category.CONNECTOR,
    "5945": Category.RELAY,
    "5955": Category.CRYSTAL,
    "5962": Category.IC,
    "5985": Category.ANTENNA,
    "6145": Category.WIRING,
    "5305": Category.FASTENER,
    "5306": Category.FASTENER,
    "5310": Category.FASTENER,
    "6160": Category.BATTERY_HOLDER,
}
_HEADINGS: dict[str, Category] = {
    "8506": Category.BATTERY,
    "8507": Category.BATTERY,
    "8532": Category.CAPACITOR,
    "8533": Category.RESISTOR,
    "8534": Category.PCB,
    "8542": Category.IC,
    "8544": Category.WIRING,
}
"""Harmonised headings and federal supply classes that name one kind of part."""
_HTS_CHEMISTRY: dict[str, Chemistry] = {
    "850650": Chemistry.LI_PRIMARY,
    "850640": Chemistry.SILVER_OXIDE,
    "850660": Chemistry.ZINC_AIR,
    "850710": Chemistry.LEAD_ACID,
    "850720": Chemistry.LEAD_ACID,
    "850730": Chemistry.NICD,
    "850750": Chemistry.NIMH,
    "850760": Chemistry.LI_ION,
}


def _compiled(
    table: tuple[tuple[Category, str, float], ...],
) -> tuple[tuple[Category, re.Pattern[str], float], ...]:
    return tuple(
        (one, re.compile(pattern, re.IGNORECASE), weight) for one, pattern, weight in table
    )


_FOOTPRINT_SIGNS = _compiled(_FOOTPRINTS)
_FAMILY_SIGNS = _compiled(_FAMILIES)
_OHMS = re.compile(
    r"^\d+(?:[.,]\d+)?\s*(?:[mkMKGR]?\s*(?:Ω|Ω|ohms?|R)?)\b|^\d+[RKMkm]\d+|^0R\d*|ком\b|ом\b",
    re.IGNORECASE,
)
_FARADS = re.compile(r"^\d+(?:[.,]\d+)?\s*(?:[pnuµμ]\s*F?|[pnuµμ]?F)\b|мкф|пф|нф", re.IGNORECASE)
_HENRYS = re.compile(r"^\d+(?:[.,]\d+)?\s*[nuµμm]H\b|мкгн|^\d+@\d+MHz", re.IGNORECASE)
_HERTZ = re.compile(r"^\d+(?:[.,]\d+)?\s*[kM]?Hz\b|мгц", re.IGNORECASE)


def designator(text: str) -> str:
    """The shortest text that says by its designators what `text` does: "R1" for "R17, R18"."""
    match = _PREFIX.match(text)
    return f"{match[1]}1" if match else text and "?"


@lru_cache(maxsize=20_000)
def references(text: str) -> Saying:
    """What the first designator's letters stand for. "BT1" is a battery or its holder: a doubt."""
    match = _PREFIX.match(text)
    if match is None:
        return NOTHING
    prefix = match[1].upper()
    if prefix in _BATTERY_DESIGNATORS:
        return Saying(None, 0.0, True, prefix)
    category = _DESIGNATORS.get(prefix)
    return Saying(category, 0.45, False, prefix) if category else NOTHING


@lru_cache(maxsize=20_000)
def footprint(text: str) -> Saying:
    if not text:
        return NOTHING
    library, _, name = text.rpartition(":")
    for part in filter(None, (library, name)):
        for category, pattern, weight in _FOOTPRINT_SIGNS:
            if pattern.search(part):
                return Saying(category, weight, False, part)
    return NOTHING


@lru_cache(maxsize=20_000)
def part_number(text: str) -> Saying:
    """What the family of a part number is, where makers' families are well known."""
    for category, pattern, weight in _FAMILY_SIGNS if text else ():
        if match := pattern.match(text):
            return Saying(category, weight, False, f"{match.group()}…")
    return NOTHING


def value(text: str, designators: str) -> Saying:
    """A value in ohms, farads or henrys, where the designator says the same."""
    prefix = _PREFIX.match(designators)
    letters = prefix[1].upper() if prefix else ""
    for letter, pattern, category in (
        ("R", _OHMS, Category.RESISTOR),
        ("C", _FARADS, Category.CAPACITOR),
        ("L", _HENRYS, Category.INDUCTOR),
        ("Y", _HERTZ, Category.CRYSTAL),
    ):
        if letters == letter and pattern.search(text):
            return Saying(category, 0.5, False, f"{letter} … {text}")
    return NOTHING


def codes(hts: str, nsn: str) -> Saying:
    """What a tariff heading or federal supply class says. Parts of batteries (.90) are none."""
    heading = re.sub(r"\D", "", hts)
    if category := _HEADINGS.get(heading[:4]):
        if category is Category.BATTERY and heading[4:6] == "90":
            return Saying(None, 0.0, True, hts)
        return Saying(category, 0.85, category is Category.BATTERY, f"HTS {hts}")
    if category := _FSC.get(re.sub(r"\D", "", nsn)[:4]):
        return Saying(category, 0.85, category is Category.BATTERY, f"NSN {nsn}")
    return NOTHING


@lru_cache(maxsize=20_000)
def battery_size(text: str) -> tuple[Category, str] | None:
    """A battery's standard size or nomenclature in a text: "CR2032", "18650", "BB-2590/U"."""
    if not any(map(str.isdigit, text)) and not _HOUSEHOLD.search(text):
        return None
    for pattern in (_COIN, _BUTTON, _PHOTO, _HOUSEHOLD):
        if match := pattern.search(text):
            return Category.BATTERY, match.group().strip()
    if match := _ARMY.search(text):
        return Category.BATTERY_PACK, match.group()
    for pattern in (_ROUND, _ER):
        if match := pattern.search(text):
            return Category.CELL, match.group()
    return None


def chemistry_by_size(text: str) -> Chemistry | None:
    """The chemistry that a size name itself fixes (IEC 60086, IEC 61960)."""
    if match := _COIN.search(text):
        kind = match["kind"].upper()
        known = {"CR": Chemistry.LI_MNO2, "DL": Chemistry.LI_MNO2, "ECR": Chemistry.LI_MNO2}
        known |= {"BR": Chemistry.LI_CFX, "LIR": Chemistry.LI_ION, "KCR": Chemistry.LI_MNO2}
        return known.get(kind)
    if match := _BUTTON.search(text):
        kind = match.group()[:2].upper()
        by_letter = {
            "LR": Chemistry.ALKALINE,
            "AG": Chemistry.ALKALINE,
            "SR": Chemistry.SILVER_OXIDE,
        }
        return (by_letter | {"PR": Chemistry.ZINC_AIR}).get(kind)
    if match := _PHOTO.search(text):
        return Chemistry.LI_CFX if match.group().upper().startswith("BR") else Chemistry.LI_MNO2
    if _ER.search(text):
        return Chemistry.LI_SOCL2
    if match := _ARMY.search(text):
        army = {"2590": Chemistry.LI_ION, "5590": Chemistry.LI_SO2, "5390": Chemistry.LI_MNO2}
        return army.get(match["number"])
    if match := _ROUND.search(text):
        letters = (match["kind"] or "").upper()
        family = {
            "ICR": Chemistry.LCO,
            "IFR": Chemistry.LFP,
            "IMR": Chemistry.LMO,
            "NCR": Chemistry.LI_ION,
        }
        family |= {
            "INR": Chemistry.LI_ION,
            "UR": Chemistry.LI_ION,
            "US": Chemistry.LI_ION,
            "NCA": Chemistry.NCA,
        }
        return family.get(letters)
    if match := _HOUSEHOLD.search(text):
        upper = match.group().upper()
        if upper.startswith(("LR", "MN", "6LR")):
            return Chemistry.ALKALINE
        return Chemistry.LI_FES2 if upper[:3] in ("L91", "L92") or upper.startswith("FR") else None
    return None


def chemistry_by_hts(hts: str) -> Chemistry | None:
    """What heading 8506 or 8507 says of the chemistry, by its subheading."""
    return _HTS_CHEMISTRY.get(re.sub(r"\D", "", hts)[:6])
