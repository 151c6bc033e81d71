"""CycloneDX, KiCad, IPC-2581 and Altium: files that name their values, laid out as sheets."""

import json
from typing import Any

import pytest

from procurement import formats, intake
from procurement.formats.support import markup
from procurement.formats.workbook import Workbook
from procurement.intake import Rows


def rows(found: Workbook) -> Rows:
    layout = intake.recognise(found).layout
    assert layout, found.problems
    return intake.rows(found, layout)


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in formats.read(data).problems]


def device(name: str, *components: Any, **told: Any) -> dict[str, Any]:
    properties = [
        {"name": f"cdx:device:{key}", "value": value} for key, value in told.pop("cdx", {}).items()
    ]
    return {
        "type": "device",
        "name": name,
        "properties": properties,
        "components": [*components],
    } | told


def cyclonedx(*components: Any, product: Any = None) -> bytes:
    bom: dict[str, Any] = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    bom["components"] = [*components]
    if product:
        bom["metadata"] = {"component": product}
    return json.dumps(bom).encode()


def test_nested_devices_become_levels_with_quantities_makers_and_origins() -> None:
    cell = device(
        "NCR18650B",
        device("Separator film"),
        cdx={"quantity": "18", "function": "cell"},
        manufacturer={"name": "Panasonic"},
        supplier={"name": "Mouser"},
        description="Li-ion cell",
    )
    cell["properties"].append({"name": "acme:countryOfOrigin", "value": "JP"})
    found = rows(formats.read(cyclonedx(cell, device("BMS-3S"), product=device("PACK-1"))))
    assert [(one.part_number, one.level, one.parent_row) for one in found.lines] == [
        ("PACK-1", 0, None),
        ("NCR18650B", 1, 2),
        ("Separator film", 2, 3),
        ("BMS-3S", 1, 2),
    ]
    line = found.lines[1]
    assert (line.maker, line.supplier, line.country) == ("Panasonic", "Mouser", "JP")
    assert str(line.quantity) == "18"
    assert line.category_text == "cell"


def test_software_among_the_parts_is_a_note_and_software_alone_is_no_bill_of_parts() -> None:
    library = {"type": "library", "name": "openssl", "version": "3.0"}
    found = rows(formats.read(cyclonedx(device("BMS-3S"), library)))
    assert [one.part_number for one in found.lines] == ["BMS-3S"]
    assert "openssl" in found.non_parts[-1].text
    refused = formats.read(cyclonedx(library))
    assert [one.code for one in refused.problems] == ["not-a-bom"]
    assert "software" in refused.problems[0].what


def test_cyclonedx_in_xml_says_the_same() -> None:
    xml = """<?xml version="1.0"?>
    <bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
      <components><component type="device">
        <manufacturer><name>Panasonic</name></manufacturer>
        <name>NCR18650B</name><description>Li-ion cell</description>
        <components><component type="device"><name>Separator film</name></component></components>
        <properties><property name="cdx:device:quantity">18</property></properties>
      </component></components>
    </bom>"""
    found = rows(formats.read(xml.encode(), "bom.xml"))
    assert [(one.part_number, one.level) for one in found.lines] == [
        ("NCR18650B", 0),
        ("Separator film", 1),
    ]
    assert found.lines[0].maker == "Panasonic"


def told_2_0(*components: Any, **more: Any) -> bytes:
    bom = {"specFormat": "CycloneDX", "specVersion": "2.0", "components": [*components]}
    return json.dumps(bom | more).encode()


def origin(stage: Any, *shares: tuple[str, int] | tuple[str, int, str], **more: Any) -> Any:
    keys = ("isoCode", "percentage", "performedBy")
    shown = [dict(zip(keys, share, strict=False)) for share in shares]
    return {"stage": stage, "basis": "net weight", "distribution": shown, **more}


SMELTER = {
    "refId": "org-1",
    "roles": [{"role": "supplier"}],
    "organization": {"name": "Great Lakes Metals"},
}


def test_origins_of_cyclonedx_2_0_are_kept_stage_by_stage_with_shares_and_who_did_it() -> None:
    tungsten = {
        "type": "material",
        "name": "Tungsten powder",
        "quantity": {"value": 2.5, "unit": "kg"},
        "parties": [SMELTER],
        "origins": [
            origin("mined", ("PT", 55), ("BO", 45)),
            origin({"name": "reduced"}, ("US", 100, "org-1")),
        ],
    }
    magnet = {
        "type": "device",
        "name": "Magnet",
        "quantity": {"value": 2},
        "components": [tungsten],
        "origins": [origin("manufactured", ("US-MI", 100))],
    }
    book = formats.read(told_2_0(magnet))
    assert not book.problems
    found = rows(book)
    assert [(one.part_number, one.level, str(one.quantity)) for one in found.lines] == [
        ("Magnet", 0, "2"),
        ("Tungsten powder", 1, "2.5"),
    ]
    assert [(one.country, one.supplier) for one in found.lines] == [
        ("US", ""),
        (None, "Great Lakes Metals"),
    ]
    kept = dict(zip(book.sheets[0].rows[0], book.sheets[0].rows[2], strict=False))
    assert kept["Stages of its making"] == (
        "mined: PT 55 %, BO 45 % (net weight); reduced: US 100 % by Great Lakes Metals (net weight)"
    )


