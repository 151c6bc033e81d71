"""Several hosts on one machine: network namespaces on a bridge of their own.

What is started `inside` one has its addresses and its wires alone; its cable can be pulled and put
back. Needs root, and a kernel that gives namespaces.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000


class Hosts:
    """Hosts by name, each with an address; this process is on their bridge too, as `.1`."""

    def __init__(self, *names: str) -> None:
        self.mark = f"cg{os.getpid() % 100_000}"
        net = f"10.{89 + os.getpid() % 100}.{os.getpid() // 100 % 250}"
        self.addresses = {name: f"{net}.{at}" for at, name in enumerate(names, 2)}
        self.setns = ctypes.CDLL(None, use_errno=True).setns
        try:
            self._ip("link", "add", self.mark, "type", "bridge")
            self._ip("addr", "add", f"{net}.1/24", "dev", self.mark)
            self._ip("link", "set", self.mark, "up")
            for at, (name, address) in enumerate(self.addresses.items()):
                self._add(name, address, f"{self.mark}v{at}")
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            self.close()
            said = getattr(error, "stderr", None) or error
            pytest.skip(f"network namespaces cannot be made here (they need root): {said}")

    def _add(self, name: str, address: str, wire: str) -> None:
        self._ip("netns", "add", self._space(name))
        peer = ("peer", "name", "eth0", "netns", self._space(name))
        self._ip("link", "add", wire, "type", "veth", *peer)
        self._ip("link", "set", wire, "master", self.mark)
        self._ip("link", "set", wire, "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("addr", "add", f"{address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
        ):
            self._ip("-n", self._space(name), *words)

    def _space(self, name: str) -> str:
        return f"{self.mark}-{name}"

    def _wire(self, name: str) -> str:
        return f"{self.mark}v{list(self.addresses).index(name)}"

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)

    @contextmanager
    def inside(self, name: str) -> Iterator[str]:
        """What this thread starts, and the sockets it opens, are on that host; its address."""
        with (
            Path("/proc/thread-self/ns/net").open() as here,
            Path(f"/run/netns/{self._space(name)}").open() as there,
        ):
            self._enter(there.fileno())
            try:
                yield self.addresses[name]
            finally:
                self._enter(here.fileno())

    def _enter(self, space: int) -> None:
        if self.setns(space, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def cut_off(self, name: str) -> None:
        """Pull its cable: nothing is closed, nobody is told."""
        self._ip("link", "set", self._wire(name), "down")

    def connect(self, name: str) -> None:
        self._ip("link", "set", self._wire(name), "up")

    def close(self) -> None:
        for name in self.addresses:
            subprocess.run(["ip", "netns", "del", self._space(name)], capture_output=True)
        subprocess.run(["ip", "link", "del", self.mark], capture_output=True)
