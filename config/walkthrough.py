"""One submission, from the API to the e-mail with its report, as a program of an officer's does."""

from collections.abc import Callable


class StuckError(Exception):
    """A step did not come to its end; the message says which, and what was seen."""


def walk(address: str, say: Callable[[str], object]) -> None: ...
