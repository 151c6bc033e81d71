"""Which encoding a text file is in: what is certain first, then what reads like writing.

A byte order mark and strict UTF-8 are certain. Among the older encodings we decode a sample with
each and ask how much of it is plausible text in that script; words that headers are made of count
most. Where two readings are about as good we ask, because a wrong guess turns a maker's name to
rubbish.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from charset_normalizer import from_bytes

from procurement.formats.workbook import Choice

SAMPLE = 65_536
SURE = 0.75  # a reading at least this plausible …
MARGIN = 0.12  # … and this much better than the next one needs no question


@dataclass(frozen=True, slots=True)
class Charset:
    """How to decode a file. `sure` is False when a person must choose among `choices`.

    `guessed`: plausible, not certain: say so. `broken`: bytes that are no UTF-8 occur in a file
    that otherwise is; decode with errors="replace" and name the cells.
    """

    encoding: str
    sure: bool = True
    guessed: bool = False
    broken: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    encoding: str
    title: str
    plausible: Callable[[str], float]
    words: frozenset[str]


_RUN = re.compile(r"[^\x00-\x7f]+")
_CYRILLIC_WORD = re.compile(r"[Ѐ-ӿ]+")
_WESTERN_SYMBOLS = frozenset("µμ°±²³¹½¼¾×÷€£¥§©®™–—‘’“”„…•·ªº«»¿¡ØøΩ \xad")
_CYRILLIC_SYMBOLS = frozenset("№°±µ«»–—“”„…•·§©®™ЁёІіЇїЄє\xa0")
_CJK_SYMBOLS = frozenset("，。、（）：；！？￥¥・～％＃＋－／×±℃Ωμ°【】《》“”‘’—…φΦ①②③④⑤")


def _western(text: str, letters: frozenset[str]) -> float:
    """Accented letters sit alone inside words of plain letters; symbols stand by digits."""
    total = good = 0.0
    for run in _RUN.finditer(text):
        before = text[run.start() - 1 : run.start()]
        after = text[run.end() : run.end() + 1]
        for char in run.group():
            total += 1
            if char in letters:
                neighbour = before.isalpha() or after.isalpha() or len(run.group()) > 1
                digits = before.isdigit() or (char.isupper() and before.islower())
                good += (
                    0.0 if len(run.group()) > 2 else 0.1 if digits else 1.0 if neighbour else 0.4
                )
            elif char in _WESTERN_SYMBOLS:
                inside = before.isalpha() and after.islower() and char not in "’­"
                good += 0.1 if inside else 0.9
    return good / total if total else 0.0


def _letters(text: str) -> frozenset[str]:
    return frozenset(text + text.upper())


_WEST = _letters("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßšž")
_CENTRAL = _letters("áäăâąćčçďđéěęëíîĺľłńňóôöőŕřśšşťţúůüűýźžż") | {"ß"}


def _cyrillic(text: str) -> float:
    """Whole words of one case or capitalised; not mixed with Latin letters, nor with symbols."""
    total = good = 0.0
    for run in _RUN.finditer(text):
        rest = run.group()
        total += len(rest)
        around = text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]
        words = _CYRILLIC_WORD.findall(rest)
        latin = any(char.isascii() and char.isalpha() for char in around)
        trust = 0.1 if (latin and len(rest) > 1) or len(words) > 2 else 1.0
        for word in words:
            tail = word[1:]
            if len(word) == 1:
                good += 0.5 * trust
            elif tail.islower() or word.isupper():
                good += len(word) * (1.0 if tail.islower() else 0.8) * trust
        symbols = sum(char in _CYRILLIC_SYMBOLS for char in rest if not "Ѐ" <= char <= "ӿ")
        good += (0.9 if not words else 0.5) * symbols
    return good / total if total else 0.0


def _by_char(score: Callable[[str], float]) -> Callable[[str], float]:
    """One such character alone among plain letters is more likely a symbol wrongly decoded."""

    def plausible(text: str) -> float:
        total = good = 0.0
        for run in _RUN.findall(text):
            total += len(run)
            good += sum(map(score, run)) * (0.6 if len(run) == 1 else 1.0)
        return good / total if total else 0.0

    return plausible


def _double(char: str, codec: str) -> tuple[int, int] | None:
    try:
        raw = char.encode(codec)
    except UnicodeEncodeError:
        return None
    return (raw[0], raw[1]) if len(raw) == 2 else None


def _chinese(char: str) -> float:
    if char in _CJK_SYMBOLS:
        return 0.9
    pair = _double(char, "gb2312")
    if pair is None:
        return 0.1
    return 0.97 if 0xB0 <= pair[0] <= 0xD7 else 0.5 if pair[0] >= 0xD8 else 0.3


def _traditional(char: str) -> float:
    if char in _CJK_SYMBOLS:
        return 0.9
    pair = _double(char, "big5")
    if pair is None:
        return 0.0
    return 0.97 if 0xA4 <= pair[0] <= 0xC6 else 0.4


def _japanese(char: str) -> float:
    if "぀" <= char <= "ヿ" or char in _CJK_SYMBOLS:
        return 1.0
    if "｡" <= char <= "ﾟ":
        return 0.25
    pair = _double(char, "shift_jis")
    return 0.0 if pair is None else 0.9 if 0x88 <= pair[0] <= 0x97 else 0.3


def _korean(char: str) -> float:
    if char in _CJK_SYMBOLS:
        return 0.8
    pair = _double(char, "euc_kr")
    return 0.2 if pair is None else 1.0 if "가" <= char <= "힣" else 0.15


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RUSSIAN = _words(
    "количество кол-во кол наименование обозначение позиция поз номинал резистор конденсатор"
    " микросхема производитель изготовитель поставщик цена описание примечание артикул единица"
    " корпус тип страна итого аккумулятор батарея"
)
_ENGLISH_WEST = _words(
    "menge hersteller stückzahl größe gehäuse widerstand kondensator währung stück für über"
    " quantité référence désignation unité numéro prix modèle société pièce qté matière"
    " cantidad descripción número fabricante posición batería país españa kapazität würth"
    " lithium-ionen übersicht gerät prüf"
)
_CENTRAL_WORDS = _words(
    "ilość część opis wartość množství počet součástka výrobce mennyiség gyártó jednostka położenie"
)

CANDIDATES: tuple[Candidate, ...] = (
    Candidate(
        "cp1252", "Western European (Windows-1252)", lambda t: _western(t, _WEST), _ENGLISH_WEST
    ),
    Candidate(
        "cp936",
        "Simplified Chinese (GBK)",
        _by_char(_chinese),
        _words(
            "数量 型号 品牌 名称 规格 单价 电阻 电容 电池 供应商 备注 序号 位号 封装 描述 厂家"
            " 物料 金额 制造商 编号 单位 产地 合计 电感 用量 锂"
        ),
    ),
    Candidate("cp1251", "Cyrillic (Windows-1251)", _cyrillic, _RUSSIAN),
    Candidate(
        "cp932",
        "Japanese (Shift JIS)",
        _by_char(_japanese),
        _words(
            "数量 品名 型番 品番 メーカー 単価 備考 部品 抵抗 コンデンサ 電池 番号 型式 員数 金額"
        ),
    ),
    Candidate(
        "cp949",
        "Korean (EUC-KR)",
        _by_char(_korean),
        _words("수량 품명 규격 단가 제조사 비고 번호 저항 부품 배터리 전지 단위 금액 품번 원산지"),
    ),
    Candidate(
        "big5",
        "Traditional Chinese (Big5)",
        _by_char(_traditional),
        _words("數量 料號 品名 規格 單價 供應商 廠商 備註 電阻 電容 電池 名稱 單位 金額 編號 廠牌"),
    ),
    Candidate(
        "cp1250",
        "Central European (Windows-1250)",
        lambda t: _western(t, _CENTRAL) * 0.98,
        _CENTRAL_WORDS,
    ),
    Candidate(
        "mac_roman", "Western European (Mac)", lambda t: _western(t, _WEST) * 0.9, _ENGLISH_WEST
    ),
    Candidate(
        "cp850", "Western European (DOS)", lambda t: _western(t, _WEST) * 0.88, _ENGLISH_WEST
    ),
    Candidate("koi8_r", "Cyrillic (KOI8-R)", lambda t: _cyrillic(t) * 0.97, _RUSSIAN),
    Candidate("cp866", "Cyrillic (DOS)", lambda t: _cyrillic(t) * 0.96, _RUSSIAN),
)
CERTAIN: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "iso2022_jp": "Japanese (ISO-2022-JP)",
}
TITLES: dict[str, str] = CERTAIN | {c.encoding: c.title for c in CANDIDATES}

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def looks_like_text(data: bytes) -> bool:
    """No signature, few control characters: something a person could have typed."""
    head = data[:SAMPLE]
    if not head or any(head.startswith(mark) for mark, _ in _MARKS) or _wide(head):
        return True
    control = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", head))
    return control * 50 <= len(head) or control <= 2


def detect(data: bytes) -> Charset:
    """How to decode `data`, which must look like text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Charset(encoding)
    if wide := _wide(data[:SAMPLE]):
        return Charset(wide)
    if b"\x1b$" in data[:SAMPLE]:
        return Charset("iso2022_jp")
    good, bad = _utf8(data)
    if bad == 0:
        return Charset("utf-8")
    if good > bad * 10:
        return Charset("utf-8", broken=True)
    return _older(_sample(data))


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: the NUL bytes stand at every other place."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd * 5 > len(head) // 2 and even * 50 < odd:
        return "utf-16-le"
    if even * 5 > len(head) // 2 and odd * 50 < even:
        return "utf-16-be"
    return None


