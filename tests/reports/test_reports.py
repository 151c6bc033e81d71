import pytest

from compliance.reports import REPORTS
from compliance.reports.base import Report, file_stem

EACH_KIND = [(report, kind) for report in REPORTS for kind in report.kinds]


@pytest.mark.parametrize(
    ("report", "kind"), EACH_KIND, ids=lambda each: str(getattr(each, "key", each))
)
def test_the_same_report_gives_the_same_bytes(report: type[Report], kind: str) -> None:
    written = report.example().write(kind)

    assert written
    assert report.example().write(kind) == written


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_a_report_says_what_it_counts_as_one_sentence(report: type[Report]) -> None:
    assert report.title
    assert report.audience
    assert report.example().sentence().endswith("lines need attention.")


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_a_kind_that_a_report_lacks_is_an_error_and_not_another_kind(report: type[Report]) -> None:
    with pytest.raises(KeyError):
        report.example().write("docx")


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        (("audit", "Radio / set", "C"), "audit-radio-set-c"),
        (("../../etc/passwd",), "etc-passwd"),
        (("寧德時代",), "report"),
        (('a"; filename="b\r\nX: y',), "a-filename-b-x-y"),
        (("x" * 200,), "x" * 80),
    ],
)
def test_a_file_name_is_safe_everywhere(words: tuple[str, ...], stem: str) -> None:
    assert file_stem(*words) == stem
