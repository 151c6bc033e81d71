"""The law this program knows, in the order a report prints it.

To add a rule: write one file here named for its citation, list its RULE below, and add
`tests/law/cases/<id>.toml`. Nothing else changes.
"""

from compliance.law.rule import Rule
from compliance.law.rules import (
    hr1166,
    ndaa2019_889,
    ndaa2023_5949,
    ndaa2024_154,
    ndaa2024_805_a,
    ndaa2024_805_b,
    usc10_4865,
    usc10_4872,
    usc10_4873,
    usc10_4875,
)

RULES: tuple[Rule, ...] = (
    usc10_4865.RULE,
    ndaa2024_154.RULE,
    ndaa2024_805_a.RULE,
    ndaa2024_805_b.RULE,
    usc10_4872.RULE,
    usc10_4873.RULE,
    ndaa2019_889.RULE,
    ndaa2023_5949.RULE,
    usc10_4875.RULE,
    hr1166.RULE,
)

BY_ID = {rule.id: rule for rule in RULES}
