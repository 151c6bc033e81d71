"""What a part can be, and what chemistry a battery can have: the taxonomy of the law's facts.

A category says three things a rule asks: the level it stands at, whether it is a battery (or
contains one), and whether it is a functional cell component (10 U.S.C. 4865(e)(3)). A part whose
category is not known has none: `None`, never "other".
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How far up the battery a part stands. OTHER is outside it: electronics, mechanics, wiring."""

    MATERIAL = "material"
    COMPONENT = "component"
    CELL = "cell"
    MODULE = "module"
    PACK = "pack"
    SYSTEM = "system"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Nature:
    """What follows from a category.

    `conservative`: a functional cell component only by our reading, not by the statute's words.
    """

    label: str
    level: Level
    functional: bool = False
    conservative: bool = False
    battery: bool = False


class Category(StrEnum):
    # batteries, cells, and items that contain one
    CELL = "cell"
    BATTERY = "battery"
    BATTERY_MODULE = "battery_module"
    BATTERY_PACK = "battery_pack"
    BATTERY_SYSTEM = "battery_system"
    CONTAINS_BATTERY = "contains_battery"
    # functional cell components, by the statute's own list
    CATHODE_MATERIAL = "cathode_material"
    ANODE_MATERIAL = "anode_material"
    SEPARATOR = "separator"
    ANODE_FOIL = "anode_foil"
    ELECTROLYTE = "electrolyte"
    ELECTROLYTE_SALT = "electrolyte_salt"
    ELECTROLYTE_SOLVENT = "electrolyte_solvent"
    ELECTROLYTE_ADDITIVE = "electrolyte_additive"
    SOLID_ELECTROLYTE = "solid_electrolyte"
    SAFETY_DEVICE = "safety_device"
    # functional cell components by conservative reading
    CATHODE_FOIL = "cathode_foil"
    BINDER = "binder"
    CONDUCTIVE_CARBON = "conductive_carbon"
    PRECURSOR = "precursor"
    # upstream and beside the cell
    BATTERY_MINERAL = "battery_mineral"
    CELL_CASE = "cell_case"
    TAB = "tab"
    BUSBAR = "busbar"
    MODULE_FRAME = "module_frame"
    HOUSING = "housing"
    BMS = "bms"
    THERMAL = "thermal"
    CHARGER = "charger"
    INVERTER = "inverter"
    BATTERY_HOLDER = "battery_holder"
    # electronics
    RESISTOR = "resistor"
    CAPACITOR = "capacitor"
    INDUCTOR = "inductor"
    TRANSFORMER = "transformer"
    DIODE = "diode"
    LED = "led"
    TRANSISTOR = "transistor"
    IC = "ic"
    CRYSTAL = "crystal"
    FUSE = "fuse"
    THERMISTOR = "thermistor"
    SWITCH = "switch"
    RELAY = "relay"
    SENSOR = "sensor"
    DISPLAY = "display"
    SPEAKER = "speaker"
    ANTENNA = "antenna"
    CAMERA = "camera"
    RADIO = "radio"
    MOTOR = "motor"
    POWER_CONVERTER = "power_converter"
    POWER_SUPPLY = "power_supply"
    ELECTRONIC_MODULE = "electronic_module"
    PCB = "pcb"
    CONNECTOR = "connector"
    WIRING = "wiring"
    # mechanics and the rest
    MAGNET = "magnet"
    HEATER = "heater"
    FASTENER = "fastener"
    MECHANICAL = "mechanical"
    INSULATION = "insulation"
    LABEL = "label"
    MARKING = "marking"

    @property
    def nature(self) -> Nature:
        return NATURES[self]

    @property
    def label(self) -> str:
        """As a person reads it: "battery pack"."""
        return NATURES[self].label

    @property
    def level(self) -> Level:
        return NATURES[self].level

    @property
    def is_functional_cell_component(self) -> bool:
        """True also for the four that only our conservative reading counts; see `conservative`."""
        return NATURES[self].functional

    @property
    def is_battery_kind(self) -> bool:
        """A battery, a cell, or an item that contains one: what makes a line a battery line."""
        return NATURES[self].battery


def _battery(label: str, level: Level) -> Nature:
    return Nature(label, level, battery=True)


