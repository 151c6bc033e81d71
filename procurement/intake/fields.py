"""What a column of a bill of materials can hold."""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """What a column holds. The first block is read into lines; the rest is kept beside them."""

    LEVEL = "level"
    PARENT = "parent"
    POSITION = "position"
    PART_NUMBER = "part_number"
    MAKER = "maker"
    SUPPLIER = "supplier"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_COST = "unit_cost"
    TOTAL_COST = "total_cost"
    CURRENCY = "currency"
    COST_DATE = "cost_date"
    COUNTRY = "country"
    CATEGORY = "category"
    CHEMISTRY = "chemistry"
    VALUE = "value"
    FOOTPRINT = "footprint"
    REFERENCES = "references"
    HTS = "hts"
    NSN = "nsn"
    ALTERNATES = "alternates"
    ALTERNATE_MAKER = "alternate_maker"
    FITTED = "fitted"
    SPECIFICATION = "specification"
    NOTES = "notes"
    OWN_NUMBER = "own_number"
    DISTRIBUTOR_NUMBER = "distributor_number"
    LINK = "link"
    OTHER = "other"  # known by name, and of no use here: stock, weight, rotation …


LABELS: dict[Field, str] = {
    Field.LEVEL: "Level",
    Field.PARENT: "Parent part",
    Field.POSITION: "Item or position",
    Field.PART_NUMBER: "Part number (maker's)",
    Field.MAKER: "Maker",
    Field.SUPPLIER: "Supplier",
    Field.DESCRIPTION: "Description",
    Field.QUANTITY: "Quantity",
    Field.UNIT: "Unit",
    Field.UNIT_COST: "Cost of one",
    Field.TOTAL_COST: "Cost of all",
    Field.CURRENCY: "Currency",
    Field.COST_DATE: "Date of the cost",
    Field.COUNTRY: "Country of origin",
    Field.CATEGORY: "Kind of part",
    Field.CHEMISTRY: "Battery chemistry",
    Field.VALUE: "Value",
    Field.FOOTPRINT: "Package or footprint",
    Field.REFERENCES: "Reference designators",
    Field.HTS: "HTS code",
    Field.NSN: "National stock number",
    Field.ALTERNATES: "Alternative part numbers",
    Field.ALTERNATE_MAKER: "Alternative makers",
    Field.FITTED: "Fitted or not",
    Field.SPECIFICATION: "Specification",
    Field.NOTES: "Notes",
    Field.OWN_NUMBER: "Own part number",
    Field.DISTRIBUTOR_NUMBER: "Distributor's number",
    Field.LINK: "Link",
    Field.OTHER: "Something else",
}

MANY = frozenset(
    {
        Field.ALTERNATES,
        Field.ALTERNATE_MAKER,
        Field.SPECIFICATION,
        Field.NOTES,
        Field.OWN_NUMBER,
        Field.DISTRIBUTOR_NUMBER,
        Field.LINK,
        Field.OTHER,
    }
)
"""Fields that several columns may hold."""
