"""What one piece of evidence says a part is."""

from __future__ import annotations

from dataclasses import dataclass

from procurement.categories import Category


@dataclass(frozen=True, slots=True)
class Saying:
    """A category (None: nothing, or not surely), how surely, and whether a battery is named at all.

    `word` is what said so, for the person.
    """

    category: Category | None = None
    weight: float = 0.0
    battery: bool = False
    word: str = ""


NOTHING = Saying()
