"""What every page needs: who may do what, where we are, and facts nobody has told."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.forms import BoundField
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement import access
from procurement.models import User

register = template.Library()


@register.filter
def may(user: User, action: str) -> bool:
    """{% if user|may:"edit_facts" %}: shows a button only to those whom the server would let."""
    return access.may(user, action)


@register.inclusion_tag("parts/nav_item.html", takes_context=True)
def nav_item(context: Context, name: str, words: str) -> dict[str, Any]:
    href = reverse(name)
    path = context["request"].path
    current = path == href if href == "/" else path.startswith(href)
    return {"href": href, "words": words, "current": current or name == context.get("section")}


@register.filter
def told(value: Any) -> Any:
    """A fact as a reader meets it; "not known yet" where nobody has told."""
    if value is None or value == "":
        return format_html('<span class="cg-unknown">{}</span>', "not known yet")
    return {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value


@register.filter
def kind(field: BoundField) -> str:
    """Of a form's field: "checkbox", "text" …"""
    return field.widget_type


@register.filter
def number(value: Any) -> str:
    """A decimal without trailing noughts: 12.500000 reads 12.5."""
    return "" if value is None else f"{value.normalize():,f}"


@register.filter
def safe_link(url: str) -> str:
    """The address where it is an ordinary web one, else "": `javascript:` is no link."""
    return url if urlsplit(url).scheme in {"http", "https"} else ""


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> SafeString:
    """This page's own query string with some values changed; None drops one; paging starts anew."""
    values = context["request"].GET.copy()
    values.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            values.pop(key, None)
        else:
            values[key] = value
    return format_html("?{}", values.urlencode())
