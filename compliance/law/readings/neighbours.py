"""Open points of the other statutes."""

from compliance.law.readings.register import Reading

READINGS: tuple[Reading, ...] = ()
