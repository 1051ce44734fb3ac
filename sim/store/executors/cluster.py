"""A Dask cluster that runs replications in place of this machine's processes."""

from __future__ import annotations

from dataclasses import dataclass


class ClusterError(Exception):
    """A cluster that cannot be used, or is gone."""


@dataclass(frozen=True)
class Cluster:
    """Workers of a Dask scheduler that runs already; given wherever a number of processes is."""

    address: str
    """Of the scheduler, such as tcp://10.0.0.1:8786, or the path of its scheduler file."""
    shares_folder: bool = False
    """Whether workers see the result folder under the same path: they write there, and no result travels."""

    def __str__(self) -> str:
        return f"the Dask cluster at {self.address}"


Workers = int | Cluster | None
"""Where tasks run: so many processes of this machine, all its cores (None), or a cluster."""
