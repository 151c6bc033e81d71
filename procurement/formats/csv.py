"""Delimited text: comma, semicolon, tab or bar, in any encoding, with whatever quoting it has."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse, islice, repeat
from operator import contains, itemgetter

from procurement.formats.problem import Problem
from procurement.formats.support import charset, limits
from procurement.formats.support.limits import TooBig
from procurement.formats.workbook import Format, Hints, Row, Sheet, Workbook, refusal, trimmed

DELIMITERS = ",;\t|"
LONGEST_RECORD = 200  # lines; a quote open for longer was never meant as one
LONGEST_LINE = 4_000_000  # characters
PIECE = 100_000  # characters read together
WIDE = 64  # blank cells at the end of rows so long are not held
KEPT = 50_000  # texts of which one copy serves every cell
MOST_OPEN_QUOTES = 20  # then this file's quotation marks quote nothing
NUL = "\u2400"  # what we show for a NUL character, which no database keeps
_SEP_LINE = re.compile(r"^\ufeff?sep=(.)\s*$", re.IGNORECASE)
# Tabs that lost their backslash on the way: "Header 2 pinst2t0.1" was "Header 2 pins\t2\t0.1".
_LOST_TAB = re.compile(r"^(.*\S)t(\d+)t(\d+(?:\.\d+)?)(?:\s+(\S*))?\s*$")


def claims(data: bytes) -> bool:
    return charset.looks_like_text(data)


def read(data: bytes, hints: Hints) -> Workbook:
    """One sheet, named "text". Row numbers count records: a quoted newline stays inside its row."""
    found = charset.Charset(hints.encoding) if hints.encoding else charset.detect(data)
    if found.encoding not in charset.TITLES:
        return refusal(
            "csv", "encoding-unknown", f"There is no encoding “{found.encoding}”.", "Choose one."
        )
    if not found.sure:
        problem = Problem(
            "encoding-unclear",
            "the file",
            "It is not Unicode text, and more than one older encoding would fit.",
            "Choose the encoding whose sample reads right, or save the file as UTF-8.",
        )
        return Workbook("csv", problems=(problem,), choices=found.choices)
    problems: list[Problem] = []
    if found.guessed:
        title = charset.TITLES[found.encoding]
        problems.append(
            Problem(
                "encoding-guessed",
                "the file",
                f"It is not Unicode text; it was read as {title}.",
                "If letters look wrong, choose another encoding.",
                severity="warning",
            )
        )
    try:
        rows, more = _rows(data.removesuffix(b"\x1a"), found.encoding)
    except TooBig as big:
        return refusal("csv", "too-big", big.what, big.fix)
    except UnicodeError:  # where even replacing what cannot be read does not help
        what = f"It cannot be read as {charset.TITLES[found.encoding]}."
        return refusal("csv", "encoding-unfit", what, "Choose another encoding.")
    problems += more
    if not rows:
        return refusal("csv", "empty-file", "It has no rows.", "Send the file that has the parts.")
    return Workbook("csv", (Sheet("text", rows),), tuple(problems), encoding=found.encoding)


def read_text(text: str) -> Workbook:
    """The same for text that is already characters, such as cells pasted from a spreadsheet."""
    return read(text.encode("utf-8", errors="replace"), Hints(encoding="utf-8"))


def _opened(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Its text. Undecodable bytes become U+FFFD, which `intake.rows` names."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def _stream(text: io.TextIOBase) -> Iterator[str]:
    """Lines, whatever ends them."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise TooBig(f"A single line has more than {LONGEST_LINE:,} characters.")
        yield line.replace("\0", NUL) if "\0" in line else line


def _rows(data: bytes, encoding: str) -> tuple[tuple[Row, ...], list[Problem]]:
    head = list(islice(_stream(_opened(data, encoding)), 400))
    if head and (told := _SEP_LINE.match(head[0])):
        return _parse(data, encoding, told.group(1))
    delimiter = _delimiter(head)
    if delimiter is None and (lost := _lost_tabs(data, encoding, head)):
        return lost
    return _parse(data, encoding, delimiter or ",")


