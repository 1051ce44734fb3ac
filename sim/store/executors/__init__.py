"""Who runs replications: processes of this machine (`local`) or workers of a Dask cluster (`dask_cluster`)."""
