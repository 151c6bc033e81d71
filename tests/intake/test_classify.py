import pytest

from procurement.categories import Category, Chemistry, Level
from procurement.intake import classify, vocabulary
from procurement.intake.classify import ENOUGH
from procurement.intake.signs import battery_size


def category(description: str) -> Category | None:
    return classify(description=description).category


@pytest.mark.parametrize(
    ("description", "kind", "chemistry"),
    [
        ("N189-ND CR2032 Coin Battery", Category.BATTERY, Chemistry.LI_MNO2),
        ("WATTNINE 12V 7.2Ah Li-Ion Battery Pack", Category.BATTERY_PACK, Chemistry.LI_ION),
        ("Battery (LiPo)", Category.BATTERY, Chemistry.LI_POLYMER),
        ("18650 Li-Ion Cell", Category.CELL, Chemistry.LI_ION),
        ("2600 mAh 18650 Li-Po (w/ tabs)", Category.CELL, Chemistry.LI_POLYMER),
        ("LiFePO4 prismatic cell 100Ah", Category.CELL, Chemistry.LFP),
        ("Lithium thionyl chloride battery ER14505", Category.CELL, Chemistry.LI_SOCL2),
        ("12V 7Ah SLA Battery F1 terminals", Category.BATTERY, Chemistry.LEAD_ACID),
        ("LiPo 3S 2200mAh XT60 connector", Category.BATTERY_PACK, Chemistry.LI_POLYMER),
        ("NiMH battery pack 7.2V", Category.BATTERY_PACK, Chemistry.NIMH),
        ("AA alkaline battery", Category.BATTERY, Chemistry.ALKALINE),
        ("Sodium-ion battery module", Category.BATTERY_MODULE, Chemistry.NA_ION),
        ("Battery energy storage system 100 kWh", Category.BATTERY_SYSTEM, None),
        ("BATTERY LITHIUM 3V COIN 20MM", Category.BATTERY, None),
        ("Battery pack, JST connector", Category.BATTERY_PACK, None),
        ("Battery pack with BMS", Category.BATTERY_PACK, None),
        ("Lithium-Ionen-Akku", Category.BATTERY, Chemistry.LI_ION),
        ("Batterie lithium-ion", Category.BATTERY, Chemistry.LI_ION),
        ("Batería de litio", Category.BATTERY, None),
        ("аккумулятор Li-Ion", Category.BATTERY, Chemistry.LI_ION),
        ("磷酸铁锂电芯", Category.CELL, Chemistry.LFP),
        ("纽扣电池 CR2032", Category.BATTERY, Chemistry.LI_MNO2),
        ("リチウムイオン電池", Category.BATTERY, Chemistry.LI_ION),
        ("리튬이온 배터리팩", Category.BATTERY_PACK, Chemistry.LI_ION),
        ("BB-2590/U", Category.BATTERY_PACK, Chemistry.LI_ION),
        ("BA-5590/U", Category.BATTERY_PACK, Chemistry.LI_SO2),
    ],
)
def test_a_battery_is_recognised_with_its_chemistry(
    description: str, kind: Category, chemistry: Chemistry | None
) -> None:
    guess = classify(description=description)
    assert (guess.category, guess.chemistry) == (kind, chemistry), guess.why
    assert kind.is_battery_kind


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Battery Holder", Category.BATTERY_HOLDER),
        ("CR2032-BS-2-1 Battery Socket", Category.BATTERY_HOLDER),
        ("HOLDER BATTERY 20MM COIN", Category.BATTERY_HOLDER),
        ("Cylindrical Battery Contacts, Clips, Holders & Springs", Category.BATTERY_HOLDER),
        ("Cell Holder / Spacer", Category.BATTERY_HOLDER),
        ("Batteriehalter", Category.BATTERY_HOLDER),
        ("Porte-pile", Category.BATTERY_HOLDER),
        ("Portapilas", Category.BATTERY_HOLDER),
        ("电池座", Category.BATTERY_HOLDER),
        ("電池ホルダー", Category.BATTERY_HOLDER),
        ("배터리 홀더", Category.BATTERY_HOLDER),
        ("держатель батареи CR2032", Category.BATTERY_HOLDER),
        ("Battery connector", Category.CONNECTOR),
        ("High-current DC battery connector", Category.CONNECTOR),
        ("Connector for battery", Category.CONNECTOR),
        ("Battery charger", Category.CHARGER),
        ("Charger for 18650 cells", Category.CHARGER),
        ("充电器", Category.CHARGER),
        ("Battery management board", Category.BMS),
        ("3S BMS", Category.BMS),
        ("Battery monitor IC", Category.IC),
        ("Battery Multi-Function Controller IC Lithium Ion/Polymer 8-TSSOP", Category.IC),
        ("Battery cable", Category.WIRING),
        ("Akkukabel", Category.WIRING),
        ("Battery fuse 100A", Category.FUSE),
        ("Battery Enclosure / Frame", Category.HOUSING),
        ("Cell Interconnect / Bus Material", Category.BUSBAR),
        ("Fish Paper / Cell Insulation", Category.INSULATION),
    ],
)
def test_what_serves_a_battery_is_none(description: str, kind: Category) -> None:
    guess = classify(description=description)
    assert guess.category is kind, guess.why
    assert not kind.is_battery_kind
    assert guess.chemistry is None


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Chip Resistor - Surface Mount 47KOhms ±1% 1/8W 0805 RoHS", Category.RESISTOR),
        ("Resistor 10k 0805", Category.RESISTOR),
        ("RES SMD 10K OHM 1% 1/10W 0603", Category.RESISTOR),
        ("Unpolarized capacitor", Category.CAPACITOR),
        ("Конденсатор", Category.CAPACITOR),
        ("电阻", Category.RESISTOR),
        ("Widerstand", Category.RESISTOR),
        ("抵抗器", Category.RESISTOR),
        ("Load cell 2kg YZC-133", Category.SENSOR),
        ("Diode Standard 50V 150mA Surface Mount SOD-323", Category.DIODE),
        ("NTC Thermistor 10k Bead", Category.THERMISTOR),
        ("Round magnet 20 x 5mm", Category.MAGNET),
        ("JLCPCB 4 Layer PCB", Category.PCB),
        ("Wire To Board / Wire To Wire Connector P=2mm RoHS", Category.CONNECTOR),
        ("ARM Cortex-M0 Microcontroller IC 32-Bit", Category.IC),
        ("M2.5 Allen Bolts 20mm Stainless Steel", Category.FASTENER),
        ("Graphite anode powder", Category.ANODE_MATERIAL),
        ("Separator film 16um", Category.SEPARATOR),
        ("Copper foil 8um", Category.ANODE_FOIL),
        ("LiPF6", Category.ELECTROLYTE_SALT),
        ("正极材料", Category.CATHODE_MATERIAL),
        ("Lithium carbonate, battery grade", Category.BATTERY_MINERAL),
    ],
)
def test_other_parts_are_recognised(description: str, kind: Category) -> None:
    guess = classify(description=description)
    assert guess.category is kind, guess.why
    assert guess.confidence >= ENOUGH


