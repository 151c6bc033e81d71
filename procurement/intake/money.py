"""Currencies as people write them: codes, signs and words. Codes are ISO 4217."""

from __future__ import annotations

import re
from functools import cache

import pycountry

SIGNS: dict[str, str] = {
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "S$": "SGD",
    "NZ$": "NZD",
    "R$": "BRL",
    "MX$": "MXN",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "￦": "KRW",
    "₹": "INR",
    "₽": "RUB",
    "₴": "UAH",
    "₺": "TRY",
    "₫": "VND",
    "₪": "ILS",
    "₱": "PHP",
    "฿": "THB",
    "元": "CNY",
    "円": "JPY",
    "원": "KRW",
}
YEN_SIGNS = "¥￥"  # yen or yuan: the language of the sheet decides, or the person
WORDS: dict[str, str] = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "us dollars": "USD",
    "rmb": "CNY",
    "yuan": "CNY",
    "人民币": "CNY",
    "yen": "JPY",
    "日元": "JPY",
    "won": "KRW",
    "pound": "GBP",
    "pounds": "GBP",
    "rupees": "INR",
    "inr rs": "INR",
    "руб": "RUB",
    "рублей": "RUB",
    "zł": "PLN",
    "kč": "CZK",
    "sfr": "CHF",
    "美元": "USD",
    "欧元": "EUR",
    "新台币": "TWD",
    "台币": "TWD",
}
COMMON = frozenset(
    {
        *(
            "USD",
            "EUR",
            "GBP",
            "JPY",
            "CNY",
            "KRW",
            "TWD",
            "INR",
            "CAD",
            "AUD",
            "CHF",
            "SEK",
            "NOK",
        ),
        *(
            "DKK",
            "PLN",
            "CZK",
            "HUF",
            "RUB",
            "UAH",
            "TRY",
            "ILS",
            "BRL",
            "MXN",
            "SGD",
            "HKD",
            "NZD",
        ),
        *("THB", "VND", "MYR", "IDR", "PHP", "ZAR"),
    }
)
CURRENCY_WORDS = frozenset(code.casefold() for code in COMMON) | frozenset(WORDS)

_SIGNS_LONGEST_FIRST = sorted(SIGNS, key=len, reverse=True)
_WORDS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"\b{word}\b"), code) for word, code in WORDS.items()
]
_WORD = re.compile(r"[^\W\d_]+")


@cache
def codes() -> frozenset[str]:
    """Every ISO 4217 code."""
    return frozenset(one.alpha_3 for one in pycountry.currencies)


def currency_of(text: str) -> str | None:
    """The currency that a header or an amount names, or None. "¥" alone names none."""
    upper = text.upper()
    for sign in _SIGNS_LONGEST_FIRST:
        if sign in upper:
            return SIGNS[sign]
    words: list[str] = _WORD.findall(text)
    for word in words:
        if word.upper() in COMMON and (word.isupper() or len(words) < 4):
            return word.upper()
    lowered = text.casefold()
    return next((code for word, code in _WORDS if word.search(lowered)), None)


def currency_code(text: str) -> str | None:
    """The ISO 4217 code that a cell of a currency column means, or None."""
    bare = text.strip()
    if bare.upper() in codes():
        return bare.upper()
    return currency_of(bare)
