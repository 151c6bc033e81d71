"""What every reader of a published list does strictly: text, tables, names, days, numbers.

Whatever is not understood is a Problem; a reader with an error gives nothing at all.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from procurement.formats.problem import Problem

LONGEST_NAME = 500
LONGEST_CODE = 60
MOST_PROBLEMS = 100
UNUSED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # code page 1252 has nothing there
END_OF_FILE = "\x1a"  # DOS: the last byte of the files of OFAC

_WINDOWS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in UNUSED
}
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs"})
_REACHES = re.compile(
    r"[\s,;(]+(?P<rule>(?:(?:and|including)\s+)?(?:any|all|its)\s+(?:[\w-]+[\s,]+)*?"
    r"(?:successors?|sub-?units?|subsidiar(?:y|ies)|affiliates?)\b.*?)[\s).;]*$",
    re.IGNORECASE,
)
_LEADS = re.compile(r"^(?P<rule>(?:any\s+)?successors?\s+to)\s+(?P<name>.+)$", re.IGNORECASE)
_NUMBERS = (
    ("LEI", re.compile(r"(?:Legal Entity (?:Number|Identifier)|LEI)\W+([0-9A-Z]{18}[0-9]{2})\b")),
    ("USCC", re.compile(r"Unified Social Credit (?:Code|Identifier)[^0-9]{0,12}([0-9A-Z]{18})\b")),
    ("DUNS", re.compile(r"D-U-N-S Number,?\s+([0-9]{2}-?[0-9]{3}-?[0-9]{4})\b")),
)
_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4})"),
)


class Unread(Exception):
    """A file that cannot be taken in, and nothing of it was. `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(map(str, problems)))


@dataclass
class Complaints:
    """Problems found on the way through a file."""

    problems: list[Problem] = field(default_factory=list)

    def say(
        self, code: str, where: str, what: str, fix: str = "Compare it with the publisher's file."
    ) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, where, what, fix))

    def settle(self) -> None:
        """Raise Unread if anything was said."""
        if self.problems:
            raise Unread(*self.problems)


def text_of(content: bytes, where: str, encoding: str = "utf-8-sig") -> str:
    """UTF-8, with or without its mark, or what the operator says it is. Else raises Unread."""
    if not content.strip():
        fix = "Download it again."
        raise Unread(Problem("empty-file", where, "There is nothing in this file.", fix))
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        what = (
            f"Byte {error.start + 1:,} is not UTF-8: the file is damaged, or in another encoding."
        )
        fix = "Download it again, or say its encoding; older files of U.S. agencies are cp1252."
        raise Unread(Problem("encoding", where, what, fix)) from error


def cells(text: str, where: str, delimiter: str = ",") -> Iterator[list[str]]:
    """Rows of a table, quoted strictly. Raises Unread where the file ends inside a cell."""
    # Nothing published has a cell longer than csv's limit of 131,072 characters.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        what = f"After row {reader.line_num:,} it cannot be read: {error}."
        fix = "It was probably not downloaded whole: download it again."
        raise Unread(Problem("truncated", where, what, fix)) from error


def table(
    text: str,
    where: str,
    *,
    needs: Sequence[str],
    knows: Sequence[str] = (),
    delimiter: str = ",",
    may_end_after: str = "",
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, column → value) of a table with a header, every column taken by its name.

    needs: columns that must be there; knows: columns that may be. One that is neither, or twice,
    or a row with too many or too few cells, raises Unread. Rows without any value are left out.
    may_end_after: a publisher who leaves out empty cells at the end gives at least those up to it.
    """
    rows = cells(text, where, delimiter)
    header = [name.strip() for name in next(rows, [])]
    while header and not header[-1]:
        header.pop()  # spreadsheets leave empty columns behind
    found = Complaints()
    place = f"{where}, row 1"
    for name in needs:
        if name not in header:
            found.say("missing-column", place, f"There is no column “{name}”.")
    for name in sorted(set(header)):
        if name not in needs and name not in knows:
            fix = "Have a developer look at what the publisher changed."
            found.say("unknown-column", place, f"Nobody has told what column “{name}” means.", fix)
        elif header.count(name) > 1:
            found.say("column-twice", place, f"Column “{name}” is there more than once.")
    found.settle()
    least = header.index(may_end_after) + 1 if may_end_after else len(header)
    for number, row in enumerate(rows, 2):
        if not any(cell.strip(' "') for cell in row):
            continue
        if len(row) < least or any(cell.strip() for cell in row[len(header) :]):
            what = f"It has {len(row)} cells where the header has {len(header)}."
            fix = "The file may not have been downloaded whole: download it again."
            raise Unread(Problem("ragged-row", f"{where}, row {number}", what, fix))
        told = [cell.strip() for cell in row[: len(header)]]
        yield number, dict(zip(header, told + [""] * (len(header) - len(told)), strict=True))


def plain(text: str) -> str:
    """One form of each character, single blanks.

    U+0080 to U+009F are Windows' punctuation that somebody took for Latin-1, as browsers read it.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_WINDOWS)).split())


def name_of(text: str, where: str, found: Complaints) -> str:
    """A name as printed. Complains of one that is empty, too long, or holds what cannot be seen."""
    name = plain(text)
    if not name:
        found.say("name-missing", where, "There is no name here.")
    elif len(name) > LONGEST_NAME:
        what = f"The name has {len(name):,} characters; at most {LONGEST_NAME} are believable."
        found.say("name-too-long", where, what)
    hidden = sorted(
        {f"U+{ord(each):04X}" for each in name if unicodedata.category(each) in _HIDDEN}
    )
    if hidden:
        what = f"The name holds characters that cannot be seen ({', '.join(hidden)})."
        found.say("hidden-characters", where, what)
    for word in name.split():
        scripts = {script for script in map(_script, word) if script}
        if len(scripts) > 1:
            what = f"“{word}” mixes {' and '.join(sorted(scripts))} letters that look alike."
            found.say("mixed-scripts", where, what)
    return name


def _script(letter: str) -> str:
    """LATIN, CYRILLIC or GREEK, whose letters look alike; "" for every other character."""
    if letter.isascii():
        return "LATIN" if letter.isalpha() else ""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return script if script in ("LATIN", "CYRILLIC", "GREEK") else ""


def reach_of(name: str) -> tuple[str, str]:
    """A name, and the words beside it that reach further: "X; and any successor" is X and a rule.

    Nothing is lost: what is taken from the name is the rule, word for word.
    """
    if led := _LEADS.match(name):
        return led["name"], led["rule"]
    if reaching := _REACHES.search(name):
        return name[: reaching.start()].rstrip(" ,;("), reaching["rule"]
    return name, ""


def code_of(name: str) -> str:
    """What an entry without a number of its own is known by: its name, in plain letters."""
    slug = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    if len(slug) <= LONGEST_CODE:
        return slug
    tail = sha256(slug.encode()).hexdigest()[:10]
    return f"{slug[: LONGEST_CODE - 11]}-{tail}"


def day_of(text: str, where: str, found: Complaints) -> date | None:
    """2026-06-08, 6/8/2026 or 06-08-2026, month first as U.S. agencies write; None for nothing."""
    text = text.strip()
    if not text:
        return None
    for shape in _DAYS:
        if told := shape.fullmatch(text):
            try:
                return date(int(told["year"]), int(told["month"]), int(told["day"]))
            except ValueError:
                break
    found.say("not-a-date", where, f"“{text}” is no day.")
    return None


def numbers_in(text: str) -> dict[str, str]:
    """Scheme → value for the register numbers that remarks name. One of each is kept."""
    return {
        scheme: told.group(1).replace("-", "")
        for scheme, shape in _NUMBERS
        if (told := shape.search(text))
    }


def split_names(text: str, separator: str = ";") -> tuple[str, ...]:
    """Other names in one cell. `[]` is how one publisher writes "none"."""
    return distinct(() if text.strip() == "[]" else text.split(separator))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(plain, names))))
