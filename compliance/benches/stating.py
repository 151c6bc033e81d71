"""What every benchmark says of itself: where it ran, at which scale, and its goals."""

import os
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def machine(scale: float) -> str:
    """The machine, how busy it is, and the scale of the run."""
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load not known"
    return (
        f"{processor()}, {os.cpu_count()} cores, {busy}, Python {platform.python_version()}; "
        f"scale {scale:g}; processor seconds of one core"
    )


def processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def goal(wanted: str, found: str, met: bool) -> str:
    """A goal beside what was measured."""
    return f"   goal {wanted}: {found}, {'met' if met else 'NOT MET'}"
