"""The law this program knows, in the order a report prints it.

To add a rule: write one file here named for its citation, list its RULE below, and add
`tests/law/cases/<id>.toml`. Nothing else changes.
"""

from compliance.law.rule import Rule
from compliance.law.rules import ndaa2024_154, usc10_4865

RULES: tuple[Rule, ...] = (usc10_4865.RULE, ndaa2024_154.RULE)

BY_ID = {rule.id: rule for rule in RULES}
