"""What every report has in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Self


class Report(ABC):
    """A frozen value that knows how to write itself as a file. It reads nothing: whoever makes it
    hands it all.

    key: its name in addresses and settings. title: what a person calls it. audience: whom it is
    for. says: completes "12 …" with the number of `count()`. kinds: file suffix → media type,
    preferred first.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    audience: ClassVar[str]
    says: ClassVar[str]
    kinds: ClassVar[Mapping[str, str]]

    @abstractmethod
    def count(self) -> int:
        """The number that `says` is about."""

    @abstractmethod
    def file_name(self, kind: str) -> str:
        """A name safe on every file system, with the suffix `kind`."""

    @abstractmethod
    def write(self, kind: str) -> bytes:
        """The file. The same value gives the same bytes. KeyError for a kind not in `kinds`."""

    @classmethod
    @abstractmethod
    def example(cls) -> Self:
        """A full, believable one: for the preview page, the test e-mail and the golden file."""

    def sentence(self) -> str:
        return f"{self.count():,} {self.says}"


def file_stem(*words: str) -> str:
    """ASCII letters, digits and hyphens, at most 80 of them: "audit-soldier-radio-rev-c"."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in " ".join(words).lower())
    return "-".join(filter(None, kept.split("-")))[:80].strip("-") or "report"