def _delimiter(head: list[str]) -> str | None:
    """The one that cuts most rows into the same number of cells; None if none cuts any."""
    best: tuple[float, str] | None = None
    for mark in DELIMITERS:
        try:
            found = csv.reader(head, delimiter=mark)
            counts = [len(row) for row in found if any(map(str.strip, row))]
        except csv.Error:
            continue
        if not counts or max(counts) < 2:
            continue
        usual, times = Counter(counts).most_common(1)[0]
        if usual < 2:  # titles may outnumber parts: look at the rows that were cut
            cut = [count for count in counts if count > 1]
            usual, times = Counter(cut).most_common(1)[0]
        agreement = times / len(counts)
        widest = sum(count >= 2 for count in counts) / len(counts)
        score = agreement + widest + min(usual, 12) / 24 + (0.05 if mark in "\t;" else 0)
        if best is None or score > best[0]:
            best = (score, mark)
    return best[1] if best else None


def _lost_tabs(
    data: bytes, encoding: str, head: list[str]
) -> tuple[tuple[Row, ...], list[Problem]] | None:
    lines = [line for line in head if line.strip()]
    written = sum("\\t" in line for line in lines)
    if lines and written * 10 >= len(lines) * 9:
        cut: Iterable[list[str]] = (
            line.rstrip("\r\n").split("\\t") for line in _stream(_opened(data, encoding))
        )
        how = "a backslash and the letter t"
    elif lines and sum(bool(_LOST_TAB.match(line)) for line in lines) * 10 >= len(lines) * 9:
        cut = map(_cut_at_lost_tabs, _stream(_opened(data, encoding)))
        how = "the letter t"
    else:
        return None
    rows = _collected([record] for record in cut)
    warning = Problem(
        "tabs-lost",
        "the file",
        f"Its columns are parted by {how} where tabs should be; it was read so.",
        "Check the columns against your own file.",
        severity="warning",
    )
    return rows, [warning]


def _cut_at_lost_tabs(line: str) -> list[str]:
    match = _LOST_TAB.match(line)
    return [cell or "" for cell in match.groups()] if match else [line.rstrip("\r\n")]


def _parse(data: bytes, encoding: str, delimiter: str) -> tuple[tuple[Row, ...], list[Problem]]:
    problems: list[Problem] = []
    return _collected(_pieces(_opened(data, encoding), delimiter, problems)), problems


def _pieces(
    text: io.TextIOBase, delimiter: str, problems: list[Problem]
) -> Iterator[list[list[str]]]:
    """Records, many at a time, while every line is one; then as `_records` finds them."""
    done = 0
    while piece := text.read(PIECE):
        rest = _stream(text)
        piece = piece.replace("\0", NUL) + next(rest, "")  # the line that was begun
        if (records := _a_record_each(piece, delimiter)) is None:
            lines = chain(_stream(io.StringIO(piece, newline="")), rest)
            yield from ([record] for record in _records(lines, delimiter, problems, done))
            return
        done += len(records)
        yield records


def _a_record_each(piece: str, delimiter: str) -> list[list[str]] | None:
    """The records of lines of which each is one, whole; None where some line may not be."""
    blanks = delimiter * WIDE
    if '"' not in piece and blanks not in piece:
        try:
            return list(csv.reader(io.StringIO(piece, newline=""), delimiter=delimiter))
        except csv.Error:
            return None
    lines = list(io.StringIO(piece, newline=""))
    if any(count % 2 for count in set(map(str.count, lines, repeat('"')))):
        return None
    if any(map(contains, lines, repeat(blanks))):
        lines = [line.rstrip("\r\n").rstrip(delimiter) + "\n" for line in lines]
    try:  # one line more, which an open quote would swallow
        *records, last = csv.reader([*lines, "\n"], delimiter=delimiter)
    except csv.Error:
        return None
    return records if len(records) == len(lines) and not last else None