def _functional(label: str, level: Level, conservative: bool = False) -> Nature:
    return Nature(label, level, functional=True, conservative=conservative)


def _other(label: str, level: Level = Level.OTHER) -> Nature:
    return Nature(label, level)


NATURES: dict[Category, Nature] = {
    Category.CELL: _battery("cell", Level.CELL),
    Category.BATTERY: _battery("battery", Level.PACK),
    Category.BATTERY_MODULE: _battery("battery module", Level.MODULE),
    Category.BATTERY_PACK: _battery("battery pack", Level.PACK),
    Category.BATTERY_SYSTEM: _battery("battery energy storage system", Level.SYSTEM),
    Category.CONTAINS_BATTERY: _battery("item containing a battery", Level.SYSTEM),
    Category.CATHODE_MATERIAL: _functional("cathode active material", Level.MATERIAL),
    Category.ANODE_MATERIAL: _functional("anode active material", Level.MATERIAL),
    Category.SEPARATOR: _functional("separator", Level.COMPONENT),
    Category.ANODE_FOIL: _functional("anode foil", Level.COMPONENT),
    Category.ELECTROLYTE: _functional("electrolyte", Level.MATERIAL),
    Category.ELECTROLYTE_SALT: _functional("electrolyte salt", Level.MATERIAL),
    Category.ELECTROLYTE_SOLVENT: _functional("electrolyte solvent", Level.MATERIAL),
    Category.ELECTROLYTE_ADDITIVE: _functional("electrolyte additive", Level.MATERIAL),
    Category.SOLID_ELECTROLYTE: _functional("solid electrolyte", Level.MATERIAL),
    Category.SAFETY_DEVICE: _functional("internal safety device of a cell", Level.COMPONENT),
    Category.CATHODE_FOIL: _functional("cathode foil", Level.COMPONENT, True),
    Category.BINDER: _functional("binder", Level.MATERIAL, True),
    Category.CONDUCTIVE_CARBON: _functional("conductive carbon", Level.MATERIAL, True),
    Category.PRECURSOR: _functional("cathode precursor", Level.MATERIAL, True),
    Category.BATTERY_MINERAL: _other("battery mineral", Level.MATERIAL),
    Category.CELL_CASE: _other("cell can or pouch film", Level.COMPONENT),
    Category.TAB: _other("tab", Level.COMPONENT),
    Category.BUSBAR: _other("busbar", Level.COMPONENT),
    Category.MODULE_FRAME: _other("module frame", Level.COMPONENT),
    Category.HOUSING: _other("housing", Level.COMPONENT),
    Category.BMS: _other("battery management board", Level.COMPONENT),
    Category.THERMAL: _other("thermal part", Level.COMPONENT),
    Category.CHARGER: _other("battery charger"),
    Category.INVERTER: _other("inverter or power conversion system"),
    Category.BATTERY_HOLDER: _other("battery holder or contact"),
    Category.RESISTOR: _other("resistor"),
    Category.CAPACITOR: _other("capacitor"),
    Category.INDUCTOR: _other("inductor or ferrite"),
    Category.TRANSFORMER: _other("transformer"),
    Category.DIODE: _other("diode"),
    Category.LED: _other("LED"),
    Category.TRANSISTOR: _other("transistor"),
    Category.IC: _other("integrated circuit"),
    Category.CRYSTAL: _other("crystal or oscillator"),
    Category.FUSE: _other("fuse or circuit protection"),
    Category.THERMISTOR: _other("thermistor"),
    Category.SWITCH: _other("switch or button"),
    Category.RELAY: _other("relay or optocoupler"),
    Category.SENSOR: _other("sensor"),
    Category.DISPLAY: _other("display"),
    Category.SPEAKER: _other("speaker, buzzer or microphone"),
    Category.ANTENNA: _other("antenna"),
    Category.CAMERA: _other("camera"),
    Category.RADIO: _other("radio or communications module"),
    Category.MOTOR: _other("motor, servo or pump"),
    Category.POWER_CONVERTER: _other("power converter"),
    Category.POWER_SUPPLY: _other("power supply"),
    Category.ELECTRONIC_MODULE: _other("electronic module or board"),
    Category.PCB: _other("printed circuit board"),
    Category.CONNECTOR: _other("connector"),
    Category.WIRING: _other("wire or cable"),
    Category.MAGNET: _other("magnet"),
    Category.HEATER: _other("heater"),
    Category.FASTENER: _other("fastener"),
    Category.MECHANICAL: _other("mechanical part"),
    Category.INSULATION: _other("insulation, tape or adhesive"),
    Category.LABEL: _other("label"),
    Category.MARKING: _other("drawing mark, hole or test point"),
}

