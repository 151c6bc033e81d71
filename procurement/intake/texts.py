"""Cells as text: what is written, and what hides in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from procurement.formats.workbook import Cell

LOST = "\ufffd\u2400"  # bytes no encoding explains; a NUL
NOTHING = frozenset(
    {
        *(
            "n/a",
            "na",
            "n.a.",
            "n/a.",
            "none",
            "null",
            "nil",
            "tbd",
            "tba",
            "tbc",
            "t.b.d.",
            "unknown",
        ),
        *(
            "not applicable",
            "not available",
            "k.a.",
            "k. a.",
            "keine angabe",
            "sans",
            "нет",
            "无",
            "無",
        ),
        *(
            "なし",
            "없음",
            "?",
            "??",
            "???",
            "-",
            "--",
            "---",
            "–",
            "—",
            "~",
            "*",
            "/",
            "\\",
            ".",
            "x",
            "_",
        ),
        *("#n/a", "未知", "不明", "н/д", "(none)", "(blank)", "undefined", "nan"),
    }
)
FORMULA_ERRORS = frozenset(
    {
        *("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"),
        *("#ERROR!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"),
    }
)
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_TEMPLATE = re.compile(r"(?:field|column)=\s*\S+|\$\{[^}]*\}|<[A-Za-z ]+>|=\[\w+\]", re.IGNORECASE)
_BLANKS = " \t\r\n\xa0\u3000\u200b\ufeff"
_RULE = re.compile(r"[-–—_=~.*\s]+")
_FORMULA = re.compile(r"^(?:[=@]\s*[^\s=@\d]|[+\-][^0-9]*[(|!])")
_TOKEN = re.compile(r"[^\W\d_]+")


def text_of(cell: Cell) -> str:
    """A cell as a person would write it: 61300311121, not 61300311121.0; dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        return format(cell, "f") if abs(cell) < 10**24 else str(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and (cell == "" or not cell.strip(_BLANKS))


def cleaned(text: str) -> str:
    """Without what cannot be seen, runs of white space as one space, no white space at the ends."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_HIDDEN.sub("", text).split())


def hidden_in(text: str) -> list[str]:
    """The names of the invisible characters in `text`, once each; line breaks and tabs are not."""
    if text.isascii() and text.isprintable():
        return []
    return list(dict.fromkeys(_name(char) for char in _HIDDEN.findall(text)))


def shown(text: str) -> str:
    """`text` with what cannot be seen written out, and nothing that a database refuses."""
    if text.isascii() and text.isprintable():
        return text
    visible = _HIDDEN.sub(lambda match: f"‹U+{ord(match.group()):04X}›", text)
    return visible.encode("utf-8", errors="replace").decode("utf-8")


def as_written(cell: Cell) -> str:
    """A cell as it is kept beside a line: "" where nothing in it can be read."""
    if isinstance(cell, str):
        return "" if cell.isspace() else shown(cell)
    return text_of(cell)


def without_end(texts: tuple[str, ...]) -> tuple[str, ...]:
    """A row without the blank cells that end it; the same one where there is none."""
    if not texts or texts[-1]:
        return texts
    width = len(texts)
    while width and not texts[width - 1]:
        width -= 1
    return texts[:width]


def is_nothing(text: str) -> bool:
    """A mark for "no value": "-", "N/A", "-----", "TBD"."""
    if text[:1].isalnum():
        return len(text) < 17 and text.casefold() in NOTHING
    return text.casefold() in NOTHING or (len(text) > 1 and _RULE.fullmatch(text) is not None)


def is_placeholder(text: str) -> bool:
    """A template's own field that was never filled in: "Field=Title", "<Title>", "${QTY}"."""
    return text[:1] in "FfCc$<=" and _TEMPLATE.fullmatch(text) is not None


def is_formula_error(text: str) -> bool:
    return text.startswith("#") and text.strip().upper() in FORMULA_ERRORS


def looks_like_formula(text: str) -> bool:
    """Text that a spreadsheet would run: "=cmd|…", "@SUM(…)", "+HYPERLINK(…)"."""
    return text[:1] in {"=", "@", "+", "-"} and _FORMULA.match(text) is not None


def mixes_alphabets(text: str) -> bool:
    """Latin letters with Cyrillic or Greek ones in one run: "СC0603" looks like CC0603."""
    if text.isascii():
        return False
    for token in _TOKEN.findall(text):
        scripts = {
            unicodedata.name(char, "").partition(" ")[0] for char in token if char not in "ΩµμΩ"
        }
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            return True
    return False


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, 'CONTROL CHARACTER').lower()}"
