"""Exact shares and plain counts, as a reader of repairs meets them."""

from fractions import Fraction

from django import template

register = template.Library()


@register.filter
def percent(share: Fraction) -> str:
    """A fraction of one: "12.5 %", or "about 33.33 %" where two decimals do not say it."""
    hundredths = share * 10_000
    whole = round(hundredths)
    text = f"{whole / 100:.2f}".rstrip("0").rstrip(".")
    return f"{text} %" if whole == hundredths else f"about {text} %"


@register.filter
def minus(count: int, less: int) -> int:
    return count - less
