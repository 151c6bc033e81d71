"""Countries as ISO 3166-1 alpha-2 codes. What can mean two countries is a question, never a guess.

The codes and names in many languages are pycountry's; what people really write is the table below.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import pycountry

from procurement.formats.problem import Problem

LANGUAGES = "de fr es it pt nl pl cs sk sv da nb fi hu ro tr ja ko zh_CN zh_TW zh_HK ru uk"

ALIASES: dict[str, str] = {
    "US": "usa|us|u s|u s a|united states of america|сша|美国|米国|アメリカ|미국|eeuu|ee uu",
    "GB": "uk|u k|great britain|britain|england|scotland|wales|northern ireland|united kingdom"
    " of great britain|gb uk|англия|イギリス|英国|영국",
    "CN": "prc|p r c|pr china|p r china|p r of china|mainland china|china mainland"
    "|china prc|peoples republic of china|people s republic of china|china pr|china p r"
    "|кнр|中国大陆|中国大陸|中國|中國大陸|中华人民共和国|중화인민공화국",
    "TW": "taiwan|chinese taipei|taiwan roc|taiwan r o c|roc taiwan|r o c taiwan"
    "|republic of china taiwan|taiwan republic of china|taiwan province of china"
    "|台湾|台灣|臺灣|대만|тайвань",
    "HK": "hong kong|hongkong|hong kong sar|hong kong china|hong kong sar china|china hong kong"
    "|china hong kong sar|hksar|hong kong s a r|中国香港|中國香港|香港|홍콩|гонконг",
    "MO": "macau|macao|macau sar|macao sar|macau china|macao china|china macao|china macao sar"
    "|china macau|澳门|澳門|中国澳门|마카오",
    "KR": "south korea|s korea|republic of korea|rep of korea|rok|r o k|korea south|korea rep"
    "|korea rok|korea republic|südkorea|corée du sud|corea del sur|южная корея|республика корея"
    "|韩国|韓国|韓國|南韩|大韩民国|大韓民国|한국|대한민국",
    "KP": "north korea|n korea|dprk|d p r k|korea north|dpr korea|democratic people s republic of"
    " korea|nordkorea|северная корея|朝鲜|北朝鮮|北韩|북한",
    "CD": "drc|d r c|dr congo|d r congo|congo drc|democratic republic of congo|congo kinshasa"
    "|democratic republic of the congo|congo dem rep|zaire",
    "CG": "congo brazzaville|republic of congo|republic of the congo|congo rep",
    "RU": "russia|russian fed|россия|рф|российская федерация|俄罗斯|ロシア|러시아",
    "IR": "iran|islamic republic of iran|иран|伊朗|イラン|이란",
    "VN": "vietnam|viet nam|вьетнам|越南|ベトナム|베트남",
    "CZ": "czech republic|czech rep|czechia",
    "SK": "slovakia|slovak republic|slovenska republika",
    "TT": "trinidad|trinidad and tobago",
    "TR": "turkey|turkiye|турция|土耳其",
    "NL": "holland|the netherlands|нидерланды",
    "AE": "uae|u a e|emirates|united arab emirates",
    "SA": "ksa|saudi|saudi arabia",
    "CI": "ivory coast|cote d ivoire",
    "CV": "cape verde",
    "SZ": "swaziland",
    "MM": "burma|burma myanmar|myanmar burma",
    "MK": "macedonia|fyrom|north macedonia",
    "TL": "east timor",
    "VA": "vatican|vatican city|holy see",
    "LA": "laos|lao pdr|lao",
    "SY": "syria",
    "BO": "bolivia",
    "VE": "venezuela",
    "TZ": "tanzania",
    "MD": "moldova|moldavia",
    "BN": "brunei",
    "FM": "micronesia",
    "PS": "palestine",
    "DE": "germany|west germany|east germany|brd|frg|германия|德国|ドイツ|독일",
    "JP": "japan|япония|日本|일본",
    "CH": "switzerland|swiss|schweiz|suisse|svizzera|швейцария|瑞士|スイス|스위스",
    "GR": "greece|el|hellas",
    "PH": "philippines|the philippines|菲律宾",
    "MY": "malaysia|马来西亚|マレーシア",
    "TH": "thailand|泰国|タイ|태국",
    "SG": "singapore|新加坡|シンガポール",
}
ASK: dict[str, str] = {
    "korea": "KR KP",
    "corea": "KR KP",
    "koreas": "KR KP",
    "корея": "KR KP",
    "corée": "KR KP",
    "congo": "CG CD",
    "конго": "CG CD",
    "china taiwan": "TW CN",
    "taiwan china": "TW CN",
    "taiwan prc": "TW CN",
    "taiwan p r c": "TW CN",
    "prc taiwan": "TW CN",
    "taipei china": "TW CN",
    "taiwan province": "TW CN",
    "taiwan province prc": "TW CN",
    "province of taiwan": "TW CN",
    "中国台湾": "TW CN",
    "中國台灣": "TW CN",
    "台湾中国": "TW CN",
    "republic of china": "TW CN",
    "roc": "TW CN",
    "r o c": "TW CN",
    "中华民国": "TW CN",
    "greater china": "CN HK MO TW",
    "hong kong macau": "HK MO",
    "georgia": "GE US",
    "america": "US",
    "virgin islands": "VG VI",
    "saint martin": "MF SX",
    "st martin": "MF SX",
    "guiana": "GF GY",
    "ussr": "RU UA BY KZ",
    "soviet union": "RU UA BY KZ",
    "ссср": "RU UA BY KZ",
    "czechoslovakia": "CZ SK",
    "yugoslavia": "RS HR SI BA ME MK",
    "serbia and montenegro": "RS ME",
    "netherlands antilles": "CW SX BQ",
    # The older federal codes (FIPS 10-4) of three covered nations are other countries in ISO 3166.
    "ch": "CN CH",
    "kn": "KP KN",
    "rs": "RU RS",
}
NOT_ONE = (
    "eu|e u|europe|european union|asia|africa|north america|south america|latin america|apac|emea"
    "|worldwide|global|international|various|multiple|several|mixed|many|imported|import|foreign"
    "|domestic|local|歐洲|欧洲|европа|ес"
)
NOT_TOLD = (
    "n a|na n a|none|unknown|not known|not applicable|not available|tbd|tba|tbc|unspecified|null"
    "|нет|未知|不明|なし|없음|xx|zz|other"
)
_LEAD = re.compile(
    r"^\s*(?:made in|manufactured in|product of|produced in|origin|country of origin|coo)\b[\s:]*",
    re.IGNORECASE,
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SEVERAL = re.compile(r"\s*(?:[/;|&+\n]|\bor\b|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)


def country(text: str, where: str = "country") -> str | Problem:
    """The alpha-2 code that `text` means, or the Problem that asks the person back.

    Codes: country-not-told, country-unknown, country-ambiguous (its fix offers the choices),
    country-several. Takes names in many languages, alpha-2, alpha-3 and numeric codes.
    """
    codes = meanings(text)
    if len(codes) == 1 and _key(text) not in ASK:
        return codes[0]
    key = _key(text)
    if not key or key in NOT_TOLD.split("|"):
        return Problem(
            "country-not-told",
            where,
            f"“{text}” names no country.",
            "Write the country's name or its two-letter code, or leave it blank.",
        )
    if codes:
        several = key not in ASK
        offered = " or ".join(f"{name(code)} ({code})" for code in codes)
        return Problem(
            "country-several" if several else "country-ambiguous",
            where,
            f"“{text}” {'names more than one country' if several else 'could mean'}: {offered}.",
            f"Write one of: {', '.join(codes)}.",
        )
    if key in NOT_ONE.split("|"):
        return Problem(
            "country-several",
            where,
            f"“{text}” is not one country.",
            "Write the one country it comes from.",
        )
    return Problem(
        "country-unknown",
        where,
        f"“{text}” is no country name or code known here.",
        "Write the country's English name or its two-letter ISO 3166-1 code.",
    )


def meanings(text: str) -> tuple[str, ...]:
    """Every code that `text` could mean, the likeliest first: none, one, or a question."""
    stripped = _LEAD.sub("", text)
    whole = _one(stripped)
    if whole:
        return whole
    parts = [part for part in _SEVERAL.split(stripped) if part.strip()]
    if len(parts) < 2:
        parts = [part for part in stripped.split(",") if part.strip()]
    if len(parts) < 2:
        return ()
    found = [_one(part) for part in parts]
    if not all(found):
        return ()
    return tuple(dict.fromkeys(code for codes in found for code in codes))


def is_code(code: str) -> bool:
    """Whether this is an assigned alpha-2 code, exactly as stored: two capitals."""
    return code in codes()


def name(code: str) -> str:
    """The plain English name: "South Korea", "Taiwan". Raises KeyError for what is no code."""
    return codes()[code]


@cache
def codes() -> dict[str, str]:
    """Every alpha-2 code with its plain English name, by name: what a drop-down offers."""
    plain = {"CD": "Congo, Democratic Republic", "CG": "Congo, Republic", "RU": "Russia"}
    named = {
        one.alpha_2: plain.get(one.alpha_2) or getattr(one, "common_name", one.name)
        for one in pycountry.countries
    }
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _one(text: str) -> tuple[str, ...]:
    key = _key(text)
    if key in ASK:
        return tuple(ASK[key].split())
    return _index().get(key, ())


def _key(text: str) -> str:
    if flag := _FLAG.fullmatch(text.strip()):
        return "".join(chr(ord(char) - 0x1F1E6 + ord("a")) for char in flag.group())
    text = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in plain if not unicodedata.combining(char) or char in "゙゚")
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", kept)))


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """Key → codes. A name that two languages give to two countries keeps both, and is asked."""
    found: dict[str, dict[str, None]] = {}
    for code, written in _names():
        for key in {_key(written), _key(_turned(written))}:
            if key:
                found.setdefault(key, {})[code] = None
    for one in pycountry.countries:  # a code is never a name in some language
        for own in (one.alpha_2, one.alpha_3, one.numeric):
            found[own.casefold()] = {one.alpha_2: None}
    for code, aliases in ALIASES.items():
        for alias in aliases.split("|"):
            found[_key(alias)] = {code: None}
    return {key: tuple(codes) for key, codes in found.items()}


def _names() -> Iterator[tuple[str, str]]:
    translations = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        for language in LANGUAGES.split()
    ]
    for one in pycountry.countries:
        own = [one.name, getattr(one, "common_name", ""), getattr(one, "official_name", "")]
        for written in filter(None, own):
            yield one.alpha_2, written
            for translation in translations:
                yield one.alpha_2, translation.gettext(written)


def _turned(written: str) -> str:
    """ "Korea, Republic of" as "Republic of Korea"."""
    head, comma, tail = written.partition(",")
    return f"{tail} {head}" if comma else written
