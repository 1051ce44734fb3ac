"""Programs that derive values of shipped scenarios from data, run by hand: `python -m sim.studies.derived.NAME`."""