def test_an_inventory_of_2_0_tells_its_subject_and_components() -> None:
    inventory = {"subject": device("PACK-1"), "components": [device("CELL-1")]}
    bom = {"specFormat": "CycloneDX", "specVersion": "2.0", "inventory": inventory}
    found = rows(formats.read(json.dumps(bom).encode()))
    assert [(one.part_number, one.level) for one in found.lines] == [("PACK-1", 0), ("CELL-1", 1)]


@pytest.mark.parametrize(
    ("told", "code", "what"),
    [
        (origin({"description": "nameless"}, ("US", 100)), "origin-unclear", "stage has no name"),
        (origin("mined"), "origin-unclear", "tells no countries"),
        (origin("mined", ("US", 60), ("CA", 60)), "origin-unclear", "add up to 120 %"),
        (origin("mined", ("US", 101)), "origin-unclear", "“101” is no share of a whole"),
        (origin("mined", ("US", 100, "org-9")), "origin-unclear", "“org-9”, a party the file"),
        (origin("mined", ("US", 100), colour="red"), "origin-unclear", "“colour” is nothing"),
        (origin("manufactured", ("US", 50), ("CN", 50)), "origin-several", "in 2 countries"),
        ("US", "origin-unclear", "no object with a stage"),
    ],
)
def test_an_origin_that_cannot_be_taken_as_told_is_named_at_its_row(
    told: Any, code: str, what: str
) -> None:
    part = device("X-1")
    book = formats.read(told_2_0(device("A-1"), part | {"origins": [told]}))
    (problem,) = [each for each in book.problems if what in each.what]
    assert (problem.code, problem.row, problem.severity) == (code, 3, "warning")
    assert [one.part_number for one in rows(book).lines] == ["A-1", "X-1"]
    assert rows(book).lines[1].country is None


def test_a_reference_or_a_choice_of_2_0_is_named_and_not_followed() -> None:
    book = formats.read(told_2_0(device("A-1"), {"ref": "comp-9"}))
    assert [(each.code, each.row) for each in book.problems] == [("entry-unclear", 3)]
    assert [one.part_number for one in rows(book).lines] == ["A-1"]


def nested(depth: int) -> bytes:
    inside = device("x")
    for _ in range(depth):
        inside = device("x", inside)
    return cyclonedx(inside)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (cyclonedx(), "empty-file"),
        (cyclonedx(device("A"))[:-5], "file-damaged"),
        (b'{"bomFormat": "CycloneDX", "components": 7}', "empty-file"),
        (b'{"bomFormat": "CycloneDX", "x": ' + b"[" * 100_000, "file-damaged"),
        (nested(80), "too-big"),
        (b'<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>', "file-damaged"),
        (
            b'<!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>',
            "xml-not-allowed",
        ),
        (b'<export version="E"><components></components></export>', "empty-file"),
        (b'<export version="E"><components><comp ref="R1"></export>', "file-damaged"),
        (b'(export (version "E") (components (comp (ref "R1")', "file-damaged"),
        (b'(export (version "E") (components)) )', "file-damaged"),
        (b"(export (components " + b"(" * 1_000 + b"x" + b")" * 1_000 + b"))", "file-damaged"),
        (b'<IPC-2581 revision="C"><Content/></IPC-2581>', "empty-file"),
        (b'<IPC-2581 revision="C"><Content>', "file-damaged"),
        (b"<GRID><COLUMNS/><ROWS/></GRID>", "empty-file"),
        (b"<GRID><ROWS><ROW", "file-damaged"),
    ],
)
def test_what_is_broken_or_empty_is_said(data: bytes, code: str) -> None:
    found = formats.read(data)
    assert not found.readable
    assert [problem.code for problem in found.problems] == [code]


def test_a_tree_larger_than_we_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = cyclonedx(device("A"))
    monkeypatch.setattr(markup, "MAX_TREE", len(data))
    assert formats.read(data).readable
    assert codes(data + b" ") == ["too-big"]


