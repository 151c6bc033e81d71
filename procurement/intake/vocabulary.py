"""The words that say what a part is, in several languages: `vocabulary.csv`, and the chemistries.

In the file, phrases are parted by "|"; of a phrase listed twice the first meaning stands. Kinds:
battery    names a battery or cell
container  a thing that as a rule holds a battery
accessory  stands round a battery or beside it ("battery holder"); with no category: a doubt
other      something else
neither    has a telling word in it and does not mean it ("solar cell", "surface mount")
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from procurement.categories import Category, Chemistry

FILE = Path(__file__).with_name("vocabulary.csv")


class Kind(StrEnum):
    BATTERY = "battery"
    CONTAINER = "container"
    ACCESSORY = "accessory"
    OTHER = "other"
    NEITHER = "neither"


def read() -> Iterator[tuple[str, Kind, Category | None]]:
    """Each phrase as written, with what it says."""
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            category = Category(row["category"]) if row["category"] else None
            for phrase in row["phrases"].split("|"):
                yield phrase, Kind(row["kind"]), category


CHEMISTRIES: tuple[tuple[Chemistry, str], ...] = (
    (Chemistry.LMFP, r"\blmfp\b|lithium manganese iron phosphate|磷酸锰铁锂"),
    (Chemistry.LFP, r"\blfp\b|lifepo4|life\s?po4|lithium[ -]?(?:iron|ferro)[ -]?phosphate"),
    (Chemistry.LFP, r"磷酸铁锂|リン酸鉄リチウム|인산철|железо-?фосфат"),
    (Chemistry.LNMO, r"\blnmo\b"),
    (Chemistry.NMC, r"\b(?:nmc|ncm)\s?\d{0,3}\b|三元锂|三元材料|삼원계"),
    (Chemistry.NCA, r"\bnca\b|linicoalo2"),
    (Chemistry.LTO, r"\blto\b|titanate|钛酸锂|チタン酸リチウム"),
    (Chemistry.LCO, r"\blco\b|licoo2|钴酸锂|코발트산"),
    (Chemistry.LMO, r"\blmo\b|limn2o4|锰酸锂"),
    (Chemistry.SILICON_ANODE, r"silicon[ -]anode"),
    (Chemistry.LI_S, r"\bli-s\b|lithium[ -]sul(?:f|ph)ur(?!\s*di)"),
    (Chemistry.SOLID_STATE, r"solid[ -]state (?:battery|cell|lithium)|固态电池|全固体電池|전고체"),
    (Chemistry.NA_ION, r"sodium[ -]?ion|\bna[ -]?ion|natrium-?ionen|钠离子|натрий-?ион"),
    (Chemistry.NA_ION, r"ナトリウムイオン|나트륨이온"),
    (Chemistry.LI_SOCL2, r"li[/ -]?socl2|thionyl|亚硫酰氯|塩化チオニル|염화티오닐|тионилхлорид"),
    (Chemistry.LI_SO2, r"li[/ -]?so2|lithium[ -]sul(?:f|ph)ur[ -]dioxide"),
    (Chemistry.LI_CFX, r"li[/ -]?cfx?\b|carbon monofluoride|poly-?carbon|氟化碳"),
    (Chemistry.LI_FES2, r"li[/ -]?fes2|lithium iron disul"),
    (Chemistry.LI_MNO2, r"li[/ -]?mno2|lithium[ -]manganese[ -]dioxide|锂锰|이산화망간"),
    (Chemistry.LI_MNO2, r"二酸化マンガンリチウム"),
    (Chemistry.LI_POLYMER, r"\bli[ -]?ion[ -]poly|\bli[ -]?po(?:l|ly|lymer)?\b|\blipo\b|聚合物锂"),
    (
        Chemistry.LI_POLYMER,
        r"lithium[ -]?(?:ion[ -])?poly|リチウムポリマー|리튬폴리머|литий-?полимер",
    ),
    (Chemistry.LI_ION, r"\bli[ -]?ion\b|lithium[ -]?ion|ion[ -]?(?:de )?litio|锂离子|литий-?ион"),
    (Chemistry.LI_ION, r"リチウムイオン|리튬이온|리튬 이온"),
    (Chemistry.NIMH, r"\bni[ -/]?mh\b|nickel[ -]metal[ -]?hydrid|镍氢|ニッケル水素|니켈수소"),
    (Chemistry.NIMH, r"никель-?металл"),
    (Chemistry.NICD, r"\bni[ -/]?cd\b|nickel[ -]cadmium|镍镉|ニッカド|니켈카드뮴|никель-?кадми"),
    (Chemistry.LEAD_ACID, r"lead[ -]?acid|\bsla\b|\bvrla\b|\bagm\b|blei(?:-?säure|akku|gel)|plomb"),
    (Chemistry.LEAD_ACID, r"plomo|свинцов|铅酸|鉛蓄電池|납축전지"),
    (Chemistry.SILVER_ZINC, r"silver[ -]zinc|\bag[ -]?zn\b|银锌"),
    (Chemistry.SILVER_OXIDE, r"silver[ -]oxide|氧化银|酸化銀|산화은"),
    (Chemistry.ZINC_AIR, r"zinc[ -]air|锌空|空気亜鉛|공기아연"),
    (Chemistry.ZINC_CARBON, r"zinc[ -]carbon|carbon[ -]zinc|碳性|マンガン乾電池"),
    (
        Chemistry.ALKALINE,
        r"\balkaline\b|alkali-?mangan|alcaline|alcalina|щелочн|碱性|アルカリ|알카라인",
    ),
    (Chemistry.VANADIUM_FLOW, r"vanadium|\bvrfb\b|flow battery|全钒|钒液流"),
    (Chemistry.LI_PRIMARY, r"lithium primary|primary lithium|锂一次|リチウム一次"),
)
"""In the order they are tried: the more exact first."""
