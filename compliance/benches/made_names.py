"""Company names made up by rule, from a fixed seed, and the ways people write them otherwise.

Half are Chinese (city, a name of two or three characters, trade, legal form; listed in English),
half Western. Nobody's names; what they share with real ones is how alike they are to each other.
"""

import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from pypinyin import lazy_pinyin


def _several(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")] if "," in text else text.split()


CITIES = _several(
    "深圳 广州 宁德 厦门 合肥 惠州 常州 珠海 东莞 武汉 长沙 南京 苏州 无锡 杭州 宁波 北京 上海 "
    "天津 成都 青岛 大连 济南 福州 郑州 昆明 赣州 江苏 浙江 广东 湖南 安徽 山东"
)
CHARACTERS = (
    "恒星华盛德源宏达鑫泰瑞丰海天龙凤金玉明辉光远航宇博通联创新力强威科锐智慧安康永兴隆昌茂荣贵祥和信诚"
    "义仁正大中亚欧美东方南北西江河山川云雷火水木林森石铜银锦秀春秋夏晨曦朝阳旭日月亮伟杰俊豪英雄飞腾跃"
    "奔驰骏马虎豹鹰合聚汇集群鼎铭铠凯乐佳美嘉宝珍珠翠碧青蓝紫红白"
)
TRADES = (
    ("新能源科技", "New Energy Technology"),
    ("电池", "Battery"),
    ("锂电科技", "Lithium Battery Technology"),
    ("电子", "Electronics"),
    ("材料", "Materials"),
    ("化工", "Chemical"),
    ("机械设备", "Machinery Equipment"),
    ("实业", "Industrial"),
    ("通信技术", "Communications Technology"),
    ("半导体", "Semiconductor"),
    ("国际贸易", "International Trading"),
    ("储能", "Energy Storage"),
    ("智能装备", "Intelligent Equipment"),
    ("航空", "Aviation"),
    ("光电", "Optoelectronics"),
)
FORMS = (
    ("有限公司", "Co., Ltd.", "Youxian Gongsi"),
    ("股份有限公司", "Corporation Limited", "Gufen Youxian Gongsi"),
    ("集团有限公司", "Group Co., Ltd.", "Jituan Youxian Gongsi"),
)
ONSETS = _several(
    "b br c ch cl d dr f fl g gl gr h j k kr l m n p pl pr r s sc sh sk sl st t tr v w z"
)
VOWELS = _several("a e i o u ai ea ei ie oo ou")
CODAS = ["", *_several("b ck d f g k l ll m n nd ng nt p r rd rk rn rt s ss st t th x")]
ENDS = _several("tec dyne lex on is um ia os ton field gate worth con tek var nix sys")
WESTERN_TRADES = _several(
    "Power Systems,Energy,Battery Technologies,Electronics,Materials,Industries,Aerospace,Chemical,"
    "Solutions,Instruments,Motors,Components,Defense,Semiconductor,Logistics,Engineering"
)
WESTERN_FORMS = _several("Inc.,LLC,Corporation,Ltd.,GmbH,AG,S.A.,S.p.A.,B.V.,AB,Oy,PLC")
SHORT_WORDS = {
    "Technology": "Tech", "Technologies": "Tech", "International": "Intl", "Industrial": "Ind",
    "Industries": "Inds", "Communications": "Comm", "Equipment": "Equip", "Electronics": "Elec",
    "Engineering": "Eng", "Chemical": "Chem", "Corporation": "Corp", "Limited": "Ltd",
    "Materials": "Matls", "Systems": "Sys", "Solutions": "Soln", "Instruments": "Instr",
    "Components": "Comps", "Machinery": "Mach",
}  # fmt: skip
BRANCHES = ("Hong Kong", "USA", "Europe", "Singapore", "Deutschland")


class Made(NamedTuple):
    """A made-up company. characters: its Chinese core, "" for a Western one."""

    city: str
    core: str
    trade: str
    form: str
    characters: str = ""
    written: str = ""
    pinyin: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.city, self.core, self.trade, self.form)))


class Query(NamedTuple):
    """How somebody writes a name, in which way it differs, and which listed name it means (None:
    none).
    """

    text: str
    kind: str
    means: int | None


class Setup(NamedTuple):
    names: list[str]
    queries: list[Query]
    strangers: list[Query]


