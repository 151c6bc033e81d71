"""Countries as the law sees them: ISO 3166-1 alpha-2 codes and the covered nations.

Countries are coded, never free text: "Korea" is a question back to the person.
"""

ALPHA2 = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 (a table reads better than 249 literals)
)

UNITED_STATES = frozenset({"US", "AS", "GU", "MP", "PR", "UM", "VI"})
"""With the territories: an organisation formed there is not foreign by that (our reading)."""

COVERED_NATIONS = {"CN": "CN", "HK": "CN", "MO": "CN", "IR": "IR", "KP": "KP", "RU": "RU"}
"""Country → the covered nation it belongs to, 10 U.S.C. 4872(f)(2). Taiwan is none."""

HONG_KONG_MACAU = frozenset({"HK", "MO"})
"""Read as the People's Republic of China unless counsel chose otherwise (law.md 3.2)."""
