"""The workbook for those who start from nothing: it asks for what the law needs, and no more.

Every column and every choice in it is one that our own intake reads back as what it says.
"""

import io
from dataclasses import dataclass

import xlsxwriter

from procurement.categories import Category, Chemistry
from procurement.intake.classify import classify
from procurement.intake.fields import Field

ROWS = 2_000
"""Rows below the header that have drop-downs."""
SHEET = "Parts"


@dataclass(frozen=True, slots=True)
class Asked:
    """One column: what to write, why it is asked, an example, and the choices where few."""

    header: str
    field: Field | None
    width: int
    what: str
    why: str
    example: str
    choices: tuple[str, ...] = ()
    strict: bool = False


def kinds() -> tuple[str, ...]:
    """What a part can be, in the words that we read back as the same."""
    return tuple(one.label for one in Category if classify(category=one.label).category is one)


def chemistries() -> tuple[str, ...]:
    """What a battery can hold, in the words that we read back as the same."""
    return tuple(
        one.label
        for one in Chemistry
        if classify(description="battery", chemistry=one.label).chemistry is one
    )


def columns() -> tuple[Asked, ...]:
    return (
        Asked(
            "Level", Field.LEVEL, 7,
            "0 for the item that is bought, 1 for what it is made of, 2 for what that is made of.",
            "A battery inside an item is judged as part of it.", "1",
        ),
        Asked(
            "Item", Field.POSITION, 9,
            "Its number on the drawing or list.", "So that a verdict can be found in your list.",
            "1.2",
        ),
        Asked(
            "Part Number", Field.PART_NUMBER, 24,
            "The maker's own part number, letter for letter.",
            "It says which product is meant, and finds what is known of it.", "BP-2590-C",
        ),
        Asked(
            "Manufacturer", Field.MAKER, 30,
            "Who makes it: the company's full name. Not the shop that sells it.",
            "Every rule on covered entities asks who made it.", "Acme Power Systems Inc.",
        ),
        Asked(
            "Manufacturer CAGE", None, 14,
            "The maker's CAGE code, where you know it.",
            "A number tells companies of one name apart.", "1ABC5",
        ),
        Asked(
            "Description", Field.DESCRIPTION, 40,
            "What it is, in words.", "It tells batteries from other parts.",
            "Rechargeable battery pack, 24 V",
        ),
        Asked(
            "Category", Field.CATEGORY, 22,
            "What kind of part it is. Leave it empty if none fits.",
            "The battery rules reach batteries, cells, and what contains them.", "battery pack",
            kinds(),
        ),
        Asked(
            "Chemistry", Field.CHEMISTRY, 24,
            "Of a battery or cell: what its energy is stored in.",
            "Some rules and exceptions depend on it.", "lithium-ion NMC", chemistries(),
        ),
        Asked(
            "Quantity", Field.QUANTITY, 10,
            "How many, in one of the item above.", "It weighs each cost.", "2",
        ),
        Asked(
            "Unit", Field.UNIT, 8,
            "What the quantity counts.", "So that a metre is not taken for a piece.", "EA",
            ("EA", "set", "pair", "pack", "roll", "reel", "lot", "m", "kg", "g", "l"),
        ),
        Asked(
            "Unit Cost", Field.UNIT_COST, 12,
            "The cost of one. Leave it empty if it is not known; do not write 0.",
            "A rule may count the share of cost that comes from a foreign entity of concern.",
            "310.00",
        ),
        Asked(
            "Currency", Field.CURRENCY, 10,
            "Three letters.", "So that costs can be compared.", "USD",
            ("USD", "EUR", "GBP", "CAD", "AUD", "JPY", "KRW", "CHF"),
        ),
        Asked(
            "Country of Origin", Field.COUNTRY, 20,
            "Where it was made.", "Rules on covered nations ask where, besides who.", "USA",
        ),
        Asked(
            "Alternates", Field.ALTERNATES, 22,
            "Other part numbers that may be fitted instead, with semicolons between them.",
            "Each alternate gets its own verdict.", "BP-2590-D",
        ),
        Asked(
            "Alternate Manufacturer", Field.ALTERNATE_MAKER, 26,
            "Who makes the alternates, in the same order.", "As for the maker.", "Other Power LLC",
        ),
        Asked(
            "HTS", Field.HTS, 14,
            "The tariff code, where you know it.", "It says what the part is when words do not.",
            "8507.60",
        ),
        Asked(
            "NSN", Field.NSN, 18,
            "The national stock number, where there is one.", "As for the tariff code.",
            "6140-01-490-4316",
        ),
    )  # fmt: skip


def template() -> bytes:
    """The XLSX. The same at every call but for the moment in its properties."""
    out = io.BytesIO()
    asked = columns()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#1a4480", "font_color": "#ffffff", "text_wrap": True}
        )
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        parts = book.add_worksheet(SHEET)
        page = book.add_worksheet("How to fill it in")
        lists = book.add_worksheet("Choices")
        lists.hide()
        for place, one in enumerate(asked):
            as_text = one.field not in (Field.QUANTITY, Field.UNIT_COST)
            parts.set_column(place, place, one.width, text if as_text else None)
            parts.write_string(0, place, one.header, head)
            note = f"{one.what}\nWhy: {one.why}\nFor example: {one.example}"
            parts.write_comment(0, place, note, {"author": "Cellgate", "x_scale": 2})
            for number, choice in enumerate(one.choices):
                lists.write_string(number, place, choice)
            if one.choices:
                letter = chr(ord("A") + place)
                parts.data_validation(
                    1, place, ROWS, place,
                    {
                        "validate": "list",
                        "source": f"=Choices!${letter}$1:${letter}${len(one.choices)}",
                        "input_title": one.header,
                        "input_message": one.what[:250],
                        "error_type": "information",
                        "error_message": "It is not in the list. Keep it if it is right.",
                    },
                )  # fmt: skip
        numbers = {
            "validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning",
            "error_message": "Give a plain number from 0 up, or leave the cell empty.",
        }  # fmt: skip
        for place, one in enumerate(asked):
            if one.field in (Field.QUANTITY, Field.UNIT_COST):
                parts.data_validation(1, place, ROWS, place, numbers)
        parts.freeze_panes(1, 3)
        page.set_column(0, 0, 24)
        page.set_column(1, 2, 60)
        page.set_column(3, 3, 30)
        page.write_string(0, 0, "How to fill in the sheet “Parts”", title)
        for number, line in enumerate(HELP, start=1):
            page.write_string(number, 0, line)
        top = len(HELP) + 2
        for place, words in enumerate(("This column", "asks", "because", "such as")):
            page.write_string(top, place, words, head)
        for number, one in enumerate(asked, start=top + 1):
            for place, words in enumerate((one.header, one.what, one.why, one.example)):
                page.write_string(number, place, words, wrapped)
    return out.getvalue()


HELP = (
    "One row for each part. The item that is bought comes first, then what it is made of.",
    "Leave a cell empty where you do not know. What is missing is asked for only where it decides.",
    "The same part twice is two rows. Rows and columns of your own may be added anywhere.",
)
