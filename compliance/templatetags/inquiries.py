"""What has come of asking the supplier, beside the question that waits for it."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def about(told: Mapping[str, Any], question: str) -> Any:
    """What is told of a question, as how asking for it stands; "" for one of which nothing is."""
    return told.get(question, "")
