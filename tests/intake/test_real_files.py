"""Bills of materials as their makers published them: what we must make of each, checked by eye.

The files are not ours and stay outside; without them these tests are skipped.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from procurement import formats, intake
from procurement.categories import Category
from procurement.formats.workbook import Workbook
from procurement.intake import NonPartKind as Kind
from procurement.intake import ParsedLine, Rows
from tests.source import ROOT

BOMS = ROOT / "../shared/data/boms"


@dataclass(frozen=True)
class Expected:
    """columns: "A:quantity B:part_number …", those with a field. problems: codes, sorted, without
    the remark that no column names makers. batteries: row → what it is, every such line.
    """

    format: str
    sheet: str
    header_row: int
    columns: str
    lines: int
    non_parts: dict[Kind, int]
    problems: tuple[str, ...] = ()
    batteries: dict[int, Category] = field(default_factory=dict)


FILES: dict[str, Expected] = {
    "3s6p-pack/BOM.xlsx": Expected(
        "xlsx",
        "BOM",
        4,
        "A:position B:category C:description D:specification E:quantity F:unit G:notes H:notes",
        13,
        {Kind.TITLE: 2, Kind.BLANK: 1, Kind.HEADER: 1},
        (),
        {5: Category.CELL},
    ),
    "battery-telemetry/BOM.xlsx": Expected(
        "xlsx",
        "Sheet1",
        4,
        "A:quantity B:part_number C:distributor_number D:distributor_number E:unit_cost "
        "F:link G:references H:description I:link J:other L:total_cost",
        35,
        {Kind.TITLE: 3, Kind.HEADER: 1},
        (),
        {},
    ),
    "bioreactor/BOM.tsv": Expected(
        "csv",
        "text",
        0,
        "A:description B:quantity C:unit_cost",
        84,
        {},
        ("column-unsure", "column-unsure", "no-header", "tabs-lost"),
        {},
    ),
    "bom-gost-ru/BPI.xls": Expected(
        "xls",
        "BPI",
        1,
        "A:references B:quantity C:value D:category E:part_number",
        32,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "cyclonedx/hbom_pcie-sata-adapter.json": Expected(
        "cyclonedx",
        "components",
        1,
        "A:level B:part_number C:supplier D:description E:quantity F:category J:other",
        7,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "diybms/CellModules_LCSC_BillOfMaterials.xlsx": Expected(
        "xlsx",
        "sheet1",
        1,
        "A:distributor_number B:part_number C:maker D:footprint E:own_number F:description "
        "G:other H:quantity I:other J:unit_cost K:total_cost L:link",
        22,
        {Kind.HEADER: 1},
        ("cost-not-told", "cost-not-told"),
        {},
    ),
    "diybms/ModuleV440-bom.csv": Expected(
        "csv",
        "text",
        1,
        "A:position B:description D:references E:value F:footprint G:quantity H:other I:link "
        "J:distributor_number K:part_number L:other",
        24,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "drones/h-frame-cleaning_BOM.csv": Expected(
        "csv",
        "text",
        1,
        "A:category B:description C:quantity E:notes",
        16,
        {Kind.HEADER: 1},
        (),
        {14: Category.BATTERY},
    ),
    "drones/hexarover_BOM.csv": Expected(
        "csv",
        "text",
        1,
        "A:category B:supplier C:description D:quantity E:unit_cost F:total_cost G:link",
        22,
        {Kind.HEADER: 1, Kind.TOTAL: 1},
        (),
        {6: Category.BATTERY_PACK},
    ),
    "echowawa/BOM_semicolon.csv": Expected(
        "csv",
        "text",
        1,
        "A:description B:quantity C:distributor_number D:total_cost E:other F:link",
        44,
        {Kind.HEADER: 1, Kind.CHARGE: 1, Kind.TOTAL: 1},
        (),
        {},
    ),
    "ennoid-bms/BOM-Master-LV.ods": Expected(
        "ods",
        "Sheet1",
        1,
        "A:references B:value C:footprint D:part_number E:quantity",
        54,
        {Kind.HEADER: 1},
        ("column-unsure",),
        {},
    ),
    "esp32-weather-cn/BOM.xls": Expected(
        "xls",
        "立创商城购物车详情（1）",
        2,
        "A:other B:distributor_number C:own_number D:category E:description F:part_number "
        "G:maker H:footprint I:other J:quantity K:unit_cost L:total_cost",
        23,
        {Kind.BLANK: 1, Kind.HEADER: 1, Kind.TOTAL: 1},
        ("hidden-sheet",),
        {},
    ),
    "ipc2581/led_power_board.xml": Expected(
        "ipc2581",
        "BOM",
        1,
        "A:references B:quantity C:value D:footprint",
        10,
        {Kind.HEADER: 1},
        ("no-bom-section",),
        {},
    ),
    "ipc2581/testcase3-RevC-Assembly.xml": Expected(
        "ipc2581",
        "BOM",
        1,
        "A:references B:quantity C:part_number D:value E:footprint F:category",
        25,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "irnas-battery-pack/BOM_Purchase_Live.xlsx": Expected(
        "xlsx",
        "Part List Report",
        9,
        "B:position C:part_number D:maker E:description F:footprint G:category H:quantity "
        "I:supplier J:distributor_number L:other M:unit_cost N:total_cost O:currency",
        0,
        {
            Kind.BLANK: 2,
            Kind.TITLE: 6,
            Kind.HEADER: 1,
            Kind.EMPTY_ITEM: 3,
            Kind.TOTAL: 3,
            Kind.NOTE: 1,
        },
        ("no-lines",),
        {},
    ),
    "kibot/kicad9_netlist_bom.xml": Expected(
        "kicad",
        "components",
        1,
        "A:references B:quantity C:value D:footprint E:description",
        3,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "libresolar/BMS-5s_bom.csv": Expected(
        "csv",
        "text",
        1,
        "A:position B:description D:references E:value F:footprint G:quantity H:link "
        "I:part_number J:maker K:notes L:alternates M:other",
        53,
        {Kind.HEADER: 1, Kind.BLANK: 5, Kind.NOTE: 9, Kind.TOTAL: 1},
        ("maker-spelt-differently",),
        {},
    ),
    "libresolar/Switch-N-Sense_BOM.csv": Expected(
        "csv",
        "text",
        1,
        "A:position B:description D:references E:value F:footprint G:quantity H:link "
        "I:part_number J:maker K:notes",
        18,
        {Kind.HEADER: 1, Kind.BLANK: 5, Kind.NOTE: 9, Kind.TOTAL: 1},
        (),
        {},
    ),
    "mnt-reform/reform2-batterypack.csv": Expected(
        "csv",
        "text",
        1,
        "A:references B:quantity C:value D:footprint E:link F:maker G:part_number",
        4,
        {Kind.HEADER: 1},
        (),
        {},
    ),
    "mnt-reform/reform2-motherboard-r3-bom.xlsx": Expected(
        "xlsx",
        "reform2-motherboard",
        1,
        "A:references B:quantity C:value D:footprint E:supplier F:maker G:part_number H:other "
        "I:other J:other",
        115,
        {Kind.HEADER: 1, Kind.TOTAL: 1},
        (),
        {},
    ),
    "oresat/oresat-battery-card-bom.xlsx": Expected(
        "xlsx",
        "Sheet1",
        3,
        "A:quantity B:references C:maker D:part_number E:description G:other H:supplier "
        "I:distributor_number K:distributor_number",
        52,
        {Kind.TITLE: 1, Kind.BLANK: 1, Kind.HEADER: 1, Kind.NOT_FITTED: 1},
        ("maker-spelt-differently",),
        {4: Category.CELL},
    ),
    "spacelab/battery-module-4c_board_bom.xlsx": Expected(
        "xlsx",
        "Plan1",
        10,
        "A:position B:references C:quantity D:maker F:part_number G:description H:footprint "
        "J:other K:fitted",
        6,
        {Kind.TITLE: 7, Kind.BLANK: 2, Kind.HEADER: 1},
        (),
        {},
    ),
    "tiger-biosynth/BOM.tsv": Expected(
        "csv",
        "text",
        1,
        "A:references B:quantity C:description D:maker E:part_number F:distributor_number "
        "G:distributor_number H:distributor_number I:distributor_number J:distributor_number",
        6,
        {Kind.HEADER: 1},
        (),
        {3: Category.BATTERY},
    ),
    "vesc/BLDC4.12_BOM.ods": Expected(
        "ods",
        "Tabell1",
        1,
        "A:references B:value C:footprint D:description E:quantity F:fitted G:supplier "
        "H:distributor_number I:notes",
        41,
        {Kind.HEADER: 1, Kind.NOT_FITTED: 5},
        (),
        {},
    ),
}
NO_BOM = "rit-bms/BOM.xls"


def path_of(name: str) -> Path:
    path = BOMS / name
    if not path.exists():
        pytest.skip("the real files are not beside this clone (../shared/data/boms)")
    return path


def read(name: str) -> tuple[Workbook, intake.Reading]:
    path = path_of(name)
    book = formats.read(path.read_bytes(), path.name)
    return book, intake.recognise(book)


def rows(name: str) -> Rows:
    book, reading = read(name)
    assert reading.layout, reading.problems
    return intake.rows(book, reading.layout)


def line(name: str, row: int) -> ParsedLine:
    return next(one for one in rows(name).lines if one.row == row)


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_as_a_person_reads_it(name: str) -> None:
    expected = FILES[name]
    book, reading = read(name)
    layout = reading.layout
    assert layout, reading.problems
    where = (book.format, layout.sheet, layout.header_row)
    assert where == (expected.format, expected.sheet, expected.header_row)
    told = " ".join(f"{one.letter}:{one.field}" for one in layout.columns if one.field)
    assert told == expected.columns
    found = intake.rows(book, layout)
    sheet = next(one for one in book.sheets if one.name == layout.sheet)
    assert sorted(found.numbers()) == list(range(1, len(sheet.rows) + 1))
    assert len(found.lines) == expected.lines
    assert Counter(one.kind for one in found.non_parts) == expected.non_parts
    problems = (*book.problems, *reading.problems, *found.problems)
    codes = sorted(one.code for one in problems if one.code != "no-maker-column")
    assert tuple(codes) == expected.problems
    guesses = {one.row: intake.classify_line(one).category for one in found.lines}
    batteries = {row: one for row, one in guesses.items() if one and one.is_battery_kind}
    assert batteries == expected.batteries


def test_every_real_file_is_expected_to_be_something() -> None:
    if not BOMS.exists():
        pytest.skip("the real files are not beside this clone (../shared/data/boms)")
    there = {str(path.relative_to(BOMS)) for path in BOMS.rglob("*") if path.is_file()}
    assert there == {*FILES, NO_BOM}


def test_a_stack_up_report_named_bom_is_called_what_it_is() -> None:
    _, reading = read(NO_BOM)
    assert reading.layout is None
    (problem,) = reading.problems
    assert problem.code == "not-a-bom"
    assert "stack-up report" in problem.what


def test_most_lines_of_real_files_are_recognised_and_none_by_guesswork() -> None:
    guesses = [intake.classify_line(one) for name in FILES for one in rows(name).lines]
    assert sum(one.category is not None for one in guesses) > 0.9 * len(guesses)
    assert all(one.confidence >= 0.5 for one in guesses if one.category)


def test_costs_with_a_decimal_comma_and_a_sign_are_exact() -> None:
    found = line("echowawa/BOM_semicolon.csv", 2)
    assert (str(found.total_cost), found.currency) == ("0.25", "EUR")


def test_yuan_are_told_from_yen_by_the_chinese_headers() -> None:
    found = line("esp32-weather-cn/BOM.xls", 3)
    assert (str(found.unit_cost), found.currency) == ("0.629928", "CNY")
    assert (found.maker, found.part_number) == ("JS(钜硕电子)", "AFC01-S18FCA-00")


def test_part_numbers_stored_as_numbers_keep_their_digits() -> None:
    assert line("mnt-reform/reform2-motherboard-r3-bom.xlsx", 5).part_number == "61300311121"


def test_tabs_that_lost_their_backslash_are_found() -> None:
    found = line("bioreactor/BOM.tsv", 1)
    assert found.description == "12V 10A power supply 100V-265V"


def test_resistors_are_resistors_in_every_language() -> None:
    for name, row in (
        ("diybms/CellModules_LCSC_BillOfMaterials.xlsx", 5),
        ("libresolar/BMS-5s_bom.csv", 33),
        ("bom-gost-ru/BPI.xls", 19),
        ("esp32-weather-cn/BOM.xls", 14),
        ("ennoid-bms/BOM-Master-LV.ods", 24),
        ("kibot/kicad9_netlist_bom.xml", 3),
        ("cyclonedx/hbom_pcie-sata-adapter.json", 8),
    ):
        assert intake.classify_line(line(name, row)).category is Category.RESISTOR, name
