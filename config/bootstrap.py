"""Builds `.venv` from the hashed pins and goes on inside it. Standard library only, Python 3.11.0.

A machine needs Python 3.11 to 3.13 and a way to the Python package index; no root, no compiler.
uv installs in seconds; where it cannot be had, venv and pip do the same more slowly. Either way
every file is checked against its hash, and nothing is compiled here.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
PYTHON = VENV / "bin" / "python"
OLDEST, NEWEST = (3, 11), (3, 13)
RUN = (ROOT / "requirements.txt",)
TEST = (*RUN, ROOT / "tests" / "requirements.txt")


def enter_environment(with_tests: bool) -> None:
    """Return inside an up-to-date `.venv`; from outside, re-execute this command there.

    A second process that comes at the same time waits for the first.
    """
    pins = TEST if with_tests else RUN
    if not is_current(pins):
        with one_at_a_time():
            if not is_current(pins):
                build(pins)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execve(PYTHON, [str(PYTHON), *sys.argv], environment(os.environ))  # noqa: S606


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What we and our children go on with: nothing that leads to another Python's packages.

    Who asks for no bytecode wants none beside the sources. Every process of ours would compile
    everything anew, and take twice as long to start, so it is kept inside `.venv` instead.
    """
    env = {k: v for k, v in inherited.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env["PYTHONPYCACHEPREFIX"] = str(VENV / "bytecode")
    return env


def is_current(pins: tuple[Path, ...]) -> bool:
    """Whether `.venv` was last built from exactly these pins, or from these and the tests'."""
    stamp = VENV / "built-from"
    return (
        PYTHON.exists() and stamp.exists() and set(digests(pins)) <= set(stamp.read_text().split())
    )


def digests(pins: tuple[Path, ...]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in pins]


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock on building. The kernel drops it when its holder dies."""
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is building .venv; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(pins: tuple[Path, ...]) -> None:
    began = time.monotonic()
    say(f"Building .venv from {' and '.join(str(p.relative_to(ROOT)) for p in pins)} ...")
    python = supported_python()
    uv = find_uv(python)
    # Pins of the tests that are already there stay: dropping them would cost the next verify.
    wanted = [argument for path in pins for argument in ("-r", str(path))]
    safely = ["--require-hashes", "--only-binary", ":all:"]
    if not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        make = [uv, "venv", "--quiet", "--python", python] if uv else [python, "-m", "venv"]
        run([*make, str(VENV)])
    if uv:
        run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *safely, *wanted])
    else:
        run([str(PYTHON), "-m", "pip", "install", "--quiet", *safely, *wanted])
    (VENV / "built-from").write_text("\n".join(digests(pins)))
    say(f".venv is ready: {time.monotonic() - began:.1f} s with {'uv' if uv else 'pip'}")


def supported_python() -> str:
    """This Python (the one below it, where it is a virtual one), or the newest fitting on PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return getattr(sys, "_base_executable", sys.executable)
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for path in filter(None, map(shutil.which, names)):
        if works(path):
            return path
    sys.exit("Cellgate needs Python 3.11, 3.12 or 3.13. Install one and start again.")


def works(python: str | Path) -> bool:
    """Whether this interpreter runs and is of a supported version."""
    ask = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        return subprocess.run([python, "-c", ask], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def find_uv(python: str) -> str | None:
    """uv from PATH, or fetched by pip into a folder of ours, which Debian's Python allows too."""
    if found := shutil.which("uv"):
        return found
    fetched = TOOLS / "bin" / "uv"
    if not fetched.exists():
        shutil.rmtree(TOOLS, ignore_errors=True)
        fetch = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        fetch += ["--require-hashes", "--target", str(TOOLS), "-r", str(ROOT / "config/uv.txt")]
        if subprocess.run(fetch, stderr=subprocess.DEVNULL).returncode:
            say("uv cannot be had here; going on with pip, which takes about a minute.")
            return None
    return str(fetched)


def run(command: list[str]) -> None:
    """Run one step; where it fails, its own words stand above ours and nothing is half-marked."""
    # uv keeps certificate authorities of its own; agencies inspect TLS with theirs.
    settings = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    if subprocess.run(command, env={**settings, **os.environ}).returncode:
        sys.exit(
            f"Cellgate could not build its environment. This step failed: {' '.join(command)}\n"
            "It needs a way to the Python package index, and either pip or the venv module "
            "(on Debian: apt-get install python3-venv)."
        )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
