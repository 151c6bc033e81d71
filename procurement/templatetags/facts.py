"""Facts as a reader meets them."""

from datetime import date

from django import template

from procurement import categories, countries
from procurement.disputes import in_words
from procurement.models import Stake

register = template.Library()


@register.simple_tag
def country_names() -> list[str]:
    return list(countries.codes().values())


@register.filter
def country(code: str | None) -> str:
    """ "CN" as "China"; "" where nobody has told."""
    return countries.name(code) if code and countries.is_code(code) else code or ""


@register.filter
def category(code: str | None) -> str:
    known = code in set(categories.Category)
    return categories.Category(code).label.capitalize() if code and known else code or ""


@register.filter
def chemistry(code: str | None) -> str:
    known = code in set(categories.Chemistry)
    return categories.Chemistry(code).label if code and known else code or ""


@register.filter
def share(stake: Stake) -> str:
    """ "49 %", or "10 to 25 %" where only bounds are known."""
    low, high = f"{stake.low.normalize():f}", f"{stake.high.normalize():f}"
    return f"{low} %" if low == high else f"{low} to {high} %"


@register.filter
def ends(expires: date, today: date) -> str:
    """How long a document is still good, in words."""
    days = (expires - today).days
    if days < 0:
        return f"ended {-days} day{'s' if days != -1 else ''} ago"
    if days == 0:
        return "today is its last day"
    return f"ends in {days} day{'s' if days != 1 else ''}"


@register.filter
def said(says: str | None) -> str:
    """What a document says of a field."""
    return in_words(says)
