import pytest

from compliance.law.verdicts import Verdict
from compliance.reports.verdicts import VERDICTS, VerdictWords, needs_attention, rank, worst


def test_verdicts_are_those_of_the_law_in_its_order() -> None:
    assert list(VERDICTS) == [verdict.value for verdict in Verdict]


def test_each_verdict_has_its_own_word_shape_and_colour() -> None:
    for field in ("word", "means", "shape", "ink", "tint"):
        assert len({getattr(each, field) for each in VERDICTS.values()}) == len(VERDICTS)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("verdict", VERDICTS.values(), ids=lambda each: each.key)
def test_a_verdict_is_read_easily_on_its_tint_and_on_white(verdict: VerdictWords) -> None:
    for ground in (verdict.tint, "#ffffff"):
        assert (luminance(ground) + 0.05) / (luminance(verdict.ink) + 0.05) >= 4.5


def test_the_worst_wins() -> None:
    assert worst(["permitted", "review", "not_applicable"]) == "review"
    assert worst(["insufficient_information", "prohibited"]) == "prohibited"


def test_what_nobody_checked_is_not_cleared() -> None:
    assert worst([]) == "insufficient_information"


def test_a_word_that_is_no_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="clean"):
        rank("clean")


@pytest.mark.parametrize(
    ("verdict", "would_be", "needs"),
    [
        ("prohibited", None, True),
        ("insufficient_information", None, True),
        ("not_yet_in_force", "prohibited", True),
        ("not_yet_in_force", "insufficient_information", True),
        ("not_yet_in_force", "permitted", False),
        ("permitted_by_waiver", None, False),
        ("not_applicable", None, False),
    ],
)
def test_a_person_is_needed_now_or_before_the_rule_binds(
    verdict: str, would_be: str | None, needs: bool
) -> None:
    assert needs_attention(verdict, would_be) is needs