KICAD_XML = """<?xml version="1.0" encoding="UTF-8"?>
<export version="E"><components>
  <comp ref="R1"><value>10k</value><footprint>Resistor_SMD:R_0603</footprint>
    <fields><field name="MPN">RC0603FR-0710KL</field>
      <field name="Manufacturer">Yageo</field></fields>
    <libsource lib="Device" part="R" description="Resistor"/>
    <property name="Sheetname" value="Root"/></comp>
  <comp ref="R2"><value>10k</value><datasheet>~</datasheet><property name="dnp"/></comp>
  <comp ref="BT1"><value>CR2032</value>
    <libsource lib="Device" part="Battery" description="Battery"/></comp>
</components></export>"""
KICAD_TEXT = """(export (version "E")
  (components
    (comp (ref "R1") (value "10k") (footprint "Resistor_SMD:R_0603")
      (fields (field (name "MPN") "RC0603FR-0710KL") (field (name "Manufacturer") "Yageo"))
      (libsource (lib "Device") (part "R") (description "Resistor"))
      (property (name "Sheetname") (value "Root")))
    (comp (ref "R2") (value "10k") (property (name "dnp")))
    (comp (ref "BT1") (value "CR2032") (libsource (lib "Device") (description "Battery")))))"""


@pytest.mark.parametrize("data", [KICAD_XML, KICAD_TEXT])
def test_a_kicad_netlist_gives_a_row_for_every_component(data: str) -> None:
    found = formats.read(data.encode())
    assert found.format == "kicad"
    read = rows(found)
    assert [(one.references, one.value) for one in read.lines] == [("R1", "10k"), ("BT1", "CR2032")]
    assert (read.lines[0].part_number, read.lines[0].maker) == ("RC0603FR-0710KL", "Yageo")
    assert read.lines[0].description == "Resistor"
    assert str(read.lines[0].quantity) == "1"
    assert [(one.kind, one.row) for one in read.non_parts] == [("header", 1), ("not fitted", 3)]


IPC = """<IPC-2581 revision="C" xmlns="http://webstds.ipc.org/2581">
  <LogisticHeader>
    <Enterprise id="M1" name="Murata"/><Enterprise id="M2" name="TDK"/>
  </LogisticHeader>
  <Bom name="b"><BomItem OEMDesignNumberRef="CAP-100N" quantity="2" description="Capacitor 100n">
    <RefDes name="C1" packageRef="0603" populate="true"/><RefDes name="C2" packageRef="0603"/>
    <Characteristics>
      <Textual textualCharacteristicName="VALUE" textualCharacteristicValue="100n"/>
    </Characteristics>
  </BomItem></Bom>
  <Avl name="a"><AvlItem OEMDesignNumber="CAP-100N">
    <AvlVmpn><AvlMpn name="GRM188R71"/><AvlVendor enterpriseRef="M1"/></AvlVmpn>
    <AvlVmpn><AvlMpn name="C1608X7R"/><AvlVendor enterpriseRef="M2"/></AvlVmpn>
  </AvlItem></Avl></IPC-2581>"""


def test_an_ipc_2581_bill_of_materials_brings_its_approved_makers() -> None:
    (line,) = rows(formats.read(IPC.encode())).lines
    assert (line.maker, line.part_number, line.own_number) == ("Murata", "GRM188R71", "CAP-100N")
    assert [(one.maker, one.part_number) for one in line.alternates] == [("TDK", "C1608X7R")]
    assert (line.references, line.value, str(line.quantity)) == ("C1, C2", "100n", "2")


def test_an_ipc_2581_board_without_a_bill_of_materials_gives_what_is_placed() -> None:
    xml = """<IPC-2581 revision="C"><Ecad><CadData><Step name="s">
      <Component refDes="C1" packageRef="C_0805" value="10uF"/>
      <Component refDes="R1" packageRef="R_0603" value="10K"/>
    </Step></CadData></Ecad></IPC-2581>"""
    found = formats.read(xml.encode())
    assert [(one.code, one.severity) for one in found.problems] == [("no-bom-section", "warning")]
    assert [one.references for one in rows(found).lines] == ["C1", "R1"]


def test_an_altium_report_in_xml_is_read_by_its_captions() -> None:
    xml = """<?xml version="1.0"?><GRID><COLUMNS>
      <COLUMN Name="Manufacturer_Part_Number_1" Caption="Manufacturer Part Number 1"/>
      <COLUMN Name="Designator" Caption="Designator"/><COLUMN Name="Quantity"/></COLUMNS>
      <ROWS><ROW Manufacturer_Part_Number_1="RC0603" Designator="R1, R2" Quantity="2"/></ROWS>
    </GRID>"""
    (line,) = rows(formats.read(xml.encode())).lines
    assert (line.part_number, line.references, str(line.quantity)) == ("RC0603", "R1, R2", "2")