def make(names: int, queries: int, seed: int = 154) -> Setup:
    """`names` listed, `queries` for one of them each, and as many for companies not listed."""
    dice = random.Random(seed)  # noqa: S311
    seen: set[str] = set()
    listed = [_fresh(dice, seen) for _ in range(names)]
    meant = [dice.randrange(names) for _ in range(queries)]
    return Setup(
        [each.name for each in listed],
        [_query(dice, listed[number], number) for number in meant],
        [_query(dice, _fresh(dice, seen), None) for _ in range(queries)],
    )


def _fresh(dice: random.Random, seen: set[str]) -> Made:
    while True:
        made = _chinese(dice) if dice.random() < 0.5 else _western(dice)
        if made.name not in seen:
            seen.add(made.name)
            return made


def _chinese(dice: random.Random) -> Made:
    city, (trade, english) = dice.choice(CITIES), dice.choice(TRADES)
    core = "".join(dice.choice(CHARACTERS) for _ in range(dice.choice((2, 2, 2, 3))))
    form, english_form, pinyin_form = dice.choice(FORMS)
    return Made(
        _sound(city),
        _sound(core),
        english,
        english_form,
        core,
        f"{city}{core}{trade}{form}",
        f"{_sound(city)} {_sound(core)} {_sound(trade)} {pinyin_form}",
    )


def _western(dice: random.Random) -> Made:
    word = _syllable(dice) + _syllable(dice) + (dice.choice(ENDS) if dice.random() < 0.5 else "")
    if dice.random() < 0.3:
        word += f" {_syllable(dice)}{_syllable(dice)}"
    return Made("", word.title(), dice.choice(WESTERN_TRADES), dice.choice(WESTERN_FORMS))


def _syllable(dice: random.Random) -> str:
    return dice.choice(ONSETS) + dice.choice(VOWELS) + dice.choice(CODAS)


@cache
def _sound(text: str) -> str:
    return "".join(lazy_pinyin(text)).capitalize()


def _query(dice: random.Random, made: Made, means: int | None) -> Query:
    kinds = [*KINDS, *CHINESE_KINDS] if made.characters else list(KINDS)
    kind = dice.choice(kinds)
    return Query({**KINDS, **CHINESE_KINDS}[kind](dice, made), kind, means)


def _typo(dice: random.Random, made: Made) -> str:
    """One letter of the core dropped, added, changed or swapped; in a long one, two."""
    core = list(made.core)
    for _ in range(2 if len(core) >= 10 else 1):
        at = dice.randrange(1, max(2, len(core) - 1))
        letter, kind = dice.choice("abcdefghijklmnopqrstuvwxyz"), dice.randrange(4)
        if kind == 0 and len(core) > 4:
            del core[at]
        elif kind == 1:
            core.insert(at, letter)
        elif kind == 2:
            core[at] = letter
        elif at + 1 < len(core):
            core[at], core[at + 1] = core[at + 1], core[at]
    return made._replace(core="".join(core)).name


def _order(dice: random.Random, made: Made) -> str:
    words = made.name.replace(",", "").split()
    dice.shuffle(words)
    return " ".join(words)


def _form(dice: random.Random, made: Made) -> str:
    return made._replace(form=dice.choice([f for f in WESTERN_FORMS if f != made.form])).name


def _abbreviation(dice: random.Random, made: Made) -> str:
    return " ".join(SHORT_WORDS.get(word, word) for word in made.name.replace(",", "").split())


def _subsidiary(dice: random.Random, made: Made) -> str:
    return made._replace(form=f"({dice.choice(BRANCHES)}) {dice.choice(WESTERN_FORMS)}").name


def _transliteration(dice: random.Random, made: Made) -> str:
    """As another system writes the sounds."""
    pairs = (
        (("zh", "ch"), ("x", "hs"), ("q", "ch")) if made.characters else (("c", "k"), ("v", "w"))
    )
    core = made.core.lower()
    for one, other in pairs:
        core = core.replace(one, other, 1)
    return made._replace(core=core.title()).name


Write = Callable[[random.Random, Made], str]
KINDS: dict[str, Write] = {
    "typo": _typo,
    "order": _order,
    "legal form": _form,
    "abbreviation": _abbreviation,
    "subsidiary": _subsidiary,
    "transliteration": _transliteration,
    "capitals": lambda dice, made: made.name.upper().replace(".", ""),
    "short": lambda dice, made: f"{made.core} {made.trade}",
}
CHINESE_KINDS: dict[str, Write] = {
    "Chinese script": lambda dice, made: made.written,
    "pinyin": lambda dice, made: made.pinyin,
}
