"""Rows of a table that are no parts: totals, charges, notes. Each is named, none dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from procurement.formats.workbook import Row
from procurement.intake import numbers
from procurement.intake.texts import cleaned, is_blank, text_of

_TOTAL = re.compile(
    r"^[\s*#~\-–—]*(?:grand\s+|sub[\s-]?|order\s+|bom\s+|project\s+|net\s+)?"
    r"(?:total|totals|sum|summe|gesamt(?:summe|preis|kosten|betrag)?|zwischensumme|somme|suma|importe"
    r"|итого|всего|сумма|合计|总计|小计|合計|総計|小計|總計|합계|총계|소계)"
    r"(?:\s*[:=].*|\s+(?:cost|price|amount|value|components|parts|items|lines|qty|quantity|for|per|of"
    r"|excl|incl|ht|ttc|net|brutto|netto|usd|eur|gbp)\b.*|\W*[\d.,]*\W*)$|^price for \d+",
    re.IGNORECASE,
)
_CHARGE = re.compile(
    r"^\W*(?:shipping|freight|postage|delivery(?: cost| charge)?|handling|customs duty"
    r"|import duty|duties|vat|sales tax|tax"
    r"|taxes|discount|labou?r|assembly (?:cost|fee|charge)|setup (?:cost|fee|charge)|nre"
    r"|tooling|stencil fee|versand\w*|fracht|mwst"
    r"|rabatt|frais de port|livraison|tva|envío|iva|доставка|ндс|运费|税费|快递费|送料|消費税"
    r"|배송비|부가세)"
    r"(?:\s*(?:cost|costs|fee|fees|charge|charges|kosten))?\W*(?:\(.*\))?$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W*(?:notes?|remarks?|approved|prepared|checked|drawn|page|date|revision|rev|author|created|generated|legend"
    r"|component groups|component count|fitted components|number of pcbs|total components"
    r"|schematic (?:version|date|source)"
    r"|bom date|kicad version|bemerkung\w*|hinweis\w*|freigegeben|erstellt|geprüft|approuvé"
    r"|remarques?|примечани\w*|утвердил"
    r"|составил|проверил|备注|注|审核|批准|编制|備考|承認|작성|승인|비고)\s*[:：*]",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"^\W*(?:approved|prepared by|checked by|drawn by|notes?)\W*$", re.IGNORECASE)
_NOT_FITTED = re.compile(
    r"^(?:dnp|dnf|dni|dns|dnm|nf|n\.?f\.?|np|not fitted|not populated|unfitted|no pop|nopop"
    r"|do not (?:place|mount|populate|fit|install|stuff)"
    r"|not placed|not mounted|nicht bestückt|nicht bestücken|non monté|no montar"
    r"|не устанавливать|不贴|不焊|未実装|미삽|미실장)$",
    re.IGNORECASE,
)
_NO = frozenset(
    {"no", "n", "false", "0", "nein", "non", "нет", "否", "无", "아니오", "いいえ", "無"}
)
_DNP_COLUMN = re.compile(r"^(?:dn[pfis]|do not \w+)$", re.IGNORECASE)
_YES = frozenset(
    {"yes", "y", "true", "1", "x", "dnp", "dnf", "dni", "dns", "ja", "oui", "да", "是"}
)


def says_total(text: str) -> bool:
    return _TOTAL.search(text) is not None


def says_charge(text: str) -> bool:
    """Shipping, tax, labour: paid for, and no part."""
    return _CHARGE.search(text) is not None


def says_note(text: str) -> bool:
    """The words under a table: "Notes: …", "Approved", "BoM Date: …"."""
    return _NOTE.search(text) is not None or _SIGNED.match(text) is not None


def says_not_fitted(text: str) -> bool:
    return _NOT_FITTED.match(text.strip()) is not None


def not_fitted(header: str, cell: str) -> bool:
    """Whether a "fitted" column says that the part is left out; "DNP" columns say so with a yes."""
    text = cell.strip().casefold()
    if says_not_fitted(text):
        return True
    return text in (_YES if _DNP_COLUMN.match(header.strip()) else _NO)


def sums_to_total(body: Sequence[Row], cost: int, quantity: int) -> bool:
    """Whether a cost is the whole row's: those add up to the total row, and cost × quantity not."""
    if not any(says_total(cleaned(text_of(cell))) for row in body[-30:] for cell in row[:1]):
        return False
    marks = numbers.marks_of(text_of(row[cost]) for row in body if cost < len(row))
    plain = times = Decimal(0)
    for row in body:
        amount = _number(row, cost, marks)
        first = next((cleaned(text_of(cell)) for cell in row if not is_blank(cell)), "")
        if says_total(first):
            if amount is None or plain == 0:
                return False
            near = max(abs(amount) / 100, Decimal("0.05"))
            return abs(plain - amount) <= near < abs(times - amount)
        if amount is not None:
            plain += amount
            times += amount * (_number(row, quantity, marks) or Decimal(1))
    return False


def _number(row: Row, index: int, marks: numbers.Marks) -> Decimal | None:
    if index >= len(row):
        return None
    found = numbers.read(text_of(row[index]), marks)
    return found.number if isinstance(found, numbers.Amount) else None
