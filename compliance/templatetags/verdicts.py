"""Verdicts and answers as a reader meets them: word, shape and colour together."""

from typing import Any

from django import template
from django.urls import reverse

from compliance.law.rules import BY_ID
from compliance.reports.parts import ANSWERS
from compliance.reports.verdicts import VERDICTS, VerdictWords
from compliance.selectors.lines import Question
from compliance.selectors.tallies import Tally
from procurement.forms.parts import PartForm
from procurement.models import Bom, Line

register = template.Library()


@register.inclusion_tag("compliance/parts/verdict.html")
def verdict(key: str, would_be: str = "", href: str = "", look: str = "") -> dict[str, Any]:
    """{% verdict "prohibited" %}. would_be: shown under it. look: "large"."""
    return {
        "words": VERDICTS.get(key),
        "would": VERDICTS.get(would_be or ""),
        "href": href,
        "look": look,
    }


@register.inclusion_tag("compliance/parts/answer.html")
def answer(key: str) -> dict[str, str]:
    """{% answer "yes" %}: yes, no, unknown, or not asked."""
    key = key.lower()
    key = key if key in ANSWERS else "not_asked"
    return {"key": key, "word": ANSWERS[key]}


@register.inclusion_tag("compliance/parts/bar.html")
def bar(tally: Tally) -> dict[str, Tally]:
    """Lines by worst verdict as one bar; the same in words beside it."""
    return {"tally": tally}


@register.filter
def cite(rule: str) -> str:
    """A rule's id as it is cited: "10 U.S.C. 4865"."""
    return BY_ID[rule].cite if rule in BY_ID else rule


@register.filter
def word(key: str) -> str:
    """A verdict's key in words."""
    words: VerdictWords | None = VERDICTS.get(key)
    return words.word if words else key


@register.filter
def ref_url(ref: str) -> str:
    """The page of a fact that a proof names ("part:12"); "" for what has no page."""
    kind, _, row = ref.partition(":")
    if kind == "match":
        kind, row = "party", row.partition(":")[0]
    if kind == "edition":
        return reverse("compliance:lists")
    return reverse("procurement:fact", args=[kind, int(row)]) if row.isdigit() else ""


REF_WORDS = {"match": "supplier", "party": "supplier", "processstep": "step", "edition": "list"}


@register.filter
def ref_word(ref: str) -> str:
    """What kind of fact a proof names: "supplier", "part", "component" …"""
    kind = ref.partition(":")[0]
    return REF_WORDS.get(kind, kind)


@register.filter
def purchase_url(question: Question, bom: Bom) -> str:
    """Where what is asked about the contractor is filled in: the field of the purchase."""
    words = question.fact.split(".")
    field = words[1] if words[0] == "procurement" else "counterparty"
    return reverse("procurement:procurement-edit", args=[bom.procurement_id]) + f"#id_{field}"


@register.filter
def question_url(question: Question, line: Line) -> str:
    """Where a missing fact is filled in: the very field, where there is one."""
    words = question.fact.split(".")
    if words[0] == "procurement":
        page = reverse("procurement:procurement-edit", args=[line.bom.procurement_id])
        return f"{page}#id_{words[1]}"
    if words[0] == "lists":
        return reverse("compliance:lists")
    parts = [int(ref[5:]) for ref in question.refs if ref.startswith("part:")]
    if words[:2] == ["part", "parties"]:
        parties = [int(ref[6:]) for ref in question.refs if ref.startswith("party:")]
        return reverse("procurement:party", args=parties[:1]) if parties else ""
    part = parts[0] if parts else line.part_id
    recorded = not parts or any(ref.startswith("component:") for ref in question.refs)
    if words[-1] in ("inputs", "complete") or ("inputs" in words and recorded):
        return reverse("procurement:composition", args=[part])
    field = {"cells": "cells_by", "kind": "category"}.get(words[-1], words[-1])
    if field not in PartForm.base_fields:
        return reverse("procurement:part", args=[part])
    return reverse("procurement:fact-edit", args=["part", part]) + f"#id_{field}"
