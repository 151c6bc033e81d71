"""The reports, in the order in which they are offered."""

from compliance.reports import audit, board
from compliance.reports.base import Report

REPORTS: tuple[type[Report], ...] = (audit.REPORT, board.REPORT)
