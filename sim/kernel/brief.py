"""One line, and a short table in notebooks, for objects that hold far more than a reader wants to see."""

from __future__ import annotations

from html import escape


class Brief:
    """An object that shows itself by a few facts; subclasses say which in `brief`."""

    def brief(self) -> dict[str, object]:
        """What a reader sees: name -> value."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """One line, such as `World(year 12, regions 6, firms 300)`."""
        return f"{type(self).__name__}({', '.join(f'{name} {value}' for name, value in self.brief().items())})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """The same as a table, for a notebook."""
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in self.brief().items()
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption><tbody>{rows}</tbody></table>"