def _records(
    lines: Iterator[str], delimiter: str, problems: list[Problem], number: int
) -> Iterator[list[str]]:
    """Records. A quote that is never closed ends with its own line, is named, and costs no row.

    number: how many there were before.
    """
    pending: deque[str] = deque()
    taken: list[str] = []
    wrong = 0

    def source() -> Iterator[str]:
        while len(taken) <= LONGEST_RECORD:
            line = pending.popleft() if pending else next(lines, None)
            if line is None:
                return
            taken.append(line)
            yield line

    more = True
    while more:
        more = False
        quoted = wrong < MOST_OPEN_QUOTES
        try:
            for row in _reader(source(), delimiter, quoted):
                whole = len(taken) == 1 and '"' not in taken[0]
                if quoted and not whole and _unfinished(taken, delimiter):
                    more = True
                    break
                number += 1
                yield row
                taken.clear()
        except csv.Error:
            more = True
        if more:
            number += 1
            wrong += 1
            problems.append(_quote_problem(number))
            yield _unquoted(taken[0], delimiter)
            pending.extendleft(reversed(taken[1:]))
            taken.clear()


def _reader(lines: Iterator[str], delimiter: str, quoted: bool) -> Iterator[list[str]]:
    if quoted:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _unfinished(taken: list[str], delimiter: str) -> bool:
    """Whether a record ended inside a quoted cell, or took in lines that were rows of their own."""
    if len(taken) > LONGEST_RECORD:
        return True
    if len(taken) == 1 and taken[0].count('"') % 2 == 0:
        return False
    try:
        deque(csv.reader(taken, delimiter=delimiter, strict=True), maxlen=0)
    except csv.Error as error:
        return len(taken) > 1 or "end of data" in str(error)
    return False


def _unquoted(line: str, delimiter: str) -> list[str]:
    text = line.rstrip("\r\n")
    if len(text) > limits.MAX_CELL_TEXT:
        raise TooBig(f"A single cell has more than {limits.MAX_CELL_TEXT:,} characters.")
    return text.split(delimiter)


def _quote_problem(number: int) -> Problem:
    return Problem(
        "quote-not-closed",
        f"row {number}",
        "A cell opens with a quotation mark that is never closed.",
        "Check the cells of this row; close the quotation mark, or double it if it means inches.",
        row=number,
        severity="warning",
    )


def _collected(pieces: Iterable[list[list[str]]]) -> tuple[Row, ...]:
    rows: list[Row] = []
    tally = limits.Tally()
    places = 0
    kept: dict[str, str] = {}
    for records in pieces:
        if len(rows) + len(records) > limits.MAX_ROWS:
            raise TooBig(f"It has more than {limits.MAX_ROWS:,} rows.")
        widest = max(map(len, records))
        if widest > limits.MAX_COLUMNS:
            raise TooBig(f"A row has more than {limits.MAX_COLUMNS:,} columns.")
        for record in records if widest > WIDE else ():
            while len(record) > WIDE and not record[-1]:
                record.pop()
        cells = sum(map(len, records))
        places += cells
        if places > limits.MAX_PLACES:
            raise TooBig(f"It has more than {limits.MAX_PLACES:,} cells, blank ones included.")
        texts = list(map("".join, records))
        text = "".join(texts)
        weight = len(text) if text.isascii() else sum(map(limits.weight, chain(*records)))
        tally.add(cells - sum(record.count("") for record in records), weight)
        start = len(rows)
        if len(kept) < KEPT:  # the same few texts come again and again
            same = kept.setdefault
            rows += [tuple(map(same, record, record)) for record in records]
        else:
            rows += map(tuple, records)
        for place, _ in filterfalse(itemgetter(1), enumerate(map(str.strip, texts), start)):
            rows[place] = ()
    return trimmed(rows)


FORMAT = Format("csv", "Delimited text (CSV, TSV)", ("csv", "tsv", "txt", "tab"), claims, read)
