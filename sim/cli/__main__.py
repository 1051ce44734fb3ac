"""`python -m sim.cli` is the command `clustersim`."""

from sim.cli import main

main()