def _utf8(data: bytes) -> tuple[int, int]:
    """How many multi-byte UTF-8 sequences the data has, and how many bytes that are no UTF-8."""
    if data.isascii():
        return 0, 0
    good = bad = 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for start in range(0, len(data), SAMPLE):
        text = decoder.decode(data[start : start + SAMPLE], start + SAMPLE >= len(data))
        wrong = text.count("�")
        bad += wrong
        good += sum(char > "\x7f" for char in text) - wrong if not text.isascii() else 0
    return good, bad


def _sample(data: bytes) -> bytes:
    """Some of the lines that are not plain ASCII."""
    found: list[bytes] = []
    size = 0
    for line in data[: 32 * SAMPLE].splitlines():
        if not line.isascii():
            found.append(line[:2000])
            size += len(found[-1])
            if size > SAMPLE:
                break
    return b"\n".join(found) or data[:SAMPLE]


def _decoded(raw: bytes, encoding: str) -> str | None:
    """The sample in this encoding, or None. A character cut at the end of a line is forgiven."""
    lines: list[str] = []
    wrong = 0
    for line in raw.split(b"\n"):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            wrong += 1
            lines.append(line.decode(encoding, errors="replace"))
    return None if wrong * 20 > len(lines) else "\n".join(lines)


def _older(raw: bytes) -> Charset:
    scored: list[tuple[float, Candidate, str]] = []
    for candidate in CANDIDATES:
        text = _decoded(raw, candidate.encoding)
        if text is None:
            continue
        score = candidate.plausible(text)
        lowered = text.lower()
        hits = sum(word in lowered for word in candidate.words if not word.isascii())
        scored.append((score + min(hits, 3) * 0.15, candidate, text))
    scored.sort(key=lambda found: -found[0])
    if not scored:
        return Charset("cp1252", sure=False, choices=_choices(raw, CANDIDATES))
    best, candidate, text = scored[0]
    rivals = [found for found in scored[1:] if found[2] != text]
    second = rivals[0][0] if rivals else 0.0
    if best - second < MARGIN and rivals and _hint(raw) == candidate.encoding:
        best += MARGIN / 2
    if best >= SURE and best - second >= MARGIN:
        return Charset(candidate.encoding, guessed=True)
    near = tuple(c for score, c, _ in scored if score >= best - 0.4)
    return Charset(candidate.encoding, sure=False, choices=_choices(raw, near))


def _hint(raw: bytes) -> str | None:
    """What charset-normalizer would say. A hint: it has called short Russian text Greek."""
    match = from_bytes(raw[:16_384], cp_isolation=[c.encoding for c in CANDIDATES]).best()
    return match.encoding if match else None


def _choices(raw: bytes, candidates: tuple[Candidate, ...]) -> tuple[Choice, ...]:
    shown = next((line for line in raw.split(b"\n") if not line.isascii()), raw)[:200]
    return tuple(
        Choice(c.encoding, c.title, shown.decode(c.encoding, errors="replace")) for c in candidates
    )
