"""One POST to an address somebody else gave us, without being led into our own network.

The name is resolved once, every address it has is checked, and the connection goes to the checked
address itself: a name that answers otherwise a moment later changes nothing. Redirects are never
followed. TLS is checked against the name.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

SECONDS = 10
MOST_READ = 4_096
"""Of an answer, bytes: only its status matters."""


class AddressRefusedError(ValueError):
    """The address is not one we send to; says why, in words for its owner."""


class Place(NamedTuple):
    """Where a URL leads, checked. address: the one to connect to."""

    secure: bool
    host: str
    port: int
    address: str
    path: str


def place_of(url: str, allowed: Iterable[str] = ()) -> Place:
    """Resolve and check a URL. allowed: networks, such as "10.1.0.0/16", that the installation's
    operator lets messages go to, by plain http too.

    Raises AddressRefusedError; OSError where the name cannot be resolved.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefusedError(f"This is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefusedError("Give an address that begins with https://.")
    if parts.username or parts.password:
        raise AddressRefusedError("An address must not carry a name or a password.")
    networks = [ipaddress.ip_network(each) for each in allowed]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label too long, or none at all: no name of the network
        raise AddressRefusedError(f"{parts.hostname} cannot be a name.") from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    ours = [any(address in network for network in networks) for address in addresses]
    for address, allow in zip(addresses, ours, strict=True):
        if not allow and not _is_public(address):
            raise AddressRefusedError(
                f"{parts.hostname} leads to {address}, which is on a private network. The operator "
                "can allow that network with WEBHOOK_NETWORKS."
            )
    if parts.scheme == "http" and not all(ours):
        raise AddressRefusedError("Give an https:// address: over http anybody could read it.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme == "https", parts.hostname, port, str(addresses[0]), path)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)


class _Connection(http.client.HTTPConnection):
    """Goes to the checked address, whatever the name says by now."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.host, place.port, timeout=SECONDS)
        self.place = place

    def connect(self) -> None:
        self.sock = socket.create_connection((self.place.address, self.place.port), self.timeout)
        if self.place.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.place.host)


def post(place: Place, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer. Raises OSError or http.client.HTTPException where none came."""
    connection = _Connection(place)
    default = 443 if place.secure else 80
    name = f"[{place.host}]" if ":" in place.host else place.host
    host = name if place.port == default else f"{name}:{place.port}"
    try:
        connection.request("POST", place.path, body, {**headers, "Host": host})
        answer = connection.getresponse()
        answer.read(MOST_READ)
        return answer.status
    finally:
        connection.close()
