"""Reading a page as a browser does, without one: tags, texts, addresses and where they stand."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link"}


class Reader(HTMLParser):
    """Checks that tags nest, and gathers what tests look at."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        """Tags that are open, with their class."""
        self.tags: list[str] = []
        self.addresses: list[str] = []
        """Values of every attribute that a browser would follow or load."""
        self.names: list[str] = []
        """Values of id."""
        self.alternatives: list[str] = []
        """Texts in place of pictures."""
        self.bare: list[str] = []
        """Tables and fixed text outside a box that scrolls or wraps."""
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        """Texts of the cells of each row of each table."""
        self.stray: list[str] = []
        """Attributes that are scripts or styles."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [told[name] for name in ("src", "href", "srcset", "action", "data", "poster") if name in told]
        self.names += [told["id"]] if "id" in told else []
        self.stray += [name for name in told if name.startswith("on") or name == "style"]
        if tag == "img":
            self.alternatives.append(told.get("alt", ""))
        if tag == "table" and not any(style == "scroll" for _, style in self.open):
            self.bare.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append((tag, told.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        plain = data.replace("\u00a0", " ")
        self.texts.append(plain)
        if any(tag in ("td", "th") for tag, _ in self.open):
            self.rows[-1][-1] += plain

    @property
    def headings(self) -> list[int]:
        """Levels of headings, in order."""
        return [int(tag[1]) for tag in self.tags if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()]


def read(source: str) -> Reader:
    """What stands on the page."""
    found = Reader()
    found.feed(source)
    found.close()
    return found
