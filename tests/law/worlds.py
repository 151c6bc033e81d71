"""Small worlds for tests of standing: everything told, nobody listed, unless the test says so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compliance.law.feoc import FeocIndex
from compliance.law.standing import Prong, Standing
from compliance.law.world import (
    Disclosure,
    ListEdition,
    ListEntry,
    Metric,
    Nature,
    Party,
    PartyKind,
    Procurement,
    Stake,
    World,
)

ON = date(2028, 6, 1)
KEYS = ("154", "1260H", "FTO", "SDN", "AG-ALLEGED", "DOE-DETERMINED")


def government(ref: str = "G", country: str = "CN") -> Party:
    return Party(ref, f"Ministry {ref}", PartyKind.GOVERNMENT, government_of=country, screened=True)


def company(
    ref: str, at: str = "KR", business: str | None = None, *, of: str | None = None
) -> Party:
    main = business or at
    return Party(
        ref, f"{ref} Company", PartyKind.COMPANY, at, main, government_of=of, screened=True
    )


def person(ref: str, at: str = "KR", *, us: bool = False, of: str = "") -> Party:
    return Party(
        ref, f"Ms {ref}", PartyKind.PERSON, at, government_of=of, us_person=us, screened=True
    )


def stake(
    holder: str,
    held: str,
    percent: str,
    metric: Metric = Metric.EQUITY,
    *,
    most: str | None = None,
    nature: Nature = Nature.PLAIN,
    true_from: date | None = None,
    true_to: date | None = None,
) -> Stake:
    low, high = Decimal(percent), Decimal(most or percent)
    ref = f"stake:{holder}-{held}-{metric}-{true_from}"
    return Stake(ref, holder, held, metric, low, high, nature, true_from, true_to)


def everywhere(holder: str, held: str, percent: str) -> tuple[Stake, ...]:
    """The same share on every metric."""
    return tuple(stake(holder, held, percent, metric) for metric in Metric)


def told(*refs: str, percent: str = "100", metric: Metric | None = None) -> tuple[Disclosure, ...]:
    return tuple(Disclosure(f"told:{ref}-{metric}", ref, Decimal(percent), metric) for ref in refs)


def edition(
    key: str, *entries: ListEntry, day: date = date(2023, 12, 22), covers: str = "all"
) -> ListEdition:
    return ListEdition(f"{key}:{day}", key, day, covers=covers, entries=entries)


EDITIONS = tuple(edition(key) for key in KEYS)


def world(parties: Iterable[Party], stakes: Iterable[Stake] = (), **more: object) -> World:
    """All editions loaded and empty; each company's holders are told, unless `disclosures`."""
    parties = tuple(parties)
    companies = (each.ref for each in parties if each.kind is PartyKind.COMPANY)
    base = World(
        Procurement("p"),
        parties=parties,
        stakes=tuple(stakes),
        disclosures=told(*companies),
        lists=EDITIONS,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def standing(facts: World, party: str = "X", on: date = ON) -> Standing:
    return FeocIndex(facts).standing(party, on)


def prong(found: Standing, words: str) -> Prong:
    """The one prong that says so."""
    (one,) = [each for each in found.prongs if words in each.says]
    return one


def share(found: Standing, metric: str = "equity") -> str:
    """What covered governments hold, as exact text."""
    return prong(found, f"of its {metric}").detail["held by governments"]
