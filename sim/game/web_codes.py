"""Pictures that phones read: an address, and a Wi-Fi network."""

from __future__ import annotations

import segno
from segno import helpers


def picture(text: str) -> str:
    """A QR code of an address as SVG, black on white, as large as its box."""
    return _drawn(segno.make(text, error="m", micro=False))


def wifi_picture(name: str, password: str) -> str:
    """A QR code with which a phone joins a Wi-Fi network; without a password, an open one.

    Raises ValueError for a name or password that no network has.
    """
    if not 1 <= len(name.encode()) <= 32:
        raise ValueError("the name of a Wi-Fi network has 1 to 32 bytes")
    if password and not 8 <= len(password.encode()) <= 63:
        raise ValueError("the password of a Wi-Fi network has 8 to 63 letters")
    return _drawn(helpers.make_wifi(ssid=name, password=password or None, security="WPA" if password else None))


def _drawn(code: segno.QRCode) -> str:
    """With the name space that a file of its own needs."""
    text = code.svg_inline(scale=1, border=2, omitsize=True, dark="#000", light="#fff")
    return str(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