@pytest.mark.parametrize(
    "description",
    [
        "",
        "x",
        "Assembly",
        "Solar cell",
        "Drone",
        "Lithium grease",
        "Li-ion capacitor",
        "Battery tester",
        "Battery powered camera",
        "Miscellaneous small material",
        "太阳能电池",
        "Part 42",
    ],
)
def test_where_it_is_not_sure_it_says_nothing(description: str) -> None:
    assert category(description) is None


@pytest.mark.parametrize(
    "description",
    [
        "Laptop",
        "UPS 1500VA",
        "Power bank 20000mAh",
        "Cell phone",
        "GPS tracker with 500mAh battery",
    ],
)
def test_a_thing_with_a_battery_inside_is_said_to_contain_one(description: str) -> None:
    assert category(description) is Category.CONTAINS_BATTERY


def test_a_battery_named_after_something_unknown_is_never_called_something_else() -> None:
    for description in ("Camera, Li-ion battery", "Widget, CR2032", "Toy (battery operated)"):
        found = category(description)
        assert found is None or found.is_battery_kind


def test_a_radio_without_its_battery_contains_none() -> None:
    assert category("Handheld radio with battery") is Category.CONTAINS_BATTERY
    assert category("GPS tracker, battery not included") is None


def test_a_coin_cell_value_on_a_holder_footprint_is_a_question() -> None:
    guess = classify(
        value="CR1220",
        part_number="3000",
        footprint="Battery:BatteryHolder_Keystone_3000_1x12mm",
        references="BT1",
    )
    assert guess.category is None
    assert "CR1220" in guess.why


