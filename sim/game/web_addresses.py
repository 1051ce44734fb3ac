"""Addresses of this machine, those that phones in the room most likely reach first."""

from __future__ import annotations

import ipaddress
import math
import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

_VIRTUAL = re.compile(
    r"docker|^br-|veth|virbr|vmnet|vbox|vethernet|wsl|hyper-v|bluetooth|lxc|lxd|podman|cni|flannel"
    r"|^tun|^tap|utun|^wg|wireguard|tailscale|^zt|zerotier|ppp|ipsec|vpn|nord|proton",
    re.IGNORECASE,
)
"""Names of interfaces of containers, virtual machines and private networks: phones do not reach them."""
_WIRELESS = re.compile(r"^wl|wi-?fi|wlan|airport|wireless", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """An address of this machine and the interface that has it."""

    number: str
    interface: str
    likely: bool
    """Whether phones may reach it: False for containers and private networks."""


def ranked(found: Mapping[str, Sequence[str]], used: str | None = None) -> list[Address]:
    """IPv4 addresses by interface, the likely ones first.

    `used` is the address that this machine would itself use towards others. Addresses of the machine alone and those
    that an interface gave itself for want of a network are left out.
    """
    told: list[tuple[tuple[bool, bool, bool, bool, str], Address]] = []
    for interface, numbers in found.items():
        virtual = bool(_VIRTUAL.search(interface))
        for number in numbers:
            own = ipaddress.IPv4Address(number)
            if own.is_loopback or own.is_link_local or own.is_unspecified:
                continue
            order = (virtual, not own.is_private, not _WIRELESS.search(interface), number != used, number)
            told.append((order, Address(number, interface, not virtual)))
    return [address for _, address in sorted(told, key=lambda one: one[0])]


class Addresses:
    """Addresses of this machine as they are now, looked up again only when they are asked for and older than that.

    `find` gives them, `clock` the seconds.
    """

    def __init__(
        self, find: Callable[[], list[Address]] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._find = find or own_addresses
        self._clock = clock
        self._known: list[Address] = []
        self._looked = -math.inf

    def younger_than(self, seconds: float) -> list[Address]:
        """The addresses, as they were `seconds` ago or later, the likely ones first."""
        if self._clock() - self._looked > seconds:
            self._known, self._looked = self._find(), self._clock()
        return self._known


def own_addresses() -> list[Address]:
    """Addresses of this machine now, as `ranked` orders them. Nothing is sent."""
    found: dict[str, list[str]] = {}
    up = psutil.net_if_stats()
    for interface, numbers in psutil.net_if_addrs().items():
        if interface in up and not up[interface].isup:
            continue
        for told in numbers:
            if told.family == socket.AF_INET:
                found.setdefault(interface, []).append(told.address)
    used = None
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing by connecting
        used = str(probe.getsockname()[0])
    return ranked(found, used)
