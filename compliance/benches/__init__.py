"""Benchmarks: `manage.py bench NAME`. To add one: a file here with `report`, and a line below."""

from collections.abc import Callable, Iterator

from compliance.benches import intake, law, recheck, screening, standing

Report = Callable[[float], Iterator[str]]

BENCHES: tuple[tuple[str, Report], ...] = (
    ("intake", intake.report),
    ("law", law.report),
    ("recheck", recheck.report),
    ("screening", screening.report),
    ("standing", standing.report),
)

BY_NAME: dict[str, Report] = dict(BENCHES)