BATTERY_KINDS = frozenset(c for c in Category if c.is_battery_kind)
FUNCTIONAL_CELL_COMPONENTS = frozenset(c for c in Category if c.is_functional_cell_component)


class Chemistry(StrEnum):
    """What the energy is stored in. LI_ION: a lithium-ion battery whose cathode is not told."""

    LI_ION = "li_ion"
    LI_POLYMER = "li_polymer"
    NMC = "nmc"
    NCA = "nca"
    LFP = "lfp"
    LMFP = "lmfp"
    LCO = "lco"
    LMO = "lmo"
    LNMO = "lnmo"
    LTO = "lto"
    SILICON_ANODE = "silicon_anode"
    LI_METAL = "li_metal"
    SOLID_STATE = "solid_state"
    LI_S = "li_s"
    NA_ION = "na_ion"
    LI_PRIMARY = "li_primary"
    LI_SO2 = "li_so2"
    LI_MNO2 = "li_mno2"
    LI_SOCL2 = "li_socl2"
    LI_CFX = "li_cfx"
    LI_FES2 = "li_fes2"
    LI_FES2_THERMAL = "li_fes2_thermal"
    SILVER_ZINC = "silver_zinc"
    SILVER_OXIDE = "silver_oxide"
    ALKALINE = "alkaline"
    ZINC_CARBON = "zinc_carbon"
    ZINC_AIR = "zinc_air"
    NIMH = "nimh"
    NICD = "nicd"
    LEAD_ACID = "lead_acid"
    VANADIUM_FLOW = "vanadium_flow"

    @property
    def label(self) -> str:
        return CHEMISTRY_LABELS[self]


CHEMISTRY_LABELS: dict[Chemistry, str] = {
    Chemistry.LI_ION: "lithium-ion, cathode not told",
    Chemistry.LI_POLYMER: "lithium-ion polymer, cathode not told",
    Chemistry.NMC: "lithium-ion NMC",
    Chemistry.NCA: "lithium-ion NCA",
    Chemistry.LFP: "lithium iron phosphate",
    Chemistry.LMFP: "lithium manganese iron phosphate",
    Chemistry.LCO: "lithium cobalt oxide",
    Chemistry.LMO: "lithium manganese oxide",
    Chemistry.LNMO: "lithium nickel manganese oxide spinel",
    Chemistry.LTO: "lithium-ion, titanate anode",
    Chemistry.SILICON_ANODE: "lithium-ion, silicon anode",
    Chemistry.LI_METAL: "lithium metal, rechargeable",
    Chemistry.SOLID_STATE: "solid state",
    Chemistry.LI_S: "lithium-sulphur",
    Chemistry.NA_ION: "sodium-ion",
    Chemistry.LI_PRIMARY: "primary lithium, couple not told",
    Chemistry.LI_SO2: "lithium sulphur dioxide, primary",
    Chemistry.LI_MNO2: "lithium manganese dioxide, primary",
    Chemistry.LI_SOCL2: "lithium thionyl chloride, primary",
    Chemistry.LI_CFX: "lithium carbon monofluoride, primary",
    Chemistry.LI_FES2: "lithium iron disulphide, primary",
    Chemistry.LI_FES2_THERMAL: "lithium iron disulphide, thermal",
    Chemistry.SILVER_ZINC: "silver-zinc",
    Chemistry.SILVER_OXIDE: "silver oxide",
    Chemistry.ALKALINE: "alkaline",
    Chemistry.ZINC_CARBON: "zinc-carbon",
    Chemistry.ZINC_AIR: "zinc-air",
    Chemistry.NIMH: "nickel-metal hydride",
    Chemistry.NICD: "nickel-cadmium",
    Chemistry.LEAD_ACID: "lead-acid",
    Chemistry.VANADIUM_FLOW: "vanadium flow",
}
