"""The register of open readings: where the text is open, what it may mean, and what we do
meanwhile.

To add one: a `Reading` in the file of its statute, listed in READINGS. A rule asks for it by key,
only where its alternatives could give different answers. Counsel chooses an alternative, or a
mode, per organisation.
"""

from compliance.law.readings import feoc, ndaa2024_154, neighbours, usc10_4865
from compliance.law.readings.register import Reading

READINGS: tuple[Reading, ...] = (
    *usc10_4865.READINGS,
    *ndaa2024_154.READINGS,
    *neighbours.READINGS,
    *feoc.READINGS,
)

BY_KEY = {reading.key: reading for reading in READINGS}

__all__ = ["BY_KEY", "READINGS", "Reading"]