def test_a_designator_alone_is_not_enough_and_with_a_value_it_is() -> None:
    assert classify(references="R1").category is None
    assert classify(references="R1", value="10k").category is Category.RESISTOR
    assert classify(references="C4 C5", value="22pF").category is Category.CAPACITOR
    assert classify(references="R1", footprint="Resistor_SMD:R_0603").category is Category.RESISTOR


def test_a_battery_designator_is_a_doubt_and_never_a_resistor() -> None:
    assert classify(references="BT1").category is None
    assert "battery" in classify(references="BT1").why


@pytest.mark.parametrize(
    ("hts", "nsn", "kind", "chemistry"),
    [
        ("8507.60.0020", "", Category.BATTERY, Chemistry.LI_ION),
        ("8506.50", "", Category.BATTERY, Chemistry.LI_PRIMARY),
        ("8507.90", "", None, None),  # parts of batteries
        ("8533.21.00", "", Category.RESISTOR, None),
        ("", "6140-01-555-1234", Category.BATTERY, None),
        ("", "5905-00-111-2222", Category.RESISTOR, None),
    ],
)
def test_tariff_headings_and_supply_classes_say_what_a_part_is(
    hts: str, nsn: str, kind: Category | None, chemistry: Chemistry | None
) -> None:
    guess = classify(hts=hts, nsn=nsn)
    assert (guess.category, guess.chemistry) == (kind, chemistry)


def test_words_that_contradict_a_battery_code_are_a_question() -> None:
    assert classify(description="Resistor 10k", hts="8507.60").category is None


@pytest.mark.parametrize(
    "part_number", ["CR2012", "CR0805-JW-470ELF", "ERJ-3EKF1002V", "LR2010-R01", "BAT54", "FR4-1.6"]
)
def test_part_numbers_that_only_resemble_a_battery_are_not_called_one(part_number: str) -> None:
    found = classify(part_number=part_number, description="Resistor 10k 0805").category
    assert found in (Category.RESISTOR, None)  # never a battery


@pytest.mark.parametrize(
    "text", ["CR2032", "LIR2450", "LR44", "SR626SW", "18650", "INR21700-50E", "ER14505", "CR123A"]
)
def test_standard_sizes_are_known(text: str) -> None:
    assert battery_size(text) is not None


@pytest.mark.parametrize("text", ["0603", "R18650K", "14500 rpm", "118650", "CR20321", "PR1812"])
def test_what_looks_like_a_size_and_is_none(text: str) -> None:
    assert battery_size(text) is None


def test_nothing_told_is_nothing_recognised() -> None:
    guess = classify()
    assert (guess.category, guess.chemistry, guess.confidence) == (None, None, 0.0)


def test_every_category_has_its_place_and_words_name_only_known_ones() -> None:
    listed = {found for _, _, found in vocabulary.read() if found}
    assert listed <= set(Category)
    for one in Category:
        assert one.label
        assert isinstance(one.level, Level)
        assert not (one.is_battery_kind and one.is_functional_cell_component)
    assert {one for one in Category if one.is_battery_kind} <= listed
    assert {one for one in Category if one.is_functional_cell_component} <= listed
