"""The room: where the class is found, what the projector shows, and which tab of a browser holds a seat.

All this is kept in memory: a server that is started again begins it anew.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from sim.game.web_addresses import Address, Addresses
from sim.game.web_codes import picture, wifi_picture
from sim.page.server import PageError

STEPS = 7
"""Pages of the debrief: predictions, three figures, sentences, scores, what remains."""
MOST_TABS = 500
LOOKS = 5.0
"""Seconds after which the addresses of this machine are looked up again."""


class Room:
    """What the teacher arranges, and what only this server needs to know."""

    def __init__(self, port: int, lan: bool, addresses: Addresses | None = None) -> None:
        self.port = port
        self.lan = lan
        self.step = 0
        self.chosen = ""
        """The address that the teacher prefers."""
        self.wifi: tuple[str, str] | None = None
        self._addresses = addresses or Addresses()
        self._tabs: OrderedDict[str, str] = OrderedDict()

    def holds(self, token: str, tab: str, take: bool) -> bool:
        """Whether `tab` is the one that holds the seat of `token`; with `take` it is from now on."""
        if take or token not in self._tabs:
            self._tabs.pop(token, None)
            self._tabs[token] = tab
            while len(self._tabs) > MOST_TABS:
                self._tabs.popitem(last=False)
        return self._tabs[token] == tab

    def addresses(self) -> list[Address]:
        """Under which students find the class, the best first; this machine's own without `lan`."""
        if not self.lan:
            return [Address("127.0.0.1", "", True)]
        return sorted(self._addresses.younger_than(LOOKS), key=lambda one: one.number != self.chosen)

    def arrange(self, told: dict[str, Any]) -> None:
        """Take what the teacher arranges: step, address, or Wi-Fi. Raises PageError, and keeps what was."""
        if "step" in told:
            if type(told["step"]) is not int or not 0 <= told["step"] < STEPS:
                raise PageError("there is no such step")
            self.step = told["step"]
        if "address" in told:
            if told["address"] not in [one.number for one in self.addresses()]:
                raise PageError("this machine has no such address")
            self.chosen = told["address"]
        if "wifi" in told:
            self._join(told["wifi"], told.get("password", ""))

    def _join(self, name: Any, password: Any) -> None:
        if not isinstance(name, str) or not isinstance(password, str):
            raise PageError("a network has a name and a password")
        if not name:
            self.wifi = None
            return
        try:
            wifi_picture(name, password)
        except ValueError as error:
            raise PageError(str(error)) from None
        self.wifi = (name, password)

    def told(self) -> dict[str, Any]:
        """What pages of the teacher show of it."""
        addresses = [
            {"address": f"http://{one.number}:{self.port}/", "number": one.number, "interface": one.interface,
             "likely": one.likely}
            for one in self.addresses()
        ]  # fmt: skip
        return {"addresses": addresses, "step": self.step, "steps": STEPS, "wifi": self.wifi and self.wifi[0],
                "lan": self.lan}  # fmt: skip

    def picture(self, what: str, code: str) -> str:
        """`class`: its best address with the code of the room; `wifi`: the network. Raises PageError."""
        if what == "class" and self.addresses():
            return picture(f"http://{self.addresses()[0].number}:{self.port}/?c={code}")
        if what == "wifi" and self.wifi:
            return wifi_picture(*self.wifi)
        raise PageError("there is no such picture")
