"""What has come of asking the supplier, beside the question that waits for it."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def about(told: Mapping[str, str], question: str) -> str:
    """How asking for it stands; "" for a question that nobody has asked."""
    return told.get(question, "")
