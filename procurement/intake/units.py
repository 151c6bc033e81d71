"""Units of quantity, in the short English form where we know one."""

from __future__ import annotations

UNITS: dict[str, str] = {
    written: unit
    for unit, listed in {
        "EA": "ea|each|pc|pcs|pce|pces|piece|pieces|piece(s)|pcs.|pc.|nos|no|no.|unit|units|stk"
        "|stk.|st|st."
        "|stck|stück|stueck|pièce|pièces|pza|pzas|pieza|piezas|ud|uds|unidad|шт|шт.|штук|ks|szt|szt.|sztuk"
        "|个|個|只|支|件|片|颗|顆|块|台|枚|本|개|ea.|u|un|pz|unit(s)|qty|x",
        "set": "set|sets|kit|kits|套|セット|세트|компл|комплект|satz|jeu|juego",
        "pair": "pair|pairs|pr|对|双|paar|paire|par|пара",
        "pack": "pack|packs|pk|pkt|packet|包|盒|pkg|упак|уп",
        "roll": "roll|rolls|rl|卷|rolle|rouleau|rollo|рулон",
        "reel": "reel|reels|盘",
        "lot": "lot|lots|批",
        "m": "m|mtr|meter|meters|metre|metres|米|м|mètre|metro",
        "cm": "cm|厘米|см",
        "mm": "mm|毫米|мм",
        "ft": "ft|foot|feet|ft.|'",
        "in": 'in|inch|inches|in.|"|″',
        "m2": "m2|m²|sqm|平方米|м2",
        "kg": "kg|kgs|公斤|千克|кг|kilogram",
        "g": "g|gr|gram|grams|克|г",
        "mg": "mg",
        "lb": "lb|lbs|pound|pounds",
        "oz": "oz",
        "l": "l|ltr|liter|litre|liters|升|л",
        "ml": "ml|毫升|мл",
    }.items()
    for written in listed.split("|")
}


def unit_of(text: str) -> str:
    """The unit that `text` means; a unit we do not know is kept as it is written."""
    return UNITS.get(text.strip().casefold(), text.strip())


def is_unit(text: str) -> bool:
    return text.strip().casefold() in UNITS
