"""What the law makes of the category and chemistry codes that facts come with.

The codes are those of `procurement.categories`; a test holds the two together. A code that is not
here is not recognised, and an unrecognised part is never cleared.
"""

BATTERIES = frozenset({"battery", "battery_module", "battery_pack", "battery_system"})
CELLS = frozenset({"cell"})
CONTAINERS = frozenset({"contains_battery"})

NAMED_FUNCTIONAL = frozenset(
    {
        "cathode_material",
        "anode_material",
        "separator",
        "anode_foil",
        "electrolyte",
        "electrolyte_salt",
        "electrolyte_solvent",
        "electrolyte_additive",
        "solid_electrolyte",
        "safety_device",
    }
)
"""Functional cell components as 10 U.S.C. 4865(e)(3) names them."""

READ_FUNCTIONAL = frozenset({"cathode_foil", "binder", "conductive_carbon", "precursor"})
"""Functional cell components by the conservative reading of "other functional materials" only."""

MAY_HOLD_SENSITIVE = frozenset(
    {
        "magnet",
        "motor",
        "thermal",
        "speaker",
        "relay",
        "sensor",
        "capacitor",
        "ic",
        "bms",
        "electronic_module",
        "charger",
        "inverter",
        "power_converter",
        "power_supply",
        "camera",
        "radio",
        "heater",
        "display",
    }
)
"""Parts that can hold a magnet, tungsten, tantalum or molybdenum (10 U.S.C. 4872): to be asked."""

BOARDS = frozenset(
    {
        "pcb",
        "bms",
        "electronic_module",
        "charger",
        "inverter",
        "power_converter",
        "power_supply",
        "radio",
        "camera",
    }
)
"""Parts that are, or carry, a printed circuit board (10 U.S.C. 4873)."""

HOLD_CHIPS = frozenset(BOARDS - {"pcb"}) | {"ic", "sensor", "display"}
"""Parts that are, or carry, a semiconductor product (FY2023 NDAA sec. 5949)."""

HOLD_TELECOM = frozenset({"radio", "camera", "electronic_module", "bms", "inverter"})
"""Parts that are, or can carry, telecommunications or video equipment (FY2019 NDAA sec. 889)."""

OTHERS = frozenset(
    {
        "battery_mineral",
        "cell_case",
        "tab",
        "busbar",
        "module_frame",
        "housing",
        "battery_holder",
        "resistor",
        "inductor",
        "transformer",
        "diode",
        "led",
        "transistor",
        "crystal",
        "fuse",
        "thermistor",
        "switch",
        "antenna",
        "connector",
        "wiring",
        "fastener",
        "mechanical",
        "insulation",
        "label",
        "marking",
    }
)
"""Parts that no rule here asks more about than what they are."""

MINERAL = "battery_mineral"
"""An input refined into a functional cell component; not one itself."""

FUNCTIONAL = NAMED_FUNCTIONAL | READ_FUNCTIONAL
KNOWN = (
    BATTERIES
    | CELLS
    | CONTAINERS
    | FUNCTIONAL
    | MAY_HOLD_SENSITIVE
    | BOARDS
    | HOLD_CHIPS
    | HOLD_TELECOM
    | OTHERS
)

ADVANCED_CHEMISTRIES = frozenset(
    {
        "li_ion",
        "li_polymer",
        "nmc",
        "nca",
        "lfp",
        "lmfp",
        "lco",
        "lmo",
        "lnmo",
        "lto",
        "silicon_anode",
        "li_metal",
        "solid_state",
        "li_s",
        "na_ion",
        "li_primary",
        "li_so2",
        "li_mno2",
        "li_socl2",
        "li_cfx",
        "li_fes2",
        "li_fes2_thermal",
        "silver_zinc",
    }
)
"""Chemistries in scope of "advanced battery" on every reading we hold arguable."""

OPEN_CHEMISTRIES = frozenset(
    {
        "silver_oxide",
        "alkaline",
        "zinc_carbon",
        "zinc_air",
        "nimh",
        "nicd",
        "lead_acid",
        "vanadium_flow",
    }
)
"""Chemistries where it is open whether the battery is "advanced"."""
