"""Text that the vendored fonts can print.

PDF/UA and PDF/A forbid a missing glyph, and typst refuses to write one. So text is brought down to
what the fonts hold, and every word that had to be changed is marked, so that nobody takes a
transliteration for the name as it was recorded. The record itself is attached to the PDF unchanged.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from anyascii import anyascii

CHANGED = "‡"
"""Stands after a word that is not as it was recorded."""

_LONGEST_WORD = 20
_LONGEST_PIECE = 16
_PIECE = re.compile(f"[^-_/.,:;]{{1,{_LONGEST_PIECE}}}[-_/.,:;]?|[-_/.,:;]{{1,{_LONGEST_PIECE}}}")
_BREAK = "\u200b"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the reading direction of what follows: a name must not rearrange the page around
it.
"""

_LONG = re.compile(f"[!-\u2e7f]{{{_LONGEST_WORD + 1},}}")
"""Letters in a row that a line cannot break between; Chinese, Japanese and Korean it can break
anywhere.
"""

_WHOLE = re.compile(r"[a-z_]{1,24}|[0-9a-f]{64}")
"""Words of language, our own keys, and digests: never broken, so that they can be read, used and
compared.
"""

_EMOJI = re.compile(r":([a-z0-9_]+):")

Coverage = Sequence[frozenset[int]]


@cache
def coverage(folder: Path) -> tuple[frozenset[int], ...]:
    """For each font of a folder, the code points it has a glyph for."""
    return tuple(
        frozenset(_code_points(path.read_bytes())) for path in sorted(folder.glob("*.ttf"))
    )


def printable(text: str, fonts: Coverage) -> str:
    """`text` on one line, in glyphs that some font holds; long words may be broken over lines.

    Undisplayable characters are written in ASCII, or as "?" where there is no such spelling. A word
    changed in a way that a reader could miss ends in CHANGED. A changed space is no such change.
    """
    if text.isascii() and text.isprintable() and not _LONG.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    words = (_breakable(_word(word, fonts)) for word in text.split())
    return " ".join(word for word in words if word)


def _word(word: str, fonts: Coverage) -> str:
    kept, changed = [], False
    for cluster in _clusters(word):
        shown = _cluster(cluster, fonts)
        changed = changed or (shown != cluster and not _invisible(cluster))
        kept.append(shown)
    return "".join(kept) + (CHANGED if changed else "")


def _cluster(cluster: str, fonts: Coverage) -> str:
    shown = "".join(c for c in cluster if not _unprintable(c))
    if any(
        unicodedata.category(c) == "Cs" for c in shown
    ):  # half a character: nothing can spell it
        return "?"
    if not shown or any(all(ord(c) in font for c in shown) for font in fonts):
        return shown
    base = shown[0]
    if any(ord(base) in font for font in fonts):
        return base
    plain = "".join(c for c in _EMOJI.sub(r"(\1)", anyascii(base)) if c.isprintable())
    return plain or ("" if unicodedata.category(base).startswith("M") else "?")


def _clusters(word: str) -> Iterator[str]:
    """A character with the combining marks on it: a font must hold them together."""
    start = 0
    for at in range(1, len(word)):
        if not unicodedata.category(word[at]).startswith("M"):
            yield word[start:at]
            start = at
    yield word[start:]


def _unprintable(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf") or "\ufe00" <= c <= "\ufe0f"


def _invisible(cluster: str) -> bool:
    """Nothing a reader sees is lost with it; direction marks are not among these, for they move
    letters.
    """
    return all(_unprintable(c) and c not in _TURNING for c in cluster)


def _breakable(word: str) -> str:
    return word if _WHOLE.fullmatch(word) else _LONG.sub(_broken, word)


def _broken(run: re.Match[str]) -> str:
    """Broken after punctuation where there is any, as a person would write a part number."""
    pieces = [""]
    for piece in _PIECE.findall(run[0]):
        if pieces[-1] and len(pieces[-1]) + len(piece) > _LONGEST_PIECE:
            pieces.append("")
        pieces[-1] += piece
    return _BREAK.join(pieces)


def _code_points(font: bytes) -> Iterator[int]:
    """Read a TrueType `cmap` (formats 4 and 12), leaving out private-use and unassigned code
    points.
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = [struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(tables)]
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for i in range(subtables):
        (offset,) = struct.unpack_from(">I", font, cmap + 8 + 8 * i)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        read = {4: _segments, 12: _groups}.get(layout)
        for point in read(font, cmap + offset) if read else ():
            if unicodedata.category(chr(point)) not in ("Co", "Cn", "Cs"):
                yield point


def _groups(font: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, at + 12)
    for i in range(count):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * i)
        yield from range(first, last + 1)


def _segments(font: bytes, at: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if ranges[i]:
                (glyph,) = struct.unpack_from(
                    ">H", font, ranges_at + 2 * i + ranges[i] + 2 * (point - first)
                )
            if (glyph + deltas[i]) & 0xFFFF if glyph or not ranges[i] else 0:
                yield point
